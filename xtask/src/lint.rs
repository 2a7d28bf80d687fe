//! `cargo xtask lint`: form. What the compiler and clippy can say they say; the rest is here.

#[cfg(test)]
mod tests;

use std::path::Path;

use crate::{Outcome, command, workspace};

/// A Rust file may not be longer than this many lines.
const MOST_LINES: usize = 500;
/// From this many lines on it is told that it is growing.
const MANY_LINES: usize = 400;

/// Texts that no Rust file may hold, and why. Written in two pieces, so that this file may hold them.
const FORBIDDEN: &[(&str, &str)] = &[
    (concat!("to", "do!("), "unfinished code does not land"),
    (concat!("unimpl", "emented!("), "unfinished code does not land"),
    (concat!("#[", "ignore"), "a test that does not run proves nothing; fix it or remove it"),
    (concat!("db", "g!("), "left over from debugging"),
    (concat!("#[al", "low("), "use #[expect(…, reason = \"…\")], which tells when it is no longer needed"),
    (concat!("#![al", "low("), "use #![expect(…, reason = \"…\")], which tells when it is no longer needed"),
];

/// Texts that no file may hold: places on somebody's machine.
const PLACES: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/tm", "p/"),
    concat!("/ho", "me/"),
    concat!("/ro", "ot/."),
    concat!("../sha", "red"),
];

/// Kinds of text file that are searched for [`PLACES`].
const TEXTS: &[&str] =
    &["rs", "toml", "md", "json", "py", "sql", "html", "css", "js", "yml", "yaml", "snap", "sh"];

/// The manifest that is no part of the workspace.
const FUZZ: &str = "fuzz/Cargo.toml";

/// Formatting, clippy, then our own rules; all of our own findings are reported at once.
pub(crate) fn run() -> Outcome {
    for manifest in ["Cargo.toml", FUZZ] {
        command::run(command::cargo().args(["fmt", "--all", "--manifest-path", manifest, "--", "--check"]))
            .map_err(|error| format!("{error}: run `cargo fmt --all --manifest-path {manifest}`"))?;
    }
    command::run(command::cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--quiet",
        "--",
        "-D",
        "warnings",
    ]))?;
    let fuzz = ["clippy", "--manifest-path", FUZZ, "--lib", "--tests", "--quiet", "--", "-D", "warnings"];
    command::run(command::cargo().args(fuzz))?;
    own_rules()
}

/// The rules that no tool knows.
fn own_rules() -> Outcome {
    let mut problems = Vec::new();
    let mut checked = 0;
    for path in workspace::files("", |path| workspace::has_extension(path, TEXTS))? {
        let text = workspace::read(&path)?;
        let shown = workspace::shown(&path);
        if workspace::has_extension(&path, &["rs"]) {
            let lines = text.lines().count();
            if lines > MANY_LINES && lines <= MOST_LINES {
                eprintln!("warning: {shown} has {lines} lines; about {MANY_LINES} is where to split");
            }
        }
        problems.extend(problems_of(&path, &shown, &text));
        checked += 1;
    }
    if problems.is_empty() {
        println!("lint: {checked} files");
        Ok(())
    } else {
        Err(problems.join("\n"))
    }
}

/// What is wrong with one file.
fn problems_of(path: &Path, shown: &str, text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let rust = workspace::has_extension(path, &["rs"]);
    if rust && text.lines().count() > MOST_LINES {
        problems
            .push(format!("{shown} has {} lines: split it, {MOST_LINES} is the most", text.lines().count()));
    }
    for (number, line) in text.lines().enumerate() {
        if rust {
            for (forbidden, reason) in FORBIDDEN.iter().filter(|(forbidden, _)| line.contains(forbidden)) {
                problems.push(format!("{shown}:{}: {forbidden}: {reason}", number + 1));
            }
        }
        for place in PLACES.iter().filter(|place| line.contains(**place)) {
            problems.push(format!("{shown}:{}: {place} is a place on one machine", number + 1));
        }
    }
    problems
}
