//! Whole lists and discovery.

use serde_json::{Value, json};

use super::client;
use super::server::{Asked, Reply, Server};
use crate::{Paging, Query, ScimFailure};

fn page(ids: std::ops::Range<usize>, total: usize) -> Value {
    json!({"totalResults": total, "Resources": ids.map(|n| json!({"id": n.to_string()})).collect::<Vec<_>>()})
}

fn index(asked: &Asked) -> usize {
    asked.param("startIndex").unwrap().parse().unwrap()
}

fn ids(resources: &[Value]) -> Vec<&str> {
    resources.iter().filter_map(|r| r["id"].as_str()).collect()
}

#[tokio::test]
async fn by_index_each_resource_comes_once_though_the_list_shifts() {
    // S-PAGE-05, S-CLI-04: a server of 25 with pages of 10; between pages one is inserted in front.
    let server = Server::start(|asked| {
        let (start, shift) = (index(asked), server_shift(asked));
        let from = start - 1 - shift;
        Reply::new(200, page(from..(from + 10).min(25), 25 + shift))
    })
    .await;
    fn server_shift(asked: &Asked) -> usize {
        usize::from(index(asked) > 1)
    }
    let query = Query::new("Users").filter("active eq true").count(10).paging(Paging::Index);
    let all = client(&server).list_all(query).await.unwrap();
    assert_eq!(ids(&all), (0..25).map(|n| n.to_string()).collect::<Vec<_>>());
    let starts: Vec<_> = server.asked().iter().map(index).collect();
    assert_eq!(starts, [1, 11, 21]);
    assert!(server.asked().iter().all(|a| a.param("filter").is_some() && a.param("count").is_some()));
}

#[tokio::test]
async fn by_index_it_ends_on_an_empty_page_and_without_a_total() {
    let server = Server::start(|asked| match index(asked) {
        1 => Reply::new(200, json!({"Resources": [{"id": "a"}, {"id": "b"}, {"noId": true}]})),
        _ => Reply::new(200, json!({"Resources": []})),
    })
    .await;
    let all = client(&server).list_all(Query::new("Users").paging(Paging::Index)).await.unwrap();
    assert_eq!((all.len(), server.asked().len()), (3, 2));
}

#[tokio::test]
async fn a_server_that_ignores_start_index_does_not_keep_us() {
    // S-PAGE-05
    let server = Server::start(|_| Reply::new(200, page(0..2, 1_000))).await;
    let failure = client(&server).list_all(Query::new("Users").paging(Paging::Index)).await.unwrap_err();
    assert!(matches!(failure, ScimFailure::Paging { .. }), "{failure}");
    assert!(server.asked().len() < 10);
}

fn by_cursor(asked: &Asked) -> Reply {
    let body = match asked.param("cursor").unwrap().as_str() {
        "" => json!({"Resources": [{"id": "1"}, {"id": "2"}], "nextCursor": "c1"}),
        "c1" => json!({"Resources": [{"id": "2"}, {"id": "3"}], "nextCursor": "c2"}),
        _ => json!({"Resources": [{"id": "4"}]}),
    };
    Reply::new(200, body)
}

#[tokio::test]
async fn by_cursor_all_else_is_repeated() {
    // S-CUR-05, S-CUR-07
    let server = Server::start(by_cursor).await;
    let query = Query::new("Users").filter("x pr").count(2).paging(Paging::Cursor);
    assert_eq!(ids(&client(&server).list_all(query).await.unwrap()), ["1", "2", "3", "4"]);
    assert_eq!(
        server.lines(),
        ["", "c1", "c2"].map(|c| format!("GET /scim/Users?filter=x%20pr&count=2&cursor={c}"))
    );
}

