//! Changes as statements.

use std::collections::HashSet;

use store::{Change, ResourceId, TenantId, TraceEntry};

use super::outcome::Plan;
use super::{alarm, held, log, membership, removal, resource, settings};

/// One change, or neighbours that one statement makes.
pub(super) enum Run<'a> {
    /// A change by itself.
    One(&'a Change),
    /// Different memberships that begin.
    Joining(Vec<&'a Change>),
    /// Different memberships that end.
    Leaving(Vec<&'a Change>),
    /// Reads of one connection.
    Traces(Vec<&'a TraceEntry>),
}

/// The changes in order, with memberships taken together, and reads.
pub(super) fn runs(changes: &[Change]) -> Vec<Run<'_>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    let mut pairs: HashSet<(ResourceId, ResourceId)> = HashSet::new();
    for change in changes {
        let pair = match change {
            Change::AddMember { group, member, .. } | Change::RemoveMember { group, member } => {
                (*group, *member)
            }
            Change::Trace(entry) => {
                match runs.last_mut() {
                    Some(Run::Traces(run)) if run.iter().all(|e| e.connection == entry.connection) => {
                        run.push(entry);
                    }
                    _ => runs.push(Run::Traces(vec![entry])),
                }
                continue;
            }
            _ => {
                runs.push(Run::One(change));
                continue;
            }
        };
        let joins = matches!(change, Change::AddMember { .. });
        match runs.last_mut() {
            Some(Run::Joining(run)) if joins && pairs.insert(pair) => run.push(change),
            Some(Run::Leaving(run)) if !joins && pairs.insert(pair) => run.push(change),
            _ => {
                pairs = HashSet::from([pair]);
                runs.push(if joins { Run::Joining(vec![change]) } else { Run::Leaving(vec![change]) });
            }
        }
    }
    runs
}

/// The statements of a change.
pub(super) fn plan<'a>(plan: &mut Plan<'a>, tenant: TenantId, run: Run<'a>) {
    let change = match run {
        Run::One(change) => change,
        Run::Joining(changes) => return membership::add(plan, tenant, &changes),
        Run::Leaving(changes) => return membership::remove(plan, tenant, &changes),
        Run::Traces(entries) => return log::trace(plan, tenant, &entries),
    };
    match change {
        Change::Insert { record, keys } => resource::insert(plan, tenant, record, keys),
        Change::Update { record, drop_keys, add_keys } => {
            resource::update(plan, tenant, record, drop_keys, add_keys);
        }
        Change::Touch { id, at } => resource::touch(plan, tenant, *id, *at),
        Change::Remove { id, at } => removal::remove(plan, tenant, *id, *at),
        Change::Restore { record, keys } => removal::restore(plan, tenant, record, keys),
        Change::Purge { id } => removal::purge(plan, tenant, *id),
        Change::RewriteEvent { subject, id, data } => {
            removal::rewrite_event(plan, tenant, *subject, *id, data);
        }
        Change::RewriteEntry { sequence, detail, raw } => {
            removal::rewrite_entry(plan, tenant, *sequence, detail.as_deref(), raw.as_deref());
        }
        Change::AddMember { .. } => membership::add(plan, tenant, &[change]),
        Change::RemoveMember { .. } => membership::remove(plan, tenant, &[change]),
        Change::PutConnection(connection) => settings::put_connection(plan, tenant, connection),
        Change::PutToken(token) => settings::put_token(plan, tenant, token),
        Change::PutSetupLink(link) => settings::put_setup_link(plan, tenant, link),
        Change::PutSchema(doc) => settings::put_schema(plan, tenant, doc),
        Change::DropSchema(name) => settings::drop_schema(plan, tenant, name),
        Change::PutTenant { display_name, settings } => {
            settings::put_tenant(plan, tenant, display_name, settings);
        }
        Change::PutJob(job) => settings::put_job(plan, tenant, job),
        Change::RaiseAlarm { alarm, quiet, forget } => alarm::raise(plan, tenant, alarm, *quiet, *forget),
        Change::SettleAlarms(learner) => alarm::settle(plan, tenant, *learner),
        Change::CountTraffic(minutes) => log::count_traffic(plan, tenant, minutes),
        Change::CountRefusal(refusal) => log::count_refusal(plan, tenant, refusal),
        Change::Trace(entry) => log::trace(plan, tenant, &[entry]),
        Change::ReleaseHeld { connection, through } => held::release(plan, tenant, *connection, *through),
        Change::DropHeld { connection, through } => held::drop(plan, tenant, *connection, *through),
    }
}
