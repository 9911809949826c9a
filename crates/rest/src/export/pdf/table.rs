//! The table: columns, and which rows are on which page.

use chinwag_application::view::AuditEntryView;

use super::face::{Face, Faces};

/// Size of the letters, and from line to line.
pub(super) const SIZE: f32 = 7.0;
pub(super) const LINE: f32 = 9.0;
/// Above and below the lines of a row together.
pub(super) const PADDING: f32 = 6.0;
/// Left and right of a cell.
pub(super) const INDENT: f32 = 4.0;
/// What a page has for rows.
pub(super) const HEIGHT: f32 = 420.0;
/// Lines of a row at most: a longer one goes on in another.
const MOST_LINES: usize = 40;

/// Names and widths; together as wide as a page.
pub(super) const COLUMNS: [(&str, f32); 6] = [
    ("Time (UTC)", 96.0),
    ("Actor", 152.0),
    ("Action", 104.0),
    ("Target", 152.0),
    ("Address", 90.0),
    ("Details", 176.0),
];

/// The lines of each cell.
#[derive(Default)]
pub(super) struct Row {
    pub cells: [Vec<String>; 6],
    /// Of which entry: those of every second one are shaded.
    pub entry: usize,
}

impl Row {
    pub fn height(&self) -> f32 {
        let lines = self.cells.iter().map(Vec::len).max().unwrap_or_default().max(1);
        // At most MOST_LINES.
        f32::from(u16::try_from(lines).unwrap_or(u16::MAX)) * LINE + PADDING
    }
}

/// The rows of each page; of nothing, one page without rows.
pub(super) fn pages(entries: &[AuditEntryView], faces: &Faces) -> Vec<Vec<Row>> {
    let (mut pages, mut used) = (vec![Vec::new()], 0.0);
    for (at, entry) in entries.iter().enumerate() {
        for row in rows(at, entry, &faces.plain) {
            used += row.height();
            if used > HEIGHT {
                used = row.height();
                pages.push(Vec::new());
            }
            if let Some(page) = pages.last_mut() {
                page.push(row);
            }
        }
    }
    pages
}

/// An entry as one row, or as several where it is too high for one.
fn rows(at: usize, entry: &AuditEntryView, face: &Face) -> Vec<Row> {
    let time = entry.at.to_string().replace('T', " ");
    let actor = entry.actor_id.as_deref().unwrap_or("–");
    let ip = entry.ip.as_deref().unwrap_or("–");
    let texts = [
        vec![time.trim_end_matches('Z').to_owned()],
        vec![actor.to_owned()],
        vec![entry.action.clone()],
        vec![entry.target_type.clone(), entry.target_id.clone()],
        vec![ip.to_owned()],
        details(entry.details.as_ref()),
    ];
    let mut rest = texts.map(Vec::into_iter);
    let mut cells = [const { Vec::new() }; 6];
    for (at, texts) in rest.iter_mut().enumerate() {
        let width = COLUMNS[at].1 - 2.0 * INDENT;
        cells[at] = texts.flat_map(|text| face.lines(&text, SIZE, width)).collect::<Vec<_>>();
    }
    let height = cells.iter().map(Vec::len).max().unwrap_or_default();
    (0..height.div_ceil(MOST_LINES))
        .map(|part| {
            let lines = |cell: &Vec<String>| {
                cell.iter().skip(part * MOST_LINES).take(MOST_LINES).cloned().collect()
            };
            Row { cells: [0, 1, 2, 3, 4, 5].map(|at| lines(&cells[at])), entry: at }
        })
        .collect()
}

/// A line for each of them, the values as JSON.
fn details(details: Option<&serde_json::Value>) -> Vec<String> {
    match details {
        None => vec!["(erased)".to_owned()],
        Some(serde_json::Value::Object(fields)) => {
            fields.iter().map(|(name, value)| format!("{name}: {}", spaced(value))).collect()
        }
        Some(other) => vec![spaced(other)],
    }
}

/// JSON with blanks between the items of a list, where lines may end.
fn spaced(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Array(items) => {
            let items: Vec<_> = items.iter().map(spaced).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::entry, *};
    use serde_json::json;

    #[test]
    fn every_page_holds_its_rows_and_none_is_lost() {
        let faces = Faces::new().unwrap();
        let entries: Vec<_> = (0..60)
            .map(|at| entry(at, json!({"n": "word ".repeat(usize::try_from(at).unwrap() * 40)})))
            .collect();
        let pages = pages(&entries, &faces);
        assert!(pages.len() > 3);
        for page in &pages {
            assert!(page.iter().map(Row::height).sum::<f32>() <= HEIGHT);
            assert!(!page.is_empty());
        }
        let words = pages.iter().flatten().flat_map(|row| &row.cells[5]);
        let words: usize = words.map(|line| line.matches("word").count()).sum();
        assert_eq!(words, (0..60).map(|at| at * 40).sum::<usize>());
        let width: f32 = COLUMNS.iter().map(|(_, width)| width).sum();
        assert!((width - super::super::page::INNER_WIDTH).abs() < 0.5);
    }
}
