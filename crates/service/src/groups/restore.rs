//! Removed groups: what there is to restore, and restoring it, as for learners (ruling 8).

use base::Timestamp;
use store::{Action, Cause, Change, Conflict, EventKind, Key, Kind, Record, ResourceId, StoreError, WriteTx};

use crate::auth;
use crate::events::{Origin, ResourceData};
use crate::keys::KeyRules;
use crate::learners::document_of;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// A removed group that can still be restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedGroup {
    /// Its id, which it will have again.
    pub id: ResourceId,
    /// Its display name.
    pub name: String,
    /// When it was removed.
    pub removed: Timestamp,
    /// When it will be purged.
    pub purged: Timestamp,
}

impl Service {
    /// Removed groups that can still be restored, latest first, removed before the given time, at most `limit`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn removed_groups(
        &self,
        op: &Operator,
        before: Option<Timestamp>,
        limit: u32,
    ) -> ServiceResult<Vec<RemovedGroup>> {
        let mut read = self.store.read(&op.caller).await?;
        let found = read.tombstones(Kind::GROUP, before, limit).await?;
        let restorable = found.into_iter().filter_map(|t| {
            let record = t.record?;
            Some(RemovedGroup {
                id: t.id,
                name: record.label,
                removed: t.removed,
                purged: t.removed.plus(self.config.retention),
            })
        });
        Ok(restorable.collect())
    }

    /// Brings a removed group back under the same id, with those of its members who are still there. One event tells of
    /// all of it.
    ///
    /// # Errors
    /// `NotFound` when no such group was removed, or its content is purged; `Conflict` when it is not removed, or
    /// another group has its name by now and names stand only once on this connection.
    pub async fn group_restore(&self, op: &Operator, id: ResourceId) -> ServiceResult<()> {
        // One more try when somebody took the name between reading and writing: the second reading says who.
        for _ in 0..2 {
            let mut read = self.store.read(&op.caller).await?;
            let Some(tombstone) = read.tombstone(id).await?.filter(|t| t.kind == Kind::GROUP) else {
                return Err(match read.record(Kind::GROUP, id).await? {
                    Some(_) => ServiceError::new(Code::Conflict, format!("group {id} is not removed")),
                    None => ServiceError::new(Code::NotFound, format!("there is no group {id}"))
                        .hint("`provost group removed` shows those that can come back"),
                });
            };
            let Some(record) = tombstone.record else {
                return Err(ServiceError::new(
                    Code::NotFound,
                    format!("group {id} was removed on {} and is purged", tombstone.removed),
                ));
            };
            let keys = self.group_keys(op, &record)?;
            for key in keys.iter().filter(|k| k.unique) {
                if let Some(other) = read.by_key(Kind::GROUP, key, 1).await?.into_iter().next() {
                    return Err(taken(&record.label, &other));
                }
            }
            drop(read);
            match self.store.commit(self.restoration(op, record, keys)).await {
                Ok(_) => return Ok(()),
                Err(StoreError::Conflict(Conflict::Unique { .. } | Conflict::NotRemoved(_))) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ServiceError::new(Code::Conflict, format!("group {id} is being changed by somebody else"))
            .hint("try again"))
    }

    fn group_keys(&self, op: &Operator, record: &Record) -> ServiceResult<Vec<Key>> {
        let rt = op.tenant.type_of(Kind::GROUP).ok_or_else(|| {
            ServiceError::new(Code::Internal, "the tenant's registry has no resource type Group")
        })?;
        let unique_group_name = auth::dialect(&op.connection)?.has(scim::Quirk::UniqueGroupName);
        let rules = KeyRules { resource_type: rt, kind: Kind::GROUP, unique_group_name };
        Ok(rules.keys(&document_of(record)?, &record.external_ids))
    }

    fn restoration(&self, op: &Operator, record: Record, keys: Vec<Key>) -> WriteTx {
        let at = self.clock.now();
        let record = Record { modified: record.modified.max(at), ..record };
        let origin = Origin {
            at,
            request: op.request.clone(),
            actor: op.caller.actor.clone(),
            // Not through a connection: nothing the provider did.
            connection: None,
            batch: None,
        };
        let data = ResourceData {
            resource_type: "Group",
            display_name: &record.label,
            external_id: record.external_id(op.connection.id),
            changes: &[],
        };
        let subject = Some((Kind::GROUP, record.id));
        let id = self.ids.uuid_v7();
        let mut tx = WriteTx::new(op.caller.clone());
        tx.events.push(origin.event(id, EventKind::GroupRestored, subject, Cause::Restored, &data));
        let mut entry = op.entry(Action::Restore, at, &record.label, "restored");
        entry.code = None;
        entry.subject = subject;
        tx.log.push(entry);
        tx.changes.push(Change::Restore { record: Box::new(record), keys });
        tx
    }
}

fn taken(label: &str, other: &Record) -> ServiceError {
    let text =
        format!("\"{label}\" cannot come back: group {} (\"{}\") has its name now", other.id, other.label);
    ServiceError::new(Code::Conflict, text).hint("rename or remove that one first")
}
