//! `docs/reference/configuration.md`: every key, variable and flag.

use std::collections::BTreeMap;

use clap::{Command, CommandFactory};

use super::cli::{default, help, takes_value};
use super::{hold, table};
use crate::cli::Cli;

const INTRO: &str = "# Configuration

Say it with a flag, an environment variable, or a key in `provost.toml`; the flag wins over the variable, and the variable over the
file. There is nothing that must be configured: every setting has a default.

## The file

`provost.toml` in the working directory is read when it is there; `--config FILE` or `PROVOST_CONFIG` names another. Its keys are
the long names of flags; where two commands mean different things by one flag, the key begins with the command's name (`entra-dialect`). An unknown key is refused, so that a typing mistake does not go unnoticed.

```toml provost.toml
data-dir = \"data\"
listen = \"127.0.0.1:8080\"
public-url = \"https://scim.example.com\"
log = \"info\"
```

```console
$ provost tenant list
…default…
$ ls data
…provost.db…
```

The same as environment variables:

```sh
PROVOST_DATA_DIR=/var/lib/provost PROVOST_LISTEN=127.0.0.1:8080 PROVOST_PUBLIC_URL=https://scim.example.com provost serve
```

## Every key

";

const SETTINGS: &str = "
## Settings of tenants and connections

Dialect, groups, adoption policy, identity policy, guard and quirks are not in the file: they belong to a connection and are kept in the
database. Set them with `provost tenant set` or `provost connection set`; see [Commands](cli.md).

## Fixed limits

These cannot be configured yet.

| what | limit |
|---|---|
| request body | 8 MiB |
| results on a page | 100, at most 1000 |
| operations in one bulk request | 1000 |
| operations in one PATCH | 1000 |
| time that a search may take when no index serves it | 5 seconds |
| age of a page cursor | 1 hour |
| time in which removed learners and groups can be restored | 30 days |
| time for which events are kept | 90 days |
| connections at once | 10,000 |
| time in which a request head must arrive | 30 seconds |
| time that requests under way get when the server stops | 10 seconds |
";

#[test]
fn the_configuration_page_is_fresh() {
    let mut keys = BTreeMap::new();
    collect(&Cli::command(), "", &mut keys);
    let rows = keys.into_values().map(|entry| {
        let of = shorten(&entry.commands).map_or_else(String::new, |of| format!(" Of {of}."));
        vec![entry.names, entry.defaults.join(" or "), format!("{}{of}", entry.what)]
    });
    let text = table(&["key, and variable", "default", "what"], rows);
    hold("configuration", &format!("{INTRO}{text}{SETTINGS}"));
}

/// The limits that the page names are those of the code.
#[test]
fn the_fixed_limits_are_those_of_the_code() {
    let config = service::Config::new("http://localhost");
    let limits = &config.limits;
    assert_eq!((limits.body, limits.default_page, limits.max_page), (8 * 1024 * 1024, 100, 1000));
    assert_eq!((limits.bulk_operations, limits.patch_operations), (1000, 1000));
    assert_eq!((limits.scan.as_secs(), limits.cursor_age.as_secs()), (5, 3600));
    let day = 24 * 3600;
    assert_eq!((config.retention.as_secs(), config.events_kept.as_secs()), (30 * day, 90 * day));
    let options = provost_http::ServerOptions::plain(([127, 0, 0, 1], 0).into());
    assert_eq!(
        (options.connections, options.head_timeout.as_secs(), options.drain.as_secs()),
        (10_000, 30, 10)
    );
}

/// A key with everything that has it.
struct Entry {
    names: String,
    /// Two commands may have defaults of their own.
    defaults: Vec<String>,
    what: String,
    commands: Vec<String>,
}

fn collect(command: &Command, path: &str, keys: &mut BTreeMap<String, Entry>) {
    for arg in command.get_arguments() {
        let Some(long) = arg.get_long().filter(|l| *l != "help" && *l != "version") else { continue };
        let Some(key) = crate::settings::key(arg) else { continue };
        let default = if takes_value(arg) { default(arg) } else { "`false`".to_owned() };
        let entry = keys.entry(key).or_insert_with_key(|key| {
            let flag = if key == long { String::new() } else { format!(", `--{long}`") };
            let variable = arg.get_env().map(|e| format!(", `{}`", e.to_string_lossy())).unwrap_or_default();
            let names = format!("`{key}`{flag}{variable}");
            Entry { names, defaults: Vec::new(), what: help(arg), commands: Vec::new() }
        });
        if !default.is_empty() && !entry.defaults.contains(&default) {
            entry.defaults.push(default);
        }
        entry.commands.push(path.to_owned());
    }
    for sub in command.get_subcommands() {
        collect(sub, format!("{path} {}", sub.get_name()).trim(), keys);
    }
}

/// Commands that have a flag; nothing when every one has, or very many.
fn shorten(commands: &[String]) -> Option<String> {
    let many = commands.len() > 5 || commands.iter().any(String::is_empty);
    (!many).then(|| commands.iter().map(|c| format!("`{c}`")).collect::<Vec<_>>().join(", "))
}
