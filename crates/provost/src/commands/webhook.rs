//! `provost webhook`.

use std::sync::Arc;

use base::SystemClock;
use delivery::Couriers;
use serde_json::{Value, json};
use service::noun::Cause;
use service::{
    Attempt, AttemptOutcome, DEFAULT, NewWebhook, Operator, WebhookChange, WebhookRow, WebhookSettings,
};
use store::Actor;

use super::open;
use super::token::age;
use crate::cli::{Mail, Webhook as Command, WebhookPlace};
use crate::compose::Opened;
use crate::failure::Failure;
use crate::printer::{BOLD, DIM, Printer, styled, table};

/// Attempts shown.
const SHOWN: usize = 20;

/// Runs the subcommand.
pub(super) async fn run(command: Command, printer: Printer) -> Result<(), Failure> {
    match command {
        Command::Add { url, types, causes, allow_private, coalesce, after, description, place, mail } => {
            let (opened, op) = at(&place).await?;
            set_courier(&opened, &mail)?;
            let usual = WebhookSettings::usual_coalesce(&url);
            let coalesce =
                coalesce.as_deref().map(age).transpose()?.map_or(usual.into(), |age| age.as_secs());
            let causes = causes.iter().map(|text| cause(text)).collect::<Result<_, _>>()?;
            let coalesce = u32::try_from(coalesce).unwrap_or(u32::MAX);
            let settings = WebhookSettings {
                url,
                types,
                causes,
                allow_private,
                coalesce,
                description,
                ..WebhookSettings::default()
            };
            let made = opened.service.webhook_create(op.as_ref(), NewWebhook { settings, after }).await?;
            if printer.json {
                let row = opened.service.webhook(op.as_ref(), &made.webhook.id).await?;
                let mut value = as_json(&row);
                value["secret"] = json!(made.secret.as_ref().map(|secret| secret.expose()));
                printer.value(&value);
            } else {
                let id = &made.webhook.id;
                let shown = match &made.secret {
                    Some(secret) => {
                        printer.data(secret.expose());
                        "Its signing secret is shown only now."
                    }
                    None => "Notices go to this address.",
                };
                printer.say(&format!("Webhook {id} is made. {shown} Try it: provost webhook test {id}"));
            }
            opened.close().await
        }
        Command::List { place } => {
            let (opened, op) = at(&place).await?;
            let rows = opened.service.webhooks(op.as_ref()).await?;
            if printer.json {
                printer.value(&Value::Array(rows.iter().map(as_json).collect()));
            } else {
                let lines = rows.iter().map(|row| {
                    vec![
                        row.webhook.id.clone(),
                        row.tenant.clone().unwrap_or_else(|| "(all)".to_owned()),
                        row.webhook.settings.url.clone(),
                        state(row),
                        row.lag.to_string(),
                        row.standing.parked.len().to_string(),
                    ]
                });
                printer.data(&table(&["ID", "TENANT", "URL", "STATE", "BEHIND", "WAITING"], lines));
            }
            opened.close().await
        }
        Command::Show { webhook, place } => {
            let (opened, op) = at(&place).await?;
            show(printer, &opened.service.webhook(op.as_ref(), &webhook).await?);
            opened.close().await
        }
        Command::Set { webhook, url, types, allow_private, enabled, place } => {
            let (opened, op) = at(&place).await?;
            let types = types.map(|text| {
                text.split(',').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect()
            });
            let change = WebhookChange { url, types, allow_private, enabled, ..WebhookChange::default() };
            let changed = opened.service.webhook_set(op.as_ref(), &webhook, &change).await?;
            show(printer, &opened.service.webhook(op.as_ref(), &changed.id).await?);
            opened.close().await
        }
        Command::Test { webhook, place, mail } => {
            let (opened, op) = at(&place).await?;
            set_courier(&opened, &mail)?;
            let attempt = opened.service.webhook_test(op.as_ref(), &webhook).await?;
            opened.close().await?;
            tested(printer, &attempt)
        }
        Command::Replay { webhook, after, until, place } => {
            let (opened, op) = at(&place).await?;
            let order = opened.service.webhook_replay(op.as_ref(), &webhook, after, until).await?;
            if printer.json {
                printer.value(&json!({"number": order.number, "after": order.after, "until": order.until}));
            } else {
                let (after, until) = (order.after, order.until);
                printer.say(&format!(
                    "Events after {after} up to {until} are sent once more by a running server"
                ));
            }
            opened.close().await
        }
        Command::RotateSecret { webhook, overlap, place } => {
            let overlap = age(&overlap)?;
            let (opened, op) = at(&place).await?;
            let secret = opened.service.webhook_rotate(op.as_ref(), &webhook, overlap).await?;
            if printer.json {
                printer.value(&json!({"secret": secret.expose()}));
            } else {
                printer.data(secret.expose());
                printer
                    .say("This signing secret is shown only now. Messages are signed with it from now on.");
            }
            opened.close().await
        }
        Command::Remove { webhook, place } => {
            let (opened, op) = at(&place).await?;
            let removed = opened.service.webhook_remove(op.as_ref(), &webhook).await?;
            if printer.json {
                printer.value(&json!({"id": removed.id}));
            } else {
                printer.say(&format!("Nothing is sent to {} any more", removed.settings.url));
            }
            opened.close().await
        }
    }
}

