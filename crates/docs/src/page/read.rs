//! Taking a page's Markdown apart.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{Page, Section, Unit, UnitKind};
use crate::text::{anchor, sentences};

/// The Markdown that pages may use.
pub(crate) fn options() -> Options {
    Options::ENABLE_TABLES
}

type Events<'a> = std::iter::Peekable<pulldown_cmark::OffsetIter<'a>>;

pub(super) fn page(group: &'static str, slug: &'static str, source: &'static str) -> Page {
    let mut reader = Reader { source, title: String::new(), sections: vec![Section::beginning()], block: 0 };
    let mut events = Parser::new_ext(source, options()).into_offset_iter().peekable();
    while let Some((event, range)) = events.next() {
        let Event::Start(tag) = event else { continue };
        reader.block += 1;
        match tag {
            Tag::Heading { level, .. } => {
                let title = inner_text(&mut events, |end| matches!(end, TagEnd::Heading(_)));
                reader.heading(level as u8, title);
            }
            Tag::Paragraph => {
                skip(&mut events, TagEnd::Paragraph);
                reader.paragraph(range);
            }
            Tag::BlockQuote(_) => {
                skip_to(&mut events, |end| matches!(end, TagEnd::BlockQuote(_)));
                reader.quote(range);
            }
            Tag::List(_) => reader.list(&mut events),
            Tag::Table(_) => reader.table(&mut events),
            Tag::CodeBlock(_) => {
                skip(&mut events, TagEnd::CodeBlock);
                reader.push(UnitKind::Code, source[range].trim_end().to_owned(), String::new());
            }
            _ => {}
        }
    }
    let first = reader.sections.first().and_then(|s| s.units.first());
    let block = first.map_or(0, |u| u.block);
    let lead = reader.sections[0].units.iter().filter(|u| u.block == block && u.kind == UnitKind::Sentence);
    let summary = lead.map(|u| u.markdown.replace('\n', " ")).collect::<Vec<_>>().join(" ");
    Page { slug, group, title: reader.title, summary, source, sections: reader.sections }
}

impl Section {
    fn beginning() -> Self {
        Self { anchor: String::new(), title: String::new(), level: 1, trail: Vec::new(), units: Vec::new() }
    }
}

struct Reader {
    source: &'static str,
    title: String,
    sections: Vec<Section>,
    block: usize,
}

impl Reader {
    fn heading(&mut self, level: u8, title: String) {
        if level == 1 {
            self.sections[0].title.clone_from(&title);
            self.title = title;
            return;
        }
        let mut trail: Vec<(u8, String)> = Vec::new();
        for section in self.sections.iter().filter(|s| s.level > 1) {
            trail.retain(|(above, _)| *above < section.level);
            trail.push((section.level, section.title.clone()));
        }
        trail.retain(|(above, _)| *above < level);
        let trail = trail.into_iter().map(|(_, title)| title).collect();
        // Two headings of one name get addresses of their own.
        let wanted = anchor(&title);
        let taken = |name: &str| self.sections.iter().any(|s| s.anchor == name);
        let mut name = wanted.clone();
        let mut number = 0;
        while taken(&name) {
            number += 1;
            name = format!("{wanted}-{number}");
        }
        self.sections.push(Section { anchor: name, title, level, trail, units: Vec::new() });
    }

    fn push(&mut self, kind: UnitKind, markdown: String, head: String) {
        let block = self.block;
        if let Some(section) = self.sections.last_mut() {
            section.units.push(Unit { kind, markdown, block, head });
        }
    }

    fn paragraph(&mut self, range: Range<usize>) {
        let text = self.source[range].trim();
        for sentence in sentences(text) {
            self.push(UnitKind::Sentence, sentence.to_owned(), String::new());
        }
    }

    fn quote(&mut self, range: Range<usize>) {
        let lines = self.source[range].lines().map(|line| line.trim_start_matches(['>', ' ']));
        let text = lines.collect::<Vec<_>>().join("\n");
        for sentence in sentences(text.trim()) {
            self.push(UnitKind::Sentence, sentence.to_owned(), String::new());
        }
    }

