//! For statements that are written out as SQL because it must be exact: their
//! binds, their columns, and how the two databases differ in saying a thing.
//! What the statements mean stands where they are used.

use std::fmt::Write as _;

use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, FromQueryResult, IdenStatic, Iterable, QueryResult,
    Statement, Value,
};

use crate::error::from_db;
use chinwag_domain::ports::StorageError;

/// Binds of one statement, in the order in which they were added. Both
/// databases know `$1`, which may stand in the text as often as it is needed.
pub(crate) struct Binds {
    backend: DbBackend,
    values: Vec<Value>,
}

impl Binds {
    pub(crate) fn new(backend: DbBackend) -> Self {
        Self { backend, values: Vec::new() }
    }

    /// Adds a value; answers its place holder.
    pub(crate) fn add(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// The right side of a comparison with any of these: one array where the
    /// database has arrays (one statement to prepare, whatever their number).
    pub(crate) fn any<T>(&mut self, values: Vec<T>) -> String
    where
        T: Into<Value>,
        Vec<T>: Into<Value>,
    {
        if self.backend == DbBackend::Postgres {
            return format!("= ANY({})", self.add(values));
        }
        let holders: Vec<String> = values.into_iter().map(|value| self.add(value)).collect();
        format!("IN ({})", holders.join(", "))
    }

    pub(crate) fn statement(self, sql: impl Into<String>) -> Statement {
        Statement::from_sql_and_values(self.backend, sql, self.values)
    }
}

/// How many values [`Binds::any`] is given at once: SQLite takes 32,766 binds.
pub(crate) const MANY: usize = 10_000;

/// The function that gives the largest of its arguments.
pub(crate) fn greatest(backend: DbBackend) -> &'static str {
    if backend == DbBackend::Sqlite { "MAX" } else { "GREATEST" }
}

/// All columns of an entity that stands in the statement as `alias`; read them
/// with [`read`] and that alias.
pub(crate) fn columns<E: EntityTrait>(alias: &str) -> String {
    let mut list = String::new();
    for column in E::Column::iter() {
        let separator = if list.is_empty() { "" } else { ", " };
        let name = column.as_str();
        // Writing to a String cannot fail.
        let _ = write!(list, "{separator}{alias}.{name} AS {alias}_{name}");
    }
    list
}

/// A row of an entity whose columns were selected with [`columns`].
pub(crate) fn read<M: FromQueryResult>(row: &QueryResult, alias: &str) -> Result<M, StorageError> {
    M::from_query_result(row, &format!("{alias}_")).map_err(from_db)
}

/// Like [`read`], of an entity that may be absent: then this column of it is null.
pub(crate) fn read_optional<M: FromQueryResult>(
    row: &QueryResult,
    alias: &str,
    column: impl ColumnTrait,
) -> Result<Option<M>, StorageError> {
    let key: Option<String> =
        row.try_get(&format!("{alias}_"), column.as_str()).map_err(from_db)?;
    key.map(|_| read(row, alias)).transpose()
}

/// One column by its name.
pub(crate) fn get<T: sea_orm::TryGetable>(
    row: &QueryResult,
    name: &str,
) -> Result<T, StorageError> {
    row.try_get("", name).map_err(from_db)
}
