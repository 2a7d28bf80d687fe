//! The steps of `cargo xtask test`.

use super::{Step, Tally, browser, conformance, description, tools};
use crate::{command, layers, lint, requirements};

/// All steps, in order: what fails fast comes first.
pub(super) const STEPS: &[Step] = &[
    Step { name: "layers", what: "the arrows between crates", needs: None, run: || Tally::of(layers::run()) },
    Step {
        name: "lint",
        what: "format, clippy, file lengths, forbidden texts",
        needs: None,
        run: || Tally::of(lint::run()),
    },
    Step {
        name: "requirements",
        what: "every MUST and SHALL is named by a test",
        needs: None,
        run: || Tally::of(requirements::run(&["--check".to_owned()])),
    },
    Step { name: "tests", what: "all tests of all crates", needs: None, run: tests },
    Step {
        name: "postgres",
        what: "the backend on PostgreSQL, and the front-door tests on it",
        needs: Some("postgres"),
        run: postgres,
    },
    Step {
        name: "nginx",
        what: "the documented nginx in front of a server",
        needs: Some("nginx"),
        run: nginx,
    },
    Step {
        name: "foreign",
        what: "SCIM servers that others wrote, provisioned by the engine",
        needs: Some("foreign"),
        run: foreign,
    },
    Step { name: "fuzz-seeds", what: "every seed through its fuzz target", needs: None, run: fuzz_seeds },
    Step { name: "doc-tests", what: "the examples in the documentation", needs: None, run: doc_tests },
    Step { name: "demo", what: "the main job, start to end", needs: None, run: demo },
    Step {
        name: "conformance",
        what: "scim2-tester against a running server",
        needs: None,
        run: || conformance::run().unwrap_or_else(|problem| Tally::of(Err(problem))),
    },
    Step {
        name: "api",
        what: "schemathesis against the REST API's description",
        needs: None,
        run: || description::run().unwrap_or_else(|problem| Tally::of(Err(problem))),
    },
    Step {
        name: "browser",
        what: "Chromium through console and setup page",
        needs: Some("browser"),
        run: || browser::run().unwrap_or_else(|problem| Tally::of(Err(problem))),
    },
];

/// The crate whose tests need PostgreSQL.
const ON_POSTGRES: &str = "provost-store-postgres";

/// Front-door tests that need nginx.
const WITH_NGINX: &str = "nginx::";

/// Front-door tests that need the servers that others wrote.
const WITH_FOREIGN: &str = "foreign::";

/// Front-door tests that are about the embedded database's file, or not about a database at all.
const ABOUT_FILES: &[&str] = &["durability::kill", "durability::power", "nginx", "foreign"];

fn tests() -> Tally {
    if let Err(problem) = tools::shell() {
        return Tally::of(Err(problem));
    }
    let mut command = command::cargo();
    if tools::nextest() {
        command.args([
            "nextest",
            "run",
            "--workspace",
            "--exclude",
            ON_POSTGRES,
            "--locked",
            "--no-fail-fast",
        ]);
        let filter = format!("not test(/^({WITH_NGINX}|{WITH_FOREIGN})/)");
        counted(command.args(["-E", &filter, "--color", colour()]), nextest_counts)
    } else {
        command.args(["test", "--workspace", "--exclude", ON_POSTGRES, "--all-targets", "--locked"]);
        counted(
            command.args(["--no-fail-fast", "--", "--skip", WITH_NGINX, "--skip", WITH_FOREIGN]),
            libtest_counts,
        )
    }
}

fn nginx() -> Tally {
    if let Err(problem) = tools::nginx() {
        return Tally::of(Err(problem));
    }
    let arguments = ["test", "-p", "tests", "--lib", "--locked", "--quiet", "--", WITH_NGINX];
    counted(command::cargo().args(arguments), libtest_counts)
}

