//! Starting other programs.

use std::io::{BufRead, BufReader, IsTerminal};
use std::process::{Command, Stdio};
use std::thread;

use crate::{Outcome, workspace};

/// Whether to ask other programs for colours: a person is looking, and this is no build machine.
pub(crate) fn colours() -> bool {
    std::env::var_os("CI").is_none()
        && std::env::var_os("NO_COLOR").is_none()
        && std::io::stderr().is_terminal()
}

/// A program to be run in the workspace's root, without input.
pub(crate) fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(workspace::root()).stdin(Stdio::null());
    // Cargo describes our own crate to us in the environment; another cargo must not take it for its own.
    for (key, _) in std::env::vars_os() {
        let name = key.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST") || name == "CARGO_BIN_NAME" {
            command.env_remove(&key);
        }
    }
    command
}

/// Cargo, with colours as [`colours`] says.
pub(crate) fn cargo() -> Command {
    let name = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = program(&name);
    command.env("CARGO_TERM_COLOR", if colours() { "always" } else { "never" });
    command
}

/// Runs a program to its end, its output going where ours goes.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let shown = shown(command);
    let status = command.status().map_err(|error| format!("{shown} cannot be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{shown} ended with {status}")) }
}

/// Runs a program quietly and returns what it wrote to standard output.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let shown = shown(command);
    let output = command.output().map_err(|error| format!("{shown} cannot be started: {error}"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{shown} ended with {}\n{}", output.status, complaint.trim_end()));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("{shown} did not write UTF-8: {error}"))
}

/// Runs a program to its end, showing each line of its output as it comes, and returns the lines without
/// colours beside whether it succeeded.
pub(crate) fn watch(command: &mut Command) -> Outcome<(bool, Vec<String>)> {
    let shown = shown(command);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{shown} cannot be started: {error}"))?;
    let errors = child.stderr.take().map(|stream| thread::spawn(move || show(BufReader::new(stream))));
    let mut lines = child.stdout.take().map(|stream| show(BufReader::new(stream))).unwrap_or_default();
    if let Some(errors) = errors {
        lines.extend(errors.join().map_err(|_| format!("the output of {shown} could not be read"))?);
    }
    let status = child.wait().map_err(|error| format!("{shown} was lost: {error}"))?;
    Ok((status.success(), lines))
}

fn show(stream: impl BufRead) -> Vec<String> {
    let mut lines = Vec::new();
    for line in stream.split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).into_owned();
        eprintln!("{line}");
        lines.push(without_colours(&line));
    }
    lines
}

/// A line without its terminal escapes.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            for inner in letters.by_ref() {
                if inner.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            plain.push(letter);
        }
    }
    plain
}

/// The command line, for messages.
pub(crate) fn shown(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    if let Some((_, name)) = text.rsplit_once('/') {
        text = name.to_owned();
    }
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{output, program, shown, watch, without_colours};

    #[test]
    fn colours_are_taken_off() {
        assert_eq!(without_colours("\u{1b}[1;32m3 passed\u{1b}[0m, ok"), "3 passed, ok");
    }

    #[test]
    fn a_failure_carries_what_the_program_said() {
        let error = output(program("sh").args(["-c", "echo no such luck >&2; exit 3"])).unwrap_err();
        assert!(error.contains("no such luck") && error.contains('3'), "{error}");
    }

    #[test]
    fn both_streams_are_watched() {
        let (fine, lines) = watch(program("sh").args(["-c", "echo out; echo err >&2; exit 1"])).unwrap();
        assert!(!fine);
        assert_eq!(lines, ["out", "err"]);
    }

    #[test]
    fn a_program_is_shown_without_its_folder() {
        assert_eq!(shown(program("/usr/bin/env").arg("x")), "env x");
    }
}
