//! Rows of values inside a statement: how many rows become one statement.
//!
//! PostgreSQL gets one array per column, so that the statement's text is the
//! same whatever the number of rows; SQLite has no arrays and gets every value.
//! A single row goes to PostgreSQL as plain values, for which it needs half the
//! time. What a statement does with the rows stands where it is used.

use sea_orm::{DbBackend, Statement, Value, prelude::Uuid, sea_query::ArrayType};

/// Rows a statement takes at most: SQLite binds 32,766 values, and the widest
/// table here has fewer than 32 columns.
pub(crate) const MAX_ROWS: usize = 1_000;

#[derive(Clone, Copy)]
enum Kind {
    Uuid,
    BigInt,
    Text,
    Bytes,
    Bool,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::BigInt => "bigint",
            Self::Text => "text",
            Self::Bytes => "bytea",
            Self::Bool => "boolean",
        }
    }

    fn array(self) -> ArrayType {
        match self {
            Self::Uuid => ArrayType::Uuid,
            Self::BigInt => ArrayType::BigInt,
            Self::Text => ArrayType::String,
            Self::Bytes => ArrayType::Bytes,
            Self::Bool => ArrayType::Bool,
        }
    }
}

struct Column {
    name: &'static str,
    kind: Kind,
    /// What stands for null inside an array: the driver's arrays hold no nulls.
    null: Option<(Value, &'static str)>,
    values: Vec<Value>,
}

/// Rows of values, column by column; all columns have the same length.
#[derive(Default)]
pub(crate) struct Table {
    columns: Vec<Column>,
}

impl Table {
    fn with(
        mut self,
        name: &'static str,
        kind: Kind,
        null: Option<(Value, &'static str)>,
        values: Vec<Value>,
    ) -> Self {
        self.columns.push(Column { name, kind, null, values });
        self
    }

    pub(crate) fn uuid(self, name: &'static str, values: impl Iterator<Item = Uuid>) -> Self {
        self.with(name, Kind::Uuid, None, values.map(Value::from).collect())
    }

    /// The nil UUID counts as null.
    pub(crate) fn uuid_null(
        self,
        name: &'static str,
        values: impl Iterator<Item = Option<Uuid>>,
    ) -> Self {
        let null = (Uuid::nil().into(), "'00000000-0000-0000-0000-000000000000'");
        self.with(name, Kind::Uuid, Some(null), values.map(Value::from).collect())
    }

    pub(crate) fn bigint(self, name: &'static str, values: impl Iterator<Item = i64>) -> Self {
        self.with(name, Kind::BigInt, None, values.map(Value::from).collect())
    }

    /// The smallest number counts as null.
    pub(crate) fn bigint_null(
        self,
        name: &'static str,
        values: impl Iterator<Item = Option<i64>>,
    ) -> Self {
        let null = (i64::MIN.into(), "(-9223372036854775808)");
        self.with(name, Kind::BigInt, Some(null), values.map(Value::from).collect())
    }

    pub(crate) fn text(self, name: &'static str, values: impl Iterator<Item = String>) -> Self {
        self.with(name, Kind::Text, None, values.map(Value::from).collect())
    }

    /// The empty text counts as null.
    pub(crate) fn text_null(
        self,
        name: &'static str,
        values: impl Iterator<Item = Option<String>>,
    ) -> Self {
        let null = (String::new().into(), "''");
        self.with(name, Kind::Text, Some(null), values.map(Value::from).collect())
    }

    pub(crate) fn bytes(self, name: &'static str, values: impl Iterator<Item = Vec<u8>>) -> Self {
        self.with(name, Kind::Bytes, None, values.map(Value::from).collect())
    }

    pub(crate) fn bool(self, name: &'static str, values: impl Iterator<Item = bool>) -> Self {
        self.with(name, Kind::Bool, None, values.map(Value::from).collect())
    }
}

/// The tables of one statement, which binds nothing else.
pub(crate) struct Tables {
    backend: DbBackend,
    binds: Vec<Value>,
}

impl Tables {
    pub(crate) fn new(backend: DbBackend) -> Self {
        Self { backend, binds: Vec::new() }
    }

