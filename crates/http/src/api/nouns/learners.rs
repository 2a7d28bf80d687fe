//! `/api/v1/tenants/{tenant}/learners`: lists.

use serde::{Deserialize, Serialize};
use service::noun::{Source, State};
use service::{LearnerQuery, LearnerRow, learner_filter, whole_filter};
use utoipa::ToSchema;

use super::profile::ProfileView;
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::page::{PageQuery, after_id, after_number, page, size};
use crate::api::problem::Outcome;
use crate::api::reply::Reply;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/api/v1/tenants/{tenant}/learners", "listLearners", run!(index))
            .about(
                "List learners",
                "By creation. `search` is the beginning of a user name, a name to show or an address; `filter` is a SCIM \
                 filter. All that is given must hold.",
            )
            .query::<LearnerListQuery>()
            .answer::<LearnerPage>(200, "A page of learners"),
        Endpoint::get("/api/v1/tenants/{tenant}/removed-learners", "listRemovedLearners", run!(removed))
            .about("List removed learners", "Those that can still be restored, latest first.")
            .query::<PageQuery>()
            .answer::<RemovedPage>(200, "A page of removed learners"),
    ]
}

/// Whether a learner may use the app.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum LearnerState {
    Active,
    Inactive,
}

/// Where a learner came from first.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum LearnerSource {
    Scim,
    Csv,
    Api,
    Console,
}

/// Which learners.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LearnerListQuery {
    /// Beginning of a user name, a name to show or an address, in any case.
    search: Option<String>,
    /// Only these.
    state: Option<LearnerState>,
    /// A SCIM filter (RFC 7644 §3.4.2.2).
    filter: Option<String>,
    /// `next` of the page before; without it, the first page.
    cursor: Option<String>,
    /// Most results on the page; 100 unless said.
    #[schema(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// A learner in a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LearnerSummary)]
pub(super) struct LearnerView {
    /// SCIM id: it never changes and is never used again.
    pub(super) id: String,
    /// User name.
    user_name: String,
    /// Name to show.
    #[schema(required)]
    display_name: Option<String>,
    /// Main address.
    #[schema(required)]
    email: Option<String>,
    /// Active or not.
    state: LearnerState,
    /// Origin.
    source: LearnerSource,
    /// Name of the connection that manages it.
    #[schema(required)]
    managed_by: Option<String>,
    /// Since when.
    #[schema(format = DateTime, required)]
    managed_since: Option<String>,
    /// Counts changes; the ETag.
    pub(super) version: i64,
    /// Since when it exists.
    #[schema(format = DateTime)]
    created: String,
    /// Its latest change.
    #[schema(format = DateTime)]
    modified: String,
}

/// A page of learners.
#[derive(Debug, Serialize, ToSchema)]
struct LearnerPage {
    /// How many there are in all, when that is known without counting.
    #[schema(required)]
    total: Option<u64>,
    /// This page.
    items: Vec<LearnerView>,
    /// The cursor of the next page; `null` on the last.
    #[schema(required)]
    next: Option<String>,
}

/// A removed learner that can still be restored.
#[derive(Debug, Serialize, ToSchema)]
struct RemovedView {
    /// Its id, which it will have again.
    id: String,
    /// What it was.
    profile: ProfileView,
    /// When it was removed.
    #[schema(format = DateTime)]
    removed: String,
    /// When its content goes for ever.
    #[schema(format = DateTime)]
    purged: String,
}

page!(
    /// A page of removed learners.
    RemovedPage of RemovedView
);

pub(super) fn state(state: State) -> LearnerState {
    match state {
        State::Active => LearnerState::Active,
        State::Inactive => LearnerState::Inactive,
    }
}

impl LearnerView {
    pub(super) fn of(row: LearnerRow) -> Self {
        Self {
            id: row.id.to_string(),
            user_name: row.user_name,
            display_name: row.display_name,
            email: row.email,
            state: state(row.state),
            source: match row.source {
                Source::Scim => LearnerSource::Scim,
                Source::Csv => LearnerSource::Csv,
                Source::Api => LearnerSource::Api,
                Source::Console => LearnerSource::Console,
            },
            managed_by: row.managed_by,
            managed_since: row.managed_since.map(|at| at.to_string()),
            version: row.version,
            created: row.created.to_string(),
            modified: row.modified.to_string(),
        }
    }
}

async fn index(call: Call) -> Outcome<Reply> {
    let query: LearnerListQuery = call.query()?;
    let op = call.operator().await?;
    let state = query.state.map(|state| match state {
        LearnerState::Active => State::Active,
        LearnerState::Inactive => State::Inactive,
    });
    let own = query.filter.as_deref().map(whole_filter).transpose()?;
    let asked = LearnerQuery {
        filter: learner_filter(query.search.as_deref(), state, own),
        after: after_id(query.cursor.as_deref())?,
        limit: size(query.limit)?,
    };
    let page = call.service().learners(&op, &asked).await?;
    Reply::json(&LearnerPage {
        total: page.total,
        items: page.rows.into_iter().map(LearnerView::of).collect(),
        next: page.next.map(|id| id.to_string()),
    })
}

async fn removed(call: Call) -> Outcome<Reply> {
    let query: PageQuery = call.query()?;
    let op = call.operator().await?;
    let before = after_number(query.cursor.as_deref())?.map(base::Timestamp::from_micros);
    let limit = size(query.limit)?;
    let page = call.service().removed_learners(&op, before, limit).await?;
    let full = page.len() == limit as usize;
    let next = page.last().filter(|_| full).map(|last| last.removed.as_micros().to_string());
    let items = page.into_iter().map(|learner| RemovedView {
        id: learner.id.to_string(),
        profile: ProfileView::of(learner.profile),
        removed: learner.removed.to_string(),
        purged: learner.purged.to_string(),
    });
    Reply::json(&RemovedPage { items: items.collect(), next })
}
