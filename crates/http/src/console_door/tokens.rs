//! `…/connections/{connection}/tokens`.

use std::time::Duration;

use console::look::Notice;
use console::pages::console::tokens;
use service::{CreatedToken, NewToken, Operator, TokenScope};

use super::desk::Desk;
use super::place::Sat;
use super::reply::{Reply, Stop, Turn};

const DAY: Duration = Duration::from_secs(24 * 3600);

pub(super) async fn show(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let notice = desk.done();
    Reply::page(page(&desk, sat, None, notice).await?)
}

pub(super) async fn create(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let made = match new(&desk) {
        Ok(new) => desk.service().token_create(&sat.op, &new).await.map_err(Stop::from),
        Err(stop) => Err(stop),
    };
    answer(&desk, sat, made).await
}

pub(super) async fn rotate(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let made = match days(desk.form.get("overlap").unwrap_or_default()) {
        Ok(overlap) => rotated(&desk, &sat.op, overlap.unwrap_or_default()).await,
        Err(stop) => Err(stop),
    };
    answer(&desk, sat, made).await
}

async fn rotated(desk: &Desk, op: &Operator, overlap: Duration) -> Result<CreatedToken, Stop> {
    Ok(desk.service().token_rotate(op, desk.param("token"), overlap).await?)
}

pub(super) async fn revoke(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    match desk.service().token_revoke(&sat.op, desk.param("token")).await {
        Ok(_) => desk.go(&sat.href("/tokens"), "token-revoked"),
        Err(error) => {
            let stop = Stop::from(error);
            let text = page(&desk, sat, None, Some(stop.notice())).await?;
            Ok(Reply::Page(stop.status, text))
        }
    }
}

/// A secret is shown on the answer to the form that made it, and nowhere else.
async fn answer(desk: &Desk, sat: Sat, made: Result<CreatedToken, Stop>) -> Turn {
    match made {
        Ok(made) => Reply::page(page(desk, sat, Some(&made), None).await?),
        Err(stop) => {
            let text = page(desk, sat, None, Some(stop.notice())).await?;
            Ok(Reply::Page(stop.status, text))
        }
    }
}

async fn page(
    desk: &Desk,
    sat: Sat,
    made: Option<&CreatedToken>,
    notice: Option<Notice>,
) -> Result<String, Stop> {
    let list = desk.service().tokens(&sat.op).await?;
    let url = desk.service().config().scim_base();
    let mut frame = desk.frame(Some(sat.place));
    frame.notice = notice;
    Ok(tokens(&frame, &list, made, &url))
}

fn new(desk: &Desk) -> Result<NewToken, Stop> {
    Ok(NewToken {
        name: desk.form.filled("name").map(str::to_owned),
        scope: desk.form.get("scope").unwrap_or("users,groups").parse::<TokenScope>()?,
        expires: days(desk.form.get("expires").unwrap_or_default())?,
    })
}

/// A number of days from a choice; nothing when it is empty.
pub(super) fn days(text: &str) -> Result<Option<Duration>, Stop> {
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<u32>() {
        Ok(days) if days <= 3650 => Ok(Some(DAY * days)),
        _ => Err(Stop::invalid("That is no number of days", "Choose one of the list.")),
    }
}
