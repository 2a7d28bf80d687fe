//! Another tenant's token: what is not one's own does not exist.

use serde_json::json;

use super::{ENTERPRISE, USER, World};

// S-AUTH-02
#[tokio::test]
async fn another_tenants_resource_looks_like_one_that_never_was() {
    let world = World::entra().await;
    let other = world.server.tenant("rival", "entra").await;
    let nobody = "/Users/0190f3c2-7b1a-7c3d-8e4f-112233445566";
    let nothing = "/Groups/0190f3c2-7b1a-7c3d-8e4f-112233445566";
    let body = json!({"schemas": [USER], "userName": "rival@bad.example"});
    let patch = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "displayName", "value": "x"}]});
    for (real, unreal) in [(world.user.as_str(), nobody), (&world.group, nothing)] {
        for (method, sent) in [("GET", None), ("PUT", Some(&body)), ("PATCH", Some(&patch)), ("DELETE", None)]
        {
            let sent = sent.map(ToString::to_string);
            for header in [("if-match", "W/\"1\""), ("if-match", "*"), ("if-none-match", "W/\"1\"")] {
                let caller = other.header(header.0, header.1);
                let found = world.refuses(caller.send(method, real, sent.as_deref()), 404, "", &[]).await;
                let unfound = world.refuses(caller.send(method, unreal, sent.as_deref()), 404, "", &[]).await;
                let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
                assert_eq!(
                    found.text.replace(&id(real), "ID"),
                    unfound.text.replace(&id(unreal), "ID"),
                    "{method}"
                );
                let names =
                    |reply: &testkit::Reply| reply.headers.iter().map(|(n, _)| n.clone()).collect::<Vec<_>>();
                assert_eq!(names(&found), names(&unfound), "{method} {real}");
            }
        }
    }
}

#[tokio::test]
async fn another_tenants_people_cannot_be_found_named_or_counted() {
    let world = World::entra().await;
    let other = world.server.tenant("rival", "entra").await;
    for path in ["/Users", "/Groups", "/"] {
        assert_eq!(other.get(path).await.expect(200).total(), 0, "{path}");
    }
    let id = world.user_id();
    for filter in ["userName eq \"ann@bad.example\"", "title pr", &format!("id eq \"{id}\"")] {
        assert_eq!(other.filter("/Users", filter).await.expect(200).total(), 0, "{filter}");
    }
    assert_eq!(other.filter("/Groups", &format!("members.value eq \"{id}\"")).await.expect(200).total(), 0);
    // As a member or a manager, too, they are nobody.
    let nobody = "0190f3c2-7b1a-7c3d-8e4f-112233445566";
    for (kind, body) in [
        (
            "/Groups",
            json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Spies",
            "members": [{"value": "ID"}]}),
        ),
        (
            "/Users",
            json!({"schemas": [USER, ENTERPRISE], "userName": "spy@bad.example",
            ENTERPRISE: {"manager": {"value": "ID"}}}),
        ),
    ] {
        let mut told = Vec::new();
        for id in [id, nobody] {
            let body = body.to_string().replace("\"ID\"", &format!("\"{id}\""));
            let reply =
                world.refuses(other.send("POST", kind, Some(&body)), 400, "invalidValue", &[id]).await;
            told.push(reply.text.replace(id, "ID"));
        }
        assert_eq!(told[0], told[1]);
    }
    // A name that is taken elsewhere is free here.
    other.user("ann@bad.example").await;
    assert_eq!(world.caller.get("/Users").await.expect(200).total(), 1);
}

// Ruling 14
#[tokio::test]
async fn under_another_tenants_path_the_answer_is_one_whether_it_exists_or_not() {
    let world = World::entra().await;
    let other = world.server.tenant("rival", "entra").await;
    let mut answers = std::collections::BTreeSet::new();
    for tenant in ["default", "no-such-tenant", "DEFAULT", "..%2fdefault", "default%20"] {
        for path in [world.user.as_str(), "/Users", "/Nothing", "/Schemas"] {
            for method in ["GET", "DELETE"] {
                let path = format!("//t/{tenant}/scim_v2{path}");
                let reply = world.refuses(other.send(method, &path, None), 403, "", &["Tenant URL"]).await;
                let challenge = "Bearer realm=\"provost\", error=\"insufficient_scope\"";
                assert_eq!(reply.header("www-authenticate"), Some(challenge));
                answers.insert(reply.text);
            }
        }
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    // Without a token nothing is said about tenants either, not even by discovery.
    let mut answers = std::collections::BTreeSet::new();
    for tenant in ["default", "no-such-tenant"] {
        for path in ["/Users", "/Schemas", "/ServiceProviderConfig"] {
            let path = format!("//t/{tenant}/scim_v2{path}");
            let reply = world.refuses(world.server.anonymous().get(&path), 401, "", &[]).await;
            answers.insert(reply.text);
        }
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    other.get("//t/rival/scim_v2/Users").await.expect(200);
}
