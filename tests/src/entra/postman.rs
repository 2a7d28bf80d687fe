//! Microsoft's older request collection: kept because people still point it at a server first.

use serde_json::{Value, json};
use testkit::TestServer;

use super::{CORE, ENTERPRISE, GROUP};

// A-18, S-PUT-06
#[tokio::test]
async fn what_is_misspelt_is_ignored_and_what_is_required_is_asked_for() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let garbage = json!({"schemas": [CORE, ENTERPRISE], "userName": "ann@postman.example", "displayNames": "typo",
        "emails": [{"Primary": "true", "type": "work", "value": "ann@postman.example", "colour": "red"}],
        ENTERPRISE: {"departmentt": "typo", "department": "R&D"}, "one": {"two": [3]}});
    let created = entra.post("/Users", &garbage).await.expect(201);
    assert_eq!(
        created.json["emails"],
        json!([{"type": "work", "value": "ann@postman.example", "primary": true}])
    );
    assert_eq!(created.json[ENTERPRISE], json!({"department": "R&D"}));
    assert_eq!((&created.json["displayNames"], &created.json["one"]), (&Value::Null, &Value::Null));
    let path = format!("/Users/{}", created.id());
    let nameless = json!({"schemas": [CORE], "displayName": "Ann"});
    entra.put(&path, &nameless).await.scim_error(400, "invalidValue");
    let typo = json!({"schemas": [CORE], "userName": "ann@postman.example", "displayNam": "typo"});
    entra.put(&path, &typo).await.expect(200);
    let patch = json!({"op": "replace", "value": {"Emails": [{"Primary": true, "Type": "work", "Value": "b@postman.example"}]}});
    let patched = entra.patch_operations(&path, &[patch]).await.expect(200);
    assert_eq!(
        patched.json["emails"],
        json!([{"type": "work", "value": "b@postman.example", "primary": true}])
    );
}

// A-27, S-FILTER-19, S-FILTER-02, S-ATTR-07
#[tokio::test]
async fn its_filters_and_projections_are_understood() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let ids = [("ann", "Dr", "7"), ("bob", "Prof", "8"), ("eve", "Dr", "9")];
    for (name, title, number) in ids {
        let body = json!({"schemas": [CORE, ENTERPRISE], "userName": name, "displayName": format!("{name} lee"),
            "title": title, "externalId": number, "emails": [{"type": "work", "value": format!("{name}@f.example")}],
            ENTERPRISE: {"employeeNumber": number}});
        entra.post("/Users", &body).await.expect(201);
    }
    for (filter, total) in [
        ("userName eq ann", 1),
        ("displayName co lee", 3),
        ("externalId eq 7", 1),
        ("userName eq \"ann\" and title eq \"Dr\"", 1),
        ("userName eq \"ann\" or userName eq \"bob\"", 2),
        ("(title eq \"Dr\" and userName sw \"e\") or title eq \"Prof\"", 2),
        ("meta.Created gt \"2020-01-01T00:00:00Z\"", 3),
        ("emails[type eq \"work\"].value eq \"EVE@f.example\"", 1),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber eq \"8\"", 1),
    ] {
        assert_eq!(entra.filter("/Users", filter).await.expect(200).total(), total, "{filter}");
    }
    let bracket = [("attributes", "emails[type eq \"work\"]"), ("filter", "userName eq \"ann\"")];
    let found = entra.query("/Users", &bracket).await.expect(200);
    assert_eq!(found.resources()[0]["emails"][0]["value"], "ann@f.example");
    assert_eq!(found.resources()[0]["userName"], Value::Null);
    let period = "active eq true and (meta.lastModified ge \"2025-01-01T00:00:00Z\" and meta.lastModified le \"2027-01-01T00:00:00Z\")";
    let page = [("filter", period), ("count", "2"), ("startIndex", "0")];
    let page = entra.query("/Users", &page).await.expect(200);
    assert_eq!((page.total(), page.resources().len(), &page.json["startIndex"]), (3, 2, &json!(1)));
}

