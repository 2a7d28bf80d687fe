//! Who was left over when the first cycle was done.

use store::{
    Action, Cause, ConnectionId, EventKind, Guard, Kind, Record, ResourceId, State, StoreError, WriteTx,
};

use super::policy::{LeftoverPolicy, SetupPolicy};
use crate::learners::{document_of, set_active};
use crate::profile::Profile;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// Learners read at once.
const PAGE: u32 = 256;
/// Pages looked through for names: who comes after them is counted, and found by a search.
const PAGES: u32 = 40;
/// How often a page is tried again on fresh data.
const TRIES: u32 = 8;

/// Learners whom no connection manages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftovers {
    /// How many, inactive ones included.
    pub total: u64,
    /// The first of them, by creation.
    pub rows: Vec<Leftover>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// Id.
    pub id: ResourceId,
    /// User name.
    pub user_name: String,
    /// Active or not.
    pub active: bool,
    /// Whether provisioning, and this policy, leave it alone.
    pub protected: bool,
}

impl Service {
    /// Learners whom no connection manages, at most `limit` of them by name, from among the first ten thousand learners.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn leftovers(&self, op: &Operator, limit: usize) -> ServiceResult<Leftovers> {
        let policy = self.setup_policy(op).await?;
        let mut read = self.store.read(&op.caller).await?;
        let mut managed = 0;
        for connection in read.connections().await? {
            managed += read.count_managed(connection.id).await?;
        }
        let total = read.count(Kind::USER).await?.saturating_sub(managed);
        drop(read);
        let (mut rows, mut after) = (Vec::new(), None);
        for _ in 0..PAGES {
            if (rows.len() as u64) >= total.min(limit as u64) {
                break;
            }
            let query = self.learner_query(op, None, after, PAGE)?;
            let mut read = self.store.read(&op.caller).await?;
            let page = read.query(&query).await?;
            drop(read);
            for record in page.records.iter().filter(|r| r.managed_by.is_none()).take(limit - rows.len()) {
                rows.push(Leftover {
                    id: record.id,
                    user_name: Profile::of(&document_of(record)?).user_name,
                    active: record.state == State::Active,
                    protected: policy.protected.contains(&record.id),
                });
            }
            let Some(next) = page.next else { break };
            after = Some(next.id);
        }
        Ok(Leftovers { total, rows })
    }

    /// Deactivates who is left over, but for the protected, under the connection's mass-change guard; gives how many.
    ///
    /// # Errors
    /// `Conflict` before the first cycle is done, or when others keep changing the same learners.
    pub async fn leftovers_deactivate(&self, op: &Operator) -> ServiceResult<u64> {
        if op.connection.first_synced.is_none() {
            return Err(ServiceError::new(Code::Conflict, "the first cycle is not done yet")
                .hint("who is left over is known when it is"));
        }
        let policy = self.setup_policy(op).await?;
        let steward = self.steward(op, Cause::Changed, Action::Patch, None)?;
        let (mut done, mut after, mut tries) = (0, None, 0);
        loop {
            let query = self.learner_query(op, None, after, PAGE)?;
            let mut read = self.store.read(&op.caller).await?;
            let page = read.query(&query).await?;
            let mut tx = WriteTx::new(op.caller.clone());
            let mut weight = 0_u32;
            for record in page.records.iter().filter(|r| is_leftover(r, &policy)) {
                if let Some(prepared) = set_active(&steward, &mut *read, op, record, false).await? {
                    prepared.into_tx(&mut tx);
                    weight += 1;
                }
            }
            drop(read);
            if weight > 0 {
                tx.guard = Some(self.leftover_guard(op, weight));
                match self.store.commit(tx).await {
                    Ok(_) => done += u64::from(weight),
                    Err(StoreError::Conflict(_)) if tries < TRIES => {
                        tries += 1;
                        continue;
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            let Some(next) = page.next else { return Ok(done) };
            (after, tries) = (Some(next.id), 0);
        }
    }

    /// What the policy asks for at the end of a connection's first cycle.
    pub(crate) async fn first_cycle_done(&self, op: &Operator) -> ServiceResult<()> {
        let policy = self.setup_policy(op).await?;
        let number = op.connection.id.0;
        let due = op.connection.first_synced.is_some() && !policy.settled.contains(&number);
        if policy.leftovers != LeftoverPolicy::Deactivate || !due {
            return Ok(());
        }
        // Doing it twice does nothing more, so it is marked as done afterwards.
        let count = self.leftovers_deactivate(op).await?;
        tracing::info!(tenant = op.tenant.tenant.name, count, "deactivated who was left over");
        self.change_setting(op, "leftovers_deactivated", |policy: &mut SetupPolicy| {
            policy.settled.insert(number);
        })
        .await
    }

    fn leftover_guard(&self, op: &Operator, weight: u32) -> Guard {
        let now = self.clock.now();
        let policy = op.connection.policies.guard;
        let data = serde_json::json!({
            "connection": op.connection.name, "floor": policy.floor, "percent": policy.percent,
        });
        Guard {
            connection: op.connection.id,
            weight,
            floor: policy.floor,
            percent: policy.percent,
            now,
            notice: Box::new(op.event(self, EventKind::ConnectionHeld, now, &data)),
        }
    }

    /// The system at work on a connection.
    pub(crate) async fn system_at(
        &self,
        tenant: &store::Tenant,
        connection: ConnectionId,
    ) -> ServiceResult<Option<Operator>> {
        let caller = crate::operator::system_caller(tenant.id, connection);
        let connections = self.connections_of(&caller).await?;
        let Some(own) = connections.into_iter().find(|c| c.id == connection) else { return Ok(None) };
        let view = self.view(tenant, &caller).await?;
        let connection = std::sync::Arc::new(own);
        Ok(Some(Operator { caller, tenant: view, connection, request: self.ids.request_id() }))
    }
}

fn is_leftover(record: &Record, policy: &SetupPolicy) -> bool {
    record.kind == Kind::USER
        && record.managed_by.is_none()
        && record.state == State::Active
        && !policy.protected.contains(&record.id)
}
