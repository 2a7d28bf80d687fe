//! `provost tenant`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use service::{DEFAULT, Extends, NewSetupLink, NewTenant, Operator, Service, TenantChange, TenantSummary};
use store::Actor;

use super::token::age;
use super::{checked_url, connection, open};
use crate::cli::{Switch, Tenant as Command};
use crate::compose;
use crate::failure::Failure;
use crate::printer::{Printer, table};

/// Tenants listed per step.
const PAGE: u32 = 500;

/// Runs the subcommand.
pub(super) async fn run(command: Command, printer: Printer) -> Result<(), Failure> {
    match command {
        Command::Create { name, display_name, settings, directory } => {
            let opened = open(&directory).await?;
            let groups = settings.groups != Some(Switch::Off);
            let new =
                NewTenant { name: name.clone(), display_name, dialect: settings.dialect.clone(), groups };
            opened.service.tenant_create(&new).await?;
            let operator = opened.service.operator(Actor::Cli, &name, DEFAULT).await?;
            if let Some(change) = connection::change(&settings, &operator.connection)? {
                opened.service.connection_set(&operator, &change).await?;
            }
            show(printer, &opened.service.tenant_show(&operator).await?);
            opened.close().await
        }
        Command::List { directory } => {
            let opened = open(&directory).await?;
            let mut all: Vec<TenantSummary> = Vec::new();
            loop {
                let after = all.last().map(|t| t.tenant.name.clone());
                let some = opened.service.tenants(after.as_deref(), PAGE).await?;
                let last = some.len() < PAGE as usize;
                all.extend(some);
                if last {
                    break;
                }
            }
            if printer.json {
                printer.value(&Value::Array(all.iter().map(as_json).collect()));
            } else {
                printer.data(&rows(&all));
            }
            opened.close().await
        }
        Command::Show { name, directory } => {
            let opened = open(&directory).await?;
            let operator = opened.service.operator(Actor::Cli, &name, DEFAULT).await?;
            show(printer, &opened.service.tenant_show(&operator).await?);
            opened.close().await
        }
        Command::Set { name, display_name, settings, schemas, drop_schemas, directory } => {
            let opened = open(&directory).await?;
            let operator = opened.service.operator(Actor::Cli, &name, DEFAULT).await?;
            if display_name.is_some() {
                let change = TenantChange { display_name, ..TenantChange::default() };
                opened.service.tenant_set(&operator, &change).await?;
            }
            for file in &schemas {
                load_schema(&opened.service, &operator, file, printer).await?;
            }
            for schema in &drop_schemas {
                opened.service.schema_drop(&operator, schema).await?;
                printer.say(&format!("{schema} is dropped"));
            }
            if let Some(change) = connection::change(&settings, &operator.connection)? {
                opened.service.connection_set(&operator, &change).await?;
            }
            show(printer, &opened.service.tenant_show(&operator).await?);
            opened.close().await
        }
        Command::SetupLink { name, connection, whom, life, public_url, directory } => {
            let opened = compose::open(&directory, &checked_url(&public_url)?).await?;
            let operator = opened.service.operator(Actor::Cli, &name, &connection).await?;
            let expires = life.as_deref().map(age).transpose()?;
            let made =
                opened.service.setup_link_create(&operator, &NewSetupLink { name: whom, expires }).await?;
            if printer.json {
                printer.value(&json!({
                    "url": made.url.expose(), "id": made.link.id, "name": made.link.name,
                    "expires": made.link.expires.to_string(),
                }));
            } else {
                printer.data(made.url.expose());
                printer.say(&format!(
                    "For the customer's administrator, until {}. Whoever has it can make Secret Tokens.",
                    made.link.expires
                ));
            }
            opened.close().await
        }
        Command::Delete { name, confirm, directory } => {
            if name != confirm {
                return Err(Failure::input("the two names differ, so nothing was deleted")
                    .hint(format!("provost tenant delete {name} --confirm {name}")));
            }
            let opened = open(&directory).await?;
            let operator = opened.service.operator(Actor::Cli, &name, DEFAULT).await?;
            let gone = opened.service.tenant_delete(&operator).await?;
            if printer.json {
                printer.value(&as_json(&gone));
            } else {
                printer.say(&format!(
                    "tenant {name} is deleted, with {} learners and {} groups",
                    gone.learners, gone.groups
                ));
            }
            opened.close().await
        }
    }
}

