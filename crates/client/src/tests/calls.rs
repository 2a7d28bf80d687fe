//! Calls: good answers, refusals, and answers that are no SCIM.

use base::Hinted;
use serde_json::json;

use super::client;
use super::server::{Reply, Server};
use crate::{Change, Filter, NotScim, Patch, Query, ScimFailure};

#[tokio::test]
async fn each_operation_has_its_method_and_path() {
    let server = Server::start(|asked| match asked.method.as_str() {
        "DELETE" | "PATCH" => Reply::new(204, ""),
        _ => Reply::new(200, json!({"id": "1", "Resources": []})),
    })
    .await;
    let client = client(&server);
    let user = json!({"userName": "a"});
    client.create("Users", &user).await.unwrap();
    client.get("Users", "1").attributes(["userName", "emails"]).await.unwrap();
    client.get("Groups", "1").excluded_attributes(["members"]).await.unwrap();
    client.replace("Users", "1", &user).await.unwrap();
    client.patch("Users", "1", &Patch::new().replace("active", false)).if_match("W/\"3\"").await.unwrap();
    assert_eq!(server.last().header("if-match"), Some("W/\"3\""));
    client.delete("Users", "1").await.unwrap();
    client.bulk(&json!({"Operations": []})).await.unwrap();
    client.service_provider_config().await.unwrap();
    client.search(&Query::new("Users").filter(Filter::present("id"))).await.unwrap();
    assert_eq!(server.last().json()["filter"], "id pr");
    assert_eq!(
        server.lines(),
        [
            "POST /scim/Users",
            "GET /scim/Users/1?attributes=userName%2Cemails",
            "GET /scim/Groups/1?excludedAttributes=members",
            "PUT /scim/Users/1",
            "PATCH /scim/Users/1",
            "DELETE /scim/Users/1",
            "POST /scim/Bulk",
            "GET /scim/ServiceProviderConfig",
            "POST /scim/Users/.search",
        ]
    );
}

#[tokio::test]
async fn an_answer_tells_its_headers_and_version() {
    let reply = Reply::new(201, json!({"ID": "42", "Meta": {"Version": "W/\"body\""}}));
    let server = Server::script(vec![
        reply.clone().header("etag", "W/\"head\"").header("location", "https://h/Users/42"),
        reply,
    ])
    .await;
    let client = client(&server);
    let first = client.create("Users", &json!({})).await.unwrap();
    assert_eq!(
        (first.id(), first.etag(), first.location()),
        (Some("42"), Some("W/\"head\""), Some("https://h/Users/42"))
    );
    assert_eq!(first.attempts(), 1);
    // S-CLI-10: `meta` in another case stands in for the header.
    assert_eq!(client.create("Users", &json!({})).await.unwrap().etag(), Some("W/\"body\""));
}

#[tokio::test]
async fn a_refusal_carries_the_servers_words_and_a_hint() {
    let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "409",
        "scimType": "uniqueness", "detail": "The user name is taken."});
    let server = Server::script(vec![Reply::new(409, body), Reply::new(401, "")]).await;
    let client = client(&server);
    let failure = client.create("Users", &json!({})).await.unwrap_err();
    assert!(failure.is_conflict() && !failure.is_missing());
    assert_eq!(failure.scim_type(), Some("uniqueness"));
    assert!(failure.to_string().ends_with("409 Conflict (uniqueness): The user name is taken."), "{failure}");
    let failure = client.get("Users", "1").await.unwrap_err();
    assert!(matches!(&failure, ScimFailure::Status { error: None, .. }));
    assert!(failure.hints()[0].contains("token"));
}

#[tokio::test]
async fn what_is_no_scim_is_called_what_it_is() {
    for (body, what) in [
        ("<!doctype html><p>Sign in", NotScim::Html),
        ("OK", NotScim::NotJson),
        ("", NotScim::Empty),
        ("[]", NotScim::Shape("a resource")),
    ] {
        let server = Server::script(vec![Reply::new(200, body)]).await;
        let failure = client(&server).get("Users", "1").await.unwrap_err();
        assert!(matches!(&failure, ScimFailure::NotScim { what: found, .. } if *found == what), "{failure}");
        assert_eq!(failure.hints().len(), 1);
    }
    let server = Server::script(vec![Reply::new(200, json!({"users": []}))]).await;
    let failure = client(&server).query(&Query::new("Users")).await.unwrap_err();
    assert!(failure.to_string().ends_with("the body is not a list"), "{failure}");
}

