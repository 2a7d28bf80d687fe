//! The log for a terminal.

use std::fmt::Write as _;

use crate::log::Entry;

/// The widest that a column of names becomes, in characters.
const WIDEST: usize = 36;

/// The entries as a table: when, what, what came of it, who, and in a few words why.
#[must_use]
pub fn table<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> String {
    let head = ["Time", "Action", "Status", "Object", "Target", "What happened"].map(str::to_owned);
    let mut rows = vec![head];
    rows.extend(entries.into_iter().map(|entry| {
        [
            entry.time().to_string(),
            entry.action.word().to_owned(),
            entry.status.word().to_owned(),
            cut(&entry.source.name),
            cut(entry.target.as_ref().map_or("-", |target| &target.id)),
            what_happened(entry),
        ]
    }));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..6).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        for (cell, width) in row[..5].iter().zip(&widths) {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "{cell:width$}  ");
        }
        text.push_str(&row[5]);
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

fn cut(name: &str) -> String {
    match name.char_indices().nth(WIDEST) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// One line: the error with its code, the reason of a skip, or what changed.
pub(super) fn what_happened(entry: &Entry) -> String {
    if let Some(skip) = &entry.skip {
        return format!("{}: {}", skip.reason.word(), one_line(&skip.text));
    }
    if let Some(error) = &entry.error {
        return format!("{}: {}", error.code, one_line(&error.reason));
    }
    let names: Vec<_> = entry.modified.iter().map(|m| m.name.as_str()).collect();
    let mut shown = names.iter().take(4).copied().collect::<Vec<_>>().join(", ");
    if names.len() > 4 {
        let _ = write!(shown, " and {} more", names.len() - 4);
    }
    shown
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
