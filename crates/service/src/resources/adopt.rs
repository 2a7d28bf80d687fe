//! Taking over learners who were here before the identity provider was (design §2, ruling 7).

use std::sync::Arc;

use scim::Document;
use scim::document::{self, Incoming};
use serde_json::Value;
use store::{Action, Adopt, Key, KeyName, Kind, ReadTx, Record};

use super::update::Next;
use super::{Attempt, Failure, Note, Patience, Target, render};
use crate::keys;
use crate::profile::{main_email, work_email};
use crate::{Context, Service};

/// Whether a create with this record's user name takes the record over.
pub(crate) fn by_user_name(cx: &Context, kind: Kind, key: &Key, holder: &Record) -> bool {
    kind == Kind::USER && key.name == KeyName::UserName && may_adopt(cx, holder)
}

/// The learner whose address is the new learner's work address, if there is just one and no connection owns it.
pub(crate) async fn by_email(
    read: &mut dyn ReadTx,
    cx: &Context,
    document: &Document,
) -> Attempt<Option<Record>> {
    if cx.session.connection.policies.adopt != Adopt::Email {
        return Ok(None);
    }
    let Some(address) = work_email(document) else { return Ok(None) };
    let key = keys::email(address);
    // Two people who share an address cannot be told apart by it.
    let found = read.by_key(Kind::USER, &key, 2).await?;
    let [record] = found.as_slice() else { return Ok(None) };
    let theirs = render::document(record)?;
    let same = main_email(&theirs).or_else(|| work_email(&theirs)).is_some_and(|e| keys::email(e) == key);
    Ok((same && may_adopt(cx, record)).then(|| record.clone()))
}

/// Whether the learner belongs to no connection, and this one takes such learners over.
pub(crate) fn may_adopt(cx: &Context, record: &Record) -> bool {
    record.managed_by.is_none() && cx.session.connection.policies.adopt != Adopt::Never
}

impl Service {
    /// Makes a create a change of the learner who is here: what was sent is laid over what was there.
    pub(crate) async fn adopt(
        &self,
        note: &mut Note<'_>,
        target: &Target,
        read: Box<dyn ReadTx + '_>,
        record: Record,
        incoming: &Incoming,
    ) -> Attempt<Record> {
        let cx = note.cx;
        note.action = Action::Adopt;
        note.about(target.kind, record.id, &record.label);
        let mut current = render::document(&record)?;
        current.set_external_id(record.external_id(cx.session.connection.id).map(str::to_owned));
        let mut incoming = incoming.clone();
        let ignored = std::mem::take(&mut incoming.ignored);
        if !incoming.document.as_map().contains_key("active") {
            // As in any other create, a learner of whom nothing is said is active.
            let active = target.rt.resolve(&scim::path::plain(None, "active".to_owned(), None));
            if let Some(active) = active {
                incoming.document.set_attribute(&active, Some(Value::Bool(true)));
            }
            incoming.assigned_null.retain(|name| name != "active");
        }
        let document = document::merge(&target.rt, &current, incoming, &cx.session.dialect)?;
        let next = Next { document, relation: Vec::new(), ignored, conditional: false, status: 201 };
        self.update(note, target, read, record, &current, next).await
    }

    /// The matching query of an identity provider has found a learner that no connection owns: from now on this one
    /// does. The read does not wait for it, and nothing comes of it when it fails; the next query tries again.
    pub(crate) fn adopt_matched(self: &Arc<Self>, cx: &Context, target: &Target, record: &Record) {
        let session = &cx.session;
        let fits = target.kind == Kind::USER
            && may_adopt(cx, record)
            && session.caller.grant.write
            && session.connection.paused.is_none();
        if !fits {
            return;
        }
        let (service, cx, target, id) = (Arc::clone(self), cx.clone(), target.clone(), record.id);
        self.background.spawn(async move {
            let mut patience = Patience::new();
            loop {
                let result = service.take_over(&cx, &target, id).await;
                match patience.settle(result) {
                    None => {}
                    Some(Ok(())) => return,
                    Some(Err(failure)) => {
                        let (error, _) = failure.into_parts();
                        tracing::warn!(%error, "cannot take over a learner that was matched");
                        return;
                    }
                }
            }
        });
    }

    async fn take_over(&self, cx: &Context, target: &Target, id: store::ResourceId) -> Result<(), Failure> {
        let mut read = self.store.read(&cx.session.caller).await?;
        let Some(record) = read.record(target.kind, id).await? else { return Ok(()) };
        if !may_adopt(cx, &record) {
            return Ok(());
        }
        let mut note = Note::new(cx, Action::Adopt, "GET", "Users", "");
        note.about(target.kind, id, &record.label);
        let mut current = render::document(&record)?;
        current.set_external_id(record.external_id(cx.session.connection.id).map(str::to_owned));
        let next = Next {
            document: current.clone(),
            relation: Vec::new(),
            ignored: Vec::new(),
            conditional: false,
            status: 200,
        };
        self.update(&note, target, read, record, &current, next).await.map(|_| ())
    }
}
