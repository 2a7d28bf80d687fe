//! `provost events`.

use std::time::Duration;

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};
use service::noun::EventKind;
use service::{Feed, FeedEvent, FeedQuery};

use super::serve::wait_for_signal;
use super::webhook::at;
use crate::cli::{Events as Command, Tail};
use crate::failure::Failure;
use crate::printer::{DIM, GOOD, Printer, VALUE, styled};

/// Events shown of the past unless it is said from where.
const LATEST: i64 = 10;
/// Events read at once.
const PAGE: u32 = 500;
/// One wait.
const WAIT: Duration = Duration::from_secs(30);

/// Something ended, was refused or broke.
const BAD: Style = AnsiColor::Red.on_default();

/// Runs the subcommand.
pub(super) async fn run(command: Command, printer: Printer) -> Result<(), Failure> {
    match command {
        Command::Tail(args) => tail(args, printer).await,
    }
}

async fn tail(args: Tail, printer: Printer) -> Result<(), Failure> {
    let kinds = kinds(&args.types)?;
    let (opened, op) = at(&args.place).await?;
    let service = opened.service.clone();
    let (end, floor) = service.feed_ends().await?;
    let mut after = args.after.unwrap_or_else(|| (end - LATEST).max(floor));
    let wait = if args.no_follow { Duration::ZERO } else { WAIT };
    let interrupted = wait_for_signal();
    tokio::pin!(interrupted);
    loop {
        let query = FeedQuery { after: Some(after), limit: PAGE, kinds: kinds.clone() };
        let feed = tokio::select! {
            feed = service.feed_wait(op.as_ref(), &query, wait) => feed?,
            () = &mut interrupted => break,
        };
        let (events, next, more) = match feed {
            Feed::Page { events, next, more } => (events, next, more),
            Feed::Expired { floor } => {
                return Err(Failure::input(format!("events up to {floor} are not kept any more"))
                    .hint(format!("go on with --after {floor}")));
            }
            Feed::Ahead { end } => {
                return Err(Failure::input(format!("the newest event is {end}"))
                    .hint(format!("go on with --after {end}")));
            }
        };
        for event in &events {
            show(printer, event);
        }
        after = next;
        if args.no_follow && !more {
            break;
        }
    }
    if !printer.json {
        printer.say(&styled(DIM, &format!("go on with --after {after}")));
    }
    opened.close().await
}

fn kinds(types: &[String]) -> Result<Vec<EventKind>, Failure> {
    let mut kinds = Vec::new();
    for name in types {
        let fits = |kind: &EventKind| match name.strip_suffix(".*") {
            Some(noun) => kind.as_str().split('.').next() == Some(noun),
            None => kind.as_str() == name,
        };
        let found: Vec<_> = EventKind::ALL.iter().copied().filter(fits).collect();
        if found.is_empty() {
            return Err(Failure::input(format!("there is no event type \"{name}\""))
                .hint("types are learner.created, group.*, membership.added …"));
        }
        kinds.extend(found);
    }
    Ok(kinds)
}

fn show(printer: Printer, named: &FeedEvent) {
    let event = &named.event.event;
    let data: Value = serde_json::from_str(&event.data).unwrap_or_default();
    if printer.json {
        printer.value(&json!({
            "position": named.event.position, "id": event.id.to_string(), "type": event.kind.as_str(),
            "tenant": named.tenant, "at": event.at.to_string(),
            "subject": event.subject.map(|(_, id)| id.to_string()),
            "object": event.object.map(|(_, id)| id.to_string()),
            "cause": event.cause, "batch": event.batch.map(|id| id.to_string()),
            "connection": named.connection, "request": event.request, "actor": event.actor, "data": data,
        }));
        return;
    }
    let kind = event.kind.as_str();
    let verb = kind.rsplit('.').next().unwrap_or_default();
    let style = match verb {
        "created" | "added" | "restored" | "reactivated" | "synced" => GOOD,
        "removed" | "deactivated" | "revoked" | "failing" | "disabled" | "silent" | "held" => BAD,
        _ => VALUE,
    };
    printer.data(&format!(
        "{} {} {} {} {}",
        styled(DIM, &named.event.position.to_string()),
        styled(DIM, &event.at.to_string()),
        named.tenant,
        styled(style, kind),
        about(&data)
    ));
}

/// Whom or what it is about, and what changed.
fn about(data: &Value) -> String {
    let text = |path: &str| data.pointer(path).and_then(Value::as_str).map(str::to_owned);
    let membership = || Some(format!("{} in {}", text("/member/display")?, text("/group/display")?));
    let name = text("/profile/userName")
        .or_else(|| text("/displayName"))
        .or_else(membership)
        .or_else(|| text("/token/name"))
        .or_else(|| text("/webhook"))
        .or_else(|| text("/connection"))
        .unwrap_or_default();
    let changes = data["changes"].as_array().into_iter().flatten();
    let changes: Vec<_> = changes
        .filter_map(|change| {
            let value = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let new = change.get("new").map_or_else(|| "–".to_owned(), value);
            Some(format!("{}={new}", change["path"].as_str()?))
        })
        .take(4)
        .collect();
    if changes.is_empty() { name } else { format!("{name}: {}", changes.join(", ")) }
}
