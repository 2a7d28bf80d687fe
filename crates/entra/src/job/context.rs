//! What every worker needs: how to send, what to call things, and whose target is whose.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base::{Ids, Timestamp};
use client::{Client, Request, Response, ScimFailure};
use tokio_util::sync::CancellationToken;

use crate::env::Env;
use crate::job::pace::Pace;
use crate::job::{Rules, Scope, Sleeper};
use crate::judge::{Step, Verdict, judge};
use crate::log::Names;
use crate::mapping::{Mapping, ObjectMapping, Source};
use crate::model::Kind;
use crate::signin::{SignIn, TokenOrigin};
use crate::state::{State, StateFault};
use crate::wire::{Throttled, Wire};

/// The longest that a target is waited for because it says so.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);
/// How often one request is sent again because the target was busy.
const PATIENCE: u32 = 5;

/// What a job is made of, shared by its workers.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) client: Client,
    pub(super) wire: Wire,
    pub(super) mapping: Mapping,
    pub(super) state: State,
    pub(super) env: Env,
    pub(super) ids: Ids,
    pub(super) sleeper: Arc<dyn Sleeper>,
    pub(super) sign_in: Option<Arc<dyn SignIn>>,
    pub(super) scope: Scope,
    pub(super) groups: bool,
    pub(super) concurrency: usize,
    pub(super) pace: Pace,
    pub(super) rules: Rules,
    pub(super) names: Names,
    pub(super) stop: CancellationToken,
    /// Which attribute mappings of users follow `IsSoftDeleted`.
    pub(super) soft_delete: Vec<bool>,
}

impl Parts {
    /// Where the token comes from.
    pub(super) fn token_origin(&self) -> TokenOrigin {
        self.sign_in.as_ref().map(|sign_in| sign_in.origin()).unwrap_or_default()
    }

    /// The mapping of a kind that this job provisions.
    pub(super) fn mapping_of(&self, kind: Kind) -> Option<&ObjectMapping> {
        self.mapping.of(kind).filter(|_| kind == Kind::User || self.groups)
    }
}

/// Which of the users' attribute mappings depend on `IsSoftDeleted`.
pub(super) fn soft_delete_flows(mapping: &Mapping) -> Vec<bool> {
    let depends = |source: &Source| match source {
        Source::Direct(name) => name == "IsSoftDeleted",
        Source::Expression(expression) => expression.sources().contains(&"IsSoftDeleted"),
        Source::Constant(_) | Source::None => false,
    };
    mapping.users.attributes.iter().map(|attribute| depends(&attribute.source)).collect()
}

/// One run over the parts.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) parts: Arc<Parts>,
    /// The state worked on: the job's own, or a copy in a rehearsal.
    pub(super) copy: Option<State>,
    /// The dialect of this run: provision on demand knows no flag.
    pub(super) wire: Wire,
    pub(super) cycle: String,
    pub(super) now: Timestamp,
    /// What was deleted until then is gone for good.
    pub(super) gone_until: i64,
    pub(super) on_demand: bool,
    /// Nothing is written to the target.
    pub(super) rehearsal: bool,
    /// Removals are held back until they are counted.
    pub(super) stages: AtomicBool,
    /// A failure was given up.
    pub(super) pruned: AtomicBool,
    /// Targets that are being linked and are not in the state yet: target → source.
    claims: Mutex<HashMap<(Kind, String), String>>,
    pub(super) requests: AtomicU64,
    paused_until: AtomicI64,
}

impl Context {
    pub(super) fn new(parts: &Arc<Parts>, now: Timestamp) -> Self {
        Self {
            copy: None,
            wire: parts.wire.clone(),
            cycle: parts.ids.uuid_v7().to_string(),
            now,
            gone_until: now.minus(parts.rules.hard_delete_after).as_micros(),
            on_demand: false,
            rehearsal: false,
            stages: AtomicBool::new(false),
            pruned: AtomicBool::new(false),
            claims: Mutex::default(),
            requests: AtomicU64::new(0),
            paused_until: AtomicI64::new(i64::MIN),
            parts: Arc::clone(parts),
        }
    }

    pub(super) fn state(&self) -> &State {
        self.copy.as_ref().unwrap_or(&self.parts.state)
    }

    /// Sends, at the pace that was asked for, and waits where the target asks for it.
    pub(super) async fn send(&self, request: Request) -> Result<Response, ScimFailure> {
        let honours = self.wire.switches.throttled == Throttled::Honour;
        for attempt in 1.. {
            self.wait_for_pause().await;
            self.parts.pace.turn().await;
            self.refresh_token().await;
            self.requests.fetch_add(1, Ordering::Relaxed);
            let result = self.parts.client.send(request.clone()).await;
            match &result {
                Ok(response) if response.status().as_u16() == 429 && honours && attempt < PATIENCE => {
                    match response.retry_after().filter(|span| *span <= LONGEST_PAUSE) {
                        Some(span) => self.pause(span),
                        None => return result,
                    }
                }
                _ => return result,
            }
        }
        unreachable!("the loop ends with an answer")
    }

    /// Says what the answer to a step means, with what to do about it by this job's way of signing in.
    pub(super) fn judge<'a>(
        &self,
        kind: Kind,
        step: Step<'_>,
        result: &'a Result<Response, ScimFailure>,
    ) -> Verdict<'a> {
        match judge(kind, step, result) {
            Verdict::Failed(fault) => {
                Verdict::Failed(Box::new(fault.signed_in_by(self.parts.token_origin())))
            }
            ok => ok,
        }
    }

    /// Writes to the target; in a rehearsal only as if. `Ok(None)` is a write that was not sent.
    pub(super) async fn export(&self, request: Request) -> Option<Result<Response, ScimFailure>> {
        if self.rehearsal { None } else { Some(self.send(request).await) }
    }

    /// A token that is about to expire is renewed. When that fails the old one is sent and the answer tells.
    async fn refresh_token(&self) {
        if let Some(sign_in) = &self.parts.sign_in
            && let Ok(token) = sign_in.authorize().await
        {
            let _ = self.parts.client.set_bearer(&token);
        }
    }

    fn pause(&self, span: Duration) {
        let until = self.parts.env.clock.now().plus(span).as_micros();
        self.paused_until.fetch_max(until, Ordering::SeqCst);
    }

    async fn wait_for_pause(&self) {
        let until = self.paused_until.load(Ordering::SeqCst);
        let now = self.parts.env.clock.now();
        if until > now.as_micros() {
            self.parts.sleeper.sleep(Timestamp::from_micros(until).since(now)).await;
        }
    }

    /// Takes a target for a source object. Who holds it already and is still there keeps it: then its id is given.
    pub(super) fn claim(&self, kind: Kind, target: &str, source: &str) -> Result<Option<String>, StateFault> {
        let mut claims = self.claims.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(holder) = claims.get(&(kind, target.to_owned())) {
            return Ok(Some(holder.clone()).filter(|holder| holder != source));
        }
        // Somebody who left may be succeeded by the same person under a new id.
        if let Some((holder, true)) = self.state().holder(kind, target)?
            && holder != source
        {
            return Ok(Some(holder));
        }
        claims.insert((kind, target.to_owned()), source.to_owned());
        Ok(None)
    }

    /// The links are in the state now, or came to nothing.
    pub(super) fn release_claims(&self, claims: &mut Vec<(Kind, String)>) {
        let mut held = self.claims.lock().unwrap_or_else(PoisonError::into_inner);
        for claim in claims.drain(..) {
            held.remove(&claim);
        }
    }
}
