//! `POST /Users` (RFC 7644 §3.3).

use scim::document::{self, Incoming};
use scim::patch::RelationChange;
use scim::{Document, ScimError};
use store::{Action, Cause, Change, EventKind, Kind, Outcome, Record, ResourceId, Source, WriteTx};

use super::render::{self, Showing};
use super::writing::{self, Told};
use super::{
    Attempt, Note, Patience, Sent, Target, adopt, conditions, identity, may_write, membership, supplied,
    target,
};
use crate::profile::label_of;
use crate::{Answer, Context, Preference, Projected, Service, changes};

/// What was sent, read once however often the write is tried.
struct Plan {
    incoming: Incoming,
    /// The first state, `externalId` included.
    document: Document,
    relation: Vec<RelationChange>,
}

impl Service {
    /// Creates a resource, or takes over the learner it is about (ruling 7).
    ///
    /// # Errors
    /// 400 for a body that does not fit, 409 for a unique value that is taken; see [`may_write`] for the rest.
    pub async fn create(
        &self,
        cx: &Context,
        endpoint: &str,
        body: &[u8],
        projected: &Projected,
        prefer: Preference,
    ) -> Result<Answer, ScimError> {
        self.create_sent(cx, endpoint, Sent::Bytes(body), projected, prefer).await
    }

    /// The same, with a body from anywhere.
    pub(crate) async fn create_sent(
        &self,
        cx: &Context,
        endpoint: &str,
        sent: Sent<'_>,
        projected: &Projected,
        prefer: Preference,
    ) -> Result<Answer, ScimError> {
        let mut note = Note::new(cx, Action::Create, "POST", endpoint, "").with_body(&sent);
        let result = self.try_create(&mut note, endpoint, sent, projected, prefer).await;
        self.finish(&note, result).await
    }

    async fn try_create(
        &self,
        note: &mut Note<'_>,
        endpoint: &str,
        sent: Sent<'_>,
        projected: &Projected,
        prefer: Preference,
    ) -> Attempt<Answer> {
        let cx = note.cx;
        let session = &cx.session;
        let target = target(cx, endpoint)?;
        may_write(cx, &target)?;
        let projection = render::projection(cx, projected)?;
        let incoming = document::read(&target.rt, &session.tenant.registry, sent.read()?, &session.dialect)?;
        note.label = label_of(&incoming.document);
        let mut document = document::create(&target.rt, incoming.clone())?;
        if target.kind == Kind::USER {
            note.fault = self.user_signs(cx, &incoming.document, &document);
        }
        writing::admit(cx, &target, None, &mut document)?;
        let relation = membership::wanted(incoming.relation.as_deref());
        let plan = Plan { incoming, document, relation };
        let mut patience = Patience::new();
        let record = loop {
            let result = self.insert(note, &target, &plan).await;
            if let Some(result) = patience.settle(result) {
                break result?;
            }
        };
        if prefer == Preference::Minimal {
            return Ok(Answer {
                status: 201,
                body: None,
                etag: Some(conditions::tag(record.version)),
                location: Some(self.location(&target.rt, record.id)),
            });
        }
        let supplied = supplied::by_body(&target.rt, &plan.incoming.document);
        let showing = Showing::new(cx, &target, &projection).supplied(&supplied);
        let showing = if note.action == Action::Create { showing.new_born() } else { showing };
        self.show(&showing, &record, 201).await
    }

    async fn insert(&self, note: &mut Note<'_>, target: &Target, plan: &Plan) -> Attempt<Record> {
        let cx = note.cx;
        // The attempt before may have found somebody to take over who is gone now.
        note.action = Action::Create;
        let connection = cx.session.connection.id;
        let external: Vec<_> =
            plan.document.external_id().map(|id| (connection, id.to_owned())).into_iter().collect();
        let keys = writing::key_rules(cx, target).keys(&plan.document, &external);
        let mut read = self.store.read(&cx.session.caller).await?;
        if let Some((key, holder)) = writing::holder(read.as_mut(), target.kind, &keys, None).await? {
            if !adopt::by_user_name(cx, target.kind, key, &holder) {
                return Err(writing::taken(cx, target, key, &holder));
            }
            return self.adopt(note, target, read, holder, &plan.incoming).await;
        }
        if target.kind == Kind::USER
            && let Some(found) = adopt::by_email(read.as_mut(), cx, &plan.document).await?
        {
            return self.adopt(note, target, read, found, &plan.incoming).await;
        }
        writing::check_references(read.as_mut(), cx, None, &plan.document).await?;
        let id = ResourceId(self.ids.uuid_v7());
        let missing = cx.session.connection.policies.members;
        let members = membership::resolve(read.as_mut(), id, &plan.relation, missing).await?;
        let writing = self.writing(cx);
        let label = label_of(&plan.document);
        note.about(target.kind, id, &label);

        let mut stored = plan.document.clone();
        stored.take_external_id();
        let record = Record {
            id,
            kind: target.kind,
            version: 1,
            created: writing.at(),
            modified: writing.at(),
            state: writing::state_of(target.kind, &plan.document),
            source: Source::Scim,
            managed_by: Some(connection),
            managed_since: Some(writing.at()),
            external_ids: external,
            body: stored.to_json(),
            label,
        };
        let mut tx = WriteTx::new(cx.session.caller.clone());
        let mut entry = note.entry(writing.at(), Outcome::Done, 201);
        entry.paths = changes::paths(&changes::all(&target.rt, &plan.document));
        let mut remark = None;
        match target.kind {
            Kind::USER => {
                let suspect = identity::resembles_removed(read.as_mut(), cx, &plan.document).await?;
                identity::judge(cx, suspect.as_ref())?;
                tx.changes.extend(suspect.iter().flat_map(|s| s.passed(cx, id, writing.at())));
                let alarm = suspect.as_ref().map(|suspect| &suspect.alarm);
                remark = alarm.is_some().then_some("identity_changed");
                let profile = writing::profile(read.as_mut(), cx, None, &plan.document).await?;
                // The profile says it all.
                let told = Told { profile: &profile, changes: &[], alarm };
                let cause = writing.cause(alarm.is_some().then_some(Cause::Returned));
                tx.events = self.learner_events(&writing, EventKind::LearnerCreated, id, cause, &told);
            }
            kind => {
                let kind =
                    if kind == Kind::GROUP { EventKind::GroupCreated } else { EventKind::ResourceCreated };
                tx.events.push(self.resource_event(&writing, kind, target, &record, &[]));
            }
        }
        drop(read);
        let mut ignored = plan.incoming.ignored.clone();
        ignored.extend(members.remarks());
        self.annotate(note, &mut entry, &ignored, remark);
        tx.log.push(entry);
        tx.changes.push(Change::Insert { record: Box::new(record.clone()), keys });
        members.write(self, &writing, (id, &record.label), &mut tx);
        self.store.commit(tx).await?;
        self.pulse.wrote(cx, writing.at());
        if let Some(nested) = members.nests() {
            self.joined(cx, nested);
        }
        Ok(record)
    }
}
