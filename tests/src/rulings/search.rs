//! `.search`, root queries and projections of lists (RFC 7644 §3.4.2, §3.4.3).

use serde_json::{Value, json};
use testkit::{Caller, TestServer};

use super::{ENTERPRISE, USER, person};

const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

async fn people(caller: &Caller) {
    for (n, title) in ["Dr", "Prof", "Dr", "Sir", "Dr"].into_iter().enumerate() {
        let body = json!({"schemas": [USER, ENTERPRISE], "userName": format!("p{n}@search.example"),
            "title": title, "emails": [{"type": "work", "value": format!("p{n}@search.example")}],
            ENTERPRISE: {"department": "R&D"}});
        caller.post("/Users", &body).await.expect(201);
    }
    caller.group("Searchers", &[]).await;
}

// S-SEARCH-01, S-SEARCH-02, S-SEARCH-04, S-ATTR-05
#[tokio::test]
async fn a_search_answers_what_the_same_get_answers() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        people(&caller).await;
        let cases = [
            ("/Users", json!({"filter": "title eq \"dr\"", "count": 2, "startIndex": 2})),
            (
                "/Users",
                json!({"sortBy": "userName", "sortOrder": "descending", "attributes": ["userName", format!("{ENTERPRISE}:department")]}),
            ),
            ("/Users", json!({"excludedAttributes": ["emails", ENTERPRISE, "meta"]})),
            ("/Groups", json!({"filter": "displayName sw \"search\""})),
            ("", json!({"filter": "meta.resourceType eq \"User\" and title pr"})),
            ("/Users", json!({})),
        ];
        for (path, parameters) in cases {
            let mut body = parameters.clone();
            body["schemas"] = json!([SEARCH]);
            let query: Vec<(String, String)> = parameters
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, value)| {
                    let text = match value {
                        Value::String(text) => text.clone(),
                        Value::Array(list) => {
                            list.iter().map(|v| v.as_str().unwrap()).collect::<Vec<_>>().join(",")
                        }
                        other => other.to_string(),
                    };
                    (name.clone(), text)
                })
                .collect();
            let query: Vec<(&str, &str)> = query.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let got = caller.query(path, &query).await.expect(200);
            let searched = caller.post(&format!("{path}/.search"), &body).await.expect(200);
            assert_eq!(searched.text, got.text, "{path} {parameters}");
        }
    }
}

// S-SEARCH-03
#[tokio::test]
async fn a_search_takes_its_parameters_from_the_body_alone() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    people(&entra).await;
    let all = entra.get("/Users").await.expect(200);
    let empty =
        entra.send("POST", "/Users/.search?filter=title%20eq%20%22Dr%22&count=1", Some("")).await.expect(200);
    assert_eq!(empty.text, all.text);
    let loose = json!({"attributes": "userName, title", "count": "2", "startIndex": "1"});
    let loose = entra.post("/Users/.search", &loose).await.expect(200);
    assert_eq!(loose.resources().len(), 2);
    assert_eq!(loose.resources()[0]["emails"], Value::Null);
    let strict = server.strict().await;
    for bad in
        [json!({"schemas": [SEARCH], "attributes": "userName"}), json!({"schemas": [SEARCH], "count": "2"})]
    {
        strict.post("/Users/.search", &bad).await.expect(400);
    }
    strict.post("/Users/.search", &json!({"count": 1})).await.scim_error(400, "invalidSyntax");
}

// S-SEARCH-04, S-DISC-04
#[tokio::test]
async fn discovery_cannot_be_searched() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let body = json!({"schemas": [SEARCH], "filter": "id pr"});
    for path in ["/Schemas/.search", "/ResourceTypes/.search"] {
        entra.post(path, &body).await.scim_error(403, "");
    }
}

// S-QUERY-03, S-QUERY-04, S-FILTER-12
#[tokio::test]
async fn the_root_covers_every_type_and_what_a_type_lacks_has_no_value() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        people(&caller).await;
        let types = |reply: &testkit::Reply| -> Vec<String> {
            let all = reply.resources().iter();
            let mut all: Vec<_> =
                all.map(|r| r["meta"]["resourceType"].as_str().unwrap().to_owned()).collect();
            all.sort();
            all.dedup();
            all
        };
        let all = caller.get("/").await.expect(200);
        assert_eq!((all.total(), types(&all)), (6, vec!["Group".to_owned(), "User".to_owned()]));
        for (filter, total) in [
            ("userName pr", 5),
            ("displayName pr", 1),
            ("not (userName pr)", 1),
            ("title ne \"Dr\"", 3),
            ("meta.resourceType eq \"Group\"", 1),
            ("members.value eq \"x\"", 0),
        ] {
            assert_eq!(caller.filter("/", filter).await.expect(200).total(), total, "{filter}");
        }
        caller.filter("/Groups", "userName pr").await.scim_error(400, "invalidFilter");
        caller.filter("/Users", "members pr").await.scim_error(400, "invalidFilter");
    }
}

// S-QUERY-06, S-ATTR-02, S-ATTR-03, S-ATTR-10, A-28
#[tokio::test]
async fn a_projection_shapes_every_entry_of_a_list() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        people(&caller).await;
        let named = caller.get("/Users?attributes=userName,name").await.expect(200);
        for entry in named.resources() {
            let keys: Vec<&str> = entry.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(keys, ["schemas", "id", "userName"]);
            assert_eq!(entry["schemas"], json!([USER, ENTERPRISE]), "what it has, not what is shown");
        }
        let without =
            caller.query("/Users", &[("excludedAttributes", "id,schemas,userName,emails.type")]).await;
        for entry in without.expect(200).resources() {
            assert!(entry["id"].is_string() && entry["schemas"].is_array(), "always returned");
            assert_eq!((&entry["userName"], &entry["emails"][0]["type"]), (&Value::Null, &Value::Null));
            assert!(entry["emails"][0]["value"].is_string());
        }
    }
}

