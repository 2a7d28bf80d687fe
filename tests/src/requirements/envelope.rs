//! The shape of a resource (RFC 7643 §2, §3, §4).

use serde_json::{Value, json};
use testkit::TestServer;

use super::{ENTERPRISE, USER, full};

// S-RES-02, S-RES-03, S-COMMON-07
#[tokio::test]
async fn core_attributes_stand_at_the_top_and_extensions_under_their_urn() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let user = caller.post("/Users", &full("ann@shape.example")).await.expect(201);
        assert_eq!(user.json["schemas"], json!([USER, ENTERPRISE]));
        assert_eq!(user.json["userName"], "ann@shape.example");
        assert_eq!(user.json[ENTERPRISE]["department"], "R&D");
        assert_eq!(user.json["department"], Value::Null);
        assert_eq!(user.json["meta"]["resourceType"], "User");
        let plain =
            caller.post("/Users", &json!({"schemas": [USER], "userName": "plain@shape.example"})).await;
        assert_eq!(plain.expect(201).json["schemas"], json!([USER]));
    }
}

// S-COMMON-01, S-COMMON-02, S-CREATE-02, S-USER-10
#[tokio::test]
async fn ids_are_ours_and_never_given_twice() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let mut body = full("ann@ids.example");
    body["id"] = json!("mine");
    body["meta"] =
        json!({"resourceType": "Nonsense", "created": "1999-01-01T00:00:00Z", "location": "http://evil"});
    body["groups"] = json!([{"value": "some-group"}]);
    let user = entra.post("/Users", &body).await.expect(201);
    let id = user.id().to_owned();
    assert_eq!((id.len(), &id[14..15]), (36, "7"), "a lower-case UUIDv7: {id}");
    assert_eq!(id, id.to_lowercase());
    assert_eq!(user.json["meta"]["created"], "2026-01-01T00:00:00.000Z");
    assert_eq!(user.json["groups"], Value::Null);
    let put = entra.put(&format!("/Users/{id}"), &body).await.expect(200);
    assert_eq!(put.id(), id);
    entra.delete(&format!("/Users/{id}")).await.expect(204);
    body.as_object_mut().unwrap().remove("id");
    assert_ne!(entra.post("/Users", &body).await.expect(201).id(), id);
}

// S-COMMON-03, S-COMMON-04, A-04
#[tokio::test]
async fn external_ids_belong_to_the_connection_that_wrote_them() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let new = service::NewConnection { name: "second".into(), kind: None, dialect: None, groups: true };
    let operator = server.operator("default", "default").await;
    server.service.connection_create(&operator, &new).await.unwrap();
    let second = server.caller("default", "second").await;
    let id = entra.post("/Users", &full("ann@ext.example")).await.expect(201).id().to_owned();
    assert_eq!(second.get(&format!("/Users/{id}")).await.expect(200).json["externalId"], Value::Null);
    assert_eq!(second.filter("/Users", "externalId eq \"Ext-1\"").await.expect(200).total(), 0);
    assert_eq!(entra.filter("/Users", "externalId eq \"Ext-1\"").await.expect(200).total(), 1);
    assert_eq!(
        entra.filter("/Users", "externalId eq \"EXT-1\"").await.expect(200).total(),
        0,
        "compared exactly"
    );
    let plain = entra.user("ben@ext.example").await;
    assert_eq!(
        entra.get(&format!("/Users/{plain}")).await.json["externalId"],
        Value::Null,
        "never set by us"
    );
}

// S-COMMON-06, S-ETAG-01, S-CREATE-01, S-HTTP-15, A-35, S-SEC-03
#[tokio::test]
async fn location_and_version_agree_in_body_and_headers() {
    let server = TestServer::start().await;
    let entra = server.entra().await.header("host", "ignored.example");
    let created = entra.post("/Users", &full("ann@loc.example")).await.expect(201);
    let path = format!("/Users/{}", created.id());
    let touch = json!({"op": "replace", "path": "title", "value": "Dean"});
    let replies = [
        created,
        entra.get(&path).await.expect(200),
        entra.patch_operations(&path, &[touch]).await.expect(200),
        entra.put(&path, &full("ann@loc.example")).await.expect(200),
    ];
    for reply in &replies {
        let location = reply.json["meta"]["location"].as_str().unwrap();
        assert_eq!(
            location,
            format!("https://scim.provost.example/scim_v2{path}"),
            "never from the Host header"
        );
        assert!(!location.contains('@'));
        assert_eq!(reply.header("location"), Some(location));
        assert_eq!(reply.header("content-location"), Some(location));
        assert_eq!(reply.header("etag"), reply.json["meta"]["version"].as_str());
    }
    let versions: std::collections::BTreeSet<_> = replies[1..].iter().map(|r| r.header("etag")).collect();
    assert_eq!(versions.len(), 3, "each change has a version of its own");
}

