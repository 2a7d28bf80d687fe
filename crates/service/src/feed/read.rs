//! Reading the feed.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

use store::{Connection, ConnectionId, Event, EventFilter, EventKind, Purpose, TenantId};

use crate::operator::system_caller;
use crate::{Operator, Service, ServiceResult};

/// Events read at once.
const PAGE: u32 = 1000;
/// Most events looked at for one answer: a type that hardly ever occurs must not make one request read the whole feed.
const MOST_READ: u32 = 20_000;
/// How often the database is asked while waiting, for events that another process writes.
const POLL: Duration = Duration::from_secs(1);

/// Which events.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeedQuery {
    /// After this position; `None` begins with the oldest that there is.
    pub after: Option<i64>,
    /// At most so many.
    pub limit: u32,
    /// Only these types; empty means all.
    pub kinds: Vec<EventKind>,
}

/// An event with the names that its reader knows.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedEvent {
    /// The event.
    pub event: Event,
    /// Name of the tenant.
    pub tenant: String,
    /// Name of the connection, if it came through one that exists.
    pub connection: Option<String>,
}

/// An answer of the feed.
#[derive(Debug, Clone, PartialEq)]
pub enum Feed {
    /// Events in order, and where to go on. That moves also when no event was of a type asked for.
    Page {
        /// The events.
        events: Vec<FeedEvent>,
        /// The position to go on from.
        next: i64,
        /// Whether there is more already.
        more: bool,
    },
    /// Events after the cursor are gone: begin again with a snapshot.
    Expired {
        /// The oldest position from which the feed is whole.
        floor: i64,
    },
    /// The cursor is ahead of the newest event: the directory was set back to an older copy, and what follows will not be
    /// what the reader has missed. Begin again with a snapshot.
    Ahead {
        /// Position of the newest event.
        end: i64,
    },
}

/// Names of tenants and connections, looked up once for each answer.
type Names = HashMap<TenantId, (String, Vec<Connection>)>;

impl Service {
    /// Events of the operator's tenant, or with `None` of all tenants.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn feed(&self, op: Option<&Operator>, query: &FeedQuery) -> ServiceResult<Feed> {
        let limit = query.limit.clamp(1, PAGE) as usize;
        let floor = self.feed_floor().await?;
        let mut next = query.after.unwrap_or(floor);
        let mut found = Vec::new();
        let (mut read, mut more) = (0, true);
        while found.len() < limit && read < MOST_READ && more {
            let page = self.feed_page(op, next).await?;
            more = page.len() == PAGE as usize;
            read += PAGE;
            for event in page {
                if found.len() == limit {
                    more = true;
                    break;
                }
                next = event.position;
                if query.kinds.is_empty() || query.kinds.contains(&event.event.kind) {
                    found.push(event);
                }
            }
        }
        // Asked once more afterwards: what went meanwhile may be missing.
        let floor = self.feed_floor().await?;
        if query.after.is_some_and(|after| after < floor) {
            return Ok(Feed::Expired { floor });
        }
        if let Some(after) = query.after
            && found.is_empty()
            && after > floor
        {
            let end = self.feed_end().await?;
            if after > end {
                return Ok(Feed::Ahead { end });
            }
        }
        Ok(Feed::Page { events: self.named_all(found).await?, next, more })
    }

    /// As [`Service::feed`], but waits up to `wait` for an event when there is none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn feed_wait(
        &self,
        op: Option<&Operator>,
        query: &FeedQuery,
        wait: Duration,
    ) -> ServiceResult<Feed> {
        let mut bell = self.bell.listen();
        let mut query = query.clone();
        let mut latest = self.feed(op, &query).await?;
        let waiting = async {
            loop {
                match &latest {
                    Feed::Page { events, next, .. } if events.is_empty() && !self.bell.is_over() => {
                        query.after = Some(*next);
                    }
                    _ => return ServiceResult::Ok(()),
                }
                // A ring is word from this process; the others' events are met by asking.
                let _ = tokio::time::timeout(POLL, bell.changed()).await;
                latest = self.feed(op, &query).await?;
            }
        };
        if let Ok(Err(error)) = tokio::time::timeout(wait, waiting).await {
            return Err(error);
        }
        Ok(latest)
    }

    /// Sends those away who wait for events: the server is about to end. They come again with their cursor.
    pub fn stop_waiting(&self) {
        self.bell.end();
    }

    /// Whether nobody is to wait for events any longer.
    #[must_use]
    pub fn is_ending(&self) -> bool {
        self.bell.is_over()
    }

    /// The newest position: an app that begins here gets only what happens from now on.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn feed_end(&self) -> ServiceResult<i64> {
        Ok(self.store.system(Purpose::Feed).await?.last_position().await?)
    }

    async fn feed_floor(&self) -> ServiceResult<i64> {
        Ok(self.store.system(Purpose::Feed).await?.feed_floor().await?)
    }

    async fn feed_page(&self, op: Option<&Operator>, after: i64) -> ServiceResult<Vec<Event>> {
        Ok(match op {
            Some(op) => {
                self.store.read(&op.caller).await?.events(after, &EventFilter::default(), PAGE).await?
            }
            None => self.store.system(Purpose::Feed).await?.events(after, PAGE).await?,
        })
    }

    /// Events with the names that their reader knows.
    pub(crate) async fn named_all(&self, found: Vec<Event>) -> ServiceResult<Vec<FeedEvent>> {
        let mut names = Names::new();
        let mut events = Vec::with_capacity(found.len());
        for event in found {
            events.push(self.named(event, &mut names).await?);
        }
        Ok(events)
    }

    async fn named(&self, event: Event, names: &mut Names) -> ServiceResult<FeedEvent> {
        if let Entry::Vacant(slot) = names.entry(event.tenant) {
            let mut read = self.store.read(&system_caller(event.tenant, ConnectionId(0))).await?;
            let name = read.tenant().await?.map(|t| t.name).unwrap_or_default();
            slot.insert((name, read.connections().await?));
        }
        let (tenant, connections) = &names[&event.tenant];
        let through = event.event.connection;
        let connection = connections.iter().find(|c| Some(c.id) == through).map(|c| c.name.clone());
        Ok(FeedEvent { tenant: tenant.clone(), connection, event })
    }
}
