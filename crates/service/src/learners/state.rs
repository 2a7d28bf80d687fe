//! Locking a learner out, letting one in again, removing one: by an operator.

use serde_json::Value;
use store::{Action, Cause, Conflict, Kind, Record, StoreError, WriteTx};

use super::edit::check_version;
use super::show::find;
use super::write::{Prepared, Steward, whole_document};
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// How often a write is tried again on fresh data.
const TRIES: u32 = 8;

/// What an operator does to a learner as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LearnerAct {
    /// Locks it out.
    Deactivate,
    /// Lets it in again.
    Reactivate,
    /// Removes it. It can be restored within the retention time.
    Remove,
}

impl Service {
    /// Locks a learner out, by id or user name. Whether there was anything to do.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when a connection manages the learner, unless `force` (ruling 7).
    pub async fn learner_deactivate(&self, op: &Operator, which: &str, force: bool) -> ServiceResult<bool> {
        self.learner_act(op, which, LearnerAct::Deactivate, force, None).await
    }

    /// Lets a learner in again, by id or user name. Whether there was anything to do.
    ///
    /// # Errors
    /// As [`Service::learner_deactivate`].
    pub async fn learner_reactivate(&self, op: &Operator, which: &str, force: bool) -> ServiceResult<bool> {
        self.learner_act(op, which, LearnerAct::Reactivate, force, None).await
    }

    /// Removes a learner, by id or user name. It can be restored within the retention time.
    ///
    /// # Errors
    /// As [`Service::learner_deactivate`].
    pub async fn learner_remove(&self, op: &Operator, which: &str, force: bool) -> ServiceResult<()> {
        self.learner_act(op, which, LearnerAct::Remove, force, None).await.map(|_| ())
    }

    /// Does one of these, based on the learner's version `expected` when it matters. Whether there was anything to do.
    ///
    /// # Errors
    /// As [`Service::learner_deactivate`], and `Stale` for another version than the one expected.
    pub async fn learner_act(
        &self,
        op: &Operator,
        which: &str,
        act: LearnerAct,
        force: bool,
        expected: Option<i64>,
    ) -> ServiceResult<bool> {
        let action = if act == LearnerAct::Remove { Action::Delete } else { Action::Patch };
        let steward = self.steward(op, Cause::Changed, action, None)?;
        for _ in 0..TRIES {
            let mut read = self.store.read(&op.caller).await?;
            let record = find(&mut *read, which).await?;
            check_version(expected, record.version)?;
            if !force {
                refuse_managed(&record)?;
            }
            let prepared = match act {
                LearnerAct::Remove => Some(steward.remove(&mut *read, &record).await?),
                LearnerAct::Deactivate => set_active(&steward, &mut *read, op, &record, false).await?,
                LearnerAct::Reactivate => set_active(&steward, &mut *read, op, &record, true).await?,
            };
            drop(read);
            let Some(prepared) = prepared else { return Ok(false) };
            let mut tx = WriteTx::new(op.caller.clone());
            prepared.into_tx(&mut tx);
            match self.store.commit(tx).await {
                Ok(_) => return Ok(true),
                Err(StoreError::Conflict(Conflict::Version(_))) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ServiceError::new(
            Code::Conflict,
            format!("learner \"{which}\" is being changed by somebody else"),
        )
        .hint("try again"))
    }
}

/// A learner with another `active`; `None` when it has that already.
pub(crate) async fn set_active(
    steward: &Steward<'_>,
    read: &mut dyn store::ReadTx,
    op: &Operator,
    record: &Record,
    active: bool,
) -> ServiceResult<Option<Prepared>> {
    debug_assert_eq!(record.kind, Kind::USER, "only learners can be locked out");
    let current = whole_document(record, op)?;
    let mut map = current.as_map().clone();
    map.insert("active".to_owned(), Value::Bool(active));
    let next = scim::Document::from_canonical(map);
    Ok(steward.update(read, record, &current, &next).await?)
}

pub(super) fn refuse_managed(record: &Record) -> ServiceResult<()> {
    if record.managed_by.is_none() {
        return Ok(());
    }
    Err(ServiceError::new(
        Code::Conflict,
        format!(
            "learner \"{}\" is managed by an identity provider, which would undo the change",
            record.label
        ),
    )
    .hint("change it there, or force it here"))
}
