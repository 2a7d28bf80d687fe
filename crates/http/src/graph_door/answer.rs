//! Answers as Graph gives them.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use entra::graph::GraphFault;
use serde_json::Value as Json;

use super::GraphDoor;

/// What a handler gives.
pub(super) type Answer = Response;

/// 200 with what was found.
pub(super) fn found(door: &GraphDoor, result: Result<Json, GraphFault>) -> Answer {
    told(door, StatusCode::OK, result)
}

/// 201 with what was made.
pub(super) fn created(door: &GraphDoor, result: Result<Json, GraphFault>) -> Answer {
    told(door, StatusCode::CREATED, result)
}

fn told(door: &GraphDoor, status: StatusCode, result: Result<Json, GraphFault>) -> Answer {
    match result {
        Ok(json) => body(status, &json),
        Err(problem) => fault(door, &problem),
    }
}

fn body(status: StatusCode, json: &Json) -> Answer {
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    (status, [(header::CONTENT_TYPE, kind)], json.to_string()).into_response()
}

/// 204.
pub(super) fn done(door: &GraphDoor, result: Result<(), GraphFault>) -> Answer {
    match result {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(problem) => fault(door, &problem),
    }
}

/// An error in Graph's shape, with the request's id in a header too.
pub(super) fn fault(door: &GraphDoor, problem: &GraphFault) -> Answer {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let request = door.face.guid();
    let mut answer = body(status, &problem.to_json(door.face.now(), &request));
    if let Ok(value) = HeaderValue::from_str(&request) {
        answer.headers_mut().insert("request-id", value);
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        answer.headers_mut().insert("retry-after", HeaderValue::from_static("10"));
    }
    answer
}

/// No route has this path.
pub(super) async fn no_such_path(State(door): State<GraphDoor>, uri: Uri) -> Answer {
    let text = format!("Resource not found for '{}'. Paths begin with /v1.0 or /beta.", uri.path());
    fault(&door, &GraphFault::new(404, "BadRequest", text))
}

/// The path has no such method.
pub(super) async fn no_such_method(State(door): State<GraphDoor>) -> Answer {
    fault(
        &door,
        &GraphFault::new(
            405,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
        ),
    )
}
