//! The platform's own list of people. A real platform has a table for it, and keeps the cursor in the same database.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use service::noun::{Actor, EventKind};
use service::{DEFAULT, Feed, FeedEvent, FeedQuery, Operator, Service, ServiceResult};

/// The list, shared by the routes and by what keeps it.
#[derive(Clone, Default)]
pub(crate) struct People(Arc<Mutex<BTreeMap<String, Value>>>);

impl People {
    /// Everybody's profile.
    pub(crate) fn all(&self) -> Vec<Value> {
        self.with(|people| people.values().cloned().collect())
    }

    fn with<T>(&self, work: impl FnOnce(&mut BTreeMap<String, Value>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Keeps the list as the directory is, until the service ends: a snapshot to begin with, then each event.
pub(crate) async fn follow(service: Arc<Service>, people: People) -> ServiceResult<()> {
    let operator = service.operator(Actor::System, DEFAULT, DEFAULT).await?;
    let mut after = begin(&service, &operator, &people).await?;
    while !service.is_ending() {
        let query = FeedQuery { after: Some(after), limit: 100, kinds: Vec::new() };
        match service.feed_wait(Some(&operator), &query, Duration::from_secs(30)).await? {
            Feed::Page { events, next, .. } => {
                people.with(|people| events.iter().for_each(|event| take(people, event)));
                after = next;
            }
            // What came meanwhile is no longer told one by one.
            Feed::Expired { .. } | Feed::Ahead { .. } => after = begin(&service, &operator, &people).await?,
        }
    }
    Ok(())
}

/// Reads a snapshot to its end; where to go on in the feed.
async fn begin(service: &Service, operator: &Operator, people: &People) -> ServiceResult<i64> {
    let mut fresh = BTreeMap::new();
    let mut cursor = None;
    loop {
        let page = service.snapshot(operator, cursor.as_deref(), 1000).await?;
        for learner in page.learners {
            fresh.insert(learner.id.to_string(), serde_json::to_value(&learner.profile).unwrap_or_default());
        }
        match page.next {
            Some(next) => cursor = Some(next),
            None => {
                people.with(|people| *people = fresh);
                return Ok(page.position);
            }
        }
    }
}

/// Every event of a learner tells the whole profile, so that taking one twice does no harm.
fn take(people: &mut BTreeMap<String, Value>, event: &FeedEvent) {
    let event = &event.event.event;
    let Some((_, id)) = event.subject else { return };
    if event.kind == EventKind::LearnerRemoved {
        people.remove(&id.to_string());
        return;
    }
    let data: Value = serde_json::from_str(&event.data).unwrap_or_default();
    if let Some(profile) = data.get("profile") {
        people.insert(id.to_string(), profile.clone());
    }
}
