//! `cargo xtask requirements [--check | --write]`: which test proves which requirement.
//!
//! Prints the table id → tests and fails when a MUST or SHALL is named by no test, or when a test names
//! an id that is not in the catalogue. With `--check`, only what is wrong is printed. The page
//! of the documentation that is made from the catalogue must be fresh; `--write` writes it.

mod catalogue;
mod page;
mod scan;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::{Outcome, workspace};
use catalogue::Requirement;
use scan::Mention;

/// Reads the catalogue and the tests, prints, and judges.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let (check, write) = match arguments {
        [] => (false, false),
        [only] if only == "--check" => (true, false),
        [only] if only == "--write" => (true, true),
        _ => return Err("usage: cargo xtask requirements [--check | --write]".to_owned()),
    };
    let catalogue = catalogue::read(&workspace::read(&workspace::root().join(catalogue::FILE))?)?;
    if write {
        page::write(&catalogue)?;
    }
    let mentions = scan::mentions()?;
    let report = Report::of(&catalogue, &mentions);
    if !check {
        print!("{}", report.table());
    }
    println!("{}", report.summary());
    let mut problems = report.problems();
    problems.extend(page::check(&catalogue).err());
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

/// The catalogue beside what was found.
struct Report<'a> {
    lines: Vec<(&'a Requirement, Vec<&'a str>)>,
    unknown: Vec<&'a Mention>,
}

impl<'a> Report<'a> {
    fn of(catalogue: &'a [Requirement], mentions: &'a [Mention]) -> Self {
        let mut places: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for mention in mentions {
            places.entry(&mention.id).or_default().push(&mention.place);
        }
        // Ids of other catalogues (the client's, the engine's) are none of our business; one of a family
        // that is here, but with a number that is not, is a slip.
        let family = |id: &'a str| id.rsplit_once('-').map_or(id, |(family, _)| family);
        let families: BTreeSet<&str> = catalogue.iter().map(|one| family(&one.id)).collect();
        let ids: BTreeSet<&str> = catalogue.iter().map(|one| one.id.as_str()).collect();
        let unknown = mentions
            .iter()
            .filter(|mention| families.contains(family(&mention.id)) && !ids.contains(mention.id.as_str()))
            .collect();
        let lines = catalogue
            .iter()
            .map(|one| (one, places.get(one.id.as_str()).cloned().unwrap_or_default()))
            .collect();
        Self { lines, unknown }
    }

    fn table(&self) -> String {
        let mut table = String::new();
        for (requirement, tests) in &self.lines {
            let Requirement { id, level, clause, sentence, proof, left_out } = requirement;
            table += &format!("{id}  {} ({clause}; {})  {sentence}\n", level.word(), proof.word());
            for test in tests {
                table += &format!("    {test}\n");
            }
            match left_out {
                Some(reason) => table += &format!("    left out: {reason}\n"),
                None if tests.is_empty() => table += "    no test\n",
                None => {}
            }
        }
        table
    }

    fn summary(&self) -> String {
        let count = |wanted: &dyn Fn(&Requirement, &[&str]) -> bool| {
            self.lines.iter().filter(|(one, tests)| wanted(one, tests)).count()
        };
        format!(
            "requirements: {} in the catalogue, {} named by tests; MUST and SHALL: {} of {}; left out with a reason: {}",
            self.lines.len(),
            count(&|_, tests| !tests.is_empty()),
            count(&|one, tests| one.level.binds() && !tests.is_empty()),
            count(&|one, _| one.level.binds()),
            count(&|one, _| one.left_out.is_some()),
        )
    }

    fn problems(&self) -> Vec<String> {
        let holes =
            self.lines.iter().filter(|(one, tests)| one.level.binds() && tests.is_empty()).map(|(one, _)| {
                format!(
                    "{} ({}, {}) is named by no test: {}",
                    one.id,
                    one.level.word(),
                    one.proof.word(),
                    one.sentence
                )
            });
        let slips = self.unknown.iter().map(|mention| {
            format!("{} names {}, which is not in {}", mention.place, mention.id, catalogue::FILE)
        });
        holes.chain(slips).collect()
    }
}
