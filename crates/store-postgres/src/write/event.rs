//! Events: a ticket for the feed, or a place among the held ones.

use store::code::{Code, Counted, to_json};
use store::{Guard, NewEvent, WriteTx};
use uuid::Uuid;

use super::counters;
use super::outcome::{Outcome, Owned, Plan, params};
use crate::row::event_columns;
use crate::text::Text;

/// Learns, after the changes, who holds events of these subjects. Two writes about one subject come here one after the
/// other, because both hold its row; a release of held events waits for both (see [`super::lock`]).
pub(super) fn look<'a>(plan: &mut Plan<'a>, tx: &'a WriteTx) {
    if let Some(guard) = &tx.guard {
        look_for_held(plan, tx, guard);
    }
    let mut subjects: Vec<Uuid> =
        tx.events.iter().filter_map(|event| event.subject.map(|(_, id)| id.0)).collect();
    subjects.sort_unstable();
    subjects.dedup();
    if subjects.is_empty() {
        return;
    }
    plan.add(
        "SELECT DISTINCT ON (subject) subject, holder FROM held_event
         WHERE tenant = $1 AND subject = ANY($2) ORDER BY subject, sequence",
        params![tx.caller.tenant.0, subjects],
        |rows, outcome| {
            for row in rows {
                outcome.holders.insert(row.try_get(0)?, store::ConnectionId(row.try_get(1)?));
            }
            Ok(())
        },
    );
}

/// Learns whether the guard's connection has held events.
pub(super) fn look_for_held<'a>(plan: &mut Plan<'a>, tx: &'a WriteTx, guard: &Guard) {
    plan.add(
        "SELECT EXISTS (SELECT FROM held_event WHERE tenant = $1 AND holder = $2)",
        params![tx.caller.tenant.0, guard.connection.0],
        |rows, outcome| {
            outcome.already = rows.first().map(|row| row.try_get(0)).transpose()?.unwrap_or(false);
            Ok(())
        },
    );
}

/// Writes the events of a commit, and says where they went.
pub(super) fn write<'a>(plan: &mut Plan<'a>, tx: &'a WriteTx, outcome: &mut Outcome<'a>) {
    let mut holder = None;
    let mut published: Vec<&NewEvent> = Vec::new();
    if let Some(guard) = &tx.guard
        && (outcome.already || outcome.exceeded)
        && !tx.events.is_empty()
    {
        holder = Some(guard.connection);
        if !outcome.already {
            published.push(&guard.notice);
        }
    }
    let (mut held, mut holders) = (Vec::new(), Vec::new());
    for event in &tx.events {
        // Who holds the subject already goes on holding it: two holders could release in the wrong order.
        let known = event.subject.and_then(|(_, id)| outcome.holders.get(&id.0).copied());
        match known.or(holder) {
            Some(connection) => {
                held.push(event);
                holders.push(connection.0);
                outcome.count(Counted::Held, counters::connection(connection), 1);
                outcome.done.held = true;
            }
            None => published.push(event),
        }
    }
    publish(plan, tx, &published);
    hold(plan, tx, &held, holders);
}

/// Draws a ticket, now that the commit has all its locks: of two commits about one subject, the later has the greater.
fn publish<'a>(plan: &mut Plan<'a>, tx: &'a WriteTx, events: &[&'a NewEvent]) {
    if events.is_empty() {
        return;
    }
    let mut params = params![tx.caller.tenant.0];
    params.extend(columns(events));
    plan.add(
        concat!(
            "WITH drawn AS MATERIALIZED (
                SELECT nextval('event_ticket') AS ticket
             ), written AS (
                INSERT INTO event (tenant, ticket, ordinal, ",
            event_columns!(),
            ")
                SELECT $1, ticket, nth - 1, ",
            event_columns!(),
            " FROM drawn, unnest($2::uuid[], $3::smallint[], $4::smallint[], $5::uuid[], $6::smallint[], $7::uuid[],
                $8::smallint[], $9::uuid[], $10::bigint[], $11::text[], $12::text[], $13::bigint[], $14::text[])
                WITH ORDINALITY AS e (",
            event_columns!(),
            ", nth)
             ), queued AS (
                INSERT INTO pending (tenant, ticket, n) SELECT $1::bigint, ticket, cardinality($2::uuid[]) FROM drawn
             )
             SELECT ticket FROM drawn"
        ),
        params,
        |rows, outcome| {
            if let Some(row) = rows.first() {
                outcome.ticket = Some(row.try_get(0)?);
            }
            Ok(())
        },
    );
}

fn hold<'a>(plan: &mut Plan<'a>, tx: &'a WriteTx, events: &[&'a NewEvent], holders: Vec<i64>) {
    if events.is_empty() {
        return;
    }
    let mut params = params![tx.caller.tenant.0];
    params.extend(columns(events));
    params.extend(params![holders]);
    plan.run(
        concat!(
            "INSERT INTO held_event (tenant, holder, ",
            event_columns!(),
            ")
             SELECT $1, holder, ",
            event_columns!(),
            " FROM unnest($15::bigint[], $2::uuid[], $3::smallint[], $4::smallint[], $5::uuid[], $6::smallint[],
                $7::uuid[], $8::smallint[], $9::uuid[], $10::bigint[], $11::text[], $12::text[], $13::bigint[],
                $14::text[]) AS e (holder, ",
            event_columns!(),
            ")"
        ),
        params,
    );
}

/// The columns of events as arrays, in the order of [`event_columns`].
fn columns<'a>(events: &[&'a NewEvent]) -> Vec<Owned<'a>> {
    let each = events.iter();
    params![
        each.clone().map(|e| e.id).collect::<Vec<_>>(),
        each.clone().map(|e| e.kind.code()).collect::<Vec<_>>(),
        each.clone().map(|e| e.subject.map(|(kind, _)| kind.0)).collect::<Vec<_>>(),
        each.clone().map(|e| e.subject.map(|(_, id)| id.0)).collect::<Vec<_>>(),
        each.clone().map(|e| e.object.map(|(kind, _)| kind.0)).collect::<Vec<_>>(),
        each.clone().map(|e| e.object.map(|(_, id)| id.0)).collect::<Vec<_>>(),
        each.clone().map(|e| e.cause.code()).collect::<Vec<_>>(),
        each.clone().map(|e| e.batch).collect::<Vec<_>>(),
        each.clone().map(|e| e.connection.map(|c| c.0)).collect::<Vec<_>>(),
        each.clone().map(|e| Text::from(&e.request)).collect::<Vec<_>>(),
        each.clone().map(|e| Text::from(to_json(&e.actor))).collect::<Vec<_>>(),
        each.clone().map(|e| e.at.as_micros()).collect::<Vec<_>>(),
        each.map(|e| Text::from(&e.data)).collect::<Vec<_>>(),
    ]
}
