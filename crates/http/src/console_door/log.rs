//! `…/log`.

use console::pages::console::{LogView, log, log_entries, log_entry};
use service::noun::LogFilter;

use super::desk::Desk;
use super::reply::{Reply, Stop, Turn};

/// Entries on a page.
const PAGE: u32 = 50;

pub(super) async fn index(mut desk: Desk) -> Turn {
    let connection = desk.query.filled("connection").map(str::to_owned);
    if let Some(name) = &connection {
        desk.params.push(("connection".to_owned(), name.clone()));
    }
    let sat = desk.sit().await?;
    let subject = match desk.query.filled("subject") {
        None => None,
        Some(text) => Some(
            text.parse()
                .map_err(|_| Stop::invalid("That is no id", "Ids are those of learners and groups."))?,
        ),
    };
    let before: Option<i64> = desk.query.filled("before").and_then(|text| text.parse().ok());
    let filter = LogFilter {
        connection: connection.as_ref().map(|_| sat.op.connection.id),
        subject,
        failures: desk.query.filled("failures").is_some(),
        before,
    };
    let entries = desk.service().provisioning_log(&sat.op, &filter, PAGE).await?;
    let here = desk.here(&["connection", "failures", "subject"]);
    let is_full = entries.len() == PAGE as usize;
    let view = LogView {
        connection: connection.unwrap_or_default(),
        failures: filter.failures,
        subject: desk.query.filled("subject").unwrap_or_default().to_owned(),
        live: before.is_none() && desk.query.filled("live").is_some(),
        first: before.map(|_| here.text()),
        next: entries.last().filter(|_| is_full).map(|last| here.with("before", &last.sequence.to_string())),
        here: here.text(),
    };
    let frame = desk.frame(Some(sat.place));
    if desk.query.get("part") == Some("entries") {
        return Reply::page(log_entries(&frame, &view, &entries).into_string());
    }
    Reply::page(log(&frame, &view, &entries))
}

pub(super) async fn show(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let sequence = desk.param("entry").parse().map_err(|_| Stop::nothing_here())?;
    let found = desk.service().log_entry(&sat.op, sequence).await?;
    Reply::page(log_entry(&desk.frame(Some(sat.place)), &found))
}
