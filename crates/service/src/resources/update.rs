//! The next state of a resource that exists: what PATCH, PUT and adoption have in common.

use scim::Document;
use scim::patch::RelationChange;
use store::{Cause, Change, EventKind, Expect, Kind, Outcome, ReadTx, Record, State, WriteTx};

use super::writing::{self, Told};
use super::{Attempt, Note, Target, adopt, identity, membership};
use crate::Service;
use crate::events::learner_event;
use crate::profile::label_of;
use crate::setup::may_lock_out;
use crate::{changes, keys};

/// What is to become of a resource.
#[derive(Debug)]
pub(crate) struct Next {
    /// Its next state, `externalId` included.
    pub(crate) document: Document,
    /// What becomes of its members.
    pub(crate) relation: Vec<RelationChange>,
    /// What leniency dropped.
    pub(crate) ignored: Vec<String>,
    /// Whether the sender named the version it changes.
    pub(crate) conditional: bool,
    /// Status of the answer, for the log.
    pub(crate) status: u16,
}

impl Service {
    /// Makes the next state of a resource, if it is another one, and gives back the resource as it is then. Takes
    /// over a learner that no connection owns.
    pub(crate) async fn update(
        &self,
        note: &Note<'_>,
        target: &Target,
        mut read: Box<dyn ReadTx + '_>,
        record: Record,
        current: &Document,
        mut next: Next,
    ) -> Attempt<Record> {
        let cx = note.cx;
        let connection = cx.session.connection.id;
        writing::admit(cx, target, Some(current), &mut next.document)?;
        let mut changed = changes::between(&target.rt, current, &next.document);
        if target.kind == Kind::USER {
            cx.session.tenant.intake.hush(&mut changed);
        }
        let missing = cx.session.connection.policies.members;
        let members = membership::resolve(read.as_mut(), record.id, &next.relation, missing).await?;
        next.ignored.extend(members.remarks());
        let adopts = target.kind == Kind::USER && adopt::may_adopt(cx, &record);
        if changed.is_empty() && members.is_empty() && !adopts {
            drop(read);
            let mut entry = note.entry(self.clock.now(), Outcome::Unchanged, next.status);
            self.annotate(note, &mut entry, &next.ignored, None);
            let mut tx = WriteTx::new(cx.session.caller.clone());
            tx.log.push(entry);
            self.store.commit(tx).await?;
            self.pulse.read(cx, self.clock.now());
            return Ok(record);
        }

        let mut tx = WriteTx::new(cx.session.caller.clone());
        let writing = self.writing(cx);
        let mut after = Record { modified: record.modified.max(writing.at()), ..record.clone() };
        let mut suspect = None;
        if changed.is_empty() && !adopts {
            // Members only: others may change the group's members at the same time.
            tx.expect.push(if next.conditional {
                Expect::Version(record.id, record.version)
            } else {
                Expect::Exists(record.id)
            });
            tx.changes.push(Change::Touch { id: record.id, at: after.modified });
        } else {
            writing::check_references(read.as_mut(), cx, Some(current), &next.document).await?;
            let external = next.document.external_id();
            if target.kind == Kind::USER {
                suspect = identity::external_id_changed(cx, &record, &next.document);
                identity::judge(cx, suspect.as_ref())?;
            }
            after.external_ids.retain(|(c, _)| *c != connection);
            after.external_ids.extend(external.map(|id| (connection, id.to_owned())));
            if adopts {
                after.managed_by = Some(connection);
                after.managed_since = Some(writing.at());
            }
            if changed.is_empty() {
                // Nothing that the client sees has changed.
                after.modified = record.modified;
            }
            after.state = writing::state_of(target.kind, &next.document);
            if (record.state, after.state) == (State::Active, State::Inactive) {
                may_lock_out(cx, &record)?;
            }
            after.label = label_of(&next.document);
            let mut stored = next.document.clone();
            stored.take_external_id();
            after.body = stored.to_json();

            let rules = writing::key_rules(cx, target);
            let (drop_keys, add_keys) = keys::difference(
                rules.keys(current, &record.external_ids),
                rules.keys(&next.document, &after.external_ids),
            );
            if let Some((key, holder)) =
                writing::holder(read.as_mut(), target.kind, &add_keys, Some(record.id)).await?
            {
                return Err(writing::taken(cx, target, key, &holder));
            }
            tx.expect.push(Expect::Version(record.id, record.version));
            tx.changes.push(Change::Update { record: Box::new(after.clone()), drop_keys, add_keys });
            tx.changes.extend(suspect.iter().flat_map(|s| s.passed(cx, record.id, writing.at())));
            let own = if adopts { Some(Cause::Adopted) } else { returned(record.state, after.state) };
            let cause = writing.cause(own);
            if target.kind == Kind::USER {
                let profile = writing::profile(read.as_mut(), cx, Some(record.id), &next.document).await?;
                let kind = learner_event(record.state, after.state, suspect.is_some());
                let alarm = suspect.as_ref().map(|suspect| &suspect.alarm);
                let told = Told { profile: &profile, changes: &changed, alarm };
                tx.events = self.learner_events(&writing, kind, record.id, cause, &told);
            } else if !changed.is_empty() {
                let kind = match target.kind {
                    Kind::GROUP => EventKind::GroupUpdated,
                    _ => EventKind::ResourceUpdated,
                };
                tx.events.push(self.resource_event(&writing, kind, target, &after, &changed));
            }
            if target.kind == Kind::USER && (record.state, after.state) == (State::Active, State::Inactive) {
                tx.guard = Some(self.guard(cx, &writing));
            }
        }
        drop(read);

        let mut entry = note.entry(writing.at(), Outcome::Done, next.status);
        entry.paths = changes::paths(&changed);
        if !members.is_empty() {
            entry.paths.push("members".to_owned());
        }
        let remark = match (&suspect, adopts) {
            (Some(_), _) => Some("identity_changed"),
            (None, true) => Some("adopted"),
            (None, false) => None,
        };
        self.annotate(note, &mut entry, &next.ignored, remark);
        tx.log.push(entry);
        members.write(self, &writing, (record.id, &after.label), &mut tx);
        let done = self.store.commit(tx).await?;
        self.pulse.wrote(cx, writing.at());
        if let Some(nested) = members.nests() {
            self.joined(cx, nested);
        }
        after.version = done
            .versions
            .iter()
            .rev()
            .find(|(id, _)| *id == record.id)
            .map_or(record.version + 1, |(_, version)| *version);
        Ok(after)
    }
}

/// A learner who may use the app again has returned.
fn returned(before: State, after: State) -> Option<Cause> {
    ((before, after) == (State::Inactive, State::Active)).then_some(Cause::Returned)
}
