//! `cargo xtask sample-organisation`: writes `samples/organisation.json`, the made-up customer that the
//! demo and the tests provision. The same program gives the same bytes, always; the file is checked in
//! so that it can be read, and a test keeps the two equal.
//!
//! The form is a JSON object of Microsoft Graph resources: `users`, each with `manager: {"id"}`, and
//! `groups`, each with `members: [{"id"}]`. There is no `appRoleAssignedTo`, so everyone is assigned.

mod groups;
mod names;
mod people;
mod seed;
#[cfg(test)]
mod tests;

use std::fs;

use serde_json::Value;

use crate::Outcome;
use crate::workspace;

/// The file, relative to the workspace.
pub(crate) const FILE: &str = "samples/organisation.json";

/// The domain of the organisation. `.example` is reserved and never resolves.
const DOMAIN: &str = "contoso-learning.example";

/// Writes the file.
pub(crate) fn run() -> Outcome {
    let path = workspace::root().join(FILE);
    let text = generate();
    fs::write(&path, &text).map_err(|error| format!("{FILE} cannot be written: {error}"))?;
    println!("{FILE}: {} people, {} groups, {} bytes", people::COUNT, groups::all().len(), text.len());
    Ok(())
}

/// The text of the file: one resource a line, so that a change reads well as a diff.
pub(crate) fn generate() -> String {
    let mut text = String::from("{\n\"users\": [\n");
    push_lines(&mut text, &people::all());
    text.push_str("],\n\"groups\": [\n");
    push_lines(&mut text, &groups::all());
    text.push_str("]\n}\n");
    text
}

fn push_lines(text: &mut String, resources: &[Value]) {
    for (index, resource) in resources.iter().enumerate() {
        text.push_str(&resource.to_string());
        text.push_str(if index + 1 < resources.len() { ",\n" } else { "\n" });
    }
}
