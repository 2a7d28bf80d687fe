//! How faithful the engine is: each behaviour of the fact sheet with its evidence, what pins it, and its switch.
//!
//! The ledger is `ledger.txt`; `docs/fidelity.md` is made from it by [`render`].

mod grade;
mod page;

#[cfg(test)]
mod tests;

pub use grade::Grade;
pub use page::render;

use std::collections::BTreeMap;

/// When the behaviours were read up.
pub const AS_OF: &str = "2026-11-23";

const LEDGER: &str = include_str!("ledger.txt");

/// One behaviour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name, never given to another.
    pub id: &'static str,
    /// The section of the ledger.
    pub section: &'static str,
    /// What Entra (or another client) does.
    pub behaviour: &'static str,
    /// The place in the fact sheet.
    pub clause: &'static str,
    /// How well it is known.
    pub grade: Grade,
    /// Tests and fixtures that pin it.
    pub pinned_by: Vec<&'static str>,
    /// The switch that turns it, where it is open.
    pub switch: Option<&'static str>,
}

/// All behaviours, in the ledger's order.
#[must_use]
pub fn ledger() -> Vec<Row> {
    let mut section = "";
    let mut rows = Vec::new();
    for line in LEDGER.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            section = title;
        } else if !line.is_empty() && !line.starts_with('#') {
            // A line that does not read would be lost in silence; a test counts them.
            rows.extend(row(section, line));
        }
    }
    rows
}

fn row(section: &'static str, line: &'static str) -> Option<Row> {
    let parts: Vec<_> = line.split('|').map(str::trim).collect();
    let [id, behaviour, clause, grade, pins, switch @ ..] = &parts[..] else { return None };
    Some(Row {
        id,
        section,
        behaviour,
        clause,
        grade: grade.parse().ok()?,
        pinned_by: pins.split(',').map(str::trim).filter(|pin| *pin != "-").collect(),
        switch: switch.first().copied().filter(|name| !name.is_empty()),
    })
}

/// How many behaviours there are of each grade.
#[must_use]
pub fn counts() -> BTreeMap<Grade, usize> {
    let mut counts = BTreeMap::new();
    for row in ledger() {
        *counts.entry(row.grade).or_default() += 1;
    }
    counts
}

/// The line that `provost entra --version` ends with.
#[must_use]
pub fn summary() -> String {
    let counts = counts();
    let (verified, open): (usize, usize) = counts.iter().fold((0, 0), |(verified, open), (grade, n)| {
        if grade.is_verified() { (verified + n, open) } else { (verified, open + n) }
    });
    format!("behaviour as of {AS_OF}, {verified} verified, {open} unverified")
}