// S-PATCH-16
#[tokio::test]
async fn members_may_be_plain_text_and_all_be_removed_at_once() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let (ann, bob) = (entra.user("ann@m.example").await, entra.user("bob@m.example").await);
    let path = format!("/Groups/{}", entra.group("Postman", &[]).await);
    entra.patch_operations(&path, &[json!({"op": "add", "path": "members", "value": ann})]).await.expect(204);
    entra
        .patch_operations(&path, &[json!({"op": "Add", "path": "members", "value": [bob]})])
        .await
        .expect(204);
    assert_eq!(entra.get(&path).await.expect(200).json["members"].as_array().unwrap().len(), 2);
    let nothing = json!({"op": "remove", "path": "members", "value": []});
    entra.patch_operations(&path, &[nothing]).await.expect(204);
    assert_eq!(entra.get(&path).await.expect(200).json["members"].as_array().unwrap().len(), 2);
    entra.patch_operations(&path, &[json!({"op": "remove", "path": "members"})]).await.expect(204);
    assert_eq!(entra.get(&path).await.expect(200).json["members"], Value::Null);
    let strict = server.strict().await;
    let ann = strict.user("ann@m.example").await;
    let path = format!("/Groups/{}", strict.group("Postman", &[&ann]).await);
    for (operation, scim_type) in [
        (json!({"op": "add", "path": "members", "value": ann}), "invalidValue"),
        (json!({"op": "remove", "path": "members", "value": [{"value": ann}]}), "invalidValue"),
    ] {
        strict.patch_operations(&path, &[operation]).await.scim_error(400, scim_type);
    }
    assert_eq!(strict.get(&path).await.expect(200).json["members"][0]["value"], ann);
}

// S-PATCH-18, S-PATCH-02, A-05, A-06
#[tokio::test]
async fn what_only_leniency_understands_is_refused_by_its_name_in_strict() {
    let server = TestServer::start().await;
    let (entra, strict) = (server.entra().await, server.strict().await);
    let flat = format!("{ENTERPRISE}:department");
    let cases = [
        (json!({"op": "Replace", "path": "title", "value": "Dr"}), "invalidSyntax"),
        (json!({"op": "replace", "value": {"name.givenName": "Ann"}}), "invalidPath"),
        (json!({"op": "add", "value": {flat: "R&D"}}), "invalidPath"),
        (json!({"op": "replace", "path": "active", "value": "False"}), "invalidValue"),
        (
            json!({"op": "replace", "path": "emails[type eq \"work\"].value", "value": "a@x.example"}),
            "noTarget",
        ),
        (
            json!({"op": "replace", "path": "roles[primary eq \"True\"].value", "value": "Admin"}),
            "invalidFilter",
        ),
        (json!({"op": "replace", "path": "title", "value": ["Dr"]}), "invalidValue"),
    ];
    for (n, (operation, scim_type)) in cases.into_iter().enumerate() {
        let lenient = format!("/Users/{}", entra.user(&format!("p{n}@both.example")).await);
        let before = entra.get(&lenient).await.expect(200);
        let after = entra.patch_operations(&lenient, std::slice::from_ref(&operation)).await.expect(200);
        assert_ne!(after.json, before.json, "{operation}");
        let literal = format!("/Users/{}", strict.user(&format!("p{n}@both.example")).await);
        let before = strict.get(&literal).await.expect(200);
        strict.patch_operations(&literal, std::slice::from_ref(&operation)).await.scim_error(400, scim_type);
        assert_eq!(strict.get(&literal).await.expect(200).json, before.json, "{operation}");
    }
    let path = format!("/Users/{}", strict.user("empty@both.example").await);
    strict.patch_operations(&path, &[]).await.scim_error(400, "invalidSyntax");
    let body = json!({"schemas": [GROUP], "Operations": [{"op": "remove", "path": "title"}]});
    strict.patch(&path, &body).await.scim_error(400, "invalidSyntax");
}
