//! Two learners who turn out to be one person.

use serde::Serialize;
use store::{
    Action, Cause, Change, Conflict, EventKind, Expect, Kind, ReadTx, Record, ResourceId, StoreError, WriteTx,
};

use super::edit::check_version;
use super::show::find;
use super::write::{Steward, document_of};
use crate::events::{MembershipData, Party};
use crate::profile::{Profile, tell};
use crate::{Code, Operator, Service, ServiceError, ServiceResult, keys};

/// How often a merge is tried again on fresh data.
const TRIES: u32 = 8;

/// What a merge did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The learner who stays.
    pub into: ResourceId,
    /// The learner who was removed. It can be restored, which does not undo the rest.
    pub from: ResourceId,
    /// Groups that the learner who stays joined.
    pub groups: Vec<ResourceId>,
}

/// Payload of `learner.merged`.
#[derive(Serialize)]
struct MergedData<'a> {
    profile: &'a Profile,
    merged: MergedFrom<'a>,
}

#[derive(Serialize)]
struct MergedFrom<'a> {
    id: String,
    profile: &'a Profile,
}

impl Service {
    /// Merges one learner (by id or user name) into another: the one who stays takes over group memberships, and the
    /// `externalId` of connections that gave it none; its own attributes stay as they are. The other is removed. The app
    /// gets `learner.merged` with both ids first, so that it can move what it knows, then `learner.removed`.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for one and the same learner; `Conflict` when a connection manages the learner who would be
    /// removed, since the provider would make it again, unless `force`; `Stale` for another version of the learner who
    /// stays than the one expected.
    pub async fn learner_merge(
        &self,
        op: &Operator,
        into: &str,
        from: &str,
        force: bool,
        expected: Option<i64>,
    ) -> ServiceResult<Merged> {
        for _ in 0..TRIES {
            let steward = self.steward(op, Cause::Changed, Action::Patch, None)?;
            let mut read = self.store.read(&op.caller).await?;
            let stays = find(&mut *read, into).await?;
            let goes = find(&mut *read, from).await?;
            if stays.id == goes.id {
                return Err(ServiceError::new(Code::Invalid, "a learner cannot be merged with itself"));
            }
            check_version(expected, stays.version)?;
            if goes.managed_by.is_some() && !force {
                return Err(managed(&goes));
            }
            let (tx, done) = merge(self, &steward, &mut *read, &stays, &goes).await?;
            drop(read);
            match self.store.commit(tx).await {
                Ok(_) => return Ok(done),
                Err(StoreError::Conflict(
                    Conflict::Version(_)
                    | Conflict::Membership { .. }
                    | Conflict::Missing(_)
                    | Conflict::Unique { .. },
                )) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ServiceError::new(Code::Conflict, "the learners are being changed by somebody else")
            .hint("try again"))
    }
}

async fn merge(
    service: &Service,
    steward: &Steward<'_>,
    read: &mut dyn ReadTx,
    stays: &Record,
    goes: &Record,
) -> ServiceResult<(WriteTx, Merged)> {
    let op = steward.op;
    let at = service.clock.now();
    let document = document_of(stays)?;
    let lost = document_of(goes)?;
    let mut after = stays.clone();
    after.modified = stays.modified.max(at);
    for (connection, id) in &goes.external_ids {
        if stays.external_id(*connection).is_none() {
            after.external_ids.push((*connection, id.clone()));
        }
    }
    if after.managed_by.is_none() {
        (after.managed_by, after.managed_since) = (goes.managed_by, goes.managed_since);
    }
    let rules = steward.rules();
    let (drop_keys, add_keys) = keys::difference(
        rules.keys(&document, &stays.external_ids),
        rules.keys(&document, &after.external_ids),
    );
    let known = read.groups_of(stays.id, false).await?;
    let mut joins = read.groups_of(goes.id, false).await?;
    joins.retain(|group| !known.iter().any(|k| k.id == group.id));

    let mut tx = WriteTx::new(op.caller.clone());
    tx.expect = vec![Expect::Version(stays.id, stays.version), Expect::Version(goes.id, goes.version)];
    // First, so that its keys are free.
    tx.changes.push(Change::Remove { id: goes.id, at });
    tx.changes.push(Change::Update { record: Box::new(after.clone()), drop_keys, add_keys });
    let profile = tell(read, &op.tenant, Some(stays.id), &document).await?;
    let lost_profile = tell(read, &op.tenant, Some(goes.id), &lost).await?;
    let data = MergedData {
        profile: &profile,
        merged: MergedFrom { id: goes.id.to_string(), profile: &lost_profile },
    };
    let origin = steward.origin(at);
    let subject = Some((Kind::USER, stays.id));
    let mut event =
        origin.event(service.ids.uuid_v7(), EventKind::LearnerMerged, subject, Cause::Changed, &data);
    event.object = Some((Kind::USER, goes.id));
    tx.events.push(event);
    let shown = document.as_map().get("displayName").and_then(serde_json::Value::as_str).unwrap_or_default();
    for group in &joins {
        tx.changes.push(Change::AddMember { group: group.id, member: stays.id, kind: Kind::USER });
        tx.changes.push(Change::Touch { id: group.id, at });
        let data = MembershipData {
            group: Party { id: group.id.to_string(), resource_type: "Group", display: &group.display },
            member: Party { id: stays.id.to_string(), resource_type: "User", display: shown },
        };
        let subject = Some((Kind::GROUP, group.id));
        let mut event =
            origin.event(service.ids.uuid_v7(), EventKind::MembershipAdded, subject, Cause::Changed, &data);
        event.object = Some((Kind::USER, stays.id));
        tx.events.push(event);
    }
    tx.events.push(steward.event(read, EventKind::LearnerRemoved, goes, &lost, &[], at).await?);
    let mut entry = steward.entry(&after, &[], 200, at);
    entry.code = Some("merged".to_owned());
    entry.detail = Some(format!("\"{}\" ({}) was merged into this learner.", goes.label, goes.id));
    tx.log.push(entry);
    let groups = joins.iter().map(|group| group.id).collect();
    Ok((tx, Merged { into: stays.id, from: goes.id, groups }))
}

fn managed(goes: &Record) -> ServiceError {
    ServiceError::new(
        Code::Conflict,
        format!("\"{}\" is managed by an identity provider, which would make it again", goes.label),
    )
    .hint("merge the other one into it, or force it after the person has been put right there")
}
