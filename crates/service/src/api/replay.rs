//! Requests that named themselves (`Idempotency-Key`): done once, answered as often as asked.

use std::time::Duration;

use base::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Purpose, Replay};

use super::ApiCaller;
use crate::{Service, ServiceResult};

/// How long an answer is kept.
const KEPT: Duration = Duration::from_secs(24 * 3600);
/// After so long an unanswered request counts as lost with its process, and may be made again.
const LOST: Duration = Duration::from_secs(60);
/// Old ones deleted in one statement.
const CHUNK: u32 = 1000;

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAnswer {
    /// HTTP status.
    pub status: u16,
    /// Headers worth repeating.
    pub headers: Vec<(String, String)>,
    /// The body's text.
    pub body: String,
}

/// What becomes of a named request.
#[derive(Debug)]
pub enum Claimed {
    /// It is to be done, and then settled.
    New(Claim),
    /// It was done: this was the answer.
    Done(KeptAnswer),
    /// Another request had the same name.
    Mismatch,
    /// It is being done by another request just now.
    Busy,
}

/// A named request under way.
#[derive(Debug)]
pub struct Claim {
    name: String,
    begun: Timestamp,
}

impl Service {
    /// Begins a request that its caller has named, unless it was made before. `fingerprint` tells requests apart that
    /// have the same name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn claim_request(
        &self,
        caller: &ApiCaller,
        name: &str,
        fingerprint: [u8; 32],
    ) -> ServiceResult<Claimed> {
        let now = self.clock.now();
        let new = Replay {
            owner: caller.key.id.clone(),
            name: name.to_owned(),
            fingerprint,
            at: now,
            answer: None,
        };
        let mut system = self.store.system(Purpose::Replays).await?;
        let mut since = now.minus(KEPT);
        // Once more when the one found turns out to be lost: then it makes way, to one of those who ask.
        for _ in 0..2 {
            let Some(known) = system.claim_replay(&new, since).await? else {
                return Ok(Claimed::New(Claim { name: name.to_owned(), begun: now }));
            };
            if known.fingerprint != fingerprint {
                return Ok(Claimed::Mismatch);
            }
            match &known.answer {
                Some(sealed) => match unseal(caller, name, sealed) {
                    Some(answer) => return Ok(Claimed::Done(answer)),
                    None => return Ok(Claimed::Mismatch),
                },
                None if now.since(known.at) < LOST => return Ok(Claimed::Busy),
                None => since = known.at.plus(Duration::from_micros(1)),
            }
        }
        Ok(Claimed::Busy)
    }

    /// Ends a named request: keeps its answer, or with `None` lets it be made again.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn settle_request(
        &self,
        caller: &ApiCaller,
        claim: Claim,
        answer: Option<&KeptAnswer>,
    ) -> ServiceResult<()> {
        let sealed = answer.map(|answer| {
            // Numbers and texts always serialise.
            let plain = serde_json::to_vec(answer).unwrap_or_default();
            caller.seal.seal(self.entropy.as_ref(), claim.name.as_bytes(), &plain)
        });
        let mut system = self.store.system(Purpose::Replays).await?;
        system.settle_replay(&caller.key.id, &claim.name, claim.begun, sealed.as_deref()).await?;
        Ok(())
    }

    /// Forgets answers that need not be kept any longer.
    pub(crate) async fn drop_replays(&self, now: Timestamp) -> ServiceResult<()> {
        let mut system = self.store.system(Purpose::Replays).await?;
        while system.drop_replays(now.minus(KEPT), CHUNK).await? == u64::from(CHUNK) {}
        Ok(())
    }
}

fn unseal(caller: &ApiCaller, name: &str, sealed: &str) -> Option<KeptAnswer> {
    let plain = caller.seal.open(name.as_bytes(), sealed).ok()?;
    serde_json::from_slice(&plain).ok()
}
