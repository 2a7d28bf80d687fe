//! Flags, environment and `provost.toml`, in this order of precedence.
//!
//! Every flag `--some-flag` is also the variable `PROVOST_SOME_FLAG` and the key `some-flag` of the file; where two
//! commands mean different things by one flag, the variable and the key begin with the command's name. The file's values become the flags' defaults,
//! so that one parser and one help text serve all three.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{CommandFactory, FromArgMatches};

use crate::cli::Cli;
use crate::failure::Failure;

/// Reads the command line. The inner error is clap's own, with its usage text.
///
/// # Errors
/// When the configuration file cannot be read or does not hold what it should.
pub(crate) fn parse(args: Vec<OsString>) -> Result<Result<Cli, clap::Error>, Failure> {
    let file = named_file(&args);
    let table = load(file)?;
    let known = known_flags(&Cli::command());
    if let Some(unknown) = table.keys().find(|key| !known.contains(&key.as_str().to_owned())) {
        let failure =
            Failure::input(format!("the configuration file has the key {unknown}, which is no flag"));
        return Err(failure.hint("keys are the long names of flags: data-dir, listen, public-url …"));
    }
    let command = with_defaults(Cli::command(), &table)?;
    Ok(command.try_get_matches_from(args).and_then(|matches| Cli::from_arg_matches(&matches)))
}

/// The file that `--config` or `PROVOST_CONFIG` names; else `provost.toml`, if there is one.
fn named_file(args: &[OsString]) -> Option<(PathBuf, bool)> {
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "--config" {
            return args.next().map(|f| (f.into(), true));
        }
        if let Some(file) = arg.to_str().and_then(|a| a.strip_prefix("--config=")) {
            return Some((file.into(), true));
        }
    }
    if let Some(file) = std::env::var_os("PROVOST_CONFIG").filter(|f| !f.is_empty()) {
        return Some((file.into(), true));
    }
    Some((PathBuf::from("provost.toml"), false))
}

/// A table of the file is the same as keys that begin with its name: `[branding]` `name` is `branding-name`.
fn flat(table: toml::Table) -> toml::Table {
    let mut out = toml::Table::new();
    for (key, value) in table {
        match value {
            toml::Value::Table(inner) => {
                out.extend(flat(inner).into_iter().map(|(name, value)| (format!("{key}-{name}"), value)));
            }
            value => {
                out.insert(key, value);
            }
        }
    }
    out
}

fn load(file: Option<(PathBuf, bool)>) -> Result<toml::Table, Failure> {
    let Some((path, required)) = file else { return Ok(toml::Table::new()) };
    match std::fs::read_to_string(&path) {
        Ok(text) => text.parse().map(flat).map_err(|e: toml::de::Error| {
            Failure::input(format!("{} is not valid TOML", path.display())).caused_by(&e)
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !required => Ok(toml::Table::new()),
        Err(error) => Err(Failure::file(&path, &error)),
    }
}

/// What a flag is called in the file: as its variable is, since two commands may have a flag of the same name.
pub(crate) fn key(arg: &clap::Arg) -> Option<String> {
    let variable =
        arg.get_env().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix("PROVOST_"));
    let named = variable.map(|name| name.to_ascii_lowercase().replace('_', "-"));
    named.or_else(|| arg.get_long().map(str::to_owned))
}

fn known_flags(command: &clap::Command) -> Vec<String> {
    let mine = command.get_arguments().filter_map(key);
    mine.chain(command.get_subcommands().flat_map(known_flags)).collect()
}

fn with_defaults(command: clap::Command, table: &toml::Table) -> Result<clap::Command, Failure> {
    let mut values = Vec::new();
    for (key, value) in table {
        let text = match value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(truth) => truth.to_string(),
            _ => {
                return Err(Failure::input(format!(
                    "{key} in the configuration file must be a text, number or truth value"
                )));
            }
        };
        values.push((key.clone(), text));
    }
    Ok(apply(command, &values))
}

fn apply(command: clap::Command, values: &[(String, String)]) -> clap::Command {
    command
        .mut_args(|arg| {
            let known = key(&arg);
            match values.iter().find(|(key, _)| known.as_ref() == Some(key)) {
                Some((_, value)) => arg.default_value(value.clone()),
                None => arg,
            }
        })
        .mut_subcommands(|sub| apply(sub, values))
}