// S-MULTI-01, S-GROUP-03, S-GROUP-04, S-GROUP-06, S-TYPE-03, S-USER-10, A-31, A-34
#[tokio::test]
async fn members_and_groups_point_at_each_other_with_references_that_can_be_fetched() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let ann = entra.post("/Users", &full("ann@ref.example")).await.expect(201).id().to_owned();
    let inner = entra.group("Inner", &[&ann]).await;
    let outer = entra.group("Outer", &[&inner]).await;
    // A circle: the closure still ends.
    let add = json!({"op": "add", "path": "members", "value": [{"value": outer, "$ref": null, "display": "wrong"}]});
    entra.patch_operations(&format!("/Groups/{inner}"), &[add]).await.expect(204);

    let group = entra.get(&format!("/Groups/{inner}")).await.expect(200);
    let members = group.json["members"].as_array().unwrap();
    let user = members.iter().find(|m| m["type"] == "User").unwrap();
    assert_eq!((user["value"].as_str(), &user["display"]), (Some(ann.as_str()), &json!("Ann Lee")));
    let nested = members.iter().find(|m| m["type"] == "Group").unwrap();
    assert_eq!((nested["value"].as_str(), &nested["display"]), (Some(outer.as_str()), &json!("Outer")));
    for member in members {
        let reference = member["$ref"].as_str().unwrap();
        let path = reference.strip_prefix("https://scim.provost.example/scim_v2").unwrap();
        assert_eq!(entra.get(path).await.expect(200).id(), member["value"]);
    }

    let user = entra.get(&format!("/Users/{ann}")).await.expect(200);
    let groups = user.json["groups"].as_array().unwrap();
    let of = |id: &str| groups.iter().find(|g| g["value"] == id).map(|g| g["type"].as_str().unwrap());
    assert_eq!((groups.len(), of(&inner), of(&outer)), (2, Some("direct"), Some("indirect")));
    for group in groups {
        let path =
            group["$ref"].as_str().unwrap().strip_prefix("https://scim.provost.example/scim_v2").unwrap();
        entra.get(path).await.expect(200);
    }
}

// S-USER-02, S-USER-03, A-37
#[tokio::test]
async fn passwords_are_taken_discarded_and_stored_nowhere() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.okta().await] {
        let mut body = full("ann@secret.example");
        body["password"] = json!("correct-horse-battery-staple");
        let created = caller.post("/Users?attributes=password,userName", &body).await.expect(201);
        assert!(!created.text.contains("correct-horse"));
        let path = format!("/Users/{}", created.id());
        let set = json!({"op": "replace", "path": "password", "value": "correct-horse-battery-staple"});
        let version = created.header("etag").map(str::to_owned);
        let patched = caller.patch_operations(&path, &[set]).await.expect(200);
        assert_eq!(patched.header("etag").map(str::to_owned), version, "nothing changed");
        caller
            .filter("/Users", "password eq \"correct-horse-battery-staple\"")
            .await
            .scim_error(400, "invalidFilter");
    }
    assert!(!server.database.bytes().windows(13).any(|w| w == b"correct-horse"), "a password is stored");
}

// S-USER-05, S-USER-07
#[tokio::test]
async fn countries_are_kept_as_sent_and_certificates_must_be_base64() {
    let server = TestServer::start().await;
    for caller in [server.entra().await, server.strict().await] {
        let mut body = full("ann@format.example");
        body["addresses"][0]["country"] = json!("USA");
        body["x509Certificates"] = json!([{"value": "bm90IGEgY2VydGlmaWNhdGU="}]);
        let user = caller.post("/Users", &body).await.expect(201);
        assert_eq!(user.json["addresses"][0]["country"], "USA", "format checks are off everywhere");
        body["userName"] = json!("ben@format.example");
        body["x509Certificates"] = json!([{"value": "not base64 at all!"}]);
        let refused = caller.post("/Users", &body).await.scim_error(400, "invalidValue");
        assert!(refused.detail().contains("x509Certificates"), "{}", refused.detail());
    }
}
