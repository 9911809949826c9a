//! Pages: the head, the table's rows, the foot.

use krilla::{
    Document,
    color::rgb,
    error::KrillaError,
    geom::{PathBuilder, Point, Rect},
    metadata::Metadata,
    page::PageSettings,
    paint::Fill,
    surface::Surface,
};

use super::{
    Heading,
    face::{Face, Faces},
    table::{COLUMNS, INDENT, LINE, PADDING, Row, SIZE},
};

/// A4, lying.
const WIDTH: f32 = 842.0;
const HEIGHT: f32 = 595.0;
const MARGIN: f32 = 36.0;
/// What is between the margins.
pub(super) const INNER_WIDTH: f32 = WIDTH - 2.0 * MARGIN;
/// Where the table begins, and how high its head is.
const TABLE: f32 = 96.0;
const TABLE_HEAD: f32 = 18.0;

const INK: (u8, u8, u8) = (31, 41, 55);
const FAINT: (u8, u8, u8) = (107, 114, 128);
const PAPER: (u8, u8, u8) = (255, 255, 255);
const SHADE: (u8, u8, u8) = (243, 244, 246);
const RULE: (u8, u8, u8) = (209, 213, 219);

/// The file.
pub(super) fn document(
    heading: &Heading,
    entries: usize,
    pages: &[Vec<Row>],
    faces: &Faces,
) -> Result<Vec<u8>, String> {
    let mut document = Document::new();
    let title = format!("Audit log, {}", heading.made_at);
    let about = Metadata::new().title(title).language("en".to_owned());
    document.set_metadata(about.creator("chinwag".to_owned()));
    for (at, rows) in pages.iter().enumerate() {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or("a page has no size")?;
        let mut page = document.start_page_with(settings);
        {
            let mut sheet = Sheet { surface: page.surface(), faces };
            sheet.head(heading, entries);
            sheet.table_head();
            sheet.rows(rows);
            sheet.foot(at + 1, pages.len());
        }
        page.finish();
    }
    document.finish().map_err(|error: KrillaError| format!("{error:?}"))
}

struct Sheet<'a> {
    surface: Surface<'a>,
    faces: &'a Faces,
}

impl Sheet<'_> {
    fn head(&mut self, heading: &Heading, entries: usize) {
        let faces = self.faces;
        self.text("Audit log", (MARGIN, 54.0), 18.0, &faces.bold, INK);
        let noun = if entries == 1 { "entry" } else { "entries" };
        let said = format!("{entries} {noun}, newest first. Made at {}.", heading.made_at);
        self.text(&said, (MARGIN, 70.0), 8.0, &faces.plain, FAINT);
        let filters = format!("Filters: {}", heading.filters);
        let line = faces.plain.lines(&filters, 8.0, INNER_WIDTH).into_iter().next();
        self.text(&line.unwrap_or_default(), (MARGIN, 82.0), 8.0, &faces.plain, FAINT);
    }

    fn table_head(&mut self) {
        self.area(MARGIN, TABLE, INNER_WIDTH, TABLE_HEAD, INK);
        let mut left = MARGIN;
        for (name, width) in COLUMNS {
            let place = (left + INDENT, TABLE + 12.0);
            self.text(name, place, 7.5, &self.faces.bold, PAPER);
            left += width;
        }
    }

    fn rows(&mut self, rows: &[Row]) {
        let mut top = TABLE + TABLE_HEAD;
        for row in rows {
            let height = row.height();
            if row.entry % 2 == 1 {
                self.area(MARGIN, top, INNER_WIDTH, height, SHADE);
            }
            let mut left = MARGIN;
            for (cell, (_, width)) in row.cells.iter().zip(COLUMNS) {
                let mut base = top + PADDING / 2.0 + LINE - 2.0;
                for line in cell {
                    self.text(line, (left + INDENT, base), SIZE, &self.faces.plain, INK);
                    base += LINE;
                }
                left += width;
            }
            top += height;
            self.area(MARGIN, top - 0.25, INNER_WIDTH, 0.5, RULE);
        }
        if rows.is_empty() {
            let place = (MARGIN + INDENT, top + 16.0);
            self.text("No entry fits.", place, 8.0, &self.faces.plain, FAINT);
        }
    }

    fn foot(&mut self, page: usize, of: usize) {
        let face = &self.faces.plain;
        let base = HEIGHT - 24.0;
        self.text("chinwag", (MARGIN, base), 7.0, face, FAINT);
        let number = format!("Page {page} of {of}");
        let left = WIDTH - MARGIN - face.measure(&number, 7.0);
        self.text(&number, (left, base), 7.0, face, FAINT);
    }

    fn text(
        &mut self,
        text: &str,
        (x, y): (f32, f32),
        size: f32,
        face: &Face,
        colour: (u8, u8, u8),
    ) {
        self.surface.set_fill(Some(fill(colour)));
        let (at, glyphs) = (Point::from_xy(x, y), face.glyphs(text));
        self.surface.draw_glyphs(at, &glyphs, face.font.clone(), text, size, false);
    }

    fn area(&mut self, x: f32, y: f32, width: f32, height: f32, colour: (u8, u8, u8)) {
        let mut path = PathBuilder::new();
        if let Some(rectangle) = Rect::from_xywh(x, y, width, height) {
            path.push_rect(rectangle);
        }
        if let Some(path) = path.finish() {
            self.surface.set_fill(Some(fill(colour)));
            self.surface.draw_path(&path);
        }
    }
}

fn fill((red, green, blue): (u8, u8, u8)) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }
}
