//! A snapshot: every learner as of a position of the feed, for an app that begins, or that was away for too long.
//!
//! The position is taken before the first page is read. What changes while the pages are read is met again in the feed
//! after that position, and each event tells the learner's whole profile, so that nothing is missed.

use store::{ConnectionId, EventKind, Kind, ReadTx, Record, ResourceId, State};

use crate::learners::document_of;
use crate::profile::{Profile, tell};
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// Most learners of one page.
const MOST: u32 = 1000;

/// A page of a snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// The learners.
    pub learners: Vec<SnapshotLearner>,
    /// The cursor of the next page; `None` on the last.
    pub next: Option<String>,
    /// Where to go on in the feed after the last page.
    pub position: i64,
}

/// A learner in a snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct SnapshotLearner {
    /// SCIM id.
    pub id: ResourceId,
    /// Active or not.
    pub state: State,
    /// Counts changes.
    pub version: i64,
    /// What the app gets.
    pub profile: Profile,
    /// Groups that the learner is in directly.
    pub groups: Vec<SnapshotGroup>,
    /// Whether the mass-change guard holds events about this learner back: the app is to leave it as it is until it hears
    /// of it. Also the learner who was removed meanwhile is in the snapshot then.
    pub held: bool,
}

/// A group in a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotGroup {
    /// SCIM id.
    pub id: ResourceId,
    /// Its name.
    pub display: String,
}

/// How far a walk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// After this learner.
    Live(Option<ResourceId>),
    /// After this held event of this connection.
    Held(ConnectionId, i64),
}

impl Service {
    /// A page of the operator's tenant as of a position of the feed.
    ///
    /// # Errors
    /// `Invalid` for a cursor that is none of this service.
    pub async fn snapshot(&self, op: &Operator, cursor: Option<&str>, limit: u32) -> ServiceResult<Snapshot> {
        let limit = limit.clamp(1, MOST);
        let (position, place) = match cursor {
            Some(text) => read_cursor(text)?,
            None => (self.feed_end().await?, Place::Live(None)),
        };
        let (learners, next) = match place {
            Place::Live(after) => self.live(op, after, limit).await?,
            Place::Held(connection, after) => self.held_removed(op, connection, after, limit).await?,
        };
        Ok(Snapshot { learners, next: next.map(|place| write_cursor(position, place)), position })
    }

    async fn live(
        &self,
        op: &Operator,
        after: Option<ResourceId>,
        limit: u32,
    ) -> ServiceResult<(Vec<SnapshotLearner>, Option<Place>)> {
        let query = self.learner_query(op, None, after, limit)?;
        let mut read = self.store.read(&op.caller).await?;
        let page = read.query(&query).await?;
        let ids: Vec<_> = page.records.iter().map(|r| r.id).collect();
        let held = read.are_held(&ids).await?;
        let mut learners = Vec::with_capacity(ids.len());
        for (record, held) in page.records.iter().zip(held) {
            learners.push(learner(&mut *read, op, record, held).await?);
        }
        let next = match page.next {
            Some(next) => Some(Place::Live(Some(next.id))),
            None => self.first_held(&mut *read, None).await?,
        };
        Ok((learners, next))
    }

    /// Learners whose removal is held from the app.
    async fn held_removed(
        &self,
        op: &Operator,
        connection: ConnectionId,
        after: i64,
        limit: u32,
    ) -> ServiceResult<(Vec<SnapshotLearner>, Option<Place>)> {
        let mut read = self.store.read(&op.caller).await?;
        let events = read.held(connection, after, limit).await?;
        let mut learners = Vec::new();
        for event in events.iter().filter(|e| e.event.kind == EventKind::LearnerRemoved) {
            let Some((Kind::USER, id)) = event.event.subject else { continue };
            if let Some(record) = read.tombstone(id).await?.and_then(|t| t.record) {
                learners.push(learner(&mut *read, op, &record, true).await?);
            }
        }
        let next = match events.last() {
            Some(last) if events.len() == limit as usize => Some(Place::Held(connection, last.sequence)),
            _ => self.first_held(&mut *read, Some(connection)).await?,
        };
        Ok((learners, next))
    }

    /// The next connection that holds anything.
    async fn first_held(
        &self,
        read: &mut dyn ReadTx,
        after: Option<ConnectionId>,
    ) -> ServiceResult<Option<Place>> {
        for connection in read.connections().await?.iter().filter(|c| after.is_none_or(|a| c.id > a)) {
            if read.count_held(connection.id).await? > 0 {
                return Ok(Some(Place::Held(connection.id, 0)));
            }
        }
        Ok(None)
    }
}

async fn learner(
    read: &mut dyn ReadTx,
    op: &Operator,
    record: &Record,
    held: bool,
) -> ServiceResult<SnapshotLearner> {
    let profile = tell(read, &op.tenant, Some(record.id), &document_of(record)?).await?;
    let groups = read.groups_of(record.id, false).await?.into_iter();
    Ok(SnapshotLearner {
        id: record.id,
        state: record.state,
        version: record.version,
        profile,
        groups: groups.map(|g| SnapshotGroup { id: g.id, display: g.display }).collect(),
        held,
    })
}

fn write_cursor(position: i64, place: Place) -> String {
    match place {
        Place::Live(None) => format!("{position}.l."),
        Place::Live(Some(id)) => format!("{position}.l.{id}"),
        Place::Held(connection, after) => format!("{position}.h.{}.{after}", connection.0),
    }
}

fn read_cursor(text: &str) -> ServiceResult<(i64, Place)> {
    let parse = || {
        let (position, rest) = text.split_once('.')?;
        let position = position.parse().ok().filter(|p: &i64| *p >= 0)?;
        let place = match rest.split_once('.')? {
            ("l", "") => Place::Live(None),
            ("l", id) => Place::Live(Some(id.parse().ok()?)),
            ("h", rest) => {
                let (connection, after) = rest.split_once('.')?;
                Place::Held(ConnectionId(connection.parse().ok()?), after.parse().ok()?)
            }
            _ => return None,
        };
        Some((position, place))
    };
    parse().ok_or_else(|| {
        ServiceError::new(Code::Invalid, "the cursor is not one that a snapshot gave out")
            .hint("leave it out to begin a new snapshot")
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn cursors_are_read_back() {
        for place in [
            Place::Live(None),
            Place::Live(Some(ResourceId(Uuid::from_u128(7)))),
            Place::Held(ConnectionId(3), 44),
        ] {
            assert_eq!(read_cursor(&write_cursor(12, place)).unwrap(), (12, place));
        }
        for bad in
            ["", "12", "x.l.", "-1.l.", "12.l.x", "12.h.1", "12.h.a.b", "1.z.", "99999999999999999999.l."]
        {
            assert!(read_cursor(bad).is_err(), "{bad}");
        }
    }
}
