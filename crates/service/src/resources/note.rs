//! What the provisioning log says about one request (ruling 9).

use std::borrow::Cow;

use base::Timestamp;
use scim::ScimError;
use serde_json::{Value, json};
use store::{Action, Change, Kind, NewLogEntry, Outcome, ResourceId, WriteTx};

use super::identity::Suspect;
use super::{Attempt, Explanation, Seen, Sent};
use crate::faults::Fault;
use crate::{Answer, Context, Service};

/// Longest raw text kept with an entry, in bytes.
const RAW_LIMIT: usize = 8 * 1024;

/// A request while it is worked on: what is known so far about its subject.
#[derive(Debug)]
pub(crate) struct Note<'a> {
    /// Whose request.
    pub(crate) cx: &'a Context,
    /// What it is.
    pub(crate) action: Action,
    method: &'static str,
    /// Endpoint and id, as far as there are any.
    path: [&'a str; 2],
    /// Body as sent.
    pub(crate) body: Option<Cow<'a, [u8]>>,
    /// On what.
    pub(crate) subject: Option<(Kind, ResourceId)>,
    /// Its name, or what was looked for.
    pub(crate) label: String,
    /// What it shows about the set-up, when the log is to tell of it.
    pub(crate) fault: Option<&'static Fault>,
}

impl<'a> Note<'a> {
    /// A request for an endpoint and, unless it is empty, an id there.
    pub(crate) fn new(
        cx: &'a Context,
        action: Action,
        method: &'static str,
        endpoint: &'a str,
        id: &'a str,
    ) -> Self {
        Self {
            cx,
            action,
            method,
            path: [endpoint, id],
            body: None,
            subject: None,
            label: String::new(),
            fault: None,
        }
    }

    /// The request has this body.
    pub(crate) fn with_body(self, body: &Sent<'a>) -> Self {
        Self { body: Some(body.bytes()), ..self }
    }

    /// `PATCH /Users/{id}`.
    fn line(&self) -> String {
        let mut line = self.method.to_owned();
        line.push(' ');
        for part in self.path.iter().filter(|p| !p.is_empty()) {
            line.push('/');
            line.push_str(part);
        }
        line
    }

    /// The request is about this resource.
    pub(crate) fn about(&mut self, kind: Kind, id: ResourceId, label: &str) {
        self.subject = Some((kind, id));
        label.clone_into(&mut self.label);
    }

    /// An entry for the log.
    pub(crate) fn entry(&self, at: Timestamp, outcome: Outcome, status: u16) -> NewLogEntry {
        NewLogEntry {
            at,
            connection: self.cx.session.connection.id,
            request: self.cx.request.clone(),
            action: self.action,
            outcome,
            status,
            scim_type: None,
            subject: self.subject,
            label: self.label.clone(),
            paths: Vec::new(),
            code: None,
            detail: None,
            raw: None,
        }
    }

    /// The request as it is kept, without secrets.
    pub(crate) fn raw(&self, answer: Option<&ScimError>) -> String {
        let body = match self.body.as_deref().map(|b| (serde_json::from_slice::<Value>(b), b.len())) {
            None => Value::Null,
            Some((Ok(mut body), _)) => {
                let intake = &self.cx.session.tenant.intake;
                redact(&mut body, &|name| names_password(name) || intake.hides(name));
                body
            }
            // It might hold a password anywhere.
            Some((Err(error), length)) => {
                Value::String(format!("({length} bytes that are not JSON: {error})"))
            }
        };
        let mut raw = json!({"request": self.line(), "body": body});
        if let Some(error) = answer {
            raw["answer"] = json!({
                "status": error.status,
                "scimType": error.scim_type.map(scim::ScimType::as_str),
                "detail": error.detail,
            });
        }
        let text = raw.to_string();
        if text.len() <= RAW_LIMIT {
            return text;
        }
        let mut body = raw["body"].to_string();
        let mut end = (RAW_LIMIT / 2).min(body.len());
        while !body.is_char_boundary(end) {
            end -= 1;
        }
        body.truncate(end);
        body.push('…');
        raw["body"] = Value::String(body);
        raw.to_string()
    }
}

