//! The provisioning log, refusals, the ring of traced reads, and traffic.

use std::collections::BTreeMap;

use store::code::{Code, to_json};
use store::{Action, NewLogEntry, Outcome as Result, Refusal, TenantId, TraceEntry, TrafficMinute, WriteTx};

use super::outcome::{Plan, params};
use crate::text::Text;

/// Reads kept per connection while it is set up.
const RING: i64 = 200;

const MINUTE: i64 = 60_000_000;

/// The log entries of a write.
pub(super) fn write<'a>(plan: &mut Plan<'a>, tx: &'a WriteTx) {
    if tx.log.is_empty() {
        return;
    }
    let all = |f: fn(&NewLogEntry) -> i16| tx.log.iter().map(f).collect::<Vec<_>>();
    let texts =
        |f: fn(&'a NewLogEntry) -> &'a String| tx.log.iter().map(|e| Text::from(f(e))).collect::<Vec<_>>();
    let perhaps = |f: fn(&'a NewLogEntry) -> Option<&'a String>| {
        tx.log.iter().map(|e| f(e).map(Text::from)).collect::<Vec<_>>()
    };
    let paths = |e: &NewLogEntry| if e.paths.is_empty() { None } else { Some(Text::from(to_json(&e.paths))) };
    plan.run(
        "INSERT INTO log_entry (tenant, sequence, at, connection, request, action, outcome, status, scim_type,
            subject_kind, subject, label, paths, code, detail, raw, times)
         SELECT $1, nextval('log_sequence'), e.*, 1
         FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::smallint[], $6::smallint[], $7::smallint[],
            $8::text[], $9::smallint[], $10::uuid[], $11::text[], $12::text[], $13::text[], $14::text[],
            $15::text[]) AS e",
        params![
            tx.caller.tenant.0,
            tx.log.iter().map(|e| e.at.as_micros()).collect::<Vec<_>>(),
            tx.log.iter().map(|e| e.connection.0).collect::<Vec<_>>(),
            texts(|e| &e.request),
            all(|e| e.action.code()),
            all(|e| e.outcome.code()),
            all(|e| i16::try_from(e.status).unwrap_or(i16::MAX)),
            perhaps(|e| e.scim_type.as_ref()),
            tx.log.iter().map(|e| e.subject.map(|(kind, _)| kind.0)).collect::<Vec<_>>(),
            tx.log.iter().map(|e| e.subject.map(|(_, id)| id.0)).collect::<Vec<_>>(),
            texts(|e| &e.label),
            tx.log.iter().map(paths).collect::<Vec<_>>(),
            perhaps(|e| e.code.as_ref()),
            perhaps(|e| e.detail.as_ref()),
            perhaps(|e| e.raw.as_ref()),
        ],
    );
}

/// A refused sign-in has an entry of its own only if it is the minute's first of its cause.
pub(super) fn count_refusal<'a>(plan: &mut Plan<'a>, tenant: TenantId, refusal: &'a Refusal) {
    let minute = refusal.at.as_micros().div_euclid(MINUTE);
    let whose = || params![tenant.0, refusal.connection.0, minute, Text::from(&refusal.code)];
    // Of two at once, one waits here for the other, and then finds its sequence below.
    plan.run(
        "INSERT INTO refusal (tenant, connection, minute, code, sequence)
         VALUES ($1, $2, $3, $4, nextval('log_sequence')) ON CONFLICT DO NOTHING",
        whose(),
    );
    let mut params = whose();
    params.extend(params![
        refusal.at.as_micros(),
        Action::Authenticate.code(),
        Result::Refused.code(),
        Text::from(&refusal.detail),
        i16::try_from(refusal.status).unwrap_or(i16::MAX),
    ]);
    plan.run(
        "INSERT INTO log_entry (tenant, sequence, at, connection, request, action, outcome, status, label, code, detail,
            times)
         SELECT tenant, sequence, $5, connection, '', $6, $7, $9, '', code, $8, 1 FROM refusal
         WHERE tenant = $1 AND connection = $2 AND minute = $3 AND code = $4
         ON CONFLICT (tenant, sequence) DO UPDATE SET times = log_entry.times + 1",
        params,
    );
    // Nodes' clocks differ by less than an hour.
    plan.run(
        "DELETE FROM refusal WHERE tenant = $1 AND connection = $2 AND minute < $3",
        params![tenant.0, refusal.connection.0, minute - 60],
    );
}

/// Reads of one connection enter the ring, in order; the oldest leave it.
pub(super) fn trace<'a>(plan: &mut Plan<'a>, tenant: TenantId, entries: &[&'a TraceEntry]) {
    let Some(connection) = entries.first().map(|entry| entry.connection.0) else { return };
    plan.run(
        "INSERT INTO trace (tenant, connection, sequence, at, body)
         SELECT $1, $2, nextval('log_sequence'), e.at, e.body FROM unnest($3::bigint[], $4::text[]) AS e (at, body)",
        params![
            tenant.0,
            connection,
            entries.iter().map(|entry| entry.at.as_micros()).collect::<Vec<_>>(),
            entries.iter().map(|entry| Text::from(&entry.body)).collect::<Vec<_>>(),
        ],
    );
    plan.run(
        "DELETE FROM trace WHERE tenant = $1 AND connection = $2 AND sequence <= (
            SELECT sequence FROM trace WHERE tenant = $1 AND connection = $2
            ORDER BY sequence DESC OFFSET $3 LIMIT 1)",
        params![tenant.0, connection, RING],
    );
}

/// Requests are added to what is counted of their minutes.
pub(super) fn count_traffic<'a>(plan: &mut Plan<'a>, tenant: TenantId, minutes: &'a [TrafficMinute]) {
    // Each row once, and all in one order, so that two nodes never wait for each other.
    let mut sums: BTreeMap<(i64, i64), [i64; 3]> = BTreeMap::new();
    for minute in minutes {
        let sum = sums.entry((minute.connection.0, minute.minute)).or_default();
        for (sum, n) in sum.iter_mut().zip([minute.reads, minute.writes, minute.failures]) {
            *sum += i64::from(n);
        }
    }
    if sums.is_empty() {
        return;
    }
    let column = |n: usize| sums.values().map(|sum| sum[n]).collect::<Vec<_>>();
    plan.run(
        "INSERT INTO traffic (tenant, connection, minute, reads, writes, failures)
         SELECT $1, m.* FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[]) AS m
         ON CONFLICT (tenant, connection, minute) DO UPDATE SET reads = traffic.reads + excluded.reads,
            writes = traffic.writes + excluded.writes, failures = traffic.failures + excluded.failures",
        params![
            tenant.0,
            sums.keys().map(|(connection, _)| *connection).collect::<Vec<_>>(),
            sums.keys().map(|(_, minute)| *minute).collect::<Vec<_>>(),
            column(0),
            column(1),
            column(2),
        ],
    );
}