fn foreign() -> Tally {
    let build = || command::run(command::cargo().args(["build", "-p", "provost", "--locked", "--quiet"]));
    if let Err(problem) = tools::foreign().and_then(|()| build()) {
        return Tally::of(Err(problem));
    }
    let arguments = ["test", "-p", "tests", "--lib", "--locked", "--quiet", "--", WITH_FOREIGN];
    counted(command::cargo().args(arguments), libtest_counts)
}

fn postgres() -> Tally {
    if let Err(problem) = tools::postgres() {
        return Tally::of(Err(problem));
    }
    // Nodes are processes of the real program.
    if let Err(problem) =
        command::run(command::cargo().args(["build", "-p", "provost", "--locked", "--quiet"]))
    {
        return Tally::of(Err(problem));
    }
    let mut command = command::cargo();
    command.env("PROVOST_TEST_DATABASE", "postgres");
    if tools::nextest() {
        command.args(["nextest", "run", "-p", ON_POSTGRES, "-p", "tests", "--locked", "--no-fail-fast"]);
        let filter = format!("not test(/^({})::/)", ABOUT_FILES.join("|"));
        counted(command.args(["-E", &filter, "--color", colour()]), nextest_counts)
    } else {
        command.args([
            "test",
            "-p",
            ON_POSTGRES,
            "-p",
            "tests",
            "--all-targets",
            "--locked",
            "--no-fail-fast",
        ]);
        command.arg("--").args(ABOUT_FILES.iter().flat_map(|name| ["--skip", *name]));
        counted(&mut command, libtest_counts)
    }
}

fn colour() -> &'static str {
    if command::colours() { "always" } else { "never" }
}

fn fuzz_seeds() -> Tally {
    let arguments = ["test", "--manifest-path", "fuzz/Cargo.toml", "--lib", "--quiet"];
    counted(command::cargo().args(arguments), libtest_counts)
}

fn doc_tests() -> Tally {
    counted(command::cargo().args(["test", "--workspace", "--doc", "--locked", "--quiet"]), libtest_counts)
}

fn demo() -> Tally {
    let arguments =
        ["run", "--release", "--locked", "--quiet", "--package", "provost", "--", "demo", "--exit"];
    Tally::of(command::run(command::cargo().args(arguments)))
}

/// Runs a test program and reads its counts from what it prints.
fn counted(command: &mut std::process::Command, counts: fn(&[String]) -> (usize, usize)) -> Tally {
    let shown = command::shown(command);
    match command::watch(command) {
        Err(problem) => Tally::of(Err(problem)),
        Ok((fine, lines)) => {
            let (passed, failed) = counts(&lines);
            let problem = (!fine || failed > 0).then(|| format!("{shown} failed"));
            Tally { passed, failed: if problem.is_some() { failed.max(1) } else { 0 }, problem }
        }
    }
}

/// From nextest's last line: `Summary [   0.140s] 6 tests run: 5 passed (1 slow), 1 failed, 0 skipped`.
pub(super) fn nextest_counts(lines: &[String]) -> (usize, usize) {
    let summary = lines.iter().rev().find(|line| line.contains("Summary [") && line.contains("run:"));
    let summary = summary.map(String::as_str).unwrap_or_default();
    (
        number_before(summary, " passed"),
        number_before(summary, " failed") + number_before(summary, " timed out"),
    )
}

/// From the standard harness: `test result: ok. 3 passed; 0 failed; …`, one for each program.
pub(super) fn libtest_counts(lines: &[String]) -> (usize, usize) {
    lines.iter().filter(|line| line.starts_with("test result: ")).fold((0, 0), |(passed, failed), line| {
        (passed + number_before(line, " passed"), failed + number_before(line, " failed"))
    })
}

fn number_before(text: &str, word: &str) -> usize {
    let before = text.find(word).map(|at| &text[..at]).unwrap_or_default();
    let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    before[before.len() - digits..].parse().unwrap_or(0)
}
