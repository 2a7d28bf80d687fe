//! Requests taken apart.

use std::future::Future;

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use entra::graph::{AuditQuery, GraphFault, ListQuery};
use serde_json::Value as Json;

use super::GraphDoor;
use super::answer::fault;

/// `{id}` of a path.
pub(super) struct Id(pub(super) String);

/// Two ids of a path.
pub(super) struct Two(pub(super) String, pub(super) String);

impl FromRequestParts<GraphDoor> for Id {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, door: &GraphDoor) -> Result<Self, Response> {
        let ids = ids(parts, door).await?;
        ids.into_iter().next().map(Self).ok_or_else(|| unreadable(door, "the path has no id"))
    }
}

impl FromRequestParts<GraphDoor> for Two {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, door: &GraphDoor) -> Result<Self, Response> {
        let mut ids = ids(parts, door).await?.into_iter();
        match (ids.next(), ids.next()) {
            (Some(first), Some(second)) => Ok(Self(first, second)),
            _ => Err(unreadable(door, "the path lacks an id")),
        }
    }
}

async fn ids(parts: &mut Parts, door: &GraphDoor) -> Result<Vec<String>, Response> {
    let ids = Path::<Vec<(String, String)>>::from_request_parts(parts, door).await;
    let ids = ids.map_err(|rejection| unreadable(door, &rejection.body_text()))?;
    Ok(ids.0.into_iter().map(|(_, id)| id).collect())
}

/// A JSON body; `null` where there is none.
pub(super) struct Body(pub(super) Json);

impl FromRequest<GraphDoor> for Body {
    type Rejection = Response;

    async fn from_request(request: Request, door: &GraphDoor) -> Result<Self, Response> {
        let bytes = axum::body::Bytes::from_request(request, door).await;
        let bytes = bytes.map_err(|rejection| {
            fault(door, &GraphFault::new(rejection.status().as_u16(), "BadRequest", rejection.body_text()))
        })?;
        if bytes.is_empty() {
            return Ok(Self(Json::Null));
        }
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let json = serde_json::from_slice(text);
        json.map(Self).map_err(|e| unreadable(door, &format!("Unable to read JSON request payload: {e}")))
    }
}

/// The parameters of a query.
pub(super) struct Query(Vec<(String, String)>);

impl FromRequestParts<GraphDoor> for Query {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, door: &GraphDoor) -> Result<Self, Response> {
        let query = axum::extract::Query::<Vec<(String, String)>>::from_request_parts(parts, door).await;
        query.map(|query| Self(query.0)).map_err(|rejection| unreadable(door, &rejection.body_text()))
    }
}

fn unreadable(door: &GraphDoor, why: &str) -> Response {
    fault(door, &GraphFault::new(400, "BadRequest", why)).into_response()
}

/// What is asked of a list.
pub(super) fn list(query: &Query) -> Result<ListQuery, GraphFault> {
    let mut list = ListQuery::default();
    for (name, value) in &query.0 {
        match name.as_str() {
            "$filter" => list.filter = Some(value.clone()),
            "$top" => list.top = Some(top(value)?),
            // What is shown is little as it is.
            "$select" | "$count" => {}
            _ => return Err(not_supported(name, "$filter, $top, $select, $count")),
        }
    }
    Ok(list)
}

/// What is asked of the log.
pub(super) fn audit(query: &Query) -> Result<AuditQuery, GraphFault> {
    let mut audit = AuditQuery::default();
    for (name, value) in &query.0 {
        let value = value.clone();
        match name.as_str() {
            "$filter" => audit.filter = Some(value),
            "$orderby" => audit.order_by = Some(value),
            "$skiptoken" => audit.skip_token = Some(value),
            "$top" => audit.top = Some(top(&value)?),
            _ => return Err(not_supported(name, "$filter, $orderby, $top, $skiptoken")),
        }
    }
    Ok(audit)
}

fn top(value: &str) -> Result<usize, GraphFault> {
    let number = value.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| GraphFault::new(400, "BadRequest", "$top must be a number from 1 on."))
}

fn not_supported(name: &str, known: &str) -> GraphFault {
    GraphFault::new(
        400,
        "BadRequest",
        format!("The query parameter '{name}' is not supported here; these are: {known}."),
    )
}

/// Runs what changes something as a task of its own: a caller that goes away does not leave it half done.
pub(super) async fn apart<T: Send + 'static>(
    work: impl Future<Output = Result<T, GraphFault>> + Send + 'static,
) -> Result<T, GraphFault> {
    let task = tokio::spawn(work).await;
    task.unwrap_or_else(|error| {
        tracing::error!(%error, "a request to the Graph face ended badly");
        Err(GraphFault::new(500, "InternalServerError", "the request ended unexpectedly; please report this"))
    })
}
