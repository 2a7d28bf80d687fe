//! Every command in the documentation is run: blocks marked `console`, page by page, each page in a folder of its own.
//!
//! A line that begins with `$ ` is a command for the shell; the lines after it, up to the next one, are what it prints,
//! where `…` stands for anything. `provost serve` runs on in the background, on a free port in place of 8080, until the
//! page is done. A command ends with 0, unless the next one is `echo $?`, which shows how it ended. A block of another kind
//! whose head also names a file (`csv people.csv`) puts that file into the folder. `PROVOST_PAGE=how-to/reh` runs the pages
//! with that in their path alone.
//!
//! Blocks marked `sh` are shown and not run: what they need is no test's to have. Their pages are listed with the reason, and
//! each command of Provost in them must at least be one that the program takes.

#![expect(clippy::unwrap_used, reason = "what cannot be run fails the test")]

mod page;
mod shell;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use page::Page;

fn pages() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_command_in_the_documentation_works() {
    let mut problems = Vec::new();
    let mut commands = 0;
    let only = std::env::var("PROVOST_PAGE").ok();
    for path in pages() {
        if only.as_ref().is_some_and(|only| !path.to_string_lossy().contains(only.as_str())) {
            continue;
        }
        let page = Page::read(&std::fs::read_to_string(&path).unwrap());
        commands += page.commands.len();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        problems.extend(shell::run(&page).into_iter().map(|problem| format!("{name}: {problem}")));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
    assert!(only.is_some() || commands > 60, "only {commands} commands were found");
}

/// Pages that show commands which are not run, and why.
const SHOWN_ONLY: [(&str, &str); 9] = [
    ("README.md", "the first steps of a checkout, and an application's address"),
    ("docs/how-to/script-the-set-up.md", "needs the Azure CLI; tests/src/engine/graph runs the script"),
    ("docs/operations.md", "needs databases elsewhere; tests/src/durability moves between such"),
    ("docs/performance.md", "needs a checkout and hours"),
    (
        "docs/put-it-on-the-internet.md",
        "needs a name, its certificate, and port 443; tests/src/nginx.rs runs the proxy",
    ),
    ("docs/quick-start.md", "the first steps of a checkout"),
    ("docs/reference/cli.md", "made from the program's own help"),
    ("docs/reference/configuration.md", "made from the program's own settings"),
    ("docs/scale.md", "needs a checkout and hours"),
];

#[test]
fn commands_that_are_only_shown_are_ones_that_the_program_takes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let mut all = pages();
    all.push(root.join("README.md"));
    let (mut found, mut checked) = (BTreeSet::new(), 0);
    for path in all {
        let page = Page::read(&std::fs::read_to_string(&path).unwrap());
        let path = path.canonicalize().unwrap();
        let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        if page.shown.is_empty() || name.starts_with("docs/decisions/") {
            continue;
        }
        for line in page.shown.iter().filter_map(|line| shell::of_provost(line)) {
            checked += 1;
            assert!(shell::is_taken(&line), "{name}: the program does not take this: {line}");
        }
        found.insert(name);
    }
    assert_eq!(found, SHOWN_ONLY.map(|(page, _)| page.to_owned()).into());
    assert!(checked > 30, "only {checked} commands were found");
    assert!(!shell::is_taken("provost entra provision --sorce x") && !shell::is_taken("provost sevre"));
}

#[test]
fn what_is_printed_is_compared_with_gaps() {
    let agree = |wanted: &str, printed: &str| page::agrees(wanted, printed);
    assert!(agree("pvt_…", "pvt_abc_def") && agree("…b…d", "a b c d") && agree("a  b", " a b "));
    assert!(!agree("pvt_…", "xpvt_abc") && !agree("a", "a b") && !agree("a…c", "a b"));
}

#[test]
fn a_page_is_commands_with_output_and_files() {
    let page = Page::read(
        "# T\n\n```csv people.csv\na,b\n```\n\n1. x\n\n   ```console\n   $ provost a\n   out\n   $ b\n   ```\n\n```sh\n$ no\n```\n",
    );
    assert_eq!(page.files, [("people.csv".to_owned(), "a,b\n".to_owned())]);
    let commands: Vec<_> = page.commands.iter().map(|c| (c.line.as_str(), c.printed.len())).collect();
    assert_eq!(commands, [("provost a", 1), ("b", 0)]);
}
