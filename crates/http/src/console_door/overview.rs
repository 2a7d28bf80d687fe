//! `/console`.

use super::desk::Desk;
use super::reply::{Reply, Turn};

/// Tenants on a page.
const PAGE: u32 = 25;

pub(super) async fn show(desk: Desk) -> Turn {
    let after = desk.query.filled("after");
    let tenants = desk.service().tenants_health(after, PAGE).await?;
    let frame = desk.frame(None);
    let is_full = tenants.len() == PAGE as usize;
    let next =
        tenants.last().filter(|_| is_full).map(|last| frame.href(&format!("?after={}", last.tenant.name)));
    let first = after.map(|_| frame.href(""));
    Reply::page(console::pages::console::overview(&frame, &tenants, first.as_deref(), next.as_deref()))
}