#[tokio::test]
async fn lists_are_read_leniently() {
    // S-CLI-10
    for (body, ids) in [
        (r#"{"totalResults":"1","Resources":[{"id":"a"}]}"#, vec!["a"]),
        (r#"{"totalresults":1,"resources":[{"Id":"a"}]}"#, vec!["a"]),
        (r#"{"totalResults":0,"Resources":null}"#, vec![]),
        (r#"{"totalResults":0}"#, vec![]),
        (r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"]}"#, vec![]),
        (r#"[{"id":"a"},{"id":"b"}]"#, vec!["a", "b"]),
        (r#"{"Resources":{"id":"a"}}"#, vec!["a"]),
    ] {
        let server = Server::script(vec![Reply::new(200, body)]).await;
        let page = client(&server).query(&Query::new("Users")).await.unwrap();
        assert_eq!(page.ids().collect::<Vec<_>>(), ids, "{body}");
        assert_eq!(page.has_schema, body.contains("ListResponse"));
    }
}

#[tokio::test]
async fn a_delete_of_what_is_gone_may_count_as_done() {
    // S-CLI-09
    let server = Server::script(vec![Reply::new(404, json!({"status": 404}))]).await;
    assert!(client(&server).delete("Users", "1").await.unwrap_err().is_missing());
    assert_eq!(client(&server).delete("Users", "1").missing_ok().await.unwrap().status().as_u16(), 404);
}

#[tokio::test]
async fn long_and_private_queries_go_as_search_and_come_back_where_it_is_missing() {
    // S-CLI-05
    let server = Server::start(|asked| match asked.method.as_str() {
        "POST" => Reply::new(404, ""),
        _ => Reply::new(200, r#"{"totalResults":0}"#),
    })
    .await;
    let long = Query::new("Users").filter(Filter::eq("userName", "x".repeat(2100)));
    client(&server).query(&long).await.unwrap();
    let methods: Vec<_> = server.asked().into_iter().map(|a| a.method).collect();
    assert_eq!(methods, ["POST", "GET"]);
    let never = super::builder(&server).search_fallback(crate::SearchFallback::Never).build().unwrap();
    never.query(&long).await.unwrap();
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn an_update_starts_again_when_someone_was_quicker() {
    // S-CLI-07
    let mut version = 0;
    let server = Server::start(move |asked| {
        version += 1;
        let etag = format!("W/\"{version}\"");
        match asked.method.as_str() {
            "GET" => Reply::new(200, json!({"id": "1", "title": "old"})).header("etag", &etag),
            // The first write comes too late.
            _ if version == 2 => Reply::new(412, ""),
            _ => Reply::new(200, json!({"id": "1", "title": "new"})),
        }
    })
    .await;
    let client = client(&server);
    let change = |user: &serde_json::Value| match user["title"].as_str() {
        Some("old") => Change::Patch(Patch::new().replace("title", "new")),
        _ => Change::Nothing,
    };
    assert_eq!(client.update("Users", "1", 3, change).await.unwrap().into_json()["title"], "new");
    let versions: Vec<_> =
        server.asked().iter().filter_map(|a| a.header("if-match").map(str::to_owned)).collect();
    assert_eq!(versions, ["W/\"1\"", "W/\"3\""]);

    let stubborn = Server::start(|asked| match asked.method.as_str() {
        "GET" => Reply::new(200, json!({"id": "1", "title": "old"})).header("etag", "W/\"1\""),
        _ => Reply::new(412, ""),
    })
    .await;
    let failure = super::client(&stubborn).update("Users", "1", 2, change).await.unwrap_err();
    assert!(matches!(failure, ScimFailure::Contended { attempts: 2, .. }), "{failure}");
    assert_eq!(stubborn.asked().len(), 4);
}
