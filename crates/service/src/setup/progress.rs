//! How far a set-up is.

use std::time::Duration;

use base::Timestamp;
use store::{Connection, Kind};

use super::SetupVisit;
use crate::{Contact, Problem, Service, ServiceResult};

/// How far a set-up is: every tick is the trace of a request.
#[derive(Debug, Clone)]
pub struct SetupProgress {
    /// The connection as it is.
    pub connection: Connection,
    /// When it was heard from.
    pub contact: Contact,
    /// Tokens that open it.
    pub live_tokens: usize,
    /// Learners that it manages.
    pub learners: u64,
    /// Of the whole tenant, those who are inactive.
    pub inactive: u64,
    /// Groups of the tenant.
    pub groups: u64,
    /// When the first cycle was done: quiet for so long after the first creates (ruling 18).
    pub first_synced: Option<Timestamp>,
    /// How long nothing may have changed for the cycle to count as done.
    pub quiet: Duration,
    /// What is wrong now.
    pub problems: Vec<Problem>,
}

impl Service {
    /// How far the set-up of the link's connection is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn setup_progress(&self, visit: &SetupVisit) -> ServiceResult<SetupProgress> {
        let op = &visit.op;
        let now = self.clock.now();
        let problems = self.connection_faults(op).await?;
        let (contact, _) = self.contact(op).await?;
        let mut read = self.store.read(&op.caller).await?;
        let own = |t: &&store::Token| {
            t.connection == op.connection.id && t.revoked.is_none() && t.expires.is_none_or(|at| at > now)
        };
        let live_tokens = read.tokens().await?.iter().filter(own).count();
        let found = read.connections().await?.into_iter().find(|c| c.id == op.connection.id);
        let connection = found.unwrap_or_else(|| (*op.connection).clone());
        Ok(SetupProgress {
            contact,
            live_tokens,
            learners: read.count_managed(connection.id).await?,
            inactive: read.count_inactive().await?,
            groups: read.count(Kind::GROUP).await?,
            first_synced: connection.first_synced.map(Timestamp::from_micros),
            quiet: self.config.quiet,
            problems: problems.into_iter().filter(|p| p.current).collect(),
            connection,
        })
    }
}
