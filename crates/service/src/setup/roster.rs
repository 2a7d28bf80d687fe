//! Who was left over, page by page, and who is protected: as lists that people go through.

use store::{Kind, Record, ResourceId, State};

use super::leftovers::Leftover;
use super::policy::SetupPolicy;
use crate::learners::document_of;
use crate::profile::Profile;
use crate::{Operator, Service, ServiceResult};

/// Learners read at once.
const CHUNK: u32 = 256;
/// Most learners that one request looks at: who is left over is found by looking, since no index knows.
const LOOKED: u32 = 2048;

/// A page of learners whom no connection manages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftoverPage {
    /// How many there are in all, inactive ones included.
    pub total: u64,
    /// Those of this page, by creation. There may be few while there are more on the next.
    pub rows: Vec<Leftover>,
    /// Where to go on.
    pub next: Option<ResourceId>,
}

impl Service {
    /// Learners after one whom no connection manages, by creation, at most `limit`. The cost does not depend on how many
    /// learners there are: one request looks at some two thousand.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn leftovers_page(
        &self,
        op: &Operator,
        after: Option<ResourceId>,
        limit: usize,
    ) -> ServiceResult<LeftoverPage> {
        let policy = self.setup_policy(op).await?;
        let mut found =
            LeftoverPage { total: self.leftovers(op, 0).await?.total, rows: Vec::new(), next: None };
        let (mut after, mut looked) = (after, 0);
        while found.total > 0 {
            let query = self.learner_query(op, None, after, CHUNK)?;
            let mut read = self.store.read(&op.caller).await?;
            let page = read.query(&query).await?;
            drop(read);
            looked += CHUNK;
            for record in page.records.iter().filter(|record| record.managed_by.is_none()) {
                if found.rows.len() == limit {
                    found.next = found.rows.last().map(|row| row.id);
                    return Ok(found);
                }
                found.rows.push(one(record, &policy)?);
            }
            found.next = page.next.map(|at| at.id);
            if found.next.is_none() || looked >= LOOKED {
                break;
            }
            after = found.next;
        }
        Ok(found)
    }

    /// Learners whom provisioning never locks out or removes: how many, and the first `limit` of them by creation.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn protected_learners(
        &self,
        op: &Operator,
        limit: usize,
    ) -> ServiceResult<(usize, Vec<Leftover>)> {
        let policy = self.setup_policy(op).await?;
        let mut ids: Vec<ResourceId> = policy.protected.iter().copied().collect();
        ids.sort_unstable();
        let mut read = self.store.read(&op.caller).await?;
        let mut rows = Vec::new();
        for id in ids.iter().take(limit) {
            // One who was removed since stays protected, should they be restored.
            if let Some(record) = read.record(Kind::USER, *id).await? {
                rows.push(one(&record, &policy)?);
            }
        }
        Ok((ids.len(), rows))
    }
}

fn one(record: &Record, policy: &SetupPolicy) -> ServiceResult<Leftover> {
    Ok(Leftover {
        id: record.id,
        user_name: Profile::of(&document_of(record)?).user_name,
        active: record.state == State::Active,
        protected: policy.protected.contains(&record.id),
    })
}
