//! `/api/v1/tenants/{tenant}/groups`: looking; they are written by identity providers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use service::GroupRow;
use service::noun::Kind;
use utoipa::ToSchema;

use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, run};
use crate::api::page::{PageQuery, after_id, size};
use crate::api::problem::Outcome;
use crate::api::reply::Reply;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/api/v1/tenants/{tenant}/groups", "listGroups", run!(index))
            .about(
                "List groups",
                "By creation; `search` is the beginning of the name, `filter` a SCIM filter.",
            )
            .query::<GroupListQuery>()
            .answer::<GroupPage>(200, "A page of groups"),
        Endpoint::get("/api/v1/tenants/{tenant}/groups/{group}", "getGroup", run!(show))
            .about("Show a group", "")
            .answer::<GroupView>(200, "The group"),
        Endpoint::get("/api/v1/tenants/{tenant}/groups/{group}/members", "listGroupMembers", run!(members))
            .about("List a group's members", "By id, direct ones.")
            .query::<PageQuery>()
            .answer::<MemberPage>(200, "A page of members"),
    ]
}

/// Which groups.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GroupListQuery {
    /// Beginning of the name, in any case.
    search: Option<String>,
    /// A SCIM filter (RFC 7644 §3.4.2.2).
    filter: Option<String>,
    /// `next` of the page before; without it, the first page.
    cursor: Option<String>,
    /// Most results on the page; 100 unless said.
    #[schema(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// A group.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Group)]
struct GroupView {
    /// SCIM id.
    id: String,
    /// Its name.
    display: String,
    /// How many members it has.
    members: u64,
    /// `externalId` by the connection's name.
    external_ids: BTreeMap<String, String>,
    /// Counts changes.
    version: i64,
    /// Since when it exists.
    #[schema(format = DateTime)]
    created: String,
    /// Its latest change.
    #[schema(format = DateTime)]
    modified: String,
}

/// A page of groups.
#[derive(Debug, Serialize, ToSchema)]
struct GroupPage {
    /// How many there are in all, when that is known without counting.
    #[schema(required)]
    total: Option<u64>,
    /// This page.
    items: Vec<GroupView>,
    /// The cursor of the next page; `null` on the last.
    #[schema(required)]
    next: Option<String>,
}

/// A member.
#[derive(Debug, Serialize, ToSchema)]
struct MemberView {
    /// SCIM id.
    id: String,
    /// `User` or `Group`.
    #[serde(rename = "type")]
    kind: MemberType,
    /// Name to show; empty for a learner who has none.
    display: String,
}

/// What a member is.
#[derive(Debug, Serialize, ToSchema)]
enum MemberType {
    User,
    Group,
}

/// A page of members.
#[derive(Debug, Serialize, ToSchema)]
struct MemberPage {
    /// How many there are in all.
    #[schema(required)]
    total: Option<u64>,
    /// This page.
    items: Vec<MemberView>,
    /// The cursor of the next page; `null` on the last.
    #[schema(required)]
    next: Option<String>,
}

impl GroupView {
    fn of(row: GroupRow) -> Self {
        Self {
            id: row.id.to_string(),
            display: row.display,
            members: row.members,
            external_ids: row.external_ids.into_iter().collect(),
            version: row.version,
            created: row.created.to_string(),
            modified: row.modified.to_string(),
        }
    }
}

async fn index(call: Call) -> Outcome<Reply> {
    let query: GroupListQuery = call.query()?;
    let op = call.operator().await?;
    let own = query.filter.as_deref().map(service::whole_filter).transpose()?;
    let filter = service::group_filter(query.search.as_deref(), own);
    let after = after_id(query.cursor.as_deref())?;
    let page = call.service().group_list(&op, filter.as_deref(), after, size(query.limit)?).await?;
    Reply::json(&GroupPage {
        total: page.total,
        items: page.rows.into_iter().map(GroupView::of).collect(),
        next: page.next.map(|id| id.to_string()),
    })
}

async fn show(call: Call) -> Outcome<Reply> {
    let op = call.operator().await?;
    Reply::json(&GroupView::of(call.service().group(&op, call.param("group")).await?))
}

async fn members(call: Call) -> Outcome<Reply> {
    let query: PageQuery = call.query()?;
    let op = call.operator().await?;
    let after = after_id(query.cursor.as_deref())?;
    let page = call.service().group_members(&op, call.param("group"), after, size(query.limit)?).await?;
    let items = page.rows.into_iter().map(|member| MemberView {
        id: member.id.to_string(),
        kind: if member.kind == Kind::GROUP { MemberType::Group } else { MemberType::User },
        display: member.display,
    });
    Reply::json(&MemberPage {
        total: page.total,
        items: items.collect(),
        next: page.next.map(|id| id.to_string()),
    })
}
