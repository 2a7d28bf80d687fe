//! The ledger says what is true of the tree.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::wire::SWITCHES;

/// Behaviours of the job and the mapping whose tests are still to be written into the ledger. Only ever lowered.
const AWAITED: usize = 0;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

#[test]
fn every_line_reads_and_every_id_is_its_own() {
    let lines = LEDGER.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
    let rows = ledger();
    assert_eq!(rows.len(), lines);
    assert_eq!(rows.iter().map(|row| row.id).collect::<BTreeSet<_>>().len(), lines);
    for row in &rows {
        assert!(row.clause.starts_with('§') && !row.section.is_empty(), "{}", row.id);
    }
}

#[test]
fn what_pins_a_behaviour_is_there() {
    for row in ledger() {
        for pin in row.pinned_by {
            let (file, mark, name) = match (pin.split_once("::"), pin.split_once('#')) {
                (Some((file, test)), _) => (file, "fn ", test),
                (None, Some((file, test))) => (file, "\"id\": \"", test),
                _ => panic!("{}: `{pin}` names no test", row.id),
            };
            // The front door's tests are a crate of their own beside this one.
            let from = if file.starts_with("tests/") { root().join("../..") } else { root() };
            let text = fs::read_to_string(from.join(file));
            let text = text.unwrap_or_else(|e| panic!("{}: {file}: {e}", row.id));
            let end = if mark == "fn " { "(" } else { "\"" };
            assert!(text.contains(&format!("{mark}{name}{end}")), "{}: {pin} is not there", row.id);
        }
    }
}

#[test]
fn what_is_documented_or_captured_is_pinned() {
    let missing: Vec<_> = ledger()
        .into_iter()
        .filter(|row| row.grade.is_verified() && row.pinned_by.is_empty())
        .map(|row| row.id)
        .collect();
    assert_eq!(missing.len(), AWAITED, "{missing:?}");
}

#[test]
fn every_switch_has_a_behaviour_and_every_behaviours_switch_is_one() {
    let named: BTreeSet<_> = ledger().iter().filter_map(|row| row.switch).collect();
    let there: BTreeSet<_> = SWITCHES.iter().map(|switch| switch.name).collect();
    assert_eq!(named, there);
}

#[test]
fn what_is_not_verified_and_seen_by_a_service_has_a_switch() {
    // Open points that are no matter of choice: what another client does, or an outcome that only the log shows.
    let without = ["TC-16", "US-29", "US-43", "MP-04", "QU-14"];
    for row in ledger().iter().filter(|row| row.grade == Grade::Unverified && !without.contains(&row.id)) {
        assert!(row.switch.is_some(), "{} {}", row.id, row.behaviour);
    }
}

#[test]
fn the_page_is_fresh() {
    let path = root().join("../../docs/fidelity.md");
    if std::env::var_os("PROVOST_BLESS").is_some() {
        fs::write(&path, render()).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == render(),
        "docs/fidelity.md is not what the ledger says; run `PROVOST_BLESS=1 cargo nextest run -p provost-entra fidelity`"
    );
}

#[test]
fn the_summary_counts_every_behaviour() {
    let summary = summary();
    let numbers: Vec<usize> = summary.split([' ', ',']).filter_map(|word| word.parse().ok()).collect();
    assert_eq!(numbers.iter().sum::<usize>(), ledger().len(), "{summary}");
}