    /// Each outer item is a unit, whatever stands within it.
    fn list(&mut self, events: &mut Events<'_>) {
        let mut depth = 1;
        for (event, range) in events.by_ref() {
            match event {
                Event::Start(Tag::List(_)) => depth += 1,
                Event::End(TagEnd::List(_)) => {
                    depth -= 1;
                    if depth == 0 {
                        return;
                    }
                }
                Event::Start(Tag::Item) if depth == 1 => {
                    let item = self.source[range].trim_end();
                    self.push(UnitKind::Item, item.to_owned(), String::new());
                }
                _ => {}
            }
        }
    }

    fn table(&mut self, events: &mut Events<'_>) {
        let mut head = String::new();
        let mut columns = 0;
        for (event, range) in events.by_ref() {
            match event {
                Event::End(TagEnd::Table) => return,
                Event::Start(Tag::TableHead) => self.source[range].trim().clone_into(&mut head),
                Event::Start(Tag::TableCell) => columns += 1,
                Event::Start(Tag::TableRow) => {
                    let row = self.source[range].trim();
                    let line = vec!["---"; head_columns(&head, columns)].join(" | ");
                    let alone = format!("{head}\n| {line} |\n{row}");
                    self.push(UnitKind::Row, alone, head.clone());
                }
                _ => {}
            }
        }
    }
}

/// Columns of a table's head; `seen` cells were read before its first row.
fn head_columns(head: &str, seen: usize) -> usize {
    let bars = head.replace("\\|", "").matches('|').count();
    if bars > 1 { bars - 1 } else { seen.max(1) }
}

fn skip(events: &mut Events<'_>, end: TagEnd) {
    skip_to(events, |found| *found == end);
}

fn skip_to(events: &mut Events<'_>, is_end: impl Fn(&TagEnd) -> bool) {
    for (event, _) in events.by_ref() {
        if let Event::End(end) = event
            && is_end(&end)
        {
            return;
        }
    }
}

/// The text of an element without markup, up to its end.
fn inner_text(events: &mut Events<'_>, is_end: impl Fn(&TagEnd) -> bool) -> String {
    let mut text = String::new();
    for (event, _) in events.by_ref() {
        match event {
            Event::End(end) if is_end(&end) => break,
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak => text.push(' '),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "# Title of `it`\n\nFirst. Second one.\n\n## Part\n\n- an item\n  goes on\n- another\n\n\
        ### Deeper\n\n| a | b |\n|---|---|\n| 1 | `x\\|y` |\n| 2 | z |\n\n```console\n$ provost serve\n```\n\n## Part\n\n> Quoted. Twice.\n";

    #[test]
    fn a_page_is_sections_of_units() {
        let page = page("Group", "slug", SOURCE);
        assert_eq!((page.title.as_str(), page.summary.as_str()), ("Title of it", "First. Second one."));
        let names: Vec<_> =
            page.sections.iter().map(|s| (s.anchor.as_str(), s.level, s.trail.len())).collect();
        assert_eq!(names, [("", 1, 0), ("part", 2, 0), ("deeper", 3, 1), ("part-1", 2, 0)]);
        let units: Vec<_> =
            page.sections.iter().flat_map(|s| &s.units).map(|u| (u.kind, u.markdown.as_str())).collect();
        assert_eq!(
            units,
            [
                (UnitKind::Sentence, "First."),
                (UnitKind::Sentence, "Second one."),
                (UnitKind::Item, "- an item\n  goes on"),
                (UnitKind::Item, "- another"),
                (UnitKind::Row, "| a | b |\n| --- | --- |\n| 1 | `x\\|y` |"),
                (UnitKind::Row, "| a | b |\n| --- | --- |\n| 2 | z |"),
                (UnitKind::Code, "```console\n$ provost serve\n```"),
                (UnitKind::Sentence, "Quoted."),
                (UnitKind::Sentence, "Twice."),
            ]
        );
    }
}
