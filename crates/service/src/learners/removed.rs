//! Removed learners: what there is to restore, and restoring it (ruling 8).

use base::Timestamp;
use store::{Action, Cause, Conflict, KeyName, Kind, ResourceId, StoreError, WriteTx};

use super::show::find;
use super::write::{document_of, holder};
use crate::profile::Profile;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// A removed learner that can still be restored.
#[derive(Debug, Clone, PartialEq)]
pub struct RemovedLearner {
    /// Its id, which it will have again.
    pub id: ResourceId,
    /// What it was.
    pub profile: Profile,
    /// When it was removed.
    pub removed: Timestamp,
    /// When it will be purged.
    pub purged: Timestamp,
}

impl Service {
    /// Removed learners that can still be restored, latest first, removed before the given time, at most `limit`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn removed_learners(
        &self,
        op: &Operator,
        before: Option<Timestamp>,
        limit: u32,
    ) -> ServiceResult<Vec<RemovedLearner>> {
        let mut read = self.store.read(&op.caller).await?;
        let mut out = Vec::new();
        for tombstone in read.tombstones(Kind::USER, before, limit).await? {
            let Some(record) = &tombstone.record else { continue };
            out.push(RemovedLearner {
                id: tombstone.id,
                profile: Profile::of(&document_of(record)?),
                removed: tombstone.removed,
                purged: tombstone.removed.plus(self.config.retention),
            });
        }
        Ok(out)
    }

    /// Brings a removed learner back under the same id, with its memberships in groups that still exist.
    ///
    /// # Errors
    /// `NotFound` when no such learner was removed, or its content is purged; `Conflict` when it is not removed, or
    /// another learner has its user name by now.
    pub async fn learner_restore(&self, op: &Operator, id: ResourceId) -> ServiceResult<()> {
        // One more try when somebody took the name between reading and writing: the second reading says who.
        for _ in 0..2 {
            let mut read = self.store.read(&op.caller).await?;
            let Some(tombstone) = read.tombstone(id).await?.filter(|t| t.kind == Kind::USER) else {
                return Err(match find(&mut *read, &id.to_string()).await {
                    Ok(_) => ServiceError::new(Code::Conflict, format!("learner {id} is not removed")),
                    Err(error) => error,
                });
            };
            let Some(record) = tombstone.record else {
                return Err(ServiceError::new(
                    Code::NotFound,
                    format!("learner {id} was removed on {} and is purged", tombstone.removed),
                ));
            };
            let steward = self.steward(op, Cause::Restored, Action::Restore, None)?;
            let prepared = steward.restore(&mut *read, &record, false).await?;
            if let Some((key, other)) = holder(&mut *read, &prepared.claims, id).await? {
                return Err(taken(&record.label, key, &other));
            }
            drop(read);
            let mut tx = WriteTx::new(op.caller.clone());
            prepared.into_tx(&mut tx);
            match self.store.commit(tx).await {
                Ok(_) => return Ok(()),
                Err(StoreError::Conflict(Conflict::Unique { .. } | Conflict::NotRemoved(_))) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ServiceError::new(Code::Conflict, format!("learner {id} is being changed by somebody else"))
            .hint("try again"))
    }
}

pub(super) fn taken(label: &str, key: &store::Key, other: &store::Record) -> ServiceError {
    let what = match &key.name {
        KeyName::UserName => "user name",
        KeyName::DisplayName => "display name",
        KeyName::Email => "address",
        KeyName::ExternalId(_) => "externalId",
        KeyName::Attribute(path) => path,
    };
    ServiceError::new(
        Code::Conflict,
        format!(
            "\"{label}\" cannot come back: learner {} (\"{}\") has the same {what} now",
            other.id, other.label
        ),
    )
    .hint("rename or remove that one first")
}
