//! HTTP as no library would speak it: heads that cannot be read or can be read in two ways, bodies nobody wants.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::json;
use testkit::{Reply, TestServer, raw};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{USER, World};

/// Sends everything before it looks at the answer, as most clients do; then reads up to the end.
async fn patiently(address: SocketAddr, request: &[u8]) -> Reply {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.expect("the server takes all of the request");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("the server ends the connection in order");
    Reply::parse(&String::from_utf8_lossy(&request[..request.len().min(300)]), &answer)
}

/// The head of a request, with `connection: close` unless it is to stay open.
fn head(world: &World, line: &str, headers: &[&str]) -> Vec<u8> {
    let token = world.caller.token();
    let mut text = format!("{line} HTTP/1.1\r\nauthorization: Bearer {token}\r\n");
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    text.push_str("\r\n");
    text.into_bytes()
}

// S-HTTP-11, S-HTTP-12: the answer reaches also who sends first and reads then.
#[tokio::test]
async fn a_body_that_is_not_wanted_does_not_cost_the_answer() {
    let world = World::entra().await;
    let before = world.state().await;
    let body = vec![b' '; 12 << 20];
    let length = format!("content-length: {}", body.len());
    let common = ["host: x", "connection: close", "content-type: application/scim+json", &length];
    let too_long = [head(&world, "POST /scim_v2/Users", &common), body.clone()].concat();
    patiently(world.server.address, &too_long).await.scim_error(413, "");
    let nowhere = [head(&world, "POST /scim_v2/Nowhere", &common), body.clone()].concat();
    patiently(world.server.address, &nowhere).await.scim_error(404, "");
    let anonymous =
        format!("POST /scim_v2/Users HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{length}\r\n\r\n")
            .into_bytes();
    patiently(world.server.address, &[anonymous, body].concat()).await.scim_error(401, "");
    assert_eq!(world.state().await, before);
}

// A client that asks first is not made to send what nobody wants.
#[tokio::test]
async fn who_asks_before_sending_is_answered_at_once() {
    let world = World::entra().await;
    let headers =
        ["host: x", "expect: 100-continue", "content-length: 99999999", "content-type: application/json"];
    let reply = patiently(world.server.address, &head(&world, "POST /scim_v2/Users", &headers)).await;
    let reply = reply.scim_error(413, "");
    assert_eq!(reply.header("connection"), Some("close"));
}

// S-HTTP-12
#[tokio::test]
async fn a_body_that_never_ends_is_given_up() {
    let server = TestServer::start_with(|c| c.limits.body_time = Duration::from_millis(200)).await;
    let caller = server.entra().await;
    let world = World::of(server, caller).await;
    let headers = ["host: x", "content-length: 100", "content-type: application/json"];
    let request = [head(&world, "POST /scim_v2/Users", &headers), b"{\"userName\":".to_vec()].concat();
    let reply = patiently(world.server.address, &request).await.scim_error(408, "");
    assert_eq!(reply.header("connection"), Some("close"));
}

// RFC 9112 §3.2
#[tokio::test]
async fn a_request_names_one_host() {
    let world = World::entra().await;
    for hosts in [&["connection: close"][..], &["connection: close", "host: a", "host: b"]] {
        let request = head(&world, "GET /scim_v2/Users", hosts);
        raw(world.server.address, &request).await.scim_error(400, "invalidSyntax");
    }
}

// S-HTTP-03
#[tokio::test]
async fn packed_bodies_are_refused_by_name() {
    let world = World::entra().await;
    let body = json!({"schemas": [USER], "userName": "packed@bad.example"});
    for coding in ["gzip", "identity, br"] {
        let caller = world.caller.header("content-encoding", coding);
        world.refuses(caller.post("/Users", &body), 415, "", &["packed", "as it is"]).await;
    }
    world.caller.header("content-encoding", "identity").post("/Users", &body).await.expect(201);
    let headers = [
        "host: x",
        "connection: close",
        "content-type: application/json",
        "transfer-encoding: gzip, chunked",
    ];
    let request = [head(&world, "POST /scim_v2/Users", &headers), b"2\r\n{}\r\n0\r\n\r\n".to_vec()].concat();
    raw(world.server.address, &request).await.scim_error(501, "");
}

/// One connection that stays open.
struct Line(TcpStream);

impl Line {
    async fn ask(&mut self, request: &[u8]) -> Reply {
        self.0.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        loop {
            let mut part = [0; 4096];
            let read = self.0.read(&mut part).await.unwrap();
            answer.extend_from_slice(&part[..read]);
            let text = String::from_utf8_lossy(&answer);
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let length = head.lines().find_map(|l| l.strip_prefix("content-length: ")).unwrap();
            if read == 0 || body.len() >= length.parse().unwrap() {
                return Reply::parse(&String::from_utf8_lossy(request), &answer);
            }
        }
    }
}

// A-36
#[tokio::test]
async fn quotes_and_brackets_in_an_address_need_no_encoding() {
    let world = World::entra().await;
    let mut line = Line(TcpStream::connect(world.server.address).await.unwrap());
    let by_name = head(&world, "GET /scim_v2/Users?filter=userName+eq+\"ann@bad.example\"", &["host: x"]);
    let by_mail = "GET /scim_v2/Users?count=1&filter=emails[type+eq+\"work\"].value+eq+\"ann@bad.example\"";
    let by_mail = head(&world, by_mail, &["host: x", "x-quoted: \"y\""]);
    // Whatever came before on the connection: nothing, a read, a body that holds such a line itself.
    assert_eq!(line.ask(&by_name).await.expect(200).total(), 1);
    assert_eq!(line.ask(&by_mail).await.expect(200).total(), 1);
    let body = "GET /\" HTTP/1.1\r\n";
    let length = format!("content-length: {}", body.len());
    let post = head(&world, "POST /scim_v2/Users", &["host: x", "content-type: application/json", &length]);
    line.0.write_all(&post).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    line.ask(body.as_bytes()).await.scim_error(400, "invalidSyntax");
    assert_eq!(line.ask(&by_name).await.expect(200).total(), 1);
    // What is wrong with the filter is said by the filter, not by the head.
    let strange = head(&world, "GET /scim_v2/Users?filter=userName+eq+\"", &["host: x"]);
    line.ask(&strange).await.scim_error(400, "invalidFilter");
}
