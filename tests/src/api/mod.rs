//! `/api/v1` through the front door.

mod conventions;
mod described;
mod exporting;
mod feed;
mod following;
mod groups;
mod guarded;
mod idempotency;
mod imports;
mod intake;
mod keys;
mod learners;
mod logging;
mod merging;
mod profile;
mod schemas;
mod snapshot;
mod stream;
mod tenants;
mod tokens;

use testkit::Reply;

/// The answer, if it is a problem of this status and code (RFC 9457).
#[track_caller]
fn problem(reply: Reply, status: u16, code: &str) -> Reply {
    let reply = reply.expect(status);
    let shown = format!("\n--- sent\n{}\n--- answered\n{}", reply.sent, reply.text);
    assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{shown}");
    assert_eq!(reply.json["code"], code, "{shown}");
    assert_eq!(reply.json["type"], format!("urn:provost:problem:{code}"), "{shown}");
    assert_eq!(reply.json["status"], status, "{shown}");
    assert!(reply.json["title"].is_string() && reply.detail().len() > 10, "{shown}");
    assert_eq!(reply.json["requestId"].as_str(), reply.header("x-request-id"), "{shown}");
    reply
}

/// The learner in an answer.
fn id_of(reply: &Reply) -> String {
    reply.json["learner"]["id"].as_str().unwrap().to_owned()
}

/// The `code` of each event of a page.
fn types(reply: &Reply) -> Vec<String> {
    let items = reply.json["items"].as_array().unwrap();
    items.iter().map(|e| e["type"].as_str().unwrap().to_owned()).collect()
}
