//! `GET /Users/{id}` (RFC 7644 §3.4.1).

use scim::ScimError;
use store::Action;

use super::render::{self, Showing};
use super::{Attempt, Note, conditions, hidden, not_found, resource_id, target};
use crate::{Answer, Context, Projected, Service};

impl Service {
    /// Reads one resource.
    ///
    /// # Errors
    /// 404 when there is none; 400 for a projection that cannot be.
    pub async fn get(
        &self,
        cx: &Context,
        endpoint: &str,
        id: &str,
        projected: &Projected,
        if_none_match: Option<&str>,
    ) -> Result<Answer, ScimError> {
        let mut note = Note::new(cx, Action::Read, "GET", endpoint, id);
        let result = self.try_get(&mut note, endpoint, id, projected, if_none_match).await;
        self.finish(&note, result).await
    }

    async fn try_get(
        &self,
        note: &mut Note<'_>,
        endpoint: &str,
        id: &str,
        projected: &Projected,
        if_none_match: Option<&str>,
    ) -> Attempt<Answer> {
        let cx = note.cx;
        let target = target(cx, endpoint)?;
        if hidden(cx, target.kind).is_some() {
            return Err(not_found(&target, id));
        }
        let uuid = resource_id(&target, id)?;
        let projection = render::projection(cx, projected)?;
        let showing = Showing::new(cx, &target, &projection);
        let mut read = self.store.glance(&cx.session.caller).await?;
        let Some(record) = read.record(target.kind, uuid).await? else { return Err(not_found(&target, id)) };
        note.about(target.kind, uuid, &record.label);
        let mut answer = Answer {
            status: 200,
            body: None,
            etag: Some(conditions::tag(record.version)),
            location: Some(self.location(&target.rt, uuid)),
        };
        let not_modified = conditions::not_modified(cx, if_none_match, record.version)?;
        if not_modified && !showing.holds_computed(&record) {
            answer.status = 304;
        } else {
            let mut out = String::with_capacity(record.body.len() + 512);
            self.render(&showing, read.as_mut(), &record, &mut out).await?;
            answer.body = Some(out);
        }
        drop(read);
        self.noted(note, &answer, None);
        Ok(answer)
    }
}
