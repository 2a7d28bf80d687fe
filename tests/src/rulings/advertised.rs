//! What is advertised works, and what is not there says so (RFC 7643 §5, RFC 7644 §3.11, §4).

use serde_json::{Value, json};
use testkit::TestServer;

use super::{BULK, PATCH_OP, USER, person};

// S-SPC-02, S-PATCH-01, S-FILTER-18, S-SORT-01, S-CUR-11, S-USER-03
#[tokio::test]
async fn every_feature_that_is_advertised_answers() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let config = caller.get("/ServiceProviderConfig").await.expect(200).json;
        let on = |name: &str| config[name]["supported"] == true;
        assert!(["patch", "bulk", "filter", "sort", "etag"].into_iter().all(on), "{config}");
        assert_eq!(config["changePassword"]["supported"], false);
        assert_eq!(
            (&config["pagination"]["cursor"], &config["pagination"]["index"]),
            (&json!(true), &json!(true))
        );
        let created = caller.post("/Users", &person("ann@works.example", json!({}))).await.expect(201);
        assert!(created.header("etag").is_some());
        let path = format!("/Users/{}", created.id());
        let patch =
            json!({"schemas": [PATCH_OP], "Operations": [{"op": "add", "path": "title", "value": "Dr"}]});
        caller.patch(&path, &patch).await.expect(200);
        let none = json!([{"method": "DELETE", "path": format!("/Users/{}", super::NOBODY)}]);
        caller.post("/Bulk", &json!({"schemas": [BULK], "Operations": none})).await.expect(200);
        caller.get("/Users?sortBy=userName&startIndex=1&count=1").await.expect(200);
        caller.get("/Users?cursor&count=1").await.expect(200);
        let password = json!({"schemas": [USER], "userName": "bob@works.example", "password": "hunter2!"});
        let kept = caller.post("/Users", &password).await.expect(201);
        assert!(!kept.text.contains("hunter2"), "{}", kept.text);
        assert_eq!(kept.json["password"], Value::Null);
    }
}

// S-SCHEMA-01, S-RT-01, S-SCHEMA-03, S-SCHEMA-04, S-HTTP-07
#[tokio::test]
async fn everything_a_resource_names_can_be_looked_up() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let types = caller.get("/ResourceTypes").await.expect(200);
        let mut urns = Vec::new();
        for one in types.resources() {
            let endpoint = one["endpoint"].as_str().unwrap();
            assert!(endpoint.starts_with('/') && endpoint.ends_with('s'), "{endpoint}");
            caller.get(endpoint).await.expect(200);
            assert_eq!(one["id"], one["name"]);
            urns.push(one["schema"].as_str().unwrap().to_owned());
            for extension in one["schemaExtensions"].as_array().into_iter().flatten() {
                urns.push(extension["schema"].as_str().unwrap().to_owned());
            }
        }
        assert_eq!(urns.len(), 3);
        for urn in urns {
            let schema = caller.get(&format!("/Schemas/{urn}")).await.expect(200).json;
            assert_eq!((&schema["id"], &schema["meta"]["resourceType"]), (&json!(urn), &json!("Schema")));
            for attribute in schema["attributes"].as_array().unwrap() {
                for key in ["name", "type", "multiValued", "required", "mutability", "returned"] {
                    assert!(!attribute[key].is_null(), "{urn} {attribute}: {key}");
                }
            }
            for method in ["PUT", "PATCH", "DELETE", "POST"] {
                let reply = caller.send(method, &format!("/Schemas/{urn}"), Some("{}")).await;
                reply.scim_error(405, "");
            }
        }
    }
}

// S-ME-01, S-ME-02, A-55
#[tokio::test]
async fn nobody_is_behind_a_connections_token() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        for method in ["GET", "PUT", "PATCH", "DELETE"] {
            let body = (method != "GET" && method != "DELETE").then_some("{}");
            caller.send(method, "/Me", body).await.scim_error(404, "");
        }
        caller.post("/Me", &person("me@me.example", json!({}))).await.scim_error(403, "");
        assert_eq!(caller.get("/Users").await.expect(200).total(), 0);
    }
    server.anonymous().get("/Me").await.scim_error(401, "");
}

// S-HTTP-09, S-HTTP-08
#[tokio::test]
async fn endpoints_in_another_case_are_found_where_leniency_is() {
    let server = TestServer::start().await;
    let (entra, strict) = (server.entra().await, server.strict().await);
    let created = entra.post("/users/", &person("ann@case.example", json!({}))).await.expect(201);
    let location = created.header("location").unwrap();
    assert!(location.contains("/scim_v2/Users/"), "spelled as it is: {location}");
    entra.get(&format!("/USERS/{}/", created.id())).await.expect(200);
    strict.get("/users").await.scim_error(404, "");
    strict.get("/Users/").await.expect(200);
    for caller in [&entra, &strict] {
        caller.get("/Nothing").await.scim_error(404, "");
        caller.get("/Users/a/b/c").await.scim_error(404, "");
    }
}

// S-HTTP-02
#[tokio::test]
async fn the_answer_is_scim_json_whatever_is_asked_for() {
    let server = TestServer::start().await;
    let (entra, strict) = (server.entra().await, server.strict().await);
    for accept in ["application/scim+json", "*/*", "application/json, application/scim+json;q=0.5"] {
        for caller in [&entra, &strict] {
            let reply = caller.header("accept", accept).get("/Users").await.expect(200);
            assert_eq!(reply.header("content-type"), Some("application/scim+json"), "{accept}");
        }
    }
    let json = strict.header("accept", "application/json").get("/Users").await.expect(200);
    assert_eq!(json.header("content-type"), Some("application/json"));
    let json = entra.header("accept", "application/json").get("/Users").await.expect(200);
    assert_eq!(
        json.header("content-type"),
        Some("application/scim+json"),
        "validators stop at anything else"
    );
    strict.header("accept", "text/html").get("/Users").await.expect(406);
}

// S-HTTP-11
#[tokio::test]
async fn a_directory_that_does_not_answer_is_told_in_scims_own_words() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let path = format!("/Users/{}", entra.user("ann@down.example").await);
    server.store.close().await.unwrap();
    let operation = json!({"op": "replace", "path": "title", "value": "Dr"});
    let reply = entra.patch_operations(&path, &[operation]).await;
    let status = reply.status;
    assert!((500..=503).contains(&status), "{}", reply.text);
    let reply = reply.scim_error(status, "");
    assert!(!reply.text.contains("sqlite") && !reply.text.contains("provost.db"), "{}", reply.text);
    if status == 503 {
        assert!(reply.header("retry-after").is_some(), "it says when to come back");
    }
}
