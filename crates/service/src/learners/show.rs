//! `provost learner show`.

use base::Timestamp;
use serde_json::Value;
use store::{Event, EventFilter, Kind, ReadTx, Record, ResourceId};

use super::list::LearnerRow;
use super::write::document_of;
use crate::profile::{Profile, tell};
use crate::{Code, Operator, Service, ServiceError, ServiceResult, keys};

/// Most events shown of a learner's history.
const HISTORY: u32 = 1000;

/// Everything about a learner.
#[derive(Debug, Clone, PartialEq)]
pub struct LearnerDetail {
    /// As in a list.
    pub row: LearnerRow,
    /// What the app gets.
    pub profile: Profile,
    /// The stored resource.
    pub document: Value,
    /// `externalId` by the connection's name.
    pub external_ids: Vec<(String, String)>,
    /// Groups, direct ones first.
    pub groups: Vec<LearnerGroup>,
    /// What has happened, oldest first; events that the guard holds are not in it.
    pub history: Vec<Event>,
}

/// A group that a learner is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearnerGroup {
    /// SCIM id.
    pub id: ResourceId,
    /// Its name.
    pub display: String,
    /// Whether the learner is in it directly.
    pub direct: bool,
}

impl Service {
    /// A learner by id or user name, with groups and history.
    ///
    /// # Errors
    /// `NotFound` when there is none, saying so when it was removed.
    pub async fn learner_show(&self, op: &Operator, which: &str) -> ServiceResult<LearnerDetail> {
        let mut read = self.store.read(&op.caller).await?;
        let record = find(&mut *read, which).await?;
        let document = document_of(&record)?;
        let connections = read.connections().await?;
        let name_of = |id| connections.iter().find(|c| c.id == id).map(|c| c.name.clone());
        let external_ids = record
            .external_ids
            .iter()
            .filter_map(|(connection, id)| Some((name_of(*connection)?, id.clone())))
            .collect();
        let mut groups: Vec<_> = read
            .groups_of(record.id, true)
            .await?
            .into_iter()
            .map(|g| LearnerGroup { id: g.id, display: g.display, direct: g.direct })
            .collect();
        groups.sort_by_key(|g| !g.direct);
        let filter = EventFilter { subject: Some(record.id), ..EventFilter::default() };
        let history = read.events(0, &filter, HISTORY).await?;
        let profile = tell(&mut *read, &op.tenant, Some(record.id), &document).await?;
        Ok(LearnerDetail {
            row: LearnerRow::of(&record, &document, &connections),
            profile,
            document: Value::Object(document.as_map().clone()),
            external_ids,
            groups,
            history,
        })
    }
}

/// A live learner by id or user name.
pub(crate) async fn find(read: &mut dyn ReadTx, which: &str) -> ServiceResult<Record> {
    let id: Option<ResourceId> = which.parse().ok();
    if let Some(id) = id {
        if let Some(record) = read.record(Kind::USER, id).await? {
            return Ok(record);
        }
        if let Some(tombstone) = read.tombstone(id).await? {
            return Err(gone(which, tombstone.removed, tombstone.record.is_some()));
        }
    }
    let mut found = read.by_key(Kind::USER, &keys::user_name(which), 1).await?;
    found.pop().ok_or_else(|| {
        ServiceError::new(Code::NotFound, format!("there is no learner \"{which}\""))
            .hint("give the id or the whole user name; `provost learner list` shows them")
    })
}

fn gone(which: &str, removed: Timestamp, restorable: bool) -> ServiceError {
    let error = ServiceError::new(Code::NotFound, format!("learner {which} was removed on {removed}"));
    if restorable { error.hint("it can still be restored") } else { error }
}
