//! `/api/v1/tenants/{tenant}/connections/{connection}/held`: what the mass-change guard holds back.

use serde::Serialize;
use utoipa::ToSchema;

use super::event::EventContent;
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::page::{PageQuery, after_number, size};
use crate::api::problem::Outcome;
use crate::api::reply::Reply;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/api/v1/tenants/{tenant}/connections/{connection}/held", "listHeld", run!(index))
            .about(
                "List held changes",
                "Events that the guard keeps from the app, in order. What the provider wrote is done and acknowledged.",
            )
            .query::<PageQuery>()
            .answer::<HeldPage>(200, "A page of held events"),
        Endpoint::post(
            "/api/v1/tenants/{tenant}/connections/{connection}/held/approve",
            "approveHeld",
            run!(approve),
        )
        .about("Approve held changes", "Lets the events that are held now enter the feed.")
        .answer::<Approved>(200, "How many were released"),
        Endpoint::post(
            "/api/v1/tenants/{tenant}/connections/{connection}/held/revert",
            "revertHeld",
            run!(revert),
        )
        .about(
            "Revert held changes",
            "Lets in again who was locked out, restores who was removed, and drops the events. The provider will do it \
             again unless its side is put right; pause the connection until then.",
        )
        .answer::<Reverted>(200, "What was done"),
    ]
}

/// A held event.
#[derive(Debug, Serialize, ToSchema)]
struct HeldView {
    /// Order among held events.
    sequence: i64,
    /// The event.
    event: EventContent,
}

/// A page of held events.
#[derive(Debug, Serialize, ToSchema)]
struct HeldPage {
    /// How many there are in all.
    total: u64,
    /// This page.
    items: Vec<HeldView>,
    /// The cursor of the next page; `null` on the last.
    #[schema(required)]
    next: Option<String>,
}

/// What an approval did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HeldApproved)]
struct Approved {
    /// Events that are in the feed now.
    released: u64,
}

/// What a revert did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HeldReverted)]
struct Reverted {
    /// Learners let in again or restored.
    reverted: u64,
    /// Learners whose lock-out stays: their events are in the feed now.
    stayed: Vec<Stayed>,
    /// Events that the app will never hear of.
    dropped: u64,
}

/// A learner whose lock-out stays.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HeldStayed)]
struct Stayed {
    /// Id of the learner.
    learner: String,
    /// Why.
    reason: String,
}

async fn index(call: Call) -> Outcome<Reply> {
    let query: PageQuery = call.query()?;
    let op = call.operator().await?;
    let after = after_number(query.cursor.as_deref())?.unwrap_or(0);
    let limit = size(query.limit)?;
    let held = call.service().held(&op, after, limit).await?;
    let full = held.len() == limit as usize;
    let next = held.last().filter(|_| full).map(|last| last.sequence.to_string());
    let connection = Some(op.connection.name.clone());
    let items = held.iter().map(|h| HeldView {
        sequence: h.sequence,
        event: EventContent::of(&h.event, &op.tenant.tenant.name, connection.clone()),
    });
    let total = call.service().held_count(&op).await?;
    Reply::json(&HeldPage { total, items: items.collect(), next })
}

async fn approve(call: Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    let released = call.service().held_approve(&op).await? as u64;
    Reply::json(&Approved { released })
}

async fn revert(call: Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    let done = call.service().held_revert(&op).await?;
    let stayed = done.stayed.into_iter().map(|(id, reason)| Stayed { learner: id.to_string(), reason });
    Reply::json(&Reverted {
        reverted: done.reverted as u64,
        stayed: stayed.collect(),
        dropped: done.dropped as u64,
    })
}
