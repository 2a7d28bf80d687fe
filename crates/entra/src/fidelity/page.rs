//! The ledger as a page of the documentation.

use std::fmt::Write as _;

use crate::fidelity::{AS_OF, Grade, Row, counts, ledger};
use crate::wire::{Dialect, SWITCHES, Switches};

/// `docs/fidelity.md`.
#[must_use]
pub fn render() -> String {
    let (rows, counts) = (ledger(), counts());
    let count = |grade: Grade| counts.get(&grade).copied().unwrap_or(0);
    let unpinned = rows.iter().filter(|row| row.pinned_by.is_empty()).count();
    let mut page = String::new();
    // Writing to a `String` cannot fail.
    let _ = write!(
        page,
        "<!-- Made from crates/entra/src/fidelity/ledger.txt: change that, then run \
         `PROVOST_BLESS=1 cargo nextest run -p provost-entra fidelity`. -->\n\n\
         # How faithful the engine is\n\n\
         What `provost entra` does as Microsoft Entra ID does, how well each behaviour is known, and what pins it. \
         Behaviour as of {AS_OF}: of {all} behaviours {doc} are documented by Microsoft, {cap} are seen in captures, \
         {second} are told by others, and {open} are not verified. {unpinned} have no test yet.\n\n\
         - **doc**: Microsoft's documentation says it\n\
         - **cap**: a raw capture shows it\n\
         - **2nd**: somebody else wrote of it\n\
         - **unverified**: no primary source or capture was seen; where it matters to a service, a switch turns it, and \
         `--vary SEED` picks among what is plausible\n",
        all = rows.len(),
        doc = count(Grade::Doc),
        cap = count(Grade::Cap),
        second = count(Grade::Second),
        open = count(Grade::Unverified),
    );
    let mut section = "";
    for row in &rows {
        if row.section != section {
            section = row.section;
            let _ = write!(
                page,
                "\n## {section}\n\n| | behaviour | clause | grade | pinned by | switch |\n|---|---|---|---|---|---|\n"
            );
        }
        line(&mut page, row);
    }
    switches(&mut page);
    page
}

fn line(page: &mut String, row: &Row) {
    let pins = match row.pinned_by.is_empty() {
        true => "not yet".to_owned(),
        false => row.pinned_by.iter().map(|pin| format!("`{}`", short(pin))).collect::<Vec<_>>().join(", "),
    };
    let switch = row.switch.map(|name| format!("`{name}`")).unwrap_or_default();
    let _ = writeln!(
        page,
        "| {} | {} | {} | {} | {pins} | {switch} |",
        row.id, row.behaviour, row.clause, row.grade
    );
}

/// The file's name and the test, without the way to it.
fn short(pin: &str) -> &str {
    pin.strip_prefix("src/").or_else(|| pin.strip_prefix("fixtures/")).unwrap_or(pin)
}

fn switches(page: &mut String) {
    page.push_str("\n## Switches\n\n| switch | what it decides | default | with the flag of 2020 | values | grade |\n|---|---|---|---|---|---|\n");
    let (usual, flag) = (Switches::of(Dialect::EntraDefault), Switches::of(Dialect::Entra2020));
    for switch in SWITCHES {
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} | {} |",
            switch.name,
            switch.doc,
            switch.value(&usual),
            switch.value(&flag),
            switch.plausible().join(", "),
            switch.grade
        );
    }
}