    /// What comes after `WITH`: `name` as a table with the columns of `table`.
    /// The definitions MUST stand in the statement in the order of these calls.
    pub(crate) fn define(&mut self, name: &str, table: Table) -> String {
        let rows = table.columns.first().map_or(0, |column| column.values.len());
        debug_assert!(table.columns.iter().all(|column| column.values.len() == rows));
        match self.backend {
            DbBackend::Postgres if rows == 1 => self.plain(name, table),
            DbBackend::Postgres => self.arrays(name, table),
            _ => self.values(name, table, rows),
        }
    }

    pub(crate) fn statement(self, sql: impl Into<String>) -> Statement {
        Statement::from_sql_and_values(self.backend, sql, self.binds)
    }

    fn plain(&mut self, name: &str, table: Table) -> String {
        let mut fields = Vec::with_capacity(table.columns.len());
        for column in table.columns {
            self.binds.extend(column.values);
            fields.push(format!(
                "${}::{} AS {}",
                self.binds.len(),
                column.kind.name(),
                column.name
            ));
        }
        format!("{name} AS (SELECT {})", fields.join(", "))
    }

    fn arrays(&mut self, name: &str, table: Table) -> String {
        let (mut fields, mut names, mut arrays) = (Vec::new(), Vec::new(), Vec::new());
        for mut column in table.columns {
            names.push(column.name);
            match &column.null {
                None => fields.push(column.name.to_owned()),
                Some((null, literal)) => {
                    fields.push(format!(
                        "NULLIF({0}, {literal}::{1}) AS {0}",
                        column.name,
                        column.kind.name()
                    ));
                    column
                        .values
                        .iter_mut()
                        .filter(|value| **value == null.as_null())
                        .for_each(|value| value.clone_from(null));
                }
            }
            self.binds.push(Value::Array(column.kind.array(), Some(Box::new(column.values))));
            arrays.push(format!("${}::{}[]", self.binds.len(), column.kind.name()));
        }
        format!(
            "{name} AS (SELECT {} FROM UNNEST({}) AS t({}))",
            fields.join(", "),
            arrays.join(", "),
            names.join(", ")
        )
    }

    fn values(&mut self, name: &str, table: Table, rows: usize) -> String {
        let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
        // Place holders without a number: SQLite looks numbered ones up one by one.
        let row = format!("({})", vec!["?"; names.len()].join(", "));
        let mut columns: Vec<_> =
            table.columns.into_iter().map(|column| column.values.into_iter()).collect();
        self.binds.reserve(rows * columns.len());
        for _ in 0..rows {
            self.binds.extend(columns.iter_mut().filter_map(Iterator::next));
        }
        format!("{name}({}) AS (VALUES {})", names.join(", "), vec![row; rows].join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn define(backend: DbBackend, names: &[Option<&str>]) -> (String, usize) {
        let mut tables = Tables::new(backend);
        let names = names.iter().map(|name| name.map(str::to_owned));
        let table = Table::default()
            .bigint("n", 0..i64::try_from(names.len()).unwrap())
            .text_null("name", names);
        (tables.define("v", table), tables.binds.len())
    }

    #[test]
    fn many_rows_are_arrays_in_postgres_and_values_in_sqlite() {
        let rows = [Some("a"), None];
        assert_eq!(
            define(DbBackend::Postgres, &rows),
            (
                "v AS (SELECT n, NULLIF(name, ''::text) AS name \
                 FROM UNNEST($1::bigint[], $2::text[]) AS t(n, name))"
                    .to_owned(),
                2
            )
        );
        assert_eq!(
            define(DbBackend::Sqlite, &rows),
            ("v(n, name) AS (VALUES (?, ?), (?, ?))".to_owned(), 4)
        );
    }

    #[test]
    fn one_row_is_plain_values() {
        assert_eq!(
            define(DbBackend::Postgres, &[None]),
            ("v AS (SELECT $1::bigint AS n, $2::text AS name)".to_owned(), 2)
        );
    }
}
