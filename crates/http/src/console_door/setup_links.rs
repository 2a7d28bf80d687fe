//! `…/connections/{connection}/setup-links`.

use std::time::Duration;

use console::look::Notice;
use console::pages::console::setup_links;
use service::{CreatedSetupLink, NewSetupLink};

use super::desk::Desk;
use super::place::Sat;
use super::reply::{Reply, Stop, Turn};
use super::tokens::days;

pub(super) async fn show(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let notice = desk.done();
    Reply::page(page(&desk, sat, None, notice).await?)
}

/// The address is shown on the answer to the form that made it, and nowhere else.
pub(super) async fn create(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let made = match days(desk.form.get("expires").unwrap_or_default()) {
        Ok(expires) => made(&desk, &sat, expires).await,
        Err(stop) => Err(stop),
    };
    match made {
        Ok(made) => Reply::page(page(&desk, sat, Some(&made), None).await?),
        Err(stop) => Ok(Reply::Page(stop.status, page(&desk, sat, None, Some(stop.notice())).await?)),
    }
}

async fn made(desk: &Desk, sat: &Sat, expires: Option<Duration>) -> Result<CreatedSetupLink, Stop> {
    let new = NewSetupLink { name: desk.form.filled("name").map(str::to_owned), expires };
    Ok(desk.service().setup_link_create(&sat.op, &new).await?)
}

pub(super) async fn revoke(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    desk.service().setup_link_revoke(&sat.op, desk.param("link")).await?;
    desk.go(&sat.href("/setup-links"), "link-revoked")
}

async fn page(
    desk: &Desk,
    sat: Sat,
    made: Option<&CreatedSetupLink>,
    notice: Option<Notice>,
) -> Result<String, Stop> {
    let list = desk.service().setup_links(&sat.op).await?;
    let mut frame = desk.frame(Some(sat.place));
    frame.notice = notice;
    Ok(setup_links(&frame, &list, made))
}
