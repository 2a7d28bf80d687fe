//! `provost backup` and `provost restore`: a directory goes into one file and comes back.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what cannot be run fails the test")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// Exit code, stdout, stderr.
fn provost(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_provost"));
    command.args(args).current_dir(folder).env_clear();
    let output = command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

fn import(folder: &Path, from: u32, to: u32) {
    let mut csv = "userName,email\n".to_owned();
    for n in from..to {
        let _ = writeln!(csv, "p{n}@x.example,p{n}@x.example");
    }
    std::fs::write(folder.join("people.csv"), csv).unwrap();
    assert_eq!(provost(folder, &["learner", "import", "people.csv"]).0, 0);
}

fn learners(folder: &Path, data: &str) -> usize {
    let (code, out, err) = provost(folder, &["learner", "export", "--data-dir", data]);
    assert_eq!(code, 0, "{err}");
    out.lines().count() - 1
}

#[test]
fn a_directory_comes_back_as_it_was_when_it_was_copied() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let token = provost(here, &["token", "create", "--name", "entra"]).1;
    import(here, 0, 300);
    let (code, _, said) = provost(here, &["backup", "copy.db"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("holds the whole directory"), "{said}");
    import(here, 300, 400);
    let (code, _, said) = provost(here, &["restore", "copy.db", "--data-dir", "other"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!((learners(here, "provost-data"), learners(here, "other")), (400, 300));
    let handle = token.trim().split('_').nth(1).unwrap();
    assert!(
        provost(here, &["--json", "token", "list", "--data-dir", "other"]).1.contains("entra"),
        "{handle}"
    );
}

#[test]
fn nothing_is_ever_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    import(here, 0, 3);
    std::fs::write(here.join("letter.txt"), "dear reader").unwrap();
    let (code, _, said) = provost(here, &["backup", "letter.txt"]);
    assert_eq!(code, 1);
    assert!(said.contains("is there already"), "{said}");
    assert_eq!(std::fs::read_to_string(here.join("letter.txt")).unwrap(), "dear reader");
    assert_eq!(provost(here, &["backup", "copy.db"]).0, 0);
    let (code, _, said) = provost(here, &["restore", "copy.db"]);
    assert_eq!(code, 1);
    assert!(said.contains("hint: stop the server"), "{said}");
    let (code, _, said) = provost(here, &["backup", "nowhere/copy.db"]);
    assert_eq!(code, 1);
    assert!(said.contains("nowhere"), "{said}");
}

#[test]
fn what_is_no_backup_is_not_restored() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    std::fs::write(
        here.join("letter.txt"),
        "dear reader, this is longer than the head of a database is, and no database",
    )
    .unwrap();
    let (code, _, said) = provost(here, &["restore", "letter.txt", "--data-dir", "other"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("not a database"), "{said}");
    let left: Vec<_> = std::fs::read_dir(here.join("other")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    let (code, _, said) = provost(here, &["restore", "none.db", "--data-dir", "other"]);
    assert_eq!(code, 1);
    assert!(said.contains("there is no none.db"), "{said}");
}

#[test]
fn on_postgresql_both_say_what_to_use_instead() {
    let folder = tempfile::tempdir().unwrap();
    let url = ["--database-url", "postgres://nobody:secret@127.0.0.1:1/none"];
    let (code, _, said) = provost(folder.path(), &[&["backup", "copy.db"][..], &url].concat());
    assert!(code == 1 && said.contains("pg_dump") && !said.contains("secret"), "{said}");
    let (code, _, said) = provost(folder.path(), &[&["restore", "copy.db"][..], &url].concat());
    assert!(code == 1 && said.contains("pg_restore"), "{said}");
}
