//! `…/schemas`.

use console::look::{CONFIRM, Notice};
use console::pages::console::schemas;
use service::Extends;

use super::desk::Desk;
use super::reply::{Reply, Stop, Turn};

pub(super) async fn show(desk: Desk) -> Turn {
    let notice = desk.done();
    Reply::page(page(&desk, notice, "").await?)
}

async fn page(desk: &Desk, notice: Option<Notice>, sent: &str) -> Result<String, Stop> {
    let sat = desk.sit().await?;
    let docs = desk.service().schemas_added(&sat.op).await?;
    let mut frame = desk.frame(Some(sat.place));
    frame.notice = notice;
    Ok(schemas(&frame, &docs, sent))
}

pub(super) async fn create(desk: Desk) -> Turn {
    let text = desk.form.get("schema").unwrap_or_default().to_owned();
    match add(&desk, &text).await {
        Ok(()) => desk.go(&desk.tenant_href("/schemas"), "schema-added"),
        Err(stop) => Ok(Reply::Page(stop.status, page(&desk, Some(stop.notice()), &text).await?)),
    }
}

async fn add(desk: &Desk, text: &str) -> Result<(), Stop> {
    let sat = desk.sit().await?;
    let schema = serde_json::from_str(text)
        .map_err(|error| Stop::invalid("That is no JSON", &format!("It breaks off with: {error}.")))?;
    let extends = [Extends { resource_type: "User".to_owned(), required: false }];
    desk.service().schema_add(&sat.op, &schema, &extends).await?;
    Ok(())
}

pub(super) async fn remove(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let name = desk.form.filled(CONFIRM).unwrap_or_default();
    match desk.service().schema_drop(&sat.op, name).await {
        Ok(()) => desk.go(&desk.tenant_href("/schemas"), "schema-dropped"),
        Err(error) => {
            let stop = Stop::from(error);
            Ok(Reply::Page(stop.status, page(&desk, Some(stop.notice()), "").await?))
        }
    }
}
