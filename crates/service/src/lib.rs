//! The use cases, once, for every front end: authorise → rewrite → validate → one transaction → result.
//!
//! A handler, a console page and a command call the same function here. Rules live in this crate and nowhere else;
//! storage below only keeps what it is given, and the doors above only translate.
//!
//! The way of a write: [`Session`] from the bearer token → body through the dialect → snapshot of what it concerns →
//! the new document, its keys, one event, one log entry as one [`store::WriteTx`] → commit → [`Answer`]. A
//! [`store::Conflict`] at commit means that somebody was faster: the use case runs again on fresh data.

mod admin;
mod answer;
mod api;
mod auth;
mod background;
mod bootstrap;
mod changes;
mod config;
mod connection_health;
mod console;
mod cursor;
mod error;
mod events;
mod faults;
mod feed;
mod groups;
mod health;
mod held;
mod import;
mod intake;
mod keys;
mod learners;
mod notices;
mod operator;
mod profile;
mod pulse;
mod resources;
mod session;
mod setup;
mod sweep;
mod upkeep;
mod webhooks;

pub use admin::*;
pub use answer::{Answer, Preference, Projected, QueryParams};
pub use api::{ApiCaller, ApiRefusal, Claim, Claimed, CreatedKey, KeptAnswer, KeyRow, NewKey};
pub use auth::{Refusal, Throttled, sign_in_refusals};
pub use config::{Config, Limits};
pub use connection_health::{Attention, ConnectionHealth, Cycle, TenantHealth, TrafficSpan};
pub use console::{LoginLinkMade, Visit, Visitor};
pub use error::{Code, ServiceError, ServiceResult};
pub use faults::{Contact, Fault, Found, Lang, Problem, Said, Sight, Stage, Weight};
pub use feed::{Feed, FeedEvent, FeedQuery, Snapshot, SnapshotGroup, SnapshotLearner};
pub use groups::{GroupRow, RemovedGroup, Rows, group_filter};
pub use held::HeldReverted;
pub use import::{
    Import, ImportJob, ImportOptions, ImportPlan, ImportProgress, ImportReport, ImportStart, ImportState,
    OnProgress, RowProblem,
};
pub use intake::IntakeSettings;
pub use learners::{
    LearnerAct, LearnerDetail, LearnerGroup, LearnerList, LearnerQuery, LearnerRow, LearnerSearch,
    LearnersFound, Merged, RemovedLearner, learner_filter, whole_filter,
};
pub use notices::{Digest, MailAddress, NOTICES};
pub use operator::{DEFAULT, Operator};
pub use profile::{
    ManagerRef, Profile, ProfileField, ProfilePreview, ProfileSettings, RoleRule, RoleSettings,
};

pub use resources::Explanation;
pub use session::{Context, Session, TenantView};
pub use setup::{
    Leftover, LeftoverPage, LeftoverPolicy, Leftovers, Rehearsal, Rehearsed, SetupPolicy, SetupProgress,
    SetupVisit,
};
pub use sweep::Swept;
pub use webhooks::{
    Attempt, AttemptOutcome, Courier, CreatedWebhook, DeliveryCounts, Disabled, HeldWebhook, Message,
    NewWebhook, Parked, ReplayOrder, ReplayState, SettledWebhook, SigningSecret, Webhook, WebhookChange,
    WebhookRow, WebhookSettings, WebhookStanding, coalesce,
};

/// The stored nouns that the use cases take and give.
pub mod noun {
    pub use store::{
        Action, Actor, Adopt, ApiKey, ApiScope, Cause, Connection, ConnectionKind, Event, EventKind,
        GuardPolicy, HeldEvent, IdentityPolicy, Kind, LogEntry, LogFilter, MemberRef, MissingMembers,
        NewEvent, Outcome, Policies, ResourceId, SchemaDoc, SetupLink, Source, State, Tenant, TenantId,
        Token,
    };
}

use std::sync::Arc;

use base::{Clock, Entropy, Ids, Timestamp};
use store::Store;

/// The service: one per process, shared by every door.
pub struct Service {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) ids: Ids,
    pub(crate) config: Config,
    /// Tokens and tenants in memory.
    pub(crate) sessions: auth::Sessions,
    /// The valve in front of logs of refusals.
    pub(crate) refusals: auth::Refusals,
    /// How fast connections may ask.
    pub(crate) pace: auth::Pace,
    /// Batches and traffic.
    pub(crate) pulse: pulse::Pulse,
    /// When the rounds were.
    pub(crate) sweeper: sweep::Sweeper,
    /// Seals page cursors.
    pub(crate) cursors: cursor::Cursors,
    /// Who waits for whom to change a resource.
    pub(crate) turns: resources::Turns,
    /// Reads of connections that are being set up.
    pub(crate) traces: Arc<resources::Traces>,
    /// The valve in front of setup pages.
    pub(crate) setup: setup::Valve,
    /// Work that no answer waits for.
    pub(crate) background: background::Background,
    /// When API keys were last used.
    pub(crate) key_uses: api::KeyUses,
    /// Rings when events were written.
    pub(crate) bell: Arc<feed::Bell>,
    /// What sends webhooks, where something does.
    pub(crate) courier: std::sync::OnceLock<Arc<dyn Courier>>,
    /// Counts deliveries.
    pub(crate) deliveries: DeliveryCounts,
    /// The valve in front of test mails.
    pub(crate) trials: webhooks::Trials,
}

impl Service {
    /// Puts the service together. Nothing is read or written yet; see `bootstrap`.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        config: Config,
    ) -> Self {
        let ids = Ids::new(Arc::clone(&clock), Arc::clone(&entropy));
        let bell = Arc::new(feed::Bell::new());
        let store: Arc<dyn Store> = Arc::new(feed::Watched::new(store, Arc::clone(&bell)));
        Self {
            sessions: auth::Sessions::new(),
            refusals: auth::Refusals::new(),
            pace: auth::Pace::new(config.rate_limit),
            pulse: pulse::Pulse::new(ids.clone(), config.quiet),
            sweeper: sweep::Sweeper::default(),
            cursors: cursor::Cursors::new(config.cursor_key.as_ref(), &*entropy),
            turns: resources::Turns::default(),
            traces: Arc::default(),
            setup: setup::Valve::new(),
            background: background::Background::default(),
            key_uses: api::KeyUses::default(),
            courier: std::sync::OnceLock::new(),
            deliveries: DeliveryCounts::default(),
            trials: webhooks::Trials::new(),
            bell,
            store,
            clock,
            entropy,
            ids,
            config,
        }
    }

    /// What it was configured with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The present, as the use cases see it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A name for a request that begins.
    #[must_use]
    pub fn request_id(&self) -> String {
        self.ids.request_id()
    }

    /// Waits for the work that no answer waited for; before the store is closed, and in tests.
    pub async fn settle(&self) {
        self.background.settle().await;
    }
}
