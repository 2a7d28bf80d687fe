//! `/console/tenants/{tenant}` and `…/connections/{connection}`.

use super::desk::Desk;
use super::reply::{Reply, Turn};

pub(super) async fn show(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let tenant = desk.service().tenant_show(&sat.op).await?;
    let health = desk.service().connection_health(&sat.op).await?;
    let problems = desk.service().connection_faults(&sat.op).await?;
    let url = desk.service().config().scim_base();
    let mut frame = desk.frame(Some(sat.place));
    frame.notice = desk.done();
    Reply::page(console::pages::console::health(&frame, &tenant, &health, &problems, &url))
}
