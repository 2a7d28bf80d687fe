//! `/api/v1/tenants/{tenant}/learners/{learner}`: looking at one.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};
use service::LearnerDetail;
use utoipa::ToSchema;

use super::event::{EventPage, EventView};
use super::learners::LearnerView;
use super::profile::ProfileView;
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::page::{PageQuery, after_number, size};
use crate::api::problem::Outcome;
use crate::api::reply::Reply;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let one = "/api/v1/tenants/{tenant}/learners/{learner}";
    vec![
        Endpoint::get(one, "getLearner", run!(show))
            .about("Show a learner", "With profile, groups, and the SCIM resource as it is stored.")
            .answer::<Learner>(200, "The learner")
            .tagged(),
        Endpoint::get(
            "/api/v1/tenants/{tenant}/learners/{learner}/history",
            "listLearnerHistory",
            run!(history),
        )
        .about(
            "Show a learner's history",
            "Its events, oldest first, as far as they are kept; also of a removed learner, by its id.",
        )
        .query::<PageQuery>()
        .answer::<EventPage>(200, "A page of events"),
    ]
}

/// A learner.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Learner {
    /// As in a list.
    learner: LearnerView,
    /// What the app gets.
    profile: ProfileView,
    /// The SCIM resource as it is stored.
    #[schema(value_type = Object)]
    resource: Map<String, Value>,
    /// `externalId` by the connection's name.
    external_ids: BTreeMap<String, String>,
    /// Groups, direct ones first.
    groups: Vec<LearnerGroup>,
}

/// A group that a learner is in.
#[derive(Debug, Serialize, ToSchema)]
struct LearnerGroup {
    /// SCIM id.
    id: String,
    /// Its name.
    display: String,
    /// Whether the learner is in it directly.
    direct: bool,
}

impl Learner {
    pub(super) fn of(detail: LearnerDetail) -> Self {
        let groups = detail.groups.into_iter();
        Self {
            learner: LearnerView::of(detail.row),
            profile: ProfileView::of(detail.profile),
            resource: detail.document.as_object().cloned().unwrap_or_default(),
            external_ids: detail.external_ids.into_iter().collect(),
            groups: groups
                .map(|g| LearnerGroup { id: g.id.to_string(), display: g.display, direct: g.direct })
                .collect(),
        }
    }

    pub(super) fn version(&self) -> i64 {
        self.learner.version
    }

    pub(super) fn id(&self) -> &str {
        &self.learner.id
    }
}

/// The learner as it is now.
pub(super) async fn read(call: &Call, which: &str) -> Outcome<Learner> {
    let op = call.operator().await?;
    Ok(Learner::of(call.service().learner_show(&op, which).await?))
}

async fn show(call: Call) -> Outcome<Reply> {
    let learner = read(&call, call.param("learner")).await?;
    Ok(Reply::json(&learner)?.etag(learner.version()))
}

async fn history(call: Call) -> Outcome<Reply> {
    let query: PageQuery = call.query()?;
    let op = call.operator().await?;
    let after = after_number(query.cursor.as_deref())?.unwrap_or(0);
    let limit = size(query.limit)?;
    let events = call.service().learner_history(&op, call.param("learner"), after, limit).await?;
    let full = events.len() == limit as usize;
    let next = events.last().filter(|_| full).map(|last| last.position.to_string());
    let tenant = &op.tenant.tenant.name;
    let connections = call.service().connections(&op).await?;
    let name = |event: &service::noun::Event| {
        connections.iter().find(|c| Some(c.id) == event.event.connection).map(|c| c.name.clone())
    };
    let items = events.iter().map(|event| EventView::of(event, tenant, name(event)));
    Reply::json(&EventPage { items: items.collect(), next })
}
