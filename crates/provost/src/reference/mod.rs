//! The generated pages of `docs/reference`, held against what they are generated from.
//!
//! A page that is not fresh fails its test; `PROVOST_UPDATE_DOCS=1 cargo nextest run -p provost reference` writes it anew.

mod cli;
mod configuration;
mod dialects;
mod errors;
mod events;
mod faults;
mod source;

use std::fmt::Write as _;
use std::path::Path;

/// Compares a page with what it should say, or writes it.
fn hold(name: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../docs/reference/{name}.md"));
    if std::env::var_os("PROVOST_UPDATE_DOCS").is_some() {
        std::fs::write(&path, wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap();
    assert!(
        found == wanted,
        "docs/reference/{name}.md is not fresh: PROVOST_UPDATE_DOCS=1 cargo nextest run -p provost reference"
    );
}

/// A table of Markdown. Bars within cells are escaped, line ends become spaces.
fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('\n', " ").replace('|', "\\|")).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}
