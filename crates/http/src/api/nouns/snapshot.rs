//! `/api/v1/tenants/{tenant}/snapshot`: beginning again.

use serde::Serialize;
use service::SnapshotLearner;
use utoipa::ToSchema;

use super::learners::{LearnerState, state};
use super::profile::ProfileView;
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::page::{PageQuery, size};
use crate::api::problem::Outcome;
use crate::api::reply::Reply;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/api/v1/tenants/{tenant}/snapshot", "readSnapshot", run!(index))
            .about(
                "Read a snapshot of all learners",
                "For an app that begins, or whose cursor is too old. Read it to its end, take what it says, drop learners \
                 that it does not name, then read the feed after `eventsAfter`. Leave a learner with `held` as you have \
                 it: the mass-change guard keeps what happened to it from you until an operator decides.",
            )
            .query::<PageQuery>()
            .answer::<SnapshotPage>(200, "A page of the snapshot"),
    ]
}

/// A page of a snapshot.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SnapshotPage {
    /// The learners.
    items: Vec<SnapshotLearnerView>,
    /// The cursor of the next page; `null` on the last.
    #[schema(required)]
    next: Option<String>,
    /// The cursor of the feed to go on from after the last page.
    events_after: i64,
}

/// A learner in a snapshot.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SnapshotLearner)]
struct SnapshotLearnerView {
    /// SCIM id.
    id: String,
    /// Active or not.
    state: LearnerState,
    /// Counts changes.
    version: i64,
    /// What the app gets.
    profile: ProfileView,
    /// Groups that the learner is in directly.
    groups: Vec<SnapshotGroupView>,
    /// Whether events about this learner are held back.
    held: bool,
}

/// A group in a snapshot.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SnapshotGroup)]
struct SnapshotGroupView {
    /// SCIM id.
    id: String,
    /// Its name.
    display: String,
}

impl SnapshotLearnerView {
    fn of(learner: SnapshotLearner) -> Self {
        let groups = learner.groups.into_iter();
        Self {
            id: learner.id.to_string(),
            state: state(learner.state),
            version: learner.version,
            profile: ProfileView::of(learner.profile),
            groups: groups.map(|g| SnapshotGroupView { id: g.id.to_string(), display: g.display }).collect(),
            held: learner.held,
        }
    }
}

async fn index(call: Call) -> Outcome<Reply> {
    let query: PageQuery = call.query()?;
    let op = call.operator().await?;
    let page = call.service().snapshot(&op, query.cursor.as_deref(), size(query.limit)?).await?;
    Reply::json(&SnapshotPage {
        items: page.learners.into_iter().map(SnapshotLearnerView::of).collect(),
        next: page.next,
        events_after: page.position,
    })
}
