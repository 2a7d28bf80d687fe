//! `PUT /Users/{id}` (RFC 7644 §3.5.1).

use scim::ScimError;
use scim::document::{self, Incoming};
use store::{Action, Kind};

use super::patch::Ask;
use super::render::{self, Showing};
use super::update::Next;
use super::{
    Attempt, Note, Sent, conditions, may_write, membership, not_found, resource_id, supplied, target,
};
use crate::{Answer, Context, Preference, Projected, Service};

impl Service {
    /// Replaces a resource: what is left out is cleared, but for immutable values and `active`.
    ///
    /// # Errors
    /// 404 when there is none, 412 when it has another version, 400 and 409 for what cannot be done.
    #[expect(clippy::too_many_arguments, reason = "one for each part of the request")]
    pub async fn replace(
        &self,
        cx: &Context,
        endpoint: &str,
        id: &str,
        body: &[u8],
        projected: &Projected,
        prefer: Preference,
        if_match: Option<&str>,
    ) -> Result<Answer, ScimError> {
        let ask = Ask { projected, prefer, if_match };
        self.replace_sent(cx, endpoint, id, Sent::Bytes(body), &ask).await
    }

    /// The same, with a body from anywhere.
    pub(crate) async fn replace_sent(
        &self,
        cx: &Context,
        endpoint: &str,
        id: &str,
        sent: Sent<'_>,
        ask: &Ask<'_>,
    ) -> Result<Answer, ScimError> {
        let mut note = Note::new(cx, Action::Replace, "PUT", endpoint, id).with_body(&sent);
        let mut incoming = None;
        let mut tries = self.turns.tries(id);
        let result = loop {
            let result = self.try_replace(&mut note, endpoint, id, (&sent, &mut incoming), ask).await;
            if let Some(result) = tries.settle(result).await {
                break result;
            }
        };
        self.finish(&note, result).await
    }

    async fn try_replace(
        &self,
        note: &mut Note<'_>,
        endpoint: &str,
        id: &str,
        (sent, incoming): (&Sent<'_>, &mut Option<Incoming>),
        ask: &Ask<'_>,
    ) -> Attempt<Answer> {
        let cx = note.cx;
        let dialect = &cx.session.dialect;
        let target = target(cx, endpoint)?;
        may_write(cx, &target)?;
        let uuid = resource_id(&target, id)?;
        let mut read = self.store.read(&cx.session.caller).await?;
        let Some(record) = read.record(target.kind, uuid).await? else { return Err(not_found(&target, id)) };
        note.about(target.kind, uuid, &record.label);
        let projection = render::projection(cx, ask.projected)?;
        if incoming.is_none() {
            let body = sent.clone().read()?;
            *incoming = Some(document::read(&target.rt, &cx.session.tenant.registry, body, dialect)?);
        }
        let mut incoming = incoming.clone().unwrap_or_default();
        conditions::require(cx, ask.if_match, record.version)?;
        incoming.check_id(id, dialect)?;

        let mut current = render::document(&record)?;
        current.set_external_id(record.external_id(cx.session.connection.id).map(str::to_owned));
        let relation = match target.kind {
            Kind::GROUP => membership::replaced(incoming.relation.as_deref()),
            _ => Vec::new(),
        };
        let ignored = std::mem::take(&mut incoming.ignored);
        let supplied = supplied::by_body(&target.rt, &incoming.document);
        let document = document::replace(&target.rt, &current, incoming, dialect)?;
        let shown = ask.prefer != Preference::Minimal || !projection.is_default();
        let next = Next {
            document,
            relation,
            ignored,
            conditional: ask.if_match.is_some(),
            status: if shown { 200 } else { 204 },
        };
        let after = self.update(note, &target, read, record, &current, next).await?;
        if shown {
            return self.show(&Showing::new(cx, &target, &projection).supplied(&supplied), &after, 200).await;
        }
        Ok(Answer {
            status: 204,
            body: None,
            etag: Some(conditions::tag(after.version)),
            location: Some(self.location(&target.rt, after.id)),
        })
    }
}
