//! The feed as server-sent events.

use std::time::Duration;

use serde_json::{Value, json};
use service::noun::ApiScope;
use testkit::{Caller, TestServer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::problem;

const LEARNERS: &str = "//api/v1/tenants/default/learners";

/// A stream under way.
struct Stream {
    socket: TcpStream,
    text: String,
}

impl Stream {
    async fn open(server: &TestServer, caller: &Caller, headers: &str) -> Self {
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        let head = format!(
            "GET /api/v1/events HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\naccept: text/event-stream\r\n{headers}\r\n",
            caller.authorization.as_deref().unwrap()
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        Self { socket, text: String::new() }
    }

    /// Reads until the text holds this.
    async fn until(&mut self, wanted: &str) {
        let read = async {
            let mut buffer = [0; 4096];
            while !self.text.contains(wanted) {
                let n = self.socket.read(&mut buffer).await.unwrap();
                assert!(n > 0, "the stream ended: {}", self.text);
                self.text.push_str(&String::from_utf8_lossy(&buffer[..n]));
            }
        };
        tokio::time::timeout(Duration::from_secs(20), read).await.expect("it comes");
    }
}

#[tokio::test]
async fn a_stream_tells_what_was_and_what_comes_and_goes_on_after_an_interruption() {
    let server = TestServer::start().await;
    let app = server.api(ApiScope::Write, None).await;
    app.post(LEARNERS, &json!({"userName": "ann"})).await.expect(201);
    let mut stream = Stream::open(&server, &app, "").await;
    stream.until("\"userName\":\"ann\"").await;
    assert!(stream.text.starts_with("HTTP/1.1 200"));
    assert!(
        stream.text.contains("content-type: text/event-stream")
            && stream.text.contains("cache-control: no-store")
    );
    assert!(stream.text.contains("id: 1\nevent: learner.created\ndata: {"), "{}", stream.text);
    app.post(LEARNERS, &json!({"userName": "bob"})).await.expect(201);
    stream.until("\"userName\":\"bob\"").await;
    drop(stream);
    app.post(LEARNERS, &json!({"userName": "cy"})).await.expect(201);
    let mut again = Stream::open(&server, &app, "last-event-id: 2\r\n").await;
    again.until("\"userName\":\"cy\"").await;
    assert!(!again.text.contains("\"userName\":\"bob\""), "{}", again.text);
    let line = again.text.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
    let event: Value = serde_json::from_str(line).unwrap();
    assert_eq!((&event["position"], &event["type"]), (&json!(3), &json!("learner.created")));
}

#[tokio::test]
async fn who_waits_is_sent_away_when_the_server_ends() {
    let server = TestServer::start().await;
    let app = server.api(ApiScope::Read, None).await;
    let mut stream = Stream::open(&server, &app, "").await;
    stream.until(": 0").await;
    let waiting = {
        let app = app.clone();
        tokio::spawn(async move { app.get("//api/v1/events?wait=60").await })
    };
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.service.stop_waiting();
    let end = async {
        waiting.await.unwrap().expect(200);
        // The last chunk of the stream.
        stream.until("\r\n0\r\n\r\n").await;
    };
    tokio::time::timeout(Duration::from_secs(10), end).await.expect("nobody is waited for");
}

#[tokio::test]
async fn what_is_wrong_at_the_beginning_of_a_stream_is_a_problem() {
    let server = TestServer::start().await;
    let read = server.api(ApiScope::Read, None).await.header("accept", "text/event-stream");
    problem(read.header("last-event-id", "x").get("//api/v1/events").await, 400, "invalid_request");
    problem(read.get("//api/v1/events?type=x").await, 400, "invalid_request");
    let nobody = server.anonymous().header("accept", "text/event-stream");
    problem(nobody.get("//api/v1/events").await, 401, "unauthorized");
}

#[tokio::test]
async fn a_key_that_is_revoked_hears_nothing_more() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    let body = json!({"name": "app", "scope": "read"});
    let key = admin.post("//api/v1/api-keys", &body).await.expect(201);
    let app = server.with_token(key.json["secret"].as_str().unwrap());
    let mut stream = Stream::open(&server, &app, "").await;
    stream.until(": 0").await;
    let waiting = {
        let app = app.clone();
        tokio::spawn(async move { app.get("//api/v1/events?wait=60").await })
    };
    tokio::time::sleep(Duration::from_millis(200)).await;
    let id = key.json["key"]["id"].as_str().unwrap();
    admin.delete(&format!("//api/v1/api-keys/{id}")).await.expect(204);
    admin.post(LEARNERS, &json!({"userName": "ann"})).await.expect(201);
    problem(waiting.await.unwrap(), 401, "unauthorized");
    stream.until("\r\n0\r\n\r\n").await;
    assert!(!stream.text.contains("learner.created"), "{}", stream.text);
}

#[tokio::test]
async fn who_waits_for_a_tenant_that_goes_is_told_so() {
    let server = TestServer::start().await;
    let admin = server.api(ApiScope::Admin, None).await;
    admin.post("//api/v1/tenants", &json!({"name": "acme"})).await.expect(201);
    let waiting = {
        let admin = admin.clone();
        tokio::spawn(async move { admin.get("//api/v1/events?tenant=acme&wait=1").await })
    };
    tokio::time::sleep(Duration::from_millis(200)).await;
    admin.delete("//api/v1/tenants/acme").await.expect(204);
    problem(waiting.await.unwrap(), 404, "not_found");
}