// S-QUERY-08, A-22, S-SORT-04, S-PAGE-03
#[tokio::test]
async fn parameters_that_are_wrong_are_named() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let twice =
            caller.get("/Users?filter=title%20pr&filter=title%20pr").await.scim_error(400, "invalidSyntax");
        assert!(twice.detail().contains("filter"));
        for (name, value) in [("startIndex", "one"), ("count", "1.5"), ("sortOrder", "upwards")] {
            let query = [("sortBy", "userName"), (name, value)];
            let reply = caller.query("/Users", &query).await.scim_error(400, "invalidValue");
            assert!(reply.detail().contains(name), "{}", reply.detail());
        }
        let both = caller.get("/Users?attributes=userName&attributes=title&foo=1").await.expect(200);
        assert_eq!(both.json["itemsPerPage"], both.resources().len());
    }
}

// S-GET-05
#[tokio::test]
async fn a_filter_on_one_resource_is_ignored() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let body = person("ann@one.example", json!({}));
        let path = format!("/Users/{}", caller.post("/Users", &body).await.expect(201).id());
        let got = caller.filter(&path, "userName eq \"somebody else\"").await.expect(200);
        assert_eq!(got.json["userName"], "ann@one.example");
    }
}

// S-FILTER-18, S-CUR-09, S-PAGE-02, S-PAGE-06
#[tokio::test]
async fn a_filter_answers_as_many_as_is_advertised() {
    let server = TestServer::start_with(|config| {
        config.limits.default_page = 3;
        config.limits.max_page = 4;
    })
    .await;
    let entra = server.entra().await;
    people(&entra).await;
    let config = entra.get("/ServiceProviderConfig").await.expect(200).json;
    assert_eq!((&config["filter"]["supported"], &config["filter"]["maxResults"]), (&json!(true), &json!(4)));
    for (query, items) in
        [("", 3), ("count=100", 4), ("count=2", 2), ("cursor&count=100", 4), ("cursor=&count=2", 2)]
    {
        let page = entra.get(&format!("/Users?filter=userName%20pr&{query}")).await.expect(200);
        assert_eq!(page.resources().len(), items, "{query}");
        // S-CUR-07: a walk does not count what a filter finds.
        assert!(query.starts_with("cursor") || page.total() == 5, "{query}");
    }
    assert_eq!(entra.get("/Users?cursor&count=1").await.expect(200).total(), 5);
    let usual = service::Limits::default();
    assert!(usual.default_page >= 100 && usual.max_page >= 1000);
}

// S-CREATE-06, S-ATTR-01, S-ATTR-04, S-ATTR-07
#[tokio::test]
async fn the_answer_to_a_write_is_shaped_too() {
    let server = TestServer::start().await;
    let (entra, strict) = (server.entra().await, server.strict().await);
    for caller in [&entra, &strict] {
        let body = person("ann@write.example", json!({"title": "Dr", "displayName": "Ann"}));
        let created = caller.post("/Users?attributes=title", &body).await.expect(201);
        let keys = |json: &Value| json.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&created.json), ["schemas", "id", "title"]);
        assert!(created.header("etag").is_some() && created.header("location").is_some());
        let path = format!("/Users/{}", created.id());
        let put =
            caller.put(&format!("{path}?excludedAttributes=title,meta,noSuchThing"), &body).await.expect(200);
        assert_eq!((&put.json["title"], &put.json["meta"]), (&Value::Null, &Value::Null));
        assert_eq!(put.json["displayName"], "Ann");
        let operation = json!({"op": "replace", "path": "title", "value": "Prof"});
        let patched = caller.patch_operations(&format!("{path}?attributes=userName"), &[operation]).await;
        assert_eq!(keys(&patched.expect(200).json), ["schemas", "id", "userName"]);
    }
    let both = "/Users?attributes=userName&excludedAttributes=userName";
    entra.get(both).await.expect(200);
    strict.get(both).await.scim_error(400, "invalidValue");
    strict
        .query("/Users", &[("attributes", "emails[type eq \"work\"]")])
        .await
        .scim_error(400, "invalidPath");
}

// S-FILTER-13, S-TYPE-04
#[tokio::test]
async fn an_address_that_was_shown_finds_its_resource() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let made = entra.get(&format!("/Users/{}", entra.user("ann").await)).await;
    entra.user("bob").await;
    let group = entra.get(&format!("/Groups/{}", entra.group("Eng", &[made.id()]).await)).await;
    let shown = made.json["meta"]["location"].as_str().unwrap();
    let id = made.id();
    for address in [shown, &format!("/Users/{id}"), &format!("https://other.example/scim/v2/Users/{id}")] {
        let found = entra.filter("/Users", &format!("meta.location eq \"{address}\"")).await.expect(200);
        assert_eq!((found.total(), found.resources()[0]["id"].as_str()), (1, Some(id)), "{address}");
        assert_eq!(entra.filter("/Users", &format!("meta.location ne \"{address}\"")).await.total(), 1);
        assert_eq!(entra.filter("/Groups", &format!("meta.location eq \"{address}\"")).await.total(), 0);
    }
    let shown = group.json["meta"]["location"].as_str().unwrap();
    assert_eq!(entra.filter("/", &format!("meta.location eq \"{shown}\"")).await.expect(200).total(), 1);
}
