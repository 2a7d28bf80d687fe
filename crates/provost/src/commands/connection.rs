//! `provost connection`, and the settings it shares with `tenant`.

mod leftovers;

use serde_json::{Value, json};
use service::{ConnectionChange, NewConnection, Operator, Service};
use store::{Adopt, Connection, ConnectionKind, GuardPolicy, IdentityPolicy, MissingMembers};

use super::at;
use crate::cli::{Connection as Command, ConnectionSettings, Switch};
use crate::failure::Failure;
use crate::printer::{Printer, table};

/// Runs the subcommand.
pub(super) async fn run(command: Command, printer: Printer) -> Result<(), Failure> {
    match command {
        Command::Create { name, settings, scope } => {
            let kind = settings.kind.as_deref().map(kind).transpose()?;
            let groups = settings.groups != Some(Switch::Off);
            let (opened, operator) = at(&scope).await?;
            let new = NewConnection { name, kind, dialect: settings.dialect.clone(), groups };
            let created = opened.service.connection_create(&operator, &new).await?;
            let operator = opened.service.operator(store::Actor::Cli, &scope.tenant, &created.name).await?;
            let connection = match change(&settings, &created)? {
                Some(change) => opened.service.connection_set(&operator, &change).await?,
                None => created,
            };
            show(printer, &connection);
            opened.close().await
        }
        Command::List { scope } => {
            let (opened, operator) = at(&scope).await?;
            let connections = opened.service.connections(&operator).await?;
            if printer.json {
                printer.value(&Value::Array(connections.iter().map(as_json).collect()));
            } else {
                printer.data(&rows(&connections));
            }
            opened.close().await
        }
        Command::Set { settings, scope } => {
            let (opened, operator) = at(&scope).await?;
            let Some(change) = change(&settings, &operator.connection)? else {
                return Err(Failure::input("nothing to set").hint("see `provost connection set --help`"));
            };
            let connection = opened.service.connection_set(&operator, &change).await?;
            show(printer, &connection);
            opened.close().await
        }
        Command::Pause { scope } => {
            let (opened, operator) = at(&scope).await?;
            let connection = opened.service.connection_pause(&operator).await?;
            show(printer, &connection);
            opened.close().await
        }
        Command::Resume { scope } => {
            let (opened, operator) = at(&scope).await?;
            let connection = opened.service.connection_resume(&operator).await?;
            show(printer, &connection);
            opened.close().await
        }
        Command::Leftovers { policy, limit, after_learner, scope } => {
            leftovers::run(policy, limit, after_learner.as_deref(), &scope, printer).await
        }
    }
}

/// Switches group provisioning, and nothing else.
pub(super) async fn set_groups(service: &Service, operator: &Operator, on: bool) -> Result<(), Failure> {
    let change = ConnectionChange { groups: Some(on), ..ConnectionChange::default() };
    service.connection_set(operator, &change).await?;
    Ok(())
}

/// What the flags change about a connection; `None` when they say nothing.
pub(super) fn change(
    settings: &ConnectionSettings,
    current: &Connection,
) -> Result<Option<ConnectionChange>, Failure> {
    let guard = (settings.guard_floor.is_some() || settings.guard_percent.is_some()).then(|| GuardPolicy {
        floor: settings.guard_floor.unwrap_or(current.policies.guard.floor),
        percent: settings.guard_percent.unwrap_or(current.policies.guard.percent),
    });
    let change = ConnectionChange {
        dialect: settings.dialect.clone(),
        kind: settings.kind.as_deref().map(kind).transpose()?,
        quirks: settings.quirks.iter().map(|q| quirk(q)).collect::<Result<_, _>>()?,
        groups: settings.groups.map(|s| s == Switch::On),
        adopt: settings.adopt.as_deref().map(adopt).transpose()?,
        identity: settings.identity.as_deref().map(identity).transpose()?,
        members: settings.missing_members.as_deref().map(missing_members).transpose()?,
        guard,
        trace: settings.trace.as_deref().map(super::token::age).transpose()?,
        revision: None,
    };
    Ok((change != ConnectionChange::default()).then_some(change))
}

/// `NAME=on`, `NAME=off`, or `NAME=default` for the dialect's own.
fn quirk(text: &str) -> Result<(String, Option<bool>), Failure> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let on = match value {
        "on" => Some(true),
        "off" => Some(false),
        "default" => None,
        _ => {
            return Err(
                Failure::input(format!("--quirk {text}")).hint("write NAME=on, NAME=off or NAME=default")
            );
        }
    };
    Ok((name.to_owned(), on))
}

fn kind(text: &str) -> Result<ConnectionKind, Failure> {
    word(
        text,
        "kind",
        &[
            ("entra", ConnectionKind::Entra),
            ("okta", ConnectionKind::Okta),
            ("google", ConnectionKind::Google),
            ("generic", ConnectionKind::Generic),
        ],
    )
}

fn adopt(text: &str) -> Result<Adopt, Failure> {
    word(text, "adopt", &[("username", Adopt::Username), ("email", Adopt::Email), ("never", Adopt::Never)])
}

fn identity(text: &str) -> Result<IdentityPolicy, Failure> {
    word(text, "identity", &[("flag", IdentityPolicy::Flag), ("refuse", IdentityPolicy::Refuse)])
}

fn missing_members(text: &str) -> Result<MissingMembers, Failure> {
    word(text, "missing-members", &[("refuse", MissingMembers::Refuse), ("skip", MissingMembers::Skip)])
}

fn word<T: Copy>(text: &str, flag: &str, words: &[(&str, T)]) -> Result<T, Failure> {
    words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        Failure::input(format!("--{flag} {text} is not known"))
            .hint(format!("it is one of: {}", known.join(", ")))
    })
}

fn show(printer: Printer, connection: &Connection) {
    if printer.json {
        printer.value(&as_json(connection));
    } else {
        printer.data(&rows(std::slice::from_ref(connection)));
    }
}

fn rows(connections: &[Connection]) -> String {
    let rows = connections.iter().map(|c| {
        let on = if c.groups { "on" } else { "off" };
        let state = if c.paused.is_some() { "paused" } else { "works" };
        let quirks: Vec<String> =
            c.quirks.iter().map(|(n, on)| format!("{n}={}", if *on { "on" } else { "off" })).collect();
        vec![c.name.clone(), c.dialect.clone(), quirks.join(" "), on.into(), state.into(), c.handle.clone()]
    });
    table(&["NAME", "DIALECT", "QUIRKS", "GROUPS", "STATE", "HANDLE"], rows)
}

/// A connection as data.
pub(super) fn as_json(connection: &Connection) -> Value {
    serde_json::to_value(connection).unwrap_or_else(|_| json!({"name": connection.name}))
}
