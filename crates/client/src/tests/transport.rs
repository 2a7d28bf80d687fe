//! Connections: redirects, TLS, time-outs, addresses, sizes.

use std::time::Duration;

use base::Hinted;
use serde_json::json;

use super::builder;
use super::server::{Reply, Server};
use crate::{BuildError, Client, Method, Redirects, Request, RetryPolicy, ScimFailure, TransportKind};

fn kind(failure: &ScimFailure) -> TransportKind {
    match failure {
        ScimFailure::Transport(failure) => failure.kind.clone(),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn redirects_are_followed_within_the_origin_only() {
    // S-CLI-14
    let elsewhere = Server::script(vec![Reply::new(200, json!({"id": "stolen"}))]).await;
    let away = elsewhere.url("/scim/Users/1");
    let server = Server::start(move |asked| match asked.target.as_str() {
        "/scim/Users/1" => Reply::new(308, "").header("location", "/v2/Users/1"),
        "/v2/Users/1" => Reply::new(200, json!({"id": "1"})),
        "/scim/Users/2" => Reply::new(307, "").header("location", &away),
        "/scim/Users/3" => Reply::new(302, "").header("location", "/v2/Users/1"),
        "/scim/Users/4" => Reply::new(307, "").header("location", "/scim/Users/4"),
        _ => Reply::new(307, "").header("location", &away["http:".len()..]),
    })
    .await;
    let client = builder(&server).build().unwrap();
    assert_eq!(client.get("Users", "1").await.unwrap().url(), server.url("/v2/Users/1"));
    for id in ["2", "3", "4", "5"] {
        let failure = client.get("Users", id).await.unwrap_err();
        assert!(failure.status().unwrap().is_redirection());
        assert_eq!(failure.hints().len(), 2);
    }
    assert!(elsewhere.asked().is_empty(), "the token went elsewhere");
    let never = builder(&server).redirects(Redirects::None).build().unwrap();
    assert_eq!(never.get("Users", "1").await.unwrap_err().status().unwrap().as_u16(), 308);
}

#[tokio::test]
async fn a_redirect_takes_the_body_along() {
    let server = Server::start(|asked| match asked.target.as_str() {
        "/scim/Users" => Reply::new(307, "").header("location", "/scim/Users/"),
        _ => Reply::new(201, json!({"id": "1"})),
    })
    .await;
    builder(&server).build().unwrap().create("Users", &json!({"a": 1})).await.unwrap();
    assert_eq!((server.last().method.as_str(), server.last().body.as_str()), ("POST", r#"{"a":1}"#));
}

#[tokio::test]
async fn certificates_are_checked_and_can_be_trusted_by_file() {
    // S-CLI-14
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, text: String| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let pair = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (cert, key) = (file("c.pem", pair.cert.pem()), file("k.pem", pair.signing_key.serialize_pem()));
    let server = Server::start_tls(&cert, &key, Reply::new(200, json!({"id": "1"}))).await;

    let failure = builder(&server).build().unwrap().get("Users", "1").await.unwrap_err();
    assert_eq!(kind(&failure), TransportKind::Tls);
    assert!(failure.hints()[0].contains("certificate"));

    let client = builder(&server).trust(&cert).build().unwrap();
    assert_eq!(client.get("Users", "1").await.unwrap().id(), Some("1"));

    let failure = builder(&server).trust(&dir.path().join("none.pem")).build().unwrap_err();
    assert!(failure.to_string().contains("none.pem"), "{failure}");
}

#[tokio::test]
async fn silence_ends_in_time() {
    let server = Server::script(vec![Reply::new(200, "{}").after(Duration::from_secs(60))]).await;
    let client =
        builder(&server).timeout(Duration::from_millis(50)).retries(RetryPolicy::none()).build().unwrap();
    assert_eq!(kind(&client.get("Users", "1").await.unwrap_err()), TransportKind::Timeout);
}

#[tokio::test]
async fn nobody_there_and_not_http_are_told_apart() {
    let free = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let client =
        Client::builder(&format!("http://127.0.0.1:{free}")).retries(RetryPolicy::none()).build().unwrap();
    assert_eq!(kind(&client.get("Users", "1").await.unwrap_err()), TransportKind::Connect);
    let server = Server::script(vec![Reply::hang_up()]).await;
    let client = builder(&server).retries(RetryPolicy::none()).build().unwrap();
    assert_eq!(kind(&client.get("Users", "1").await.unwrap_err()), TransportKind::Broken);
}

#[tokio::test]
async fn the_address_policy_holds_for_names_and_numbers() {
    let public = || "public".parse::<base::AddressPolicy>().unwrap();
    let server = Server::script(vec![Reply::new(200, json!({"id": "1"}))]).await;
    let failure = builder(&server).address_policy(public()).build().unwrap_err();
    assert!(
        matches!(&failure, BuildError::Refused(_)) && failure.to_string().contains("loopback"),
        "{failure}"
    );

    let by_name = server.url("/scim").replace("127.0.0.1", "localhost");
    let client = |policy| Client::builder(&by_name).address_policy(policy).build().unwrap();
    let failure = client(public()).get("Users", "1").await.unwrap_err();
    assert!(matches!(kind(&failure), TransportKind::Refused(_)), "{failure}");
    assert!(failure.to_string().contains("loopback"), "{failure}");
    assert!(server.asked().is_empty());
    client("127.0.0.0/8".parse().unwrap()).get("Users", "1").await.unwrap();
}

#[tokio::test]
async fn an_answer_too_large_is_not_taken_in() {
    let server = Server::script(vec![Reply::new(200, "x".repeat(5000))]).await;
    let client = builder(&server).max_response(4096).build().unwrap();
    assert_eq!(kind(&client.get("Users", "1").await.unwrap_err()), TransportKind::TooLarge(4096));
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_before_sending() {
    let server = Server::script(vec![Reply::new(200, "{}")]).await;
    let client = builder(&server).build().unwrap();
    for request in
        [Request::new(Method::GET, "/Users").header("x", "a\r\nb: c"), Request::new(Method::GET, "/Us ers")]
    {
        let failure = client.send(request).await.unwrap_err();
        assert!(matches!(failure, ScimFailure::Request(_)), "{failure}");
    }
    let error = builder(&server).bearer("a\nb".into()).build().unwrap_err();
    assert!(matches!(error, BuildError::Token) && !error.hints().is_empty());
    assert!(server.asked().is_empty());
}
