//! `…/connections/{connection}/leftovers`, and whom provisioning never locks out.

use console::look::Notice;
use console::pages::console::{LeftoversView, leftovers};
use service::LeftoverPolicy;

use super::address::after;
use super::desk::Desk;
use super::reply::{Reply, Stop, Turn};

/// Learners on a page.
const PAGE: usize = 50;
/// Protected learners that are named.
const PROTECTED: usize = 100;

pub(super) async fn show(desk: Desk) -> Turn {
    let notice = desk.done();
    Reply::page(page(&desk, notice).await?)
}

async fn page(desk: &Desk, notice: Option<Notice>) -> Result<String, Stop> {
    let sat = desk.sit().await?;
    let last = after(&desk.query)?;
    let found = desk.service().leftovers_page(&sat.op, last, PAGE).await?;
    let (protected, list) = desk.service().protected_learners(&sat.op, PROTECTED).await?;
    let here = sat.href("/leftovers");
    let view = LeftoversView {
        synced: sat.op.connection.first_synced.is_some(),
        policy: desk.service().setup_policy(&sat.op).await?.leftovers,
        first: last.map(|_| here.clone()),
        next: found.next.map(|id| format!("{here}?after={id}")),
        page: &found,
        protected,
        list: &list,
    };
    let mut frame = desk.frame(Some(sat.place));
    frame.notice = notice;
    Ok(leftovers(&frame, &view))
}

pub(super) async fn set(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let policy = match desk.form.get("policy") {
        Some("keep") => LeftoverPolicy::Keep,
        Some("list") => LeftoverPolicy::List,
        Some("deactivate") => LeftoverPolicy::Deactivate,
        _ => {
            let stop = Stop::invalid(
                "That choice does not exist",
                "Load the page again and choose one of the list.",
            );
            return refused(&desk, stop).await;
        }
    };
    match desk.service().leftovers_set(&sat.op, policy).await {
        Ok(()) => desk.go(&sat.href("/leftovers"), "leftovers"),
        Err(error) => refused(&desk, error.into()).await,
    }
}

/// Protects whom the form names.
pub(super) async fn protect(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let which = desk.form.filled("learner").unwrap_or_default();
    match desk.service().learner_protect(&sat.op, which, true).await {
        Ok(_) => desk.go(&sat.href("/leftovers"), "protected"),
        Err(error) => refused(&desk, error.into()).await,
    }
}

async fn refused(desk: &Desk, stop: Stop) -> Turn {
    Ok(Reply::Page(stop.status, page(desk, Some(stop.notice())).await?))
}
