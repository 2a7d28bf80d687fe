//! `…/connections/{connection}/held`.

use console::look::Notice;
use console::pages::console::held;

use super::desk::Desk;
use super::reply::{Reply, Stop, Turn};

/// Events on a page.
const PAGE: u32 = 100;

pub(super) async fn show(desk: Desk) -> Turn {
    let notice = desk.done();
    Reply::page(page(&desk, notice).await?)
}

async fn page(desk: &Desk, notice: Option<Notice>) -> Result<String, Stop> {
    let sat = desk.sit().await?;
    let after = desk.query.filled("after").and_then(|text| text.parse().ok()).unwrap_or(0);
    let list = desk.service().held(&sat.op, after, PAGE).await?;
    let total = desk.service().held_count(&sat.op).await?;
    let is_full = list.len() == PAGE as usize;
    let next =
        list.last().filter(|_| is_full).map(|last| desk.here(&[]).with("after", &last.sequence.to_string()));
    let guard = sat.op.connection.policies.guard;
    let mut frame = desk.frame(Some(sat.place));
    frame.notice = notice;
    Ok(held(&frame, &list, total, guard, next.as_deref()))
}

pub(super) async fn approve(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let released = desk.service().held_approve(&sat.op).await?;
    desk.go(&sat.href("/held"), if released > 0 { "approved" } else { "nothing-held" })
}

/// Says what was undone and what was not, which no list of sentences could.
pub(super) async fn revert(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    if let Err(stop) = desk.confirmed(&sat.op.connection.name) {
        return Ok(Reply::Page(stop.status, page(&desk, Some(stop.notice())).await?));
    }
    let done = desk.service().held_revert(&sat.op).await?;
    let mut notice = Notice::done(format!(
        "{} people were let in again; {} events were dropped.",
        done.reverted, done.dropped
    ));
    if !done.stayed.is_empty() {
        let first = done.stayed.first().map_or("", |(_, reason)| reason.as_str());
        notice.hint = Some(format!(
            "{} lock-outs stay, and the app is told of them. The first one because: {first}",
            done.stayed.len()
        ));
    }
    Reply::page(page(&desk, Some(notice)).await?)
}