/// Takes the values of what is secret out, wherever they stand: as keys of a resource and as targets of a PATCH.
pub(crate) fn redact(value: &mut Value, is_secret: &dyn Fn(&str) -> bool) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| redact(value, is_secret)),
        Value::Object(map) => {
            let of_secret = map.iter().any(|(key, value)| {
                key.eq_ignore_ascii_case("path") && value.as_str().is_some_and(is_secret)
            });
            for (key, value) in map.iter_mut() {
                if is_secret(key) || (of_secret && key.eq_ignore_ascii_case("value")) {
                    *value = Value::String("(removed)".to_owned());
                } else {
                    redact(value, is_secret);
                }
            }
        }
        _ => {}
    }
}

fn names_password(path: &str) -> bool {
    path.rsplit([':', '.']).next().is_some_and(|name| name.eq_ignore_ascii_case("password"))
}

impl Service {
    /// The one place where use cases of SCIM end: counts the request, and writes down why it was refused.
    pub(crate) async fn finish(&self, note: &Note<'_>, result: Attempt<Answer>) -> Result<Answer, ScimError> {
        let failure = match result {
            Ok(answer) => return Ok(answer),
            Err(failure) => failure,
        };
        let now = self.clock.now();
        self.pulse.failed(note.cx, now);
        let suspect = failure.suspect();
        let (error, why) = failure.into_parts();
        self.record_refusal(note, (&error, why), suspect.as_ref(), now).await;
        Err(error)
    }

    async fn record_refusal(
        &self,
        note: &Note<'_>,
        (error, why): (&ScimError, Explanation),
        suspect: Option<&Suspect>,
        now: Timestamp,
    ) {
        if why == Explanation::Unavailable {
            // There is nowhere to write it.
            return;
        }
        let outcome =
            if error.status >= 500 && error.status != 501 { Outcome::Failed } else { Outcome::Refused };
        let mut entry = note.entry(now, outcome, error.status);
        entry.scim_type = error.scim_type.map(|t| t.as_str().to_owned());
        entry.code = Some(why.code().to_owned());
        entry.detail = Some(error.detail.clone());
        entry.raw = Some(note.raw(Some(error)));
        entry.paths = error.path.iter().cloned().collect();
        let mut tx = WriteTx::new(note.cx.session.caller.clone());
        tx.log.push(entry);
        if let Err(error) = self.commit_refused(note.cx, suspect, now, tx).await {
            tracing::warn!(%error, request = note.cx.request, "cannot write the log entry of a refused request");
        }
    }

    /// Adds remarks to the entry of a write that was done: what leniency dropped, a note, and now and then, while the
    /// connection is being set up, what was sent.
    pub(crate) fn annotate(
        &self,
        note: &Note<'_>,
        entry: &mut NewLogEntry,
        ignored: &[String],
        remark: Option<&'static str>,
    ) {
        let remark = remark.or(if ignored.is_empty() { None } else { Some("ignored_values") });
        entry.code = remark.map(str::to_owned);
        if !ignored.is_empty() {
            entry.detail = Some(ignored.join("; "));
        }
        if let (None, Some(fault)) = (remark, note.fault) {
            entry.code = Some(fault.id.to_owned());
            entry.detail = Some(fault.sentence());
        }
        let connection = &note.cx.session.connection;
        if connection.is_traced(entry.at) && self.traces.may_keep_body(connection.id, entry.at) {
            entry.raw = Some(note.raw(None));
        }
    }

    /// Counts a read, and shows it to whoever watches the connection being set up.
    pub(crate) fn noted(&self, note: &Note<'_>, answer: &Answer, found: Option<u64>) {
        let now = self.clock.now();
        self.pulse.read(note.cx, now);
        let session = &note.cx.session;
        if !session.connection.is_traced(now) {
            return;
        }
        let entry = Seen {
            at: now,
            connection: session.connection.id,
            line: note.line(),
            status: answer.status,
            label: note.label.clone(),
            found,
        };
        if self.traces.keep(entry) {
            self.flush_traces(session.caller.clone());
        }
    }

    /// Writes the kept reads down in a while, so that a burst of them costs one write.
    fn flush_traces(&self, caller: store::Caller) {
        let (store, traces) = (std::sync::Arc::clone(&self.store), std::sync::Arc::clone(&self.traces));
        self.background.spawn(async move {
            let _turn = traces.turn().await;
            let mut tx = WriteTx::new(caller);
            tx.changes.extend(traces.take(tx.caller.connection).into_iter().map(Change::Trace));
            if let Err(error) = store.commit(tx).await {
                tracing::warn!(%error, "cannot keep the reads of a connection that is being set up");
            }
        });
    }
}

#[cfg(test)]
mod tests;
