//! `POST /Bulk` (RFC 7644 §3.7): many operations in one request, each done, logged and told as one of its own.

use std::collections::HashMap;

use scim::ScimError;
use scim::bulk::{self, BulkOperation, BulkRequest, BulkResponse, BulkResult, Limits, Method, Outcome, Step};
use scim::message::error_body;
use store::Action;

use super::patch::Ask;
use super::{Attempt, Note, Sent};
use crate::{Answer, Context, Preference, Projected, Service};

/// What has become of the operations so far.
#[derive(Default)]
struct Progress {
    results: Vec<Option<BulkResult>>,
    /// Ids of resources made, by `bulkId`; `None` when the operation failed.
    made: HashMap<String, Option<String>>,
    errors: u64,
}

impl Service {
    /// Does the operations of a bulk request. Each is atomic; the request as a whole is not (S-BULK-10).
    ///
    /// # Errors
    /// 400 for a body that is no bulk request, 413 for one that is too large. What goes wrong with an operation stands in
    /// the answer.
    pub async fn bulk(&self, cx: &Context, body: &[u8], prefer: Preference) -> Result<Answer, ScimError> {
        let note = Note::new(cx, Action::Bulk, "POST", "Bulk", "");
        let result = self.try_bulk(cx, body, prefer).await;
        self.finish(&note, result).await
    }

    async fn try_bulk(&self, cx: &Context, body: &[u8], prefer: Preference) -> Attempt<Answer> {
        let base = self.config.scim_base();
        let limits = Limits {
            max_operations: self.config.limits.bulk_operations,
            max_payload_size: self.config.limits.body,
            bases: &[&base, "/scim_v2", "/scim"],
        };
        limits.check_payload(body.len())?;
        let request = bulk::parse(Sent::Bytes(body).read()?, &cx.session.dialect, &limits)?;
        let mut progress = Progress { results: vec![None; request.operations.len()], ..Progress::default() };
        for step in bulk::plan(&request).steps {
            if request.fail_on_errors.is_some_and(|most| progress.errors >= most) {
                break;
            }
            self.step(cx, &request, &step, prefer, &mut progress).await;
        }
        let mut response = BulkResponse::default();
        for (operation, result) in request.operations.iter().zip(&progress.results) {
            if let Some(result) = result {
                response.push(operation, result);
            }
        }
        Ok(Answer::ok(response.finish()))
    }

    async fn step(
        &self,
        cx: &Context,
        request: &BulkRequest,
        step: &Step,
        prefer: Preference,
        progress: &mut Progress,
    ) {
        let operation = &request.operations[step.operation];
        let done = if step.is_follow_up {
            self.complete(cx, request, step, progress).await
        } else {
            self.operate(cx, request, step, prefer, progress).await
        };
        let before = progress.results[step.operation].take();
        if step.is_follow_up && before.as_ref().is_none_or(|r| r.status >= 400) {
            // What failed is not completed.
            progress.results[step.operation] = before;
            return;
        }
        let result = match done {
            Ok(answer) => {
                let patched = answer.status == 204 && operation.method != Method::Delete.as_str();
                let (status, response) = match before {
                    Some(before) => (before.status, before.response),
                    None => (if patched { 200 } else { answer.status }, answer.body),
                };
                BulkResult { status, location: answer.location, version: answer.etag, response }
            }
            Err(error) => {
                progress.errors += 1;
                BulkResult {
                    status: error.status,
                    location: before.map_or_else(|| self.address(operation), |b| b.location),
                    version: None,
                    response: Some(error_body(&error)),
                }
            }
        };
        if let (Some(name), true) = (&operation.bulk_id, operation.method == Method::Post.as_str()) {
            let id = result.location.as_deref().filter(|_| result.status < 400).and_then(last_segment);
            progress.made.insert(name.clone(), id.map(str::to_owned));
        }
        progress.results[step.operation] = Some(result);
    }

    /// One operation, references replaced.
    async fn operate(
        &self,
        cx: &Context,
        request: &BulkRequest,
        step: &Step,
        prefer: Preference,
        progress: &Progress,
    ) -> Result<Answer, ScimError> {
        let operation = &request.operations[step.operation];
        let prepared = request.data(step, |name| progress.outcome(name));
        let (action, (id, data)) = match (&operation.action, prepared) {
            (Ok(action), Ok(prepared)) => (action, prepared),
            (Err(error), _) => return self.refuse_operation(cx, error.clone()).await,
            (_, Err(error)) => return self.refuse_operation(cx, error).await,
        };
        let projected = Projected::default();
        let prefer = match prefer {
            Preference::Representation => prefer,
            _ => Preference::Minimal,
        };
        let ask = Ask { projected: &projected, prefer, if_match: operation.version.as_deref() };
        let (endpoint, id) = (action.target.endpoint.as_str(), id.as_deref().unwrap_or_default());
        let sent = Sent::Json(data);
        match action.method {
            Method::Post => self.create_sent(cx, endpoint, sent, &projected, prefer).await,
            Method::Put => self.replace_sent(cx, endpoint, id, sent, &ask).await,
            Method::Patch => self.patch_sent(cx, endpoint, id, sent, &ask).await,
            Method::Delete => {
                let answer = self.delete(cx, endpoint, id, ask.if_match).await?;
                Ok(Answer { location: Some(self.address_of(endpoint, id)), ..answer })
            }
        }
    }

    /// An operation that cannot be tried has its entry in the log like any other.
    async fn refuse_operation(&self, cx: &Context, error: ScimError) -> Result<Answer, ScimError> {
        let note = Note::new(cx, Action::Bulk, "POST", "Bulk", "");
        self.finish(&note, Err(error.into())).await
    }

    /// The PATCH that gives a resource the references it was made without (S-BULK-07).
    async fn complete(
        &self,
        cx: &Context,
        request: &BulkRequest,
        step: &Step,
        progress: &Progress,
    ) -> Result<Answer, ScimError> {
        let operation = &request.operations[step.operation];
        let data = bulk::follow_up(request, step, |name| progress.outcome(name))?;
        let location = progress.results[step.operation].as_ref().and_then(|r| r.location.as_deref());
        let (Ok(action), Some(id)) = (&operation.action, location.and_then(last_segment)) else {
            return Err(ScimError::plain(409, "The resource that is to be completed was not made."));
        };
        let projected = Projected::default();
        let ask = Ask { projected: &projected, prefer: Preference::Minimal, if_match: None };
        self.patch_sent(cx, &action.target.endpoint, id, Sent::Json(data), &ask).await
    }

    /// Where the resource of an operation is, as far as the request itself says it.
    fn address(&self, operation: &BulkOperation) -> Option<String> {
        let target = &operation.action.as_ref().ok()?.target;
        match &target.id {
            Some(bulk::Id::Known(id)) => Some(self.address_of(&target.endpoint, id)),
            _ => None,
        }
    }

    fn address_of(&self, endpoint: &str, id: &str) -> String {
        format!("{}/{endpoint}/{id}", self.config.scim_base())
    }
}

impl Progress {
    fn outcome(&self, name: &str) -> Outcome<'_> {
        match self.made.get(name) {
            Some(Some(id)) => Outcome::Made(id),
            _ => Outcome::Failed,
        }
    }
}

fn last_segment(location: &str) -> Option<&str> {
    location.rsplit('/').next().filter(|id| !id.is_empty())
}
