//! `PATCH /Users/{id}` (RFC 7644 §3.5.2).

use scim::ScimError;
use scim::patch::{self, PatchRequest};
use store::{Action, Kind};

use super::render::{self, Showing};
use super::update::Next;
use super::{Attempt, Note, Sent, conditions, may_write, not_found, resource_id, supplied, target};
use crate::{Answer, Context, Preference, Projected, Service};

impl Service {
    /// Changes a resource. A User comes back whole; a Group only when that is asked for, since it may be large (ruling
    /// 4).
    ///
    /// # Errors
    /// 404 when there is none, 412 when it has another version, 400 and 409 for what cannot be done.
    #[expect(clippy::too_many_arguments, reason = "one for each part of the request")]
    pub async fn patch(
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
        self.patch_sent(cx, endpoint, id, Sent::Bytes(body), &ask).await
    }

    /// The same, with a body from anywhere.
    pub(crate) async fn patch_sent(
        &self,
        cx: &Context,
        endpoint: &str,
        id: &str,
        sent: Sent<'_>,
        ask: &Ask<'_>,
    ) -> Result<Answer, ScimError> {
        let mut note = Note::new(cx, Action::Patch, "PATCH", endpoint, id).with_body(&sent);
        let mut request = None;
        let mut tries = self.turns.tries(id);
        let result = loop {
            let result = self.try_patch(&mut note, endpoint, id, (&sent, &mut request), ask).await;
            if let Some(result) = tries.settle(result).await {
                break result;
            }
        };
        self.finish(&note, result).await
    }

    async fn try_patch(
        &self,
        note: &mut Note<'_>,
        endpoint: &str,
        id: &str,
        (sent, request): (&Sent<'_>, &mut Option<PatchRequest>),
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
        // Not before it is known that there is something to change, and only once.
        if request.is_none() {
            *request = Some(patch::parse(sent.clone().read()?, dialect)?);
            note.fault = self.patch_signs(cx, &sent.bytes());
        }
        let request = request.clone().unwrap_or_default();
        conditions::require(cx, ask.if_match, record.version)?;

        let mut current = render::document(&record)?;
        current.set_external_id(record.external_id(cx.session.connection.id).map(str::to_owned));
        let supplied = supplied::by_patch(&target.rt, &request, dialect);
        let patched = patch::apply(&target.rt, &cx.session.tenant.registry, &current, request, dialect)?;
        let shown = match ask.prefer {
            _ if !projection.is_default() => true,
            Preference::Representation => true,
            Preference::Minimal => false,
            Preference::None => target.kind != Kind::GROUP,
        };
        let next = Next {
            document: patched.document,
            relation: patched.relation,
            ignored: patched.ignored,
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

/// How a change is asked for, apart from the change itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask<'a> {
    /// Projection.
    pub(crate) projected: &'a Projected,
    /// `Prefer`.
    pub(crate) prefer: Preference,
    /// `If-Match`.
    pub(crate) if_match: Option<&'a str>,
}
