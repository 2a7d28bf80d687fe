//! The user tests of Microsoft's SCIM validator, U1 to U15, and its preview tests on users.

use serde_json::{Value, json};
use testkit::{Caller, TestServer};

use super::{CORE, ENTERPRISE, compare, full_user, the_one};

async fn by_name(entra: &Caller, name: &str) -> Value {
    the_one(entra, "/Users", &format!("userName eq \"{name}\"")).await
}

/// PATCH that answers as the validator wants it: 200 with the resource (ruling 4).
async fn patch(entra: &Caller, id: &str, operations: &[Value]) -> Value {
    let reply = entra.patch_operations(&format!("/Users/{id}"), operations).await.expect(200);
    assert_eq!(reply.header("content-type"), Some("application/scim+json"));
    reply.json
}

// U1, S-CREATE-01
#[tokio::test]
async fn u01_create_a_new_user() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let sent = full_user("u1");
    let created = entra.post("/Users", &sent).await.expect(201);
    compare(&sent, &created.json, "created");
    compare(&sent, &by_name(&entra, "u1").await, "found");
    // Never text: Entra's reader is typed.
    assert_eq!(created.json["roles"][0]["primary"], true);
    assert_eq!(created.json["schemas"], json!([CORE, ENTERPRISE]));
    assert_eq!(created.json["meta"]["resourceType"], "User");
}

// U2, S-CREATE-04
#[tokio::test]
async fn u02_create_a_duplicate_user() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    entra.post("/Users", &full_user("u2")).await.expect(201);
    entra.post("/Users", &full_user("u2")).await.scim_error(409, "uniqueness");
    entra.post("/Users", &json!({"schemas": [CORE], "userName": "U2"})).await.scim_error(409, "uniqueness");
    assert_eq!(entra.get("/Users").await.expect(200).total(), 1);
}

// U3, U4, U5
#[tokio::test]
async fn u03_to_u05_filter_for_a_user() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id = entra.user("Ann.Lee@x.example").await;
    for name in ["Ann.Lee@x.example", "ann.lee@X.EXAMPLE", "ANN.LEE@x.example"] {
        let found = by_name(&entra, name).await;
        assert_eq!(found["id"], id, "{name}");
        assert_eq!(found["userName"], "Ann.Lee@x.example", "what was sent comes back unchanged");
    }
    let none = entra.filter("/Users", "userName eq \"nobody\"").await.expect(200);
    assert_eq!(none.total(), 0);
    assert_eq!(none.json["Resources"], json!([]));
    assert_eq!(none.json["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"]));
}

// U6
#[tokio::test]
async fn u06_replace_attributes_with_one_pathless_operation() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    for (name, roles) in
        [("u6a", "roles[primary eq \"True\"].value"), ("u6b", "roles[primary eq true].value")]
    {
        let id = entra.post("/Users", &full_user(name)).await.expect(201).id().to_owned();
        let operations = [
            json!({"op": "replace", "path": "emails[type eq \"work\"].value", "value": "new@x.example"}),
            json!({"op": "replace", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "30"}),
            json!({"op": "replace", "path": "addresses[type eq \"work\"].locality", "value": "York"}),
            json!({"op": "replace", "path": roles, "value": "writer"}),
            json!({"op": "replace", "value": {
                "displayName": "New", "title": "Head", "name.givenName": "Bea", "name.familyName": "Orr",
                format!("{ENTERPRISE}:department"): "Sales", format!("{ENTERPRISE}:employeeNumber"): "8",
            }}),
        ];
        patch(&entra, &id, &operations).await;
        let got = by_name(&entra, name).await;
        let mut want = full_user(name);
        want["emails"][0]["value"] = json!("new@x.example");
        want["phoneNumbers"][1]["value"] = json!("30");
        want["addresses"][0]["locality"] = json!("York");
        want["roles"][0]["value"] = json!("writer");
        want["displayName"] = json!("New");
        want["title"] = json!("Head");
        want["name"]["givenName"] = json!("Bea");
        want["name"]["familyName"] = json!("Orr");
        want[ENTERPRISE]["department"] = json!("Sales");
        want[ENTERPRISE]["employeeNumber"] = json!("8");
        compare(&want, &got, name);
        assert!(got.get("name.givenName").is_none(), "a dotted key is a path, not a name: {got}");
    }
}

