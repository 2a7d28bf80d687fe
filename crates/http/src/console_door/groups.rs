//! `…/groups`.

use console::pages::console::{group, groups};
use service::group_filter;

use super::address::after;
use super::desk::Desk;
use super::reply::{Reply, Turn};

/// Groups or members on a page.
const PAGE: u32 = 100;

pub(super) async fn index(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let search = desk.query.filled("q").unwrap_or_default().to_owned();
    let last = after(&desk.query)?;
    let filter = group_filter(Some(&search), None);
    let found = desk.service().group_list(&sat.op, filter.as_deref(), last, PAGE).await?;
    let here = desk.here(&["q"]);
    let next = found.next.map(|id| here.with("after", &id.to_string()));
    let first = last.map(|_| here.text());
    Reply::page(groups(&desk.frame(Some(sat.place)), &search, &found, first.as_deref(), next.as_deref()))
}

pub(super) async fn show(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let last = after(&desk.query)?;
    let id = desk.param("group");
    let found = desk.service().group(&sat.op, id).await?;
    let members = desk.service().group_members(&sat.op, id, last, PAGE).await?;
    let here = desk.here(&[]);
    let next = members.next.map(|id| here.with("after", &id.to_string()));
    let first = last.map(|_| here.text());
    Reply::page(group(&desk.frame(Some(sat.place)), &found, &members, first.as_deref(), next.as_deref()))
}
