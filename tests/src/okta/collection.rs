//! The requests of Okta's published test collection, one after the other.

use serde_json::json;
use testkit::TestServer;

use super::okta_user;

// S-QUERY-01, S-PAGE-04, S-QUERY-02, S-GET-02, S-ERR-01
#[tokio::test]
async fn users_are_listed_found_and_missed() {
    let server = TestServer::start().await;
    let okta = server
        .okta()
        .await
        .header("content-type", "application/json")
        .header("user-agent", "Okta SCIM Client 1.0.0");
    let empty = okta.get("/Users?startIndex=1&count=2").await.expect(200);
    assert_eq!(
        (empty.total(), &empty.json["startIndex"], &empty.json["itemsPerPage"]),
        (0, &json!(1), &json!(0))
    );
    okta.post("/Users", &okta_user("ann@okta.example")).await.expect(201);
    let one = okta.get("/Users?count=1&startIndex=1").await.expect(200);
    assert_eq!(one.json["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"]));
    for number in ["itemsPerPage", "startIndex", "totalResults"] {
        assert!(one.json[number].is_u64(), "{number} is an integer");
    }
    let user = &one.resources()[0];
    let path = format!("/Users/{}", user["id"].as_str().unwrap());
    let got = okta.get(&path).await.expect(200);
    assert_eq!(got.json["name"]["familyName"], "Lee");
    let query = [("filter", "userName eq \"nobody@okta.example\""), ("startIndex", "1"), ("count", "100")];
    assert_eq!(okta.query("/Users", &query).await.expect(200).total(), 0);
    let query = [("filter", "userName eq \"ANN@okta.example\""), ("startIndex", "1"), ("count", "100")];
    assert_eq!(okta.query("/Users", &query).await.expect(200).total(), 1);
    okta.get("/Users/010101001010101011001010101011").await.scim_error(404, "");
    assert_eq!(okta.get("/Groups?startIndex=1&count=100").await.expect(200).total(), 0);
}

// S-CREATE-01, S-CREATE-04, S-USER-02, S-AUTH-01
#[tokio::test]
async fn a_user_is_created_once_and_nobody_gets_in_without_a_token() {
    let server = TestServer::start().await;
    let okta = server.okta().await.header("content-type", "application/json");
    let created = okta.post("/Users", &okta_user("ann@okta.example")).await.expect(201);
    assert!(!created.text.contains("1mz050nq") && !created.text.contains("password"), "{}", created.text);
    assert_eq!((&created.json["active"], &created.json["externalId"]), (&json!(true), &json!("00u1ab2cd3")));
    okta.post("/Users", &okta_user("ann@okta.example")).await.scim_error(409, "uniqueness");
    let refused = server.anonymous().get("/Users?count=1&startIndex=1").await.scim_error(401, "");
    assert_eq!(refused.json["status"], "401");
}
