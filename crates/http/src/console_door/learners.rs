//! `…/learners`: looking for learners, and one of them.

use console::look::Notice;
use console::pages::console::{LearnerFilters, learner, learners, removed};
use service::noun::ResourceId;
use service::{LearnerSearch, LearnersFound, Operator};

use super::address::after;
use super::desk::Desk;
use super::reply::{Reply, Stop, Turn};

/// Learners on a page.
const PAGE: u32 = 50;

pub(super) async fn index(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let filters = filters(&desk);
    let last = after(&desk.query)?;
    let total = desk.service().tenant_show(&sat.op).await?.learners;
    let (found, notice) = match search(&desk, &sat.op, &filters, last).await {
        Ok(found) => (found, None),
        Err(stop) if stop.status.is_client_error() => {
            (LearnersFound { rows: Vec::new(), next: None, total: None }, Some(stop.notice()))
        }
        Err(stop) => return Err(stop),
    };
    let here = desk.here(&["q", "state", "source", "manager", "group"]);
    let next = found.next.map(|id| here.with("after", &id.to_string()));
    let first = last.map(|_| here.text());
    let mut frame = desk.frame(Some(sat.place));
    frame.notice = notice.or_else(|| desk.done());
    Reply::page(learners(&frame, &filters, &found, total, first.as_deref(), next.as_deref()))
}

fn filters(desk: &Desk) -> LearnerFilters {
    let text = |name: &str| desk.query.filled(name).unwrap_or_default().to_owned();
    LearnerFilters {
        text: text("q"),
        state: text("state"),
        source: text("source"),
        manager: text("manager"),
        group: text("group"),
    }
}

async fn search(
    desk: &Desk,
    op: &Operator,
    filters: &LearnerFilters,
    last: Option<ResourceId>,
) -> Result<LearnersFound, Stop> {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let group = match filters.group.as_str() {
        "" => None,
        name => Some(desk.service().group_named(op, name).await?.id),
    };
    let asked = LearnerSearch {
        text: some(&filters.text),
        state: filters.state(),
        source: filters.source(),
        manager: some(&filters.manager),
        group,
        after: last,
        limit: PAGE,
    };
    Ok(desk.service().learner_search(op, &asked).await?)
}

pub(super) async fn show(desk: Desk) -> Turn {
    let notice = desk.done();
    Reply::page(page(&desk, notice).await?)
}

async fn page(desk: &Desk, notice: Option<Notice>) -> Result<String, Stop> {
    let sat = desk.sit().await?;
    let found = desk.service().learner_show(&sat.op, desk.param("learner")).await?;
    let protected = desk.service().setup_policy(&sat.op).await?.protected.contains(&found.row.id);
    let mut frame = desk.frame(Some(sat.place));
    frame.notice = notice;
    Ok(learner(&frame, &found, protected))
}

pub(super) async fn deactivate(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let done = desk.service().learner_deactivate(&sat.op, desk.param("learner"), false).await;
    settled(&desk, done.map_err(Stop::from), "deactivated").await
}

pub(super) async fn reactivate(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let done = desk.service().learner_reactivate(&sat.op, desk.param("learner"), false).await;
    settled(&desk, done.map_err(Stop::from), "reactivated").await
}

pub(super) async fn protect(desk: Desk) -> Turn {
    guarded(desk, true).await
}

pub(super) async fn unprotect(desk: Desk) -> Turn {
    guarded(desk, false).await
}

/// Protects, or ends it, and goes back to the list that the form stands on, or to the learner.
async fn guarded(desk: Desk, on: bool) -> Turn {
    let sat = desk.sit().await?;
    let code = if on { "protected" } else { "unprotected" };
    match desk.service().learner_protect(&sat.op, desk.param("learner"), on).await {
        Ok(_) => {
            match desk.form.filled("back").filter(|name| sat.place.connections.iter().any(|c| c == name)) {
                Some(name) => desk.go(&desk.tenant_href(&format!("/connections/{name}/leftovers")), code),
                None => desk.go(&desk.tenant_href(&format!("/learners/{}", desk.param("learner"))), code),
            }
        }
        Err(error) => settled(&desk, Err::<(), _>(error.into()), "").await,
    }
}

pub(super) async fn remove(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let which = desk.param("learner");
    let name = desk.service().learner_show(&sat.op, which).await?.row.user_name;
    if let Err(stop) = desk.confirmed(&name) {
        return settled(&desk, Err::<(), _>(stop), "").await;
    }
    match desk.service().learner_remove(&sat.op, which, false).await {
        Ok(()) => desk.go(&desk.tenant_href("/learners"), "removed"),
        Err(error) => settled(&desk, Err::<(), _>(error.into()), "").await,
    }
}

async fn settled<T>(desk: &Desk, result: Result<T, Stop>, done: &str) -> Turn {
    match result {
        Ok(_) => desk.go(&desk.tenant_href(&format!("/learners/{}", desk.param("learner"))), done),
        Err(stop) => Ok(Reply::Page(stop.status, page(desk, Some(stop.notice())).await?)),
    }
}

pub(super) async fn gone(desk: Desk) -> Turn {
    let notice = desk.done();
    Reply::page(gone_page(&desk, notice).await?)
}

async fn gone_page(desk: &Desk, notice: Option<Notice>) -> Result<String, Stop> {
    let sat = desk.sit().await?;
    let before = desk.query.filled("before").and_then(|text| text.parse().ok());
    let list =
        desk.service().removed_learners(&sat.op, before.map(base::Timestamp::from_micros), PAGE).await?;
    let is_full = list.len() == PAGE as usize;
    let next = list
        .last()
        .filter(|_| is_full)
        .map(|last| desk.tenant_href(&format!("/learners/removed?before={}", last.removed.as_micros())));
    let mut frame = desk.frame(Some(sat.place));
    frame.notice = notice;
    Ok(removed(&frame, &list, next.as_deref()))
}

pub(super) async fn restore(desk: Desk) -> Turn {
    let sat = desk.sit().await?;
    let id = desk.param("learner").parse().map_err(|_| Stop::nothing_here())?;
    match desk.service().learner_restore(&sat.op, id).await {
        Ok(()) => desk.go(&desk.tenant_href(&format!("/learners/{id}")), "restored"),
        Err(error) => {
            let stop = Stop::from(error);
            Ok(Reply::Page(stop.status, gone_page(&desk, Some(stop.notice())).await?))
        }
    }
}
