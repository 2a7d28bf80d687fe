//! What goes over the wire, to the byte, and what the trace shows of it.

use std::sync::Arc;

use serde_json::json;

use super::server::{Reply, Server};
use super::{builder, client};
use crate::{Client, MemorySink, Method, Query, QueryEncoding, Request};

const EMPTY: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0}"#;

fn names(headers: &[(String, String)]) -> Vec<&str> {
    headers.iter().map(|(n, _)| n.as_str()).collect()
}

#[tokio::test]
async fn a_get_carries_host_and_token_and_nothing_else() {
    let server = Server::script(vec![Reply::new(200, EMPTY)]).await;
    client(&server).query(&Query::new("Users")).await.unwrap();
    let asked = server.last();
    let mut sent = names(&asked.headers);
    sent.sort_unstable();
    assert_eq!(sent, ["Authorization", "Host"]);
    assert_eq!(asked.header("authorization"), Some("Bearer t0ken"));
}

#[tokio::test]
async fn a_body_is_scim_json_unless_told_otherwise() {
    let server = Server::script(vec![Reply::new(201, json!({"id": "1"}))]).await;
    let user = json!({"userName": "a", "schemas": ["x"]});
    client(&server).create("Users", &user).await.unwrap();
    let asked = server.last();
    assert_eq!(asked.header("content-type"), Some("application/scim+json; charset=utf-8"));
    assert_eq!(asked.body, r#"{"userName":"a","schemas":["x"]}"#, "members stay in the order given");
    let client = builder(&server).content_type("application/json").user_agent(Some("x/1")).build().unwrap();
    client.create("Users", &user).header("x-trace", "7").await.unwrap();
    let asked = server.last();
    assert_eq!(asked.header("content-type"), Some("application/json"));
    assert_eq!((asked.header("user-agent"), asked.header("x-trace")), (Some("x/1"), Some("7")));
}

#[tokio::test]
async fn a_token_is_replaced_while_the_client_lives() {
    let server = Server::script(vec![Reply::new(200, EMPTY)]).await;
    let client = client(&server);
    let clone = client.clone();
    client.set_bearer(&"n3w".into()).unwrap();
    clone.query(&Query::new("Users")).await.unwrap();
    assert_eq!(server.last().header("authorization"), Some("Bearer n3w"));
    let fault = client.set_bearer(&"two\nlines".into()).unwrap_err().to_string();
    assert!(!fault.contains("lines"), "{fault}");
}

#[tokio::test]
async fn an_answer_that_repeats_credentials_has_them_masked_and_the_trace_too() {
    let body = json!({"detail": "no: Bearer t0ken-t0ken", "secret": "s3cret-s3cret"});
    let server = Server::script(vec![Reply::new(401, body).header("www-authenticate", "t0ken-t0ken")]).await;
    let sink = Arc::new(MemorySink::new());
    let client = builder(&server).bearer("t0ken-t0ken".into()).trace(sink.clone()).build().unwrap();
    let response = client.send(Request::new(Method::GET, "/Users").secret("s3cret-s3cret")).await.unwrap();
    let shown = format!("{response:?} {}", sink.take().iter().map(ToString::to_string).collect::<String>());
    assert!(!shown.contains("t0ken-t0ken") && !shown.contains("s3cret-s3cret"), "{shown}");
    assert_eq!(response.json().unwrap()["detail"], "no: Bearer ****");
    assert_eq!(response.header("www-authenticate"), Some("****"));
}

#[tokio::test]
async fn entras_query_is_written_as_entra_writes_it() {
    let server = Server::script(vec![Reply::new(200, EMPTY)]).await;
    let client = Client::builder(&server.url("/scim?aadOptscim062020"))
        .query_encoding(QueryEncoding::Form)
        .header("ADSCIMVersion", "5.0")
        .build()
        .unwrap();
    let query = Query::new("Users").filter(r#"userName eq "7d420df3-0000-4000-8000-000000000000""#);
    client.query(&query).await.unwrap();
    let asked = server.last();
    assert_eq!(
        asked.target,
        "/scim/Users?filter=userName+eq+%227d420df3-0000-4000-8000-000000000000%22&aadOptscim062020"
    );
    assert_eq!(asked.header("adscimversion"), Some("5.0"));
    assert_eq!(asked.header("authorization"), None);
}

#[tokio::test]
async fn extra_query_goes_with_every_request() {
    let server = Server::script(vec![Reply::new(204, "")]).await;
    let client = builder(&server).extra_query("flag").build().unwrap();
    client.delete("Users", "a/b").await.unwrap();
    assert_eq!(server.lines(), ["DELETE /scim/Users/a%2Fb?flag"]);
}

#[tokio::test]
async fn a_raw_request_goes_as_it_stands() {
    let server = Server::script(vec![Reply::new(418, "teapot")]).await;
    let request = Request::new(Method::POST, "/Users")
        .raw_query("filter=userName+eq%20'x'[%zz|]")
        .header("content-type", "text/plain")
        .without(crate::HeaderName::from_static("authorization"))
        .body("not json");
    let answer = client(&server).send(request).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.text(), answer.json()), (418, "teapot", None));
    let asked = server.last();
    assert_eq!(asked.target, "/scim/Users?filter=userName+eq%20'x'[%zz|]");
    assert_eq!(asked.header("content-type"), Some("text/plain"));
    assert_eq!(asked.header("authorization"), None);
}

#[tokio::test]
async fn the_trace_shows_everything_but_secrets() {
    let reply = Reply::new(201, json!({"id": "1"})).header("location", "/1").header("set-cookie", "k=v");
    let server = Server::script(vec![reply]).await;
    let sink = Arc::new(MemorySink::new());
    let client = builder(&server).trace(sink.clone()).build().unwrap();
    client.create("Users", &json!({"userName": "a"})).await.unwrap();
    let [exchange] = &sink.take()[..] else { panic!("one exchange") };
    assert_eq!((exchange.method.as_str(), exchange.attempt), ("POST", 1));
    assert_eq!(exchange.url, server.url("/scim/Users"));
    assert_eq!(exchange.request_body.as_deref(), Some(r#"{"userName":"a"}"#));
    assert!(exchange.request_headers.contains(&("authorization".into(), "****".into())));
    let text = exchange.to_string();
    assert!(
        text.contains("> POST http") && text.contains("< 201") && text.contains("< location: /1"),
        "{text}"
    );
    assert!(text.contains(r#"<   {"id":"1"}"#), "{text}");
    assert!(!text.contains("t0ken") && !text.contains("k=v"), "{text}");
    assert!(!format!("{client:?}{exchange:?}").contains("t0ken"));
    assert!(sink.take().is_empty(), "taken is taken");
}

#[tokio::test]
async fn a_failure_is_traced_too() {
    let server = Server::script(vec![Reply::hang_up()]).await;
    let sink = Arc::new(MemorySink::new());
    let client = builder(&server).trace(sink.clone()).build().unwrap();
    client.create("Users", &json!({})).await.unwrap_err();
    let traced = sink.take();
    assert!(
        traced[0].status().is_none() && traced[0].to_string().contains("! the connection broke"),
        "{traced:?}"
    );
}