/// The single operations of the verbose tests: path and value.
fn verbose() -> Vec<(String, &'static str)> {
    let mut all: Vec<(String, &'static str)> = [
        ("displayName", "Verbose"),
        ("nickName", "V"),
        ("title", "Dean"),
        ("userType", "Contractor"),
        ("preferredLanguage", "de"),
        ("name.givenName", "Cara"),
        ("name.familyName", "Fox"),
        ("name.formatted", "Cara Fox"),
        ("externalId", "ext-verbose"),
        ("emails[type eq \"work\"].value", "cara@x.example"),
        ("phoneNumbers[type eq \"work\"].value", "41"),
        ("phoneNumbers[type eq \"mobile\"].value", "42"),
        ("phoneNumbers[type eq \"fax\"].value", "43"),
        ("addresses[type eq \"work\"].formatted", "2 Low Road"),
        ("addresses[type eq \"work\"].streetAddress", "2 Low Road"),
        ("addresses[type eq \"work\"].locality", "Hull"),
        ("addresses[type eq \"work\"].region", "Humber"),
        ("addresses[type eq \"work\"].postalCode", "HU1"),
        ("addresses[type eq \"work\"].country", "GB"),
        ("roles[primary eq \"True\"].value", "admin"),
        ("roles[primary eq \"True\"].display", "Admin"),
        ("roles[primary eq \"True\"].type", "AppRole"),
    ]
    .map(|(path, value)| (path.to_owned(), value))
    .to_vec();
    for name in ["employeeNumber", "department", "costCenter", "organization", "division"] {
        all.push((format!("{ENTERPRISE}:{name}"), "changed"));
    }
    all
}

/// What `verbose` leaves behind.
fn verbose_user(name: &str) -> Value {
    json!({
        "userName": name, "displayName": "Verbose", "nickName": "V", "title": "Dean", "userType": "Contractor",
        "preferredLanguage": "de", "externalId": "ext-verbose",
        "name": {"givenName": "Cara", "familyName": "Fox", "formatted": "Cara Fox"},
        "emails": [{"type": "work", "value": "cara@x.example"}],
        "phoneNumbers": [
            {"type": "work", "value": "41"}, {"type": "mobile", "value": "42"}, {"type": "fax", "value": "43"},
        ],
        "addresses": [{
            "type": "work", "formatted": "2 Low Road", "streetAddress": "2 Low Road", "locality": "Hull",
            "region": "Humber", "postalCode": "HU1", "country": "GB",
        }],
        "roles": [{"primary": true, "value": "admin", "display": "Admin", "type": "AppRole"}],
        ENTERPRISE: {
            "employeeNumber": "changed", "department": "changed", "costCenter": "changed",
            "organization": "changed", "division": "changed",
        },
    })
}

fn operations(op: &str) -> Vec<Value> {
    verbose().into_iter().map(|(path, value)| json!({"op": op, "path": path, "value": value})).collect()
}

// U7
#[tokio::test]
async fn u07_replace_attributes_one_by_one() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id = entra.post("/Users", &full_user("u7")).await.expect(201).id().to_owned();
    patch(&entra, &id, &operations("Replace")).await;
    compare(&verbose_user("u7"), &by_name(&entra, "u7").await, "u7");
}

// U8
#[tokio::test]
async fn u08_add_attributes_to_a_minimal_user() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id = entra.user("u8").await;
    let (filtered, plain): (Vec<_>, Vec<_>) = verbose().into_iter().partition(|(path, _)| path.contains('['));
    let mut operations: Vec<Value> = filtered
        .into_iter()
        .map(|(path, value)| json!({"op": "add", "path": path, "value": value}))
        .collect();
    operations
        .push(json!({"op": "add", "value": plain.into_iter().collect::<std::collections::BTreeMap<_, _>>()}));
    patch(&entra, &id, &operations).await;
    compare(&verbose_user("u8"), &by_name(&entra, "u8").await, "u8");
}

// U9
#[tokio::test]
async fn u09_add_attributes_one_by_one_to_a_minimal_user() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id = entra.user("u9").await;
    let got = patch(&entra, &id, &operations("Add")).await;
    compare(&verbose_user("u9"), &got, "answered");
    compare(&verbose_user("u9"), &by_name(&entra, "u9").await, "u9");
    assert_eq!(got["schemas"], json!([CORE, ENTERPRISE]), "the extension is announced once it has values");
}

