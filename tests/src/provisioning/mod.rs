//! What Provost does beyond the protocol: adoption, alarms, the guard, tombstones, switches, tokens.

mod adoption;
mod adoption_edges;
mod external_ids;
mod groups_off;
mod guard;
mod guard_counts;
mod identity;
mod missing_members;
mod paused;
mod removed;
mod removed_groups;
mod tokens;

use serde_json::{Value, json};
use service::{DEFAULT, Import, ImportOptions, NewConnection};
use store::{LogEntry, LogFilter};
use testkit::{Caller, TestServer};

/// Imports learners who were here before any provider.
async fn import(server: &TestServer, file: &str, options: ImportOptions) -> Import {
    let operator = server.operator(DEFAULT, DEFAULT).await;
    server.service.import(&operator, file.as_bytes(), options, &mut |_| {}).await.unwrap()
}

/// The same, when every row of the file is fine.
async fn seed(server: &TestServer, file: &str) {
    let done = import(server, file, ImportOptions::default()).await;
    assert!(matches!(done, Import::Done(_)), "{done:?}");
}

/// The types of the events after a position.
async fn kinds_after(server: &TestServer, position: i64) -> Vec<&'static str> {
    server.events_after(position).await.iter().map(|e| e.event.kind.as_str()).collect()
}

/// An event's payload.
fn data(event: &store::Event) -> Value {
    serde_json::from_str(&event.event.data).unwrap()
}

/// The default tenant's log, newest first.
async fn log(server: &TestServer) -> Vec<LogEntry> {
    server.service.settle().await;
    let operator = server.operator(DEFAULT, DEFAULT).await;
    server.service.provisioning_log(&operator, &LogFilter::default(), 1000).await.unwrap()
}

/// The code of the newest entry of the log.
async fn newest_code(server: &TestServer) -> String {
    log(server).await[0].entry.code.clone().unwrap_or_default()
}

/// A second connection of the default tenant, with a token.
async fn second_connection(server: &TestServer, dialect: &str) -> Caller {
    let operator = server.operator(DEFAULT, DEFAULT).await;
    let new =
        NewConnection { name: "second".into(), kind: None, dialect: Some(dialect.into()), groups: true };
    server.service.connection_create(&operator, &new).await.unwrap();
    server.caller(DEFAULT, "second").await
}

/// A user body.
fn user(user_name: &str, external_id: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": user_name, "externalId": external_id, "active": true,
    })
}

/// One operation that sets one attribute.
fn set(path: &str, value: impl Into<Value>) -> [Value; 1] {
    [json!({"op": "Replace", "path": path, "value": value.into()})]
}