/// Opens the directory, and sits down at a tenant when one is named.
pub(super) async fn at(place: &WebhookPlace) -> Result<(Opened, Option<Operator>), Failure> {
    let opened = open(&place.directory).await?;
    let operator = match &place.tenant {
        Some(name) => Some(opened.service.operator(Actor::Cli, name, DEFAULT).await?),
        None => None,
    };
    Ok((opened, operator))
}

fn set_courier(opened: &Opened, mail: &Mail) -> Result<(), Failure> {
    let options = delivery::Options::default();
    let couriers = Couriers::new(Arc::new(SystemClock), options, crate::mail::server(mail)?);
    opened.service.set_courier(Arc::new(couriers));
    Ok(())
}

fn cause(text: &str) -> Result<Cause, Failure> {
    serde_json::from_value(json!(text)).map_err(|_| {
        Failure::input(format!("there is no cause \"{text}\""))
            .hint("causes are initial_sync, adopted, changed, returned, restored and imported")
    })
}

fn state(row: &WebhookRow) -> String {
    match (row.webhook.enabled, &row.webhook.settings.disabled, row.standing.failing_since) {
        (false, Some(_), _) => "switched off".to_owned(),
        (false, None, _) => "disabled".to_owned(),
        (true, _, Some(_)) => "failing".to_owned(),
        (true, _, None) => "well".to_owned(),
    }
}

fn show(printer: Printer, row: &WebhookRow) {
    if printer.json {
        printer.value(&as_json(row));
        return;
    }
    let (settings, standing) = (&row.webhook.settings, &row.standing);
    printer.data(&format!("{}  {}", styled(BOLD, &row.webhook.id), settings.url));
    printer.data(&format!("{}, {} events behind", state(row), row.lag));
    if let Some(disabled) = &settings.disabled {
        printer.data(&format!("switched off: {}", disabled.reason));
    }
    if let Some(missed) = standing.missed {
        printer.data(&format!(
            "events up to {missed} were gone before they were told: have the app read a snapshot"
        ));
    }
    printer.data(&format!(
        "{} told, {} attempts failed, {} given up, {} subjects wait",
        standing.delivered,
        standing.failed,
        standing.given_up,
        standing.parked.len()
    ));
    let lines = standing.attempts.iter().take(SHOWN).map(|attempt| {
        vec![
            attempt.began().to_string(),
            attempt.kind.clone(),
            attempt.outcome.as_str().to_owned(),
            attempt.status.map(|status| status.to_string()).unwrap_or_default(),
            format!("{} ms", attempt.millis),
            attempt.detail.clone().unwrap_or_default(),
        ]
    });
    printer.data(&table(&["AT", "TYPE", "OUTCOME", "STATUS", "TOOK", ""], lines));
}

fn tested(printer: Printer, attempt: &Attempt) -> Result<(), Failure> {
    if printer.json {
        printer.value(&attempt_json(attempt));
    }
    let status = attempt.status.map(|status| format!(" {status}")).unwrap_or_default();
    let detail = attempt.detail.clone().unwrap_or_default();
    if attempt.outcome == AttemptOutcome::Delivered {
        if !printer.json {
            let took = styled(DIM, &format!("{} ms", attempt.millis));
            printer.say(&format!("The receiver has it:{status} {took}"));
        }
        return Ok(());
    }
    Err(Failure::input(format!("the test was not delivered: {}{status}", attempt.outcome.as_str()))
        .hint(if detail.is_empty() { "look into the receiver's log".to_owned() } else { detail }))
}

fn as_json(row: &WebhookRow) -> Value {
    let (webhook, settings, standing) = (&row.webhook, &row.webhook.settings, &row.standing);
    json!({
        "id": webhook.id, "tenant": row.tenant, "url": settings.url, "description": settings.description,
        "types": settings.types, "causes": settings.causes, "allow_private": settings.allow_private,
        "coalesce_seconds": settings.coalesce, "enabled": webhook.enabled, "state": state(row),
        "disabled_reason": settings.disabled.as_ref().map(|d| d.reason.clone()),
        "created": webhook.created.to_string(), "position": standing.cursor, "lag": row.lag,
        "waiting": standing.parked.len(), "delivered": standing.delivered, "failed": standing.failed,
        "given_up": standing.given_up, "missed_up_to": standing.missed,
        "replays": settings.replays.iter().filter(|r| r.number > standing.replayed).count(),
        "attempts": standing.attempts.iter().take(SHOWN).map(attempt_json).collect::<Vec<_>>(),
    })
}

fn attempt_json(attempt: &Attempt) -> Value {
    json!({
        "at": attempt.began().to_string(), "event": attempt.event, "position": attempt.position,
        "type": attempt.kind, "outcome": attempt.outcome.as_str(), "status": attempt.status,
        "milliseconds": attempt.millis, "detail": attempt.detail,
    })
}
