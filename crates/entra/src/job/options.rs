//! What a job is made of.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use base::{SystemClock, SystemEntropy};
use client::Client;
use tokio_util::sync::CancellationToken;

use crate::env::Env;
use crate::job::{RealTime, Sleeper};
use crate::log::{Names, System};
use crate::mapping::Mapping;
use crate::signin::SignIn;
use crate::source::Source;
use crate::state::State;
use crate::wire::Wire;

/// Who is provisioned, before scoping filters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// *Sync only assigned users and groups*. Where the source does not say who is, everybody is.
    #[default]
    Assigned,
    /// *Sync all users and groups*.
    All,
}

/// What a job is made of.
#[derive(Debug)]
pub struct JobOptions {
    /// Sends; set up by [`Wire::client`].
    pub client: Client,
    /// In which dialect.
    pub wire: Wire,
    /// What becomes of source objects.
    pub mapping: Mapping,
    /// Where they come from.
    pub source: Arc<dyn Source>,
    /// What is remembered.
    pub state: State,
    /// Clock and entropy.
    pub env: Env,
    /// Waits; must agree with the clock.
    pub sleeper: Arc<dyn Sleeper>,
    /// Renews the client's token; none where it has one for good.
    pub sign_in: Option<Arc<dyn SignIn>>,
    /// Who is provisioned.
    pub scope: Scope,
    /// Whether groups are, where the mapping has them.
    pub groups: bool,
    /// Requests under way at once.
    pub concurrency: usize,
    /// Requests a second at most; see [`crate::job::ENTRA_RATE`].
    pub rate: Option<NonZeroU32>,
    /// Times and thresholds.
    pub rules: Rules,
    /// What the log calls everything; made up at the first start where it is not given.
    pub names: Option<Names>,
    /// Ends a cycle in order: no more work is begun, and what is under way is finished and remembered.
    pub stop: CancellationToken,
}

impl JobOptions {
    /// A job in real time with Entra's rules: assigned people and groups, sixteen requests at once and as fast as the
    /// service answers.
    #[must_use]
    pub fn new(client: Client, wire: Wire, mapping: Mapping, source: Arc<dyn Source>, state: State) -> Self {
        Self {
            client,
            wire,
            mapping,
            source,
            state,
            env: Env::new(Arc::new(SystemClock), Arc::new(SystemEntropy::new())),
            sleeper: Arc::new(RealTime),
            sign_in: None,
            scope: Scope::Assigned,
            groups: true,
            concurrency: 16,
            rate: None,
            rules: Rules::default(),
            names: None,
            stop: CancellationToken::new(),
        }
    }
}

/// Times and thresholds of a job; the defaults are Entra's.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// From the end of a cycle to the beginning of the next (entra.md §4.1).
    pub interval: Duration,
    /// From the recycle bin to being gone (§2.7).
    pub hard_delete_after: Duration,
    /// When a failure is tried again, after it happened first (§4.10).
    pub retries: Vec<Duration>,
    /// After the last of those, every so often.
    pub retry_every: Duration,
    /// When it is given up; and when a job in quarantine is disabled.
    pub give_up_after: Duration,
    /// When the job goes into quarantine.
    pub quarantine: QuarantineRules,
    /// Disablings and deletions in one cycle from which none is done (§4.7); none is how Entra begins.
    pub delete_threshold: Option<u64>,
    /// Whether those who leave the scope are left as they are (§4.8).
    pub skip_out_of_scope_deletions: bool,
    /// How long log entries are kept (§4.12).
    pub log_kept_for: Duration,
}

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

impl Default for Rules {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(40 * 60),
            hard_delete_after: DAY * 30,
            retries: vec![HOUR * 6, HOUR * 12, HOUR * 24],
            retry_every: DAY,
            give_up_after: DAY * 28,
            quarantine: QuarantineRules::default(),
            delete_threshold: None,
            skip_out_of_scope_deletions: false,
            log_kept_for: DAY * 30,
        }
    }
}

/// From how many failures on a job goes into quarantine (§4.10).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuarantineRules {
    /// Below so many failures the share is not looked at.
    pub minimum: u64,
    /// More than this share of what was tried.
    pub share: f64,
    /// More than so many, references left aside.
    pub base: u64,
    /// So many, references included.
    pub total: u64,
}

impl Default for QuarantineRules {
    fn default() -> Self {
        Self { minimum: 5_000, share: 0.4, base: 40_000, total: 60_000 }
    }
}

/// Names for a job that was given none.
pub(super) fn made_up(target_url: &str, job: String, guid: impl Fn() -> String) -> Names {
    let system = |name: &str| System { id: guid(), display_name: name.to_owned() };
    let host = target_url.split("//").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or(target_url);
    Names {
        tenant: guid(),
        job,
        service_principal: system(host),
        source: system("Microsoft Entra ID"),
        target: system("customappsso"),
    }
}