// U10
#[tokio::test]
async fn u10_update_the_user_name() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id = entra.post("/Users", &full_user("u10")).await.expect(201).id().to_owned();
    patch(&entra, &id, &[json!({"op": "replace", "value": {"userName": "u10-new"}})]).await;
    assert_eq!(by_name(&entra, "u10-new").await["id"], id);
    assert_eq!(entra.filter("/Users", "userName eq \"u10\"").await.expect(200).total(), 0);
    // The old name is free again.
    entra.user("u10").await;
}

// U11
#[tokio::test]
async fn u11_disable_a_user() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    for (index, off) in [json!(false), json!("False"), json!("false")].into_iter().enumerate() {
        let name = format!("u11-{index}");
        let id = entra.user(&name).await;
        patch(&entra, &id, &[json!({"op": "Replace", "path": "active", "value": off})]).await;
        assert_eq!(by_name(&entra, &name).await["active"], Value::Bool(false), "a boolean, and still found");
    }
}

// U12, U13, U14
#[tokio::test]
async fn u12_to_u14_add_replace_and_remove_a_manager() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let (first, second) = (entra.user("boss-1").await, entra.user("boss-2").await);
    let manager = format!("{ENTERPRISE}:manager");
    for (index, gone) in [json!(""), json!({"value": ""})].into_iter().enumerate() {
        let name = format!("u12-{index}");
        let id = entra.user(&name).await;
        patch(&entra, &id, &[json!({"op": "add", "value": {manager.as_str(): first}})]).await;
        let got = by_name(&entra, &name).await;
        assert_eq!(got[ENTERPRISE]["manager"]["value"], first, "complex, never text: {got}");
        patch(&entra, &id, &[json!({"op": "replace", "path": manager, "value": {"value": second}})]).await;
        assert_eq!(by_name(&entra, &name).await[ENTERPRISE]["manager"]["value"], second);
        patch(&entra, &id, &[json!({"op": "replace", "path": manager, "value": gone})]).await;
        let got = by_name(&entra, &name).await;
        assert!(got[ENTERPRISE].get("manager").is_none(), "{gone}: {got}");
    }
}

// U15, S-DEL-01
#[tokio::test]
async fn u15_delete_a_user() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let path = format!("/Users/{}", entra.user("u15").await);
    assert_eq!(entra.delete(&path).await.expect(204).text, "");
    entra.get(&path).await.scim_error(404, "");
    // Preview: the same object twice, and one that never was.
    entra.delete(&path).await.scim_error(404, "");
    entra.delete("/Users/5171a35d82074e068ce2").await.scim_error(404, "");
}

// Preview: several operations on different attributes
#[tokio::test]
async fn preview_operations_on_different_attributes() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id = entra.post("/Users", &full_user("p1")).await.expect(201).id().to_owned();
    let operations = [
        json!({"op": "remove", "path": "preferredLanguage"}),
        json!({"op": "remove", "path": "nickName"}),
        json!({"op": "add", "path": "externalId", "value": "added"}),
        json!({"op": "replace", "path": "displayName", "value": "Replaced"}),
    ];
    patch(&entra, &id, &operations).await;
    let got = by_name(&entra, "p1").await;
    assert!(got.get("preferredLanguage").is_none() && got.get("nickName").is_none(), "{got}");
    assert_eq!((&got["externalId"], &got["displayName"]), (&json!("added"), &json!("Replaced")));
    assert_eq!(got["title"], "Tutor", "the rest is as it was");
}

// Preview: several operations on the same attribute; the last one wins
#[tokio::test]
async fn preview_operations_on_the_same_attribute() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let id = entra.post("/Users", &full_user("p2")).await.expect(201).id().to_owned();
    let operations = [
        json!({"op": "remove", "path": "externalId"}),
        json!({"op": "add", "path": "externalId", "value": "second"}),
        json!({"op": "replace", "path": "externalId", "value": "third"}),
    ];
    patch(&entra, &id, &operations).await;
    assert_eq!(by_name(&entra, "p2").await["externalId"], "third");
    assert_eq!(entra.filter("/Users", "externalId eq \"third\"").await.expect(200).total(), 1);
    assert_eq!(entra.filter("/Users", "externalId eq \"second\"").await.expect(200).total(), 0);
}
