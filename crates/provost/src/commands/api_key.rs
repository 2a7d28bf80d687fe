//! `provost api-key`.

use serde_json::{Value, json};
use service::noun::ApiScope;
use service::{DEFAULT, KeyRow, NewKey, Operator};
use store::Actor;

use super::open;
use super::token::age;
use crate::cli::ApiKey as Command;
use crate::compose::Opened;
use crate::failure::Failure;
use crate::printer::{Printer, table};

/// Runs the subcommand.
pub(super) async fn run(command: Command, printer: Printer) -> Result<(), Failure> {
    match command {
        Command::Create { name, scope, tenant, expires, directory } => {
            let expires = expires.as_deref().map(age).transpose()?;
            let new = NewKey { name, scope: read_scope(&scope)?, expires };
            let opened = open(&directory).await?;
            let operator = at(&opened, tenant.as_deref()).await?;
            let created = opened.service.api_key_create(operator.as_ref(), &new).await?;
            let row = KeyRow { key: created.key, tenant };
            if printer.json {
                let mut value = as_json(&row);
                value["secret"] = json!(created.secret.expose());
                printer.value(&value);
            } else {
                printer.data(created.secret.expose());
                let opens =
                    row.tenant.as_ref().map_or("all tenants".to_owned(), |name| format!("tenant {name}"));
                let until = row
                    .key
                    .expires
                    .map_or_else(|| "does not expire".to_owned(), |at| format!("expires {at}"));
                printer.say(&format!(
                    "This API key opens {opens}, scope {}. It is shown only now; it {until}.",
                    scope_name(row.key.scope)
                ));
            }
            opened.close().await
        }
        Command::List { tenant, directory } => {
            let opened = open(&directory).await?;
            let operator = at(&opened, tenant.as_deref()).await?;
            let rows = opened.service.api_keys(operator.as_ref()).await?;
            if printer.json {
                printer.value(&Value::Array(rows.iter().map(as_json).collect()));
            } else {
                let lines = rows.iter().map(|row| {
                    vec![
                        row.key.id.clone(),
                        row.key.name.clone(),
                        row.tenant.clone().unwrap_or_else(|| "(all)".to_owned()),
                        scope_name(row.key.scope).to_owned(),
                        state(row),
                        row.key.last_used.map_or_else(|| "never".to_owned(), |at| at.to_string()),
                    ]
                });
                printer.data(&table(&["ID", "NAME", "TENANT", "SCOPE", "STATE", "LAST USED"], lines));
            }
            opened.close().await
        }
        Command::Revoke { id, directory } => {
            let opened = open(&directory).await?;
            let key = opened.service.api_key_revoke(None, &id).await?;
            if printer.json {
                printer.value(&as_json(&KeyRow { key, tenant: None }));
            } else {
                printer.say(&format!("API key {} ({}) is refused from now on", key.id, key.name));
            }
            opened.close().await
        }
    }
}

/// The tenant that a key is for.
async fn at(opened: &Opened, tenant: Option<&str>) -> Result<Option<Operator>, Failure> {
    match tenant {
        Some(name) => Ok(Some(opened.service.operator(Actor::Cli, name, DEFAULT).await?)),
        None => Ok(None),
    }
}

fn read_scope(text: &str) -> Result<ApiScope, Failure> {
    match text {
        "read" => Ok(ApiScope::Read),
        "write" => Ok(ApiScope::Write),
        "admin" => Ok(ApiScope::Admin),
        other => Err(Failure::input(format!("there is no scope \"{other}\""))
            .hint("the scopes are read (the default), write and admin")),
    }
}

fn scope_name(scope: ApiScope) -> &'static str {
    match scope {
        ApiScope::Read => "read",
        ApiScope::Write => "write",
        ApiScope::Admin => "admin",
    }
}

fn state(row: &KeyRow) -> String {
    match (row.key.revoked, row.key.expires) {
        (Some(at), _) => format!("revoked {at}"),
        (None, Some(at)) => format!("until {at}"),
        (None, None) => "live".to_owned(),
    }
}

fn as_json(row: &KeyRow) -> Value {
    let key = &row.key;
    json!({
        "id": key.id, "name": key.name, "tenant": row.tenant, "scope": scope_name(key.scope), "state": state(row),
        "created": key.created.to_string(),
        "expires": key.expires.map(|t| t.to_string()),
        "revoked": key.revoked.map(|t| t.to_string()),
        "last_used": key.last_used.map(|t| t.to_string()),
    })
}
