//! Help and version.

use super::run::{Run, command};

#[test]
fn help_explains_each_command_with_examples() {
    let folder = tempfile::tempdir().unwrap();
    let help = |args: &[&str]| Run::of(command(folder.path(), args).output().unwrap()).exits(0).stdout;
    insta::assert_snapshot!("help", help(&["entra", "--help"]));
    insta::assert_snapshot!("help-provision", help(&["entra", "provision", "--help"]));
    insta::assert_snapshot!("help-logs", help(&["entra", "logs", "--help"]));
    for command in [
        "test-connection",
        "provision",
        "diff",
        "on-demand",
        "status",
        "logs",
        "restart",
        "export-schema",
        "eval",
        "jwks",
        "serve",
        "script",
    ] {
        let text = help(&["entra", command, "--help"]);
        assert!(text.contains("Example"), "{command} has no example:\n{text}");
        for line in text.lines().filter(|line| line.trim_start().starts_with("[env: ")) {
            assert!(line.contains("PROVOST_"), "{command}: {line}");
        }
    }
}

#[test]
fn the_version_says_how_faithful_the_engine_is() {
    let folder = tempfile::tempdir().unwrap();
    let version = Run::of(command(folder.path(), &["entra", "--version"]).output().unwrap()).exits(0).stdout;
    let line = version.lines().last().unwrap();
    let (date, counts) = line.strip_prefix("behaviour as of ").unwrap().split_once(", ").unwrap();
    assert_eq!(date.len(), 10, "{line}");
    let numbers: Vec<u32> = counts.split([' ', ',']).filter_map(|word| word.parse().ok()).collect();
    assert!(numbers.len() == 2 && numbers[0] > numbers[1], "{line}");
    assert!(line.ends_with(" unverified"), "{line}");
}