/// Loads a schema or a resource type, whichever the file holds. An extension names what it extends in `extends`.
async fn load_schema(
    service: &Service,
    operator: &Operator,
    file: &PathBuf,
    printer: Printer,
) -> Result<(), Failure> {
    let text = std::fs::read(file).map_err(|e| Failure::file(file, &e))?;
    let mut value: Value = serde_json::from_slice(&text)
        .map_err(|e| Failure::input(format!("{} is not JSON", file.display())).caused_by(&e))?;
    if value.get("endpoint").is_some() {
        service.resource_type_add(operator, &value).await?;
        printer.say(&format!("resource type {} is loaded", value["name"].as_str().unwrap_or("?")));
        return Ok(());
    }
    let extends = extends(&mut value, file)?;
    for note in service.schema_add(operator, &value, &extends).await? {
        printer.say(&format!("warning: {note}"));
    }
    printer.say(&format!("schema {} is loaded", value["id"].as_str().unwrap_or("?")));
    if extends.is_empty() {
        printer.say(
            "hint: nothing uses it yet; write \"extends\": \"User\" beside its keys to extend users, or load a \
             resource type whose `schema` it is",
        );
    }
    Ok(())
}

/// `"extends": "User"`, `["User", "Course"]` or `[{"resourceType": "User", "required": true}]` beside the schema's own keys.
fn extends(schema: &mut Value, file: &Path) -> Result<Vec<Extends>, Failure> {
    let bad = || {
        Failure::input(format!("{}: `extends` names no resource type", file.display()))
            .hint(r#"write "extends": "User", or [{"resourceType": "User", "required": true}]"#)
    };
    let list = match schema.as_object_mut().and_then(|o| o.remove("extends")) {
        None => Vec::new(),
        Some(Value::Array(list)) => list,
        Some(one) => vec![one],
    };
    list.iter()
        .map(|entry| {
            let name = entry.as_str().or_else(|| entry["resourceType"].as_str()).ok_or_else(bad)?;
            Ok(Extends {
                resource_type: name.to_owned(),
                required: entry["required"].as_bool().unwrap_or(false),
            })
        })
        .collect()
}

fn show(printer: Printer, tenant: &TenantSummary) {
    if printer.json {
        printer.value(&as_json(tenant));
        return;
    }
    printer.data(&rows(std::slice::from_ref(tenant)));
    let connections = tenant.connections.iter().map(|c| {
        let groups = if c.connection.groups { "on" } else { "off" };
        let state = if c.connection.paused.is_some() { "paused" } else { "works" };
        vec![
            c.connection.name.clone(),
            c.connection.dialect.clone(),
            groups.to_owned(),
            state.to_owned(),
            c.managed.to_string(),
            c.live_tokens.to_string(),
            c.held.to_string(),
        ]
    });
    printer.data("");
    printer.data(&table(
        &["CONNECTION", "DIALECT", "GROUPS", "STATE", "MANAGES", "TOKENS", "HELD EVENTS"],
        connections,
    ));
}

fn rows(tenants: &[TenantSummary]) -> String {
    let rows = tenants.iter().map(|t| {
        vec![
            t.tenant.name.clone(),
            t.tenant.display_name.clone(),
            t.learners.to_string(),
            t.inactive.to_string(),
            t.groups.to_string(),
            t.tenant.created.to_string(),
        ]
    });
    table(&["TENANT", "NAME", "LEARNERS", "INACTIVE", "GROUPS", "CREATED"], rows)
}

fn as_json(tenant: &TenantSummary) -> Value {
    let connections: Vec<Value> = tenant
        .connections
        .iter()
        .map(|c| {
            let mut value = connection::as_json(&c.connection);
            value["managed"] = json!(c.managed);
            value["live_tokens"] = json!(c.live_tokens);
            value["held_events"] = json!(c.held);
            value
        })
        .collect();
    json!({
        "name": tenant.tenant.name, "display_name": tenant.tenant.display_name,
        "created": tenant.tenant.created.to_string(), "learners": tenant.learners, "inactive": tenant.inactive,
        "groups": tenant.groups, "connections": connections,
    })
}
