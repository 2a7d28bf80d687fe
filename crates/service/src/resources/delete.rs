//! `DELETE /Users/{id}` (RFC 7644 §3.6).

use scim::ScimError;
use store::{Action, Change, EventKind, Expect, Kind, Outcome, WriteTx};

use super::writing::{self, Told};
use super::{Attempt, Note, conditions, may_write, not_found, render, resource_id, target};
use crate::setup::may_lock_out;
use crate::{Answer, Context, Service};

impl Service {
    /// Removes a resource: gone from SCIM at once, kept for the retention time (ruling 8).
    ///
    /// # Errors
    /// 404 when there is none, 412 when it has another version; see [`may_write`] for the rest.
    pub async fn delete(
        &self,
        cx: &Context,
        endpoint: &str,
        id: &str,
        if_match: Option<&str>,
    ) -> Result<Answer, ScimError> {
        let mut note = Note::new(cx, Action::Delete, "DELETE", endpoint, id);
        let mut tries = self.turns.tries(id);
        let result = loop {
            let result = self.try_delete(&mut note, endpoint, id, if_match).await;
            if let Some(result) = tries.settle(result).await {
                break result;
            }
        };
        self.finish(&note, result).await
    }

    async fn try_delete(
        &self,
        note: &mut Note<'_>,
        endpoint: &str,
        id: &str,
        if_match: Option<&str>,
    ) -> Attempt<Answer> {
        let cx = note.cx;
        let target = target(cx, endpoint)?;
        may_write(cx, &target)?;
        let uuid = resource_id(&target, id)?;
        let mut read = self.store.read(&cx.session.caller).await?;
        let Some(record) = read.record(target.kind, uuid).await? else { return Err(not_found(&target, id)) };
        note.about(target.kind, uuid, &record.label);
        conditions::require(cx, if_match, record.version)?;
        may_lock_out(cx, &record)?;

        let writing = self.writing(cx);
        let mut tx = WriteTx::new(cx.session.caller.clone());
        tx.expect.push(Expect::Version(uuid, record.version));
        tx.changes.push(Change::Remove { id: uuid, at: writing.at() });
        if target.kind == Kind::USER {
            let document = render::document(&record)?;
            let profile = writing::profile(read.as_mut(), cx, Some(uuid), &document).await?;
            let told = Told { profile: &profile, changes: &[], alarm: None };
            let kind = EventKind::LearnerRemoved;
            tx.events = self.learner_events(&writing, kind, uuid, writing.cause(None), &told);
            tx.guard = Some(self.guard(cx, &writing));
        } else {
            let kind =
                if target.kind == Kind::GROUP { EventKind::GroupRemoved } else { EventKind::ResourceRemoved };
            tx.events.push(self.resource_event(&writing, kind, &target, &record, &[]));
        }
        drop(read);
        tx.log.push(note.entry(writing.at(), Outcome::Done, 204));
        self.store.commit(tx).await?;
        self.pulse.wrote(cx, writing.at());
        Ok(Answer::empty(204))
    }
}
