//! Many at once.

use std::collections::BTreeMap;

use serde_json::json;
use testkit::{Reply, TestServer};
use tokio::task::JoinSet;

use super::{GROUP, person};

async fn counted(mut replies: JoinSet<Reply>) -> BTreeMap<u16, usize> {
    let mut counts = BTreeMap::new();
    while let Some(reply) = replies.join_next().await {
        let reply = reply.unwrap();
        if reply.status >= 400 {
            let kind = if reply.status == 409 { "uniqueness" } else { "" };
            *counts.entry(reply.scim_error_of(kind)).or_default() += 1;
        } else {
            *counts.entry(reply.status).or_default() += 1;
        }
    }
    counts
}

/// Checks that an answer is a proper SCIM error and gives its status.
trait ScimErrorOf {
    fn scim_error_of(self, scim_type: &str) -> u16;
}

impl ScimErrorOf for Reply {
    fn scim_error_of(self, scim_type: &str) -> u16 {
        let status = self.status;
        self.scim_error(status, scim_type).status
    }
}

// S-CREATE-09, A-03
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_creates_of_one_name_one_succeeds() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let mut replies = JoinSet::new();
    for n in 0..50 {
        let caller = entra.clone();
        let name = if n % 2 == 0 { "ann@race.example" } else { "ANN@race.example" };
        replies.spawn(async move { caller.post("/Users", &person(name, json!({}))).await });
    }
    assert_eq!(counted(replies).await, BTreeMap::from([(201, 1), (409, 49)]));
    assert_eq!(entra.get("/Users").await.expect(200).total(), 1);
}

// S-ETAG-03
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_changes_of_one_version_one_succeeds() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let created = entra.post("/Users", &person("ann@cas.example", json!({}))).await.expect(201);
    let path = format!("/Users/{}", created.id());
    let mut replies = JoinSet::new();
    for n in 0..20 {
        let caller = entra.header("if-match", created.header("etag").unwrap());
        let path = path.clone();
        replies.spawn(async move {
            let operation = json!({"op": "replace", "path": "title", "value": format!("title {n}")});
            caller.patch_operations(&path, &[operation]).await
        });
    }
    assert_eq!(counted(replies).await, BTreeMap::from([(200, 1), (412, 19)]));
}

// S-PATCH-05, S-ETAG-03: without a version nobody loses, because everybody works on what is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_of_different_attributes_at_once_all_stay() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let path = format!("/Users/{}", entra.user("ann@merge.example").await);
    let names = ["title", "nickName", "displayName", "userType", "locale", "timezone", "preferredLanguage"];
    let mut replies = JoinSet::new();
    for name in names {
        let (caller, path) = (entra.clone(), path.clone());
        replies.spawn(async move {
            caller.patch_operations(&path, &[json!({"op": "replace", "path": name, "value": name})]).await
        });
    }
    assert_eq!(counted(replies).await, BTreeMap::from([(200, names.len())]));
    let user = entra.get(&path).await.expect(200).json;
    for name in names {
        assert_eq!(user[name], name);
    }
}

// S-PATCH-11, A-09
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_member_added_by_many_is_there_once() {
    let server = TestServer::start().await;
    let entra = server.entra().await;
    let user = entra.user("ann@once.example").await;
    let group = json!({"schemas": [GROUP], "displayName": "Once"});
    let path = format!("/Groups/{}", entra.post("/Groups", &group).await.expect(201).id());
    let start = server.count_events().await;
    let mut replies = JoinSet::new();
    for _ in 0..20 {
        let (caller, path, user) = (entra.clone(), path.clone(), user.clone());
        replies.spawn(async move {
            caller
                .patch_operations(
                    &path,
                    &[json!({"op": "Add", "path": "members", "value": [{"value": user}]})],
                )
                .await
        });
    }
    assert_eq!(counted(replies).await, BTreeMap::from([(204, 20)]));
    let members = entra.get(&path).await.expect(200).json["members"].clone();
    assert_eq!(members.as_array().unwrap().len(), 1);
    assert_eq!(server.count_events().await, start + 1, "one membership, one event");
}
