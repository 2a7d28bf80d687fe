//! The common part of administrative writes: who, event, log entry, commit.

use base::Timestamp;
use serde_json::Value;
use store::{
    Action, Cause, Change, Committed, Conflict, EventKind, Expect, NewEvent, NewLogEntry, Outcome,
    StoreError, WriteTx,
};

use crate::{Code, Operator, Service, ServiceError, ServiceResult};

impl Operator {
    /// An event of this piece of work, without subject.
    pub(crate) fn event(&self, service: &Service, kind: EventKind, at: Timestamp, data: &Value) -> NewEvent {
        NewEvent {
            id: service.ids.uuid_v7(),
            kind,
            subject: None,
            object: None,
            cause: Cause::Changed,
            batch: None,
            connection: Some(self.connection.id),
            request: self.request.clone(),
            actor: self.caller.actor.clone(),
            at,
            data: data.to_string(),
        }
    }

    /// A log entry of this piece of work: done, 200, about the connection as a whole.
    pub(crate) fn entry(&self, action: Action, at: Timestamp, label: &str, code: &str) -> NewLogEntry {
        NewLogEntry {
            at,
            connection: self.connection.id,
            request: self.request.clone(),
            action,
            outcome: Outcome::Done,
            status: 200,
            scim_type: None,
            subject: None,
            label: label.to_owned(),
            paths: Vec::new(),
            code: Some(code.to_owned()),
            detail: None,
            raw: None,
        }
    }
}

/// Refuses a change that is based on another revision of the tenant than the present one.
pub(crate) fn check_revision(expected: Option<i64>, present: i64) -> ServiceResult<()> {
    match expected {
        Some(expected) if expected != present => {
            Err(ServiceError::new(Code::Stale, "the tenant's settings have changed since they were read")
                .hint("read them again, then repeat the change with the new ETag"))
        }
        _ => Ok(()),
    }
}

impl Service {
    /// Commits changes with their log entry and, where the app is to know, their event. `revision` is the tenant's
    /// that the changes are based on, when they replace what was read.
    pub(crate) async fn administer(
        &self,
        op: &Operator,
        revision: Option<i64>,
        changes: Vec<Change>,
        event: Option<NewEvent>,
        entry: NewLogEntry,
    ) -> ServiceResult<Committed> {
        let mut tx = WriteTx::new(op.caller.clone());
        tx.expect.extend(revision.map(Expect::Revision));
        tx.changes = changes;
        tx.events.extend(event);
        tx.log.push(entry);
        let committed = self.store.commit(tx).await.map_err(taken)?;
        self.sessions.forget_all();
        Ok(committed)
    }
}

/// How often a change of settings is tried again on what is there by then.
pub(super) const TRIES: u32 = 8;

/// Whether somebody else changed the tenant's settings between reading and writing: then the change can be made on those, or
/// is found to be stale.
pub(super) fn is_overtaken(error: &ServiceError) -> bool {
    let source = error.source.as_ref().and_then(|source| source.downcast_ref::<StoreError>());
    matches!(source, Some(StoreError::Conflict(Conflict::Revision)))
}

/// A name that is taken, or a thing that is gone, said to a person.
fn taken(error: StoreError) -> ServiceError {
    match error {
        StoreError::Conflict(Conflict::NameTaken(name)) => {
            ServiceError::new(Code::Conflict, format!("\"{name}\" exists already"))
        }
        StoreError::Conflict(Conflict::Gone(what)) => {
            ServiceError::new(Code::NotFound, format!("{what} does not exist any more"))
        }
        StoreError::Conflict(Conflict::Revision) => {
            let message = "somebody else changed the tenant's settings at the same moment";
            let said = ServiceError::new(Code::Conflict, message).hint("look at them and do it again");
            ServiceError { source: Some(Box::new(error)), ..said }
        }
        other => other.into(),
    }
}
