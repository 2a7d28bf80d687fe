//! Updates of people: the app made in Okta's wizard reads, merges and PUTs; one of its catalogue PATCHes.

use serde_json::json;
use testkit::TestServer;

use super::okta_user;

// S-PUT-02, S-PUT-03, S-PUT-05, A-18
#[tokio::test]
async fn the_whole_resource_comes_back_with_a_change_in_it() {
    let server = TestServer::start().await;
    let okta = server.okta().await;
    let id = okta.post("/Users", &okta_user("ann@put.example")).await.expect(201).id().to_owned();
    okta.group("Staff", &[&id]).await;
    let path = format!("/Users/{id}");
    let mut body = okta.get(&path).await.expect(200).json;
    assert_eq!(body["groups"][0]["display"], "Staff");
    body["name"]["familyName"] = json!("Smith");
    body["title"] = json!("Dean");
    body["somethingOfOktas"] = json!({"deep": [1, 2]});
    let put = okta.put(&path, &body).await.expect(200);
    assert_eq!((&put.json["name"]["familyName"], &put.json["title"]), (&json!("Smith"), &json!("Dean")));
    assert_eq!(put.json["groups"][0]["display"], "Staff", "groups are not lost by echoing them");

    let mut off = put.json.clone();
    off["active"] = json!(false);
    let start = server.count_events().await;
    assert_eq!(okta.put(&path, &off).await.expect(200).json["active"], false);
    assert_eq!(server.count_events().await, start + 1);
    let still = okta.filter("/Users", "userName eq \"ann@put.example\"").await.expect(200);
    assert_eq!(
        still.resources()[0]["active"],
        false,
        "a disabled person is found, else a second one is made"
    );
    off["active"] = json!(true);
    assert_eq!(okta.put(&path, &off).await.expect(200).json["active"], true);
}

// S-PATCH-04, S-USER-02, A-14
#[tokio::test]
async fn activation_and_passwords_come_without_a_path() {
    let server = TestServer::start().await;
    let okta = server.okta().await;
    let path =
        format!("/Users/{}", okta.post("/Users", &okta_user("ann@patch.example")).await.expect(201).id());
    for active in [false, true] {
        let operation = json!({"op": "replace", "value": {"active": active}});
        let patched = okta.patch_operations(&path, &[operation]).await.expect(200);
        assert_eq!(patched.json["active"], active);
    }
    let before = okta.get(&path).await.expect(200);
    let operation = json!({"op": "replace", "value": {"password": "n3w-pass"}});
    let patched = okta.patch_operations(&path, &[operation]).await.expect(200);
    assert_eq!(patched.json, before.json, "accepted and discarded");
    assert!(!patched.text.contains("n3w-pass"));
}

// S-QUERY-07, S-PAGE-04
#[tokio::test]
async fn an_import_pages_through_everybody_once() {
    let server = TestServer::start().await;
    let okta = server.okta().await;
    for n in 0..25 {
        okta.user(&format!("p{n}@import.example")).await;
    }
    let mut seen = Vec::new();
    let mut start = 1;
    loop {
        let page = okta.get(&format!("/Users?startIndex={start}&count=10")).await.expect(200);
        assert_eq!((page.total(), &page.json["startIndex"]), (25, &json!(start)));
        if page.resources().is_empty() {
            break;
        }
        seen.extend(page.resources().iter().map(|u| u["userName"].as_str().unwrap().to_owned()));
        start += page.resources().len();
    }
    let expected: Vec<String> = (0..25).map(|n| format!("p{n}@import.example")).collect();
    assert_eq!(seen, expected);
}
