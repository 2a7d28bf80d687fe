//! `docs/reference/cli.md`, from the definitions that the program parses with.

use std::fmt::Write as _;

use clap::{Arg, ArgAction, Command, CommandFactory};

use super::{hold, table};
use crate::cli::Cli;

const INTRO: &str = "# Commands

Data goes to standard output, everything else to standard error. Every command knows `--help` and `--json`, which prints data as
JSON for programs. A command ends with exit code 0 when it is done, 1 when the input or the other side is at fault, 2 when
something failed that should not. This page is generated from the program.

Commands that touch the directory work on the data directory (`--data-dir`) directly, also while a server runs on it.
`--tenant` and `--connection` are `default` unless said otherwise.
";

#[test]
fn the_commands_page_is_fresh() {
    hold("cli", &page());
}

fn page() -> String {
    let command = Cli::command();
    let mut text = INTRO.to_owned();
    text.push_str("\n## Options of every command\n\n");
    text.push_str(&options(&command));
    for sub in command.get_subcommands().filter(|s| s.get_name() != "help") {
        section(&mut text, &format!("provost {}", sub.get_name()), sub, 2);
    }
    text
}

fn section(text: &mut String, path: &str, command: &Command, level: usize) {
    let about = command.get_long_about().or_else(|| command.get_about()).map(ToString::to_string);
    let _ = write!(text, "\n{} {path}\n\n{}\n", "#".repeat(level), full_stop(&about.unwrap_or_default()));
    if !command.has_subcommands() {
        let _ = write!(text, "\n```text\n{}\n```\n", usage(path, command));
    }
    let table = options(command);
    if !table.is_empty() {
        let _ = write!(text, "\n{table}");
    }
    if let Some(help) = command.get_after_help() {
        let help = help.to_string();
        let lines = help.lines().filter(|line| !line.starts_with("Example")).map(str::trim_start);
        let _ = write!(text, "\n```sh\n{}\n```\n", lines.collect::<Vec<_>>().join("\n"));
    }
    for sub in command.get_subcommands() {
        section(text, &format!("{path} {}", sub.get_name()), sub, level + 1);
    }
}

fn usage(path: &str, command: &Command) -> String {
    let mut text = path.to_owned();
    for arg in command.get_positionals() {
        let name = value_name(arg);
        let _ = if arg.is_required_set() { write!(text, " <{name}>") } else { write!(text, " [{name}]") };
    }
    for arg in own_flags(command).filter(|a| a.is_required_set()) {
        let _ = write!(text, " --{} <{}>", arg.get_long().unwrap_or_default(), value_name(arg));
    }
    text + " [OPTIONS]"
}

fn own_flags(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|a| a.get_long().is_some_and(|l| l != "help" && l != "version"))
}

fn options(command: &Command) -> String {
    let positional = command
        .get_positionals()
        .map(|arg| vec![format!("`<{}>`", value_name(arg)), help(arg), String::new()]);
    let flags = own_flags(command).map(|arg| {
        let long = arg.get_long().unwrap_or_default();
        let flag = if takes_value(arg) {
            format!("`--{long} <{}>`", value_name(arg))
        } else {
            format!("`--{long}`")
        };
        vec![flag, help(arg), default(arg)]
    });
    let rows: Vec<_> = positional.chain(flags).collect();
    if rows.is_empty() { String::new() } else { table(&["option", "what", "default"], rows) }
}

pub(super) fn takes_value(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Set | ArgAction::Append)
}

fn value_name(arg: &Arg) -> String {
    let name = arg.get_value_names().and_then(|n| n.first()).map(ToString::to_string);
    name.unwrap_or_else(|| arg.get_id().to_string()).to_uppercase()
}

/// What an argument is for, as a sentence.
pub(super) fn help(arg: &Arg) -> String {
    full_stop(&arg.get_help().map(ToString::to_string).unwrap_or_default())
}

fn full_stop(text: &str) -> String {
    if text.is_empty() || text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}

pub(super) fn default(arg: &Arg) -> String {
    if !takes_value(arg) {
        return String::new();
    }
    let values = arg.get_default_values().iter().map(|v| format!("`{}`", v.to_string_lossy()));
    values.collect::<Vec<_>>().join(", ")
}
