//! Writes of learners by operators and imports: what they have in common.

use std::sync::Arc;

use base::Timestamp;
use scim::{Document, Quirk, ResourceType};
use store::{
    Action, Cause, Change, EventKind, Expect, Key, Kind, NewEvent, NewLogEntry, Outcome, ReadTx, Record,
    ResourceId, Source, State, StoreError, StoreResult, WriteTx,
};
use uuid::Uuid;

use crate::changes::{self, FieldChange};
use crate::events::{LearnerData, Origin, learner_event};
use crate::keys::{self, KeyRules};
use crate::profile::{is_active, label_of, tell};
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// An operator about to write learners: what all these writes share.
pub(crate) struct Steward<'a> {
    pub(super) service: &'a Service,
    pub(super) op: &'a Operator,
    rt: Arc<ResourceType>,
    cause: Cause,
    action: Action,
    batch: Option<Uuid>,
}

/// One write, ready to go into a transaction.
pub(crate) struct Prepared {
    /// The learner.
    pub(crate) id: ResourceId,
    /// Unique keys that it will hold.
    pub(crate) claims: Vec<Key>,
    expect: Option<Expect>,
    change: Change,
    event: NewEvent,
    entry: NewLogEntry,
}

impl Prepared {
    /// With a remark in the log.
    pub(crate) fn noted(mut self, code: &str, detail: &str) -> Self {
        self.entry.code = Some(code.to_owned());
        self.entry.detail = Some(detail.to_owned());
        self
    }

    /// Adds the write to a transaction.
    pub(crate) fn into_tx(self, tx: &mut WriteTx) {
        tx.expect.extend(self.expect);
        tx.changes.push(self.change);
        tx.events.push(self.event);
        tx.log.push(self.entry);
    }
}

impl Service {
    /// An operator about to write learners.
    pub(crate) fn steward<'a>(
        &'a self,
        op: &'a Operator,
        cause: Cause,
        action: Action,
        batch: Option<Uuid>,
    ) -> ServiceResult<Steward<'a>> {
        let rt = op.tenant.type_of(Kind::USER).cloned().ok_or_else(|| {
            ServiceError::new(Code::Internal, "the tenant's registry has no resource type User")
        })?;
        Ok(Steward { service: self, op, rt, cause, action, batch })
    }
}

