//! `GET /auditLogs/provisioning`.

use std::collections::VecDeque;
use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::odata::{Case, Filter};
use super::{Face, GraphFault};
use crate::job::Job;
use crate::log::Status;
use crate::state::LogFilter;

/// Entries of a page unless `$top` says otherwise, and at most.
const PAGE: usize = 100;
const MOST: usize = 1000;
/// Entries read at once while they are filtered.
const CHUNK: usize = 500;

/// Properties that can be filtered on.
const PROPERTIES: [&str; 19] = [
    "id",
    "activityDateTime",
    "tenantId",
    "jobId",
    "cycleId",
    "changeId",
    "provisioningAction",
    "durationInMilliseconds",
    "provisioningStatusInfo/status",
    "sourceIdentity/id",
    "sourceIdentity/displayName",
    "sourceIdentity/identityType",
    "targetIdentity/id",
    "targetIdentity/displayName",
    "targetIdentity/identityType",
    "servicePrincipal/id",
    "servicePrincipal/displayName",
    "targetSystem/displayName",
    "initiatedBy/displayName",
];

/// What is asked of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// `$filter`.
    pub filter: Option<String>,
    /// `$orderby`; `activityDateTime desc`, which is the default, is the one order there is.
    pub order_by: Option<String>,
    /// `$top`.
    pub top: Option<usize>,
    /// `$skiptoken` of an earlier answer.
    pub skip_token: Option<String>,
}

/// Where a job's log was read to, and what matched from there on.
struct Reading {
    job: String,
    before: i64,
    found: VecDeque<(i64, i64, Json)>,
}

impl Face {
    /// The entries of all jobs' logs, the newest first; `url` is where the list is, for the link to the next page.
    ///
    /// # Errors
    /// 400 for a filter or order that is not understood, or a token that is none of ours.
    pub async fn audit(&self, query: &AuditQuery, url: &str) -> Result<Json, GraphFault> {
        let filter = Filter::parse(query.filter.as_deref(), &PROPERTIES, Case::Exact)?;
        if let Some(order) = query.order_by.as_deref().map(str::trim)
            && order != "activityDateTime desc"
        {
            return Err(GraphFault::new(400, "BadRequest", "$orderby can be 'activityDateTime desc'."));
        }
        let top = query.top.unwrap_or(PAGE).clamp(1, MOST);
        let places = query.skip_token.as_deref().map(places).transpose()?;
        let mut readings = Vec::new();
        let jobs = self.saved().configured();
        for (principal, id) in jobs {
            let before = match &places {
                None => i64::MAX,
                // A job that began after the first page is not in the list.
                Some(places) => places.iter().find(|(job, _)| *job == id).map_or(0, |(_, before)| *before),
            };
            let job = self.job(&principal, &id).await?;
            let found = matching(&job, &filter, before, top + 1)?;
            readings.push(Reading { job: id, before, found });
        }
        let mut value = Vec::new();
        while value.len() < top {
            // Each log keeps its own order: whoever wrote later stands before.
            let newest = readings.iter_mut().max_by_key(|reading| reading.found.front().map(|(at, ..)| *at));
            let Some((reading, (_, place, entry))) =
                newest.and_then(|reading| reading.found.pop_front().map(|first| (reading, first)))
            else {
                break;
            };
            reading.before = place;
            value.push(entry);
        }
        let mut answer = json!({
            "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#auditLogs/provisioning", "value": value,
        });
        if readings.iter().any(|reading| !reading.found.is_empty()) {
            answer["@odata.nextLink"] = next(url, query, top, &readings).into();
        }
        Ok(answer)
    }
}

/// The entries of one job before a place, as many as are wanted.
fn matching(
    job: &Job,
    filter: &Filter,
    mut before: i64,
    wanted: usize,
) -> Result<VecDeque<(i64, i64, Json)>, GraphFault> {
    let narrowed = narrowed(filter);
    let mut found = VecDeque::new();
    while before > 0 {
        let chunk = job.log(&narrowed, before, CHUNK)?;
        let Some((last, _)) = chunk.last() else { break };
        before = *last;
        for (place, entry) in chunk {
            let summary = entry.summary(job.names());
            if filter.matches(&summary) {
                found.push_back((entry.at, place, summary));
                if found.len() == wanted {
                    return Ok(found);
                }
            }
        }
    }
    Ok(found)
}

/// What the database can look up by itself.
fn narrowed(filter: &Filter) -> LogFilter {
    LogFilter {
        cycle: filter.equal("cycleId").map(str::to_owned),
        source_id: filter.equal("sourceIdentity/id").map(str::to_owned),
        status: filter.equal("provisioningStatusInfo/status").and_then(Status::of_word),
    }
}

fn places(token: &str) -> Result<Vec<(&str, i64)>, GraphFault> {
    let mut places = Vec::new();
    for part in token.split('_') {
        let place = part.split_once('~').and_then(|(job, before)| Some((job, before.parse().ok()?)));
        places.push(place.ok_or_else(|| {
            GraphFault::new(
                400,
                "BadRequest",
                "$skiptoken is not one that was given here; begin again without it.",
            )
        })?);
    }
    Ok(places)
}

fn next(url: &str, query: &AuditQuery, top: usize, readings: &[Reading]) -> String {
    let mut link = format!("{url}?$top={top}");
    if let Some(filter) = &query.filter {
        let _ = write!(link, "&$filter={}", client::QueryEncoding::Percent.encode(filter));
    }
    let places: Vec<String> =
        readings.iter().map(|reading| format!("{}~{}", reading.job, reading.before)).collect();
    let _ = write!(link, "&$skiptoken={}", places.join("_"));
    link
}
