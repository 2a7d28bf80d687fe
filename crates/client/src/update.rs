//! Writes that survive others' writes and lost answers.

use serde_json::Value;

use crate::failure::ScimFailure;
use crate::patch::Patch;
use crate::query::Query;
use crate::request::Safety;
use crate::response::Response;
use crate::retry::{self, Trouble};
use crate::send::Client;

/// What to do with a resource just read.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// It is as it should be.
    Nothing,
    /// Change these parts.
    Patch(Patch),
    /// Put this in its place.
    Replace(Value),
}

/// How a resource came to exist.
#[derive(Clone, Debug)]
pub enum Created {
    /// By this call.
    New(Box<Response>),
    /// It was there when an attempt's fate was looked up: an earlier attempt had made it.
    Found(Value),
}

impl Created {
    /// The resource as the server gave it; `Null` when it gave none.
    #[must_use]
    pub fn into_resource(self) -> Value {
        match self {
            Self::New(response) => response.into_json(),
            Self::Found(resource) => resource,
        }
    }
}

impl Client {
    /// Reads a resource, asks what to change, and writes that against the version read; from the start again when
    /// someone else was quicker (412, S-CLI-07). A server without versions gets a plain write.
    ///
    /// Gives the last answer: of the write, or of the read when there was nothing to change.
    ///
    /// # Errors
    /// Those of reading and writing, and [`ScimFailure::Contended`] after so many attempts.
    pub async fn update(
        &self,
        endpoint: &str,
        id: &str,
        attempts: u32,
        mut change: impl FnMut(&Value) -> Change + Send,
    ) -> Result<Response, ScimFailure> {
        for _ in 0..attempts.max(1) {
            let read = self.get(endpoint, id).await?;
            let call = match change(read.json().unwrap_or(&Value::Null)) {
                Change::Nothing => return Ok(read),
                Change::Patch(patch) => self.patch(endpoint, id, &patch),
                Change::Replace(resource) => self.replace(endpoint, id, &resource),
            };
            let call = match read.etag() {
                Some(version) => call.if_match(version),
                None => call,
            };
            match call.await {
                Err(failure) if failure.status().is_some_and(|s| s.as_u16() == 412) => {}
                result => return result,
            }
        }
        Err(ScimFailure::Contended {
            endpoint: endpoint.to_owned(),
            id: id.to_owned(),
            attempts: attempts.max(1),
        })
    }

    /// Creates a resource once, though answers get lost: when nobody knows whether an attempt was done, looks it up
    /// with `filter` (by `externalId` or `userName`) before trying again (S-CLI-08).
    ///
    /// # Errors
    /// The last attempt's; a 409 of the first is the server's word and is handed on.
    pub async fn create_once(
        &self,
        endpoint: &str,
        resource: &Value,
        filter: &str,
    ) -> Result<Created, ScimFailure> {
        let policy = self.inner().retries;
        let mut attempt = 1;
        loop {
            let failure = match self.create(endpoint, resource).await {
                Ok(response) => return Ok(Created::New(Box::new(response))),
                Err(failure) => failure,
            };
            // What was surely not done has been tried again below already; a lookup makes the rest safe.
            if Trouble::of_failure(&failure) != Some(Trouble::Unknown) {
                return Err(failure);
            }
            let asked =
                failure.response().and_then(|r| retry::retry_after(r.headers(), self.inner().clock.as_ref()));
            let random = retry::random(self.inner().entropy.as_ref());
            let Some(wait) = policy.wait(attempt, Safety::Idempotent, Trouble::Unknown, asked, random) else {
                return Err(failure);
            };
            tokio::time::sleep(wait).await;
            let found = self.query(&Query::new(endpoint).filter(filter)).await?;
            if let Some(resource) = found.resources.into_iter().next() {
                return Ok(Created::Found(resource));
            }
            attempt += 1;
        }
    }
}