impl Steward<'_> {
    /// The type of learners.
    pub(crate) fn resource_type(&self) -> &Arc<ResourceType> {
        &self.rt
    }

    pub(super) fn rules(&self) -> KeyRules<'_> {
        let unique_group_name = self
            .op
            .connection
            .quirks
            .iter()
            .find(|(name, _)| name == Quirk::UniqueGroupName.name())
            .map_or(self.op.connection.dialect != "strict", |(_, on)| *on);
        KeyRules { resource_type: &self.rt, kind: Kind::USER, unique_group_name }
    }

    pub(super) fn origin(&self, at: Timestamp) -> Origin {
        Origin {
            at,
            request: self.op.request.clone(),
            actor: self.op.caller.actor.clone(),
            // Not through a connection: nothing the provider did.
            connection: None,
            batch: self.batch,
        }
    }

    /// A new learner that no connection owns. The document may carry an `externalId` of the operator's connection.
    pub(crate) async fn create(
        &self,
        read: &mut dyn ReadTx,
        mut document: Document,
        source: Source,
    ) -> StoreResult<Prepared> {
        let at = self.service.clock.now();
        let external = document.take_external_id();
        let changed = changes::all(&self.rt, &document);
        let record = Record {
            id: ResourceId(self.service.ids.uuid_v7()),
            kind: Kind::USER,
            version: 1,
            created: at,
            modified: at,
            state: state_of(&document),
            source,
            managed_by: None,
            managed_since: None,
            external_ids: external.map(|id| (self.op.connection.id, id)).into_iter().collect(),
            body: document.to_json(),
            label: label_of(&document),
        };
        let keys = self.rules().keys(&document, &record.external_ids);
        let claims = keys.iter().filter(|k| k.unique).cloned().collect();
        let event = self.event(read, EventKind::LearnerCreated, &record, &document, &changed, at).await?;
        Ok(Prepared {
            id: record.id,
            claims,
            expect: None,
            entry: self.entry(&record, &changed, 201, at),
            change: Change::Insert { record: Box::new(record), keys },
            event,
        })
    }

    /// The next state of a learner; `None` when it is the present one. Both documents carry `externalId`.
    pub(crate) async fn update(
        &self,
        read: &mut dyn ReadTx,
        record: &Record,
        current: &Document,
        next: &Document,
    ) -> StoreResult<Option<Prepared>> {
        let at = self.service.clock.now();
        let mut changed = changes::between(&self.rt, current, next);
        if changed.is_empty() {
            return Ok(None);
        }
        self.op.tenant.intake.hush(&mut changed);
        let connection = self.op.connection.id;
        let mut stored = next.clone();
        let external = stored.take_external_id();
        let mut after = record.clone();
        after.external_ids.retain(|(c, _)| *c != connection);
        after.external_ids.extend(external.map(|id| (connection, id)));
        after.modified = record.modified.max(at);
        after.state = state_of(&stored);
        after.label = label_of(&stored);
        after.body = stored.to_json();
        let rules = self.rules();
        let (drop_keys, add_keys) = keys::difference(
            rules.keys(current, &record.external_ids),
            rules.keys(next, &after.external_ids),
        );
        let kind = learner_event(record.state, after.state, false);
        let event = self.event(read, kind, &after, next, &changed, at).await?;
        Ok(Some(Prepared {
            id: record.id,
            claims: add_keys.iter().filter(|k| k.unique).cloned().collect(),
            expect: Some(Expect::Version(record.id, record.version)),
            entry: self.entry(&after, &changed, 200, at),
            change: Change::Update { record: Box::new(after), drop_keys, add_keys },
            event,
        }))
    }

    /// A removed learner as it was, but for what is not stored any more, under the same id; let in again if asked for.
    pub(crate) async fn restore(
        &self,
        read: &mut dyn ReadTx,
        record: &Record,
        activate: bool,
    ) -> StoreResult<Prepared> {
        let at = self.service.clock.now();
        let mut document = document_of(record)?;
        let mut after = record.clone();
        after.modified = at;
        if self.op.tenant.intake.strip(&self.rt, &mut document) {
            after.body = document.to_json();
            after.label = label_of(&document);
        }
        if activate && record.state == State::Inactive {
            let mut map = document.as_map().clone();
            map.insert("active".to_owned(), serde_json::Value::Bool(true));
            document = Document::from_canonical(map);
            after.body = document.to_json();
            after.state = State::Active;
        }
        let keys = self.rules().keys(&document, &record.external_ids);
        let event = self.event(read, EventKind::LearnerRestored, &after, &document, &[], at).await?;
        Ok(Prepared {
            id: record.id,
            claims: keys.iter().filter(|k| k.unique).cloned().collect(),
            expect: None,
            entry: self.entry(&after, &[], 200, at),
            change: Change::Restore { record: Box::new(after), keys },
            event,
        })
    }

    /// The end of a learner in SCIM; what it was is kept for the retention time (ruling 8).
    pub(crate) async fn remove(&self, read: &mut dyn ReadTx, record: &Record) -> StoreResult<Prepared> {
        let at = self.service.clock.now();
        let document = document_of(record)?;
        let event = self.event(read, EventKind::LearnerRemoved, record, &document, &[], at).await?;
        Ok(Prepared {
            id: record.id,
            claims: Vec::new(),
            expect: Some(Expect::Version(record.id, record.version)),
            entry: self.entry(record, &[], 204, at),
            change: Change::Remove { id: record.id, at },
            event,
        })
    }

    /// Word of how a learner stands now, without a change.
    pub(crate) async fn refresh(&self, read: &mut dyn ReadTx, record: &Record) -> StoreResult<NewEvent> {
        let at = self.service.clock.now();
        let document = document_of(record)?;
        self.event(read, EventKind::LearnerUpdated, record, &document, &[], at).await
    }

    pub(super) async fn event(
        &self,
        read: &mut dyn ReadTx,
        kind: EventKind,
        record: &Record,
        document: &Document,
        changed: &[FieldChange],
        at: Timestamp,
    ) -> StoreResult<NewEvent> {
        let profile = tell(read, &self.op.tenant, Some(record.id), document).await?;
        let data = LearnerData { profile: &profile, changes: changed, identity: None };
        let subject = Some((Kind::USER, record.id));
        let cause = match (self.cause, kind) {
            (Cause::Changed, EventKind::LearnerReactivated) => Cause::Returned,
            (cause, _) => cause,
        };
        Ok(self.origin(at).event(self.service.ids.uuid_v7(), kind, subject, cause, &data))
    }

    pub(super) fn entry(
        &self,
        record: &Record,
        changed: &[FieldChange],
        status: u16,
        at: Timestamp,
    ) -> NewLogEntry {
        NewLogEntry {
            at,
            connection: self.op.connection.id,
            request: self.op.request.clone(),
            action: self.action,
            outcome: Outcome::Done,
            status,
            scim_type: None,
            subject: Some((Kind::USER, record.id)),
            label: record.label.clone(),
            paths: changes::paths(changed),
            code: None,
            detail: None,
            raw: None,
        }
    }
}

/// The stored document.
pub(crate) fn document_of(record: &Record) -> StoreResult<Document> {
    Document::from_json(&record.body).map_err(|error| StoreError::Inconsistent {
        table: "resource",
        column: "body",
        detail: format!("{}: {error}", record.id),
    })
}

/// The document with the `externalId` that the operator's connection gave, as updates compare it.
pub(crate) fn whole_document(record: &Record, op: &Operator) -> StoreResult<Document> {
    let mut document = document_of(record)?;
    document.set_external_id(record.external_id(op.connection.id).map(str::to_owned));
    Ok(document)
}

/// The first of these unique keys that somebody other than `own` holds, with the holder.
pub(crate) async fn holder<'k>(
    read: &mut dyn ReadTx,
    keys: &'k [Key],
    own: ResourceId,
) -> StoreResult<Option<(&'k Key, Record)>> {
    for key in keys.iter().filter(|k| k.unique) {
        if let Some(record) = read.by_key(Kind::USER, key, 2).await?.into_iter().find(|r| r.id != own) {
            return Ok(Some((key, record)));
        }
    }
    Ok(None)
}

fn state_of(document: &Document) -> State {
    if is_active(document) { State::Active } else { State::Inactive }
}
