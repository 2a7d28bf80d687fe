//! Sorting (RFC 7644 §3.4.2.3), also across pages.

use serde_json::{Value, json};
use testkit::{Caller, TestServer};

use super::person;

async fn sorted(caller: &Caller, by: &str, order: &str) -> Vec<String> {
    let list = caller.query("/Users", &[("sortBy", by), ("sortOrder", order)]).await.expect(200);
    list.resources().iter().map(|r| r["userName"].as_str().unwrap().to_owned()).collect()
}

async fn create(caller: &Caller, name: &str, more: Value) {
    caller.post("/Users", &person(name, more)).await.expect(201);
}

// S-SORT-01, S-SORT-03, S-SORT-04, S-SORT-05
#[tokio::test]
async fn text_is_sorted_folded_and_nothing_stands_last() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        for (name, nick) in [
            ("d", json!("éclair")),
            ("b", json!("Zoe")),
            ("e", Value::Null),
            ("a", json!("ann")),
            ("c", json!("Bob")),
        ] {
            create(&caller, name, if nick.is_null() { json!({}) } else { json!({"nickName": nick}) }).await;
        }
        assert_eq!(sorted(&caller, "nickName", "ascending").await, ["a", "c", "b", "d", "e"]);
        assert_eq!(sorted(&caller, "NICKNAME", "Descending").await, ["e", "d", "b", "c", "a"]);
        let unordered = caller.query("/Users", &[("sortBy", "userName")]).await.expect(200);
        assert_eq!(unordered.resources()[0]["userName"], "a", "ascending unless asked otherwise");
        let ignored = caller.query("/Users", &[("sortOrder", "descending")]).await.expect(200);
        assert_eq!(ignored.resources()[0]["userName"], "d", "an order of nothing: as created");
        let config = caller.get("/ServiceProviderConfig").await.expect(200).json;
        assert_eq!(config["sort"]["supported"], true);
    }
}

// S-SORT-02, S-SORT-06
#[tokio::test]
async fn a_multi_valued_attribute_sorts_by_its_primary_else_its_first() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        create(
            &caller,
            "x",
            json!({"emails": [{"value": "a@s.example"}, {"value": "m@s.example", "primary": true}]}),
        )
        .await;
        create(&caller, "y", json!({"emails": [{"value": "c@s.example"}, {"value": "a@s.example"}]})).await;
        create(&caller, "z", json!({"emails": [{"value": "b@s.example"}]})).await;
        for by in ["emails", "emails.value"] {
            assert_eq!(sorted(&caller, by, "ascending").await, ["z", "y", "x"], "{by}");
        }
        caller.query("/Users", &[("sortBy", "password")]).await.expect(400);
        caller.query("/Users", &[("sortBy", "noSuchThing")]).await.scim_error(400, "invalidPath");
    }
}

// S-SORT-05
#[tokio::test]
async fn dates_are_sorted_in_time() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    for name in ["first", "second", "third"] {
        create(&entra, name, json!({})).await;
        server.advance(std::time::Duration::from_millis(1));
    }
    assert_eq!(sorted(&entra, "meta.created", "descending").await, ["third", "second", "first"]);
    let path = format!(
        "/Users/{}",
        entra.filter("/Users", "userName eq \"first\"").await.expect(200).resources()[0]["id"]
            .as_str()
            .unwrap()
    );
    entra
        .patch_operations(&path, &[json!({"op": "replace", "path": "title", "value": "Dr"})])
        .await
        .expect(200);
    assert_eq!(sorted(&entra, "meta.lastModified", "descending").await, ["first", "third", "second"]);
}

async fn pages(caller: &Caller, query: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut start = 1;
    loop {
        let page = caller.get(&format!("/Users?count=3&startIndex={start}&{query}")).await.expect(200);
        if page.resources().is_empty() {
            return names;
        }
        start += page.resources().len();
        names.extend(page.resources().iter().map(|r| r["userName"].as_str().unwrap().to_owned()));
    }
}

async fn walk(caller: &Caller, query: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = caller.get(&format!("/Users?count=3&cursor={cursor}&{query}")).await.expect(200);
        names.extend(page.resources().iter().map(|r| r["userName"].as_str().unwrap().to_owned()));
        match page.json["nextCursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return names,
        }
    }
}

// S-QUERY-07, S-CUR-10, S-CUR-11, S-SORT-06
#[tokio::test]
async fn pages_and_cursors_keep_the_order_and_ties_are_broken_the_same_way() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let created: Vec<String> = (0..10).map(|n| format!("p{n}")).collect();
        for (n, name) in created.iter().enumerate() {
            let title = ["Dr", "DR", "prof"][n % 3];
            create(&caller, name, if n == 4 { json!({}) } else { json!({"title": title}) }).await;
        }
        assert_eq!(pages(&caller, "").await, created, "as created");
        assert_eq!(walk(&caller, "").await, created);
        for order in ["ascending", "descending"] {
            let query = format!("sortBy=title&sortOrder={order}");
            let whole = sorted(&caller, "title", order).await;
            assert_eq!(pages(&caller, &query).await, whole, "{order}");
            assert_eq!(walk(&caller, &query).await, whole, "{order}");
            let blank = if order == "ascending" { whole.last() } else { whole.first() };
            assert_eq!(blank.unwrap(), "p4");
        }
        let doctors: Vec<_> = sorted(&caller, "title", "ascending").await[..6].to_vec();
        assert_eq!(doctors, ["p0", "p1", "p3", "p6", "p7", "p9"], "equals by id, that is by age");
        let first = caller.get("/Users?count=3").await.expect(200);
        assert_eq!((&first.json["startIndex"], &first.json["nextCursor"]), (&json!(1), &Value::Null));
        let config = caller.get("/ServiceProviderConfig").await.expect(200).json;
        assert_eq!(config["pagination"]["defaultPaginationMethod"], "index");
    }
}
