//! Bad input: a SCIM error that says where and what to do, and nothing changed.

mod bodies;
mod bulk;
mod conflicts;
mod filters;
mod headers;
mod pace;
mod paths;
mod tenants;
mod tokens;
mod wire;

use std::future::Future;

use serde_json::{Value, json};
use testkit::{Caller, Reply, TestServer};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A server with one person and one group, and a caller who sends something bad.
struct World {
    server: TestServer,
    caller: Caller,
    /// Path of the person.
    user: String,
    /// Path of the group, whose only member the person is.
    group: String,
}

/// All that a refused request could have changed.
#[derive(Debug, PartialEq)]
struct State {
    user: (Value, Option<String>),
    group: (Value, Option<String>),
    users: u64,
    groups: u64,
    events: i64,
}

impl World {
    /// The default dialect.
    async fn entra() -> Self {
        let server = TestServer::start().await;
        let caller = server.entra().await;
        Self::of(server, caller).await
    }

    /// The letter of the RFC.
    async fn strict() -> Self {
        let server = TestServer::start().await;
        let caller = server.strict().await;
        Self::of(server, caller).await
    }

    async fn of(server: TestServer, caller: Caller) -> Self {
        let body = json!({"schemas": [USER], "userName": "Ann@Bad.example", "title": "Tutor", "nickName": "Annie",
            "emails": [{"type": "work", "value": "ann@bad.example", "primary": true}]});
        let ann = caller.post("/Users", &body).await.expect(201).id().to_owned();
        let group = caller.group("Tutors", &[&ann]).await;
        Self { server, caller, user: format!("/Users/{ann}"), group: format!("/Groups/{group}") }
    }

    fn user_id(&self) -> &str {
        &self.user["/Users/".len()..]
    }

    async fn state(&self) -> State {
        let read = async |path: &str| {
            let reply = self.caller.get(path).await.expect(200);
            let etag = reply.header("etag").map(str::to_owned);
            (reply.json, etag)
        };
        State {
            user: read(&self.user).await,
            group: read(&self.group).await,
            users: self.caller.get("/Users?count=0").await.expect(200).total(),
            groups: self.caller.get("/Groups?count=0").await.expect(200).total(),
            events: self.server.count_events().await,
        }
    }

    /// Makes the request and checks that it is refused in this way, with a sentence that says all of `told`, and that
    /// it changed nothing.
    #[track_caller]
    fn refuses<'a>(
        &'a self,
        request: impl Future<Output = Reply> + 'a,
        status: u16,
        scim_type: &'a str,
        told: &'a [&str],
    ) -> impl Future<Output = Reply> + 'a {
        let at = std::panic::Location::caller();
        async move {
            let before = self.state().await;
            let reply = request.await;
            assert_eq!(
                (reply.status, reply.json["scimType"].as_str().unwrap_or("")),
                (status, scim_type),
                "{at}\n{:.600}\n{}",
                reply.sent,
                reply.text
            );
            let reply = reply.scim_error(status, scim_type);
            for part in told {
                assert!(reply.detail().contains(part), "{at}: no `{part}` in: {}", reply.detail());
            }
            assert_eq!(self.state().await, before, "{at}: a refused request changed something");
            reply
        }
    }

    /// A refused PATCH of the person.
    #[track_caller]
    fn refuses_patch<'a>(
        &'a self,
        operation: Value,
        scim_type: &'a str,
        told: &'a [&str],
    ) -> impl Future<Output = Reply> + 'a {
        let request = async move { self.caller.patch_operations(&self.user, &[operation]).await };
        self.refuses(request, 400, scim_type, told)
    }

    /// A refused creation of a person with these attributes.
    #[track_caller]
    fn refuses_user<'a>(
        &'a self,
        attributes: Value,
        scim_type: &'a str,
        told: &'a [&str],
    ) -> impl Future<Output = Reply> + 'a {
        let mut body = json!({"schemas": [USER], "userName": "new@bad.example"});
        for (name, value) in attributes.as_object().into_iter().flatten() {
            if name.eq_ignore_ascii_case(ENTERPRISE) {
                body["schemas"] = json!([USER, ENTERPRISE]);
            }
            body[name] = value.clone();
        }
        let request = async move { self.caller.post("/Users", &body).await };
        self.refuses(request, 400, scim_type, told)
    }
}