#[tokio::test]
async fn an_expired_cursor_starts_again_and_repeats_nothing() {
    // S-CLI-04: it expires late, so that the second pass begins with many pages that bring nothing new.
    let mut expired = false;
    let server = Server::start(move |asked| {
        let at: usize = asked.param("cursor").unwrap().parse().unwrap_or(0);
        if at == 8 && !expired {
            expired = true;
            return Reply::new(400, json!({"scimType": "expiredCursor", "status": "400"}));
        }
        let next = (at < 9).then(|| (at + 1).to_string());
        Reply::new(200, json!({"Resources": [{"id": at.to_string()}], "nextCursor": next}))
    })
    .await;
    let all = client(&server).list_all(Query::new("Users").paging(Paging::Cursor)).await.unwrap();
    assert_eq!(ids(&all), (0..10).map(|n| n.to_string()).collect::<Vec<_>>());
    assert_eq!(server.asked().len(), 9 + 10);
}

#[tokio::test]
async fn cursors_that_do_not_move_or_always_expire_end_in_failure() {
    let still = Server::start(|_| Reply::new(200, json!({"Resources": [], "nextCursor": "c"}))).await;
    let query = || Query::new("Users").paging(Paging::Cursor);
    assert!(matches!(client(&still).list_all(query()).await, Err(ScimFailure::Paging { .. })));
    let dying = Server::start(|asked| match asked.param("cursor").as_deref() {
        Some("") => by_cursor(asked),
        _ => Reply::new(400, json!({"scimType": "expiredCursor"})),
    })
    .await;
    let failure = client(&dying).list_all(query()).await.unwrap_err();
    assert_eq!(failure.scim_type(), Some("expiredCursor"));
}

#[tokio::test]
async fn the_way_of_paging_is_chosen_by_what_the_server_says() {
    // S-CLI-03, S-CLI-04
    let server = Server::start(|asked| match asked.target.split('?').next().unwrap() {
        "/scim/ServiceProviderConfig" => Reply::new(
            200,
            json!({"pagination": {"cursor": "true", "index": true}, "patch": {"supported": true},
                "bulk": {"supported": false, "maxOperations": 10}}),
        ),
        "/scim/Users" => by_cursor(asked),
        _ => Reply::new(403, ""),
    })
    .await;
    let client = client(&server);
    assert_eq!(client.list_all(Query::new("Users")).await.unwrap().len(), 4);
    assert_eq!(client.list_all(Query::new("Users")).await.unwrap().len(), 4);
    let discovery = client.discovery().await.unwrap();
    assert_eq!(
        (discovery.supports("patch"), discovery.supports("bulk"), discovery.supports("sort")),
        (Some(true), Some(false), None)
    );
    assert_eq!(discovery.limit("bulk", "maxOperations"), Some(10));
    assert!(discovery.schemas.is_empty() && discovery.resource_types.is_empty());
    let asked_once = server.lines().iter().filter(|l| l.contains("ServiceProviderConfig")).count();
    assert_eq!(asked_once, 1, "asked once, then remembered");
}

#[tokio::test]
async fn discovery_is_refreshed_by_version_and_needs_a_good_token() {
    // S-CLI-03
    let server = Server::start(|asked| match (asked.target.as_str(), asked.header("if-none-match")) {
        (_, Some("W/\"1\"")) => Reply::new(304, ""),
        ("/scim/Schemas", _) => {
            Reply::new(200, json!({"Resources": [{"id": "urn:s"}]})).header("etag", "W/\"1\"")
        }
        ("/scim/ResourceTypes", _) => Reply::new(200, json!([{"id": "User"}])),
        _ => Reply::new(501, ""),
    })
    .await;
    let client = client(&server);
    for _ in 0..2 {
        let known = client.refresh_discovery().await.unwrap();
        assert_eq!((ids(&known.schemas), ids(&known.resource_types)), (vec!["urn:s"], vec!["User"]));
        assert!(known.service_provider_config.is_none());
    }
    let refused = Server::script(vec![Reply::new(401, "")]).await;
    let failure = super::client(&refused).discovery().await.unwrap_err();
    assert_eq!(failure.status().unwrap().as_u16(), 401);
}
