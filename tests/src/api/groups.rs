//! Groups and their members.

use service::noun::ApiScope;
use testkit::TestServer;

use super::problem;

const ALL: &str = "//api/v1/tenants/default/groups";

#[tokio::test]
async fn groups_and_members_are_walked() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let mut people = Vec::new();
    for n in 0..5 {
        people.push(entra.user(&format!("u{n}")).await);
    }
    let ids: Vec<&str> = people.iter().map(String::as_str).collect();
    let team = entra.group("Team", &ids).await;
    let tribe = entra.group("tribe", &[&team]).await;
    let read = server.api(ApiScope::Read, None).await;
    let page = read.get(ALL).await.expect(200);
    assert_eq!(page.json["total"], 2);
    assert_eq!(
        (&page.json["items"][0]["display"], &page.json["items"][0]["members"]),
        (&"Team".into(), &5.into())
    );
    let found = read.get(&format!("{ALL}?search=TR")).await.expect(200);
    assert_eq!(found.json["items"][0]["id"], tribe.as_str());
    let found = read.get(&format!("{ALL}?filter=displayName%20eq%20%22team%22&limit=1")).await.expect(200);
    assert_eq!(found.json["items"][0]["id"], team.as_str());
    let first = read.get(&format!("{ALL}?limit=1")).await.expect(200);
    let next = first.json["next"].as_str().unwrap();
    let second = read.get(&format!("{ALL}?limit=1&cursor={next}")).await.expect(200);
    assert_eq!(
        (&second.json["items"][0]["id"], second.json["next"].is_null()),
        (&tribe.as_str().into(), true)
    );

    let mut seen = Vec::new();
    let mut path = format!("{ALL}/{team}/members?limit=2");
    loop {
        let page = read.get(&path).await.expect(200);
        assert_eq!(page.json["total"], 5);
        seen.extend(
            page.json["items"].as_array().unwrap().iter().map(|m| m["id"].as_str().unwrap().to_owned()),
        );
        match page.json["next"].as_str() {
            Some(next) => path = format!("{ALL}/{team}/members?limit=2&cursor={next}"),
            None => break,
        }
    }
    people.sort();
    assert_eq!(seen, people);
    let nested = read.get(&format!("{ALL}/{tribe}/members")).await.expect(200);
    assert_eq!(nested.json["items"][0]["type"], "Group");
}

#[tokio::test]
async fn what_is_no_group_is_not_found() {
    let server = TestServer::start().await;
    let user = server.entra().await.user("ann").await;
    let read = server.api(ApiScope::Read, None).await;
    for id in ["nobody", user.as_str()] {
        problem(read.get(&format!("{ALL}/{id}")).await, 404, "not_found");
        problem(read.get(&format!("{ALL}/{id}/members")).await, 404, "not_found");
    }
    problem(read.get(&format!("{ALL}?filter=colour%20eq%201")).await, 400, "invalid_request");
}
