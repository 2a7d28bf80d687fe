//! Controls and other bytes that are no text, in addresses, bodies and headers; methods and headers that do not fit.

use serde_json::json;
use testkit::raw;

use super::{USER, World};

// S-GET-04
#[tokio::test]
async fn controls_in_an_address_are_refused() {
    let world = World::entra().await;
    for path in [
        "/Users/%00",
        "/Users/abc%00def",
        "/Users/%0a",
        "/Users/%7F",
        "/Users/%C2%85",
        "/%00Users",
        "/Users/.search%00",
        "//t/%00/scim_v2/Users",
    ] {
        for method in ["GET", "DELETE"] {
            world
                .refuses(world.caller.send(method, path, None), 400, "invalidSyntax", &["control character"])
                .await;
        }
    }
    for path in ["/Users/%ff%fe", "/%c0%80"] {
        world.refuses(world.caller.get(path), 400, "invalidSyntax", &["UTF-8"]).await;
    }
    // What points elsewhere is an id like any other, and nobody's.
    for path in ["/Users/..%2f..%2fetc", "/Users/%2e%2e", "/Users/'%20or%201=1--"] {
        world.refuses(world.caller.get(path), 404, "", &["User"]).await;
    }
}

#[tokio::test]
async fn controls_in_values_are_refused_where_they_cannot_be_meant() {
    let world = World::entra().await;
    for name in ["a\u{0}b@bad.example", "\u{0}", "ann@bad.example\u{0}"] {
        world.refuses_user(json!({"userName": name}), "invalidValue", &["userName", "U+0000"]).await;
        let filter = format!("userName eq {}", json!(name));
        world.refuses(world.caller.filter("/Users", &filter), 400, "invalidFilter", &["U+0000"]).await;
        let operation = json!({"op": "replace", "path": "name.familyName", "value": name});
        world.refuses_patch(operation, "invalidValue", &["name.familyName", "U+0000"]).await;
        let operation =
            json!({"op": "replace", "path": format!("emails[type eq {}].value", json!(name)), "value": "x"});
        world.refuses_patch(operation, "invalidFilter", &["U+0000"]).await;
    }
    for key in ["title\u{0}", "\u{0}", "ti\u{0}tle"] {
        let body = json!({"schemas": [USER], "userName": "key@bad.example", key: "x"});
        let made = world.caller.post("/Users", &body).await.expect(201);
        assert_eq!(made.json.get("title"), None, "{key:?} was cut to a name that is known");
        world.caller.delete(&format!("/Users/{}", made.id())).await.expect(204);
    }
    for name in ["a\u{1}@bad.example", "a\u{7f}@bad.example", "a\nb@bad.example"] {
        world
            .refuses_user(json!({"userName": name}), "invalidValue", &["userName", "control character"])
            .await;
    }
    // Lines of an address are text.
    let address = json!([{"type": "work", "formatted": "1 High Street\nTown\tX"}]);
    let body = json!({"schemas": [USER], "userName": "lines@bad.example", "addresses": address});
    let made = world.caller.post("/Users", &body).await.expect(201);
    assert_eq!(made.json["addresses"], address);
}

#[tokio::test]
async fn bytes_that_are_no_header_never_reach_the_directory() {
    let world = World::entra().await;
    let before = world.state().await;
    let head = |extra: &[u8]| {
        let mut request = format!(
            "DELETE /scim_v2{} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {}\r\n",
            world.user,
            world.caller.token()
        )
        .into_bytes();
        request.extend_from_slice(extra);
        request.extend_from_slice(b"\r\n\r\n");
        request
    };
    for extra in [
        &b"if-match: W/\"1\"\0"[..],
        b"x-any: a\x01b",
        b"x-any: a\x7fb",
        b"x-a\0ny: b",
        b"x any: b",
        b"if-match: \xff\xfe",
        b"transfer-encoding: chunked\r\ntransfer-encoding: identity",
    ] {
        raw(world.server.address, &head(extra)).await.scim_error(400, "invalidSyntax");
    }
    let huge = [&b"x-huge: "[..], &[b'a'; 300_000]].concat();
    raw(world.server.address, &head(&huge)).await.scim_error(431, "");
    let many = "x-many: 1\r\n".repeat(500);
    raw(world.server.address, &head(many.trim_end().as_bytes())).await.scim_error(431, "");
    let long = format!("GET /scim_v2/Users/{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(70_000));
    raw(world.server.address, long.as_bytes()).await.scim_error(414, "");
    assert_eq!(world.state().await, before);
}

// S-HTTP-08
#[tokio::test]
async fn a_method_that_does_not_fit_is_refused_with_those_that_do() {
    let world = World::entra().await;
    for (method, path, allowed) in [
        ("POST", world.user.as_str(), "PATCH"),
        ("PUT", "/Users", "POST"),
        ("DELETE", "/Users", "POST"),
        ("DELETE", "/Schemas", "GET"),
        ("POST", "/ServiceProviderConfig", "GET"),
        ("GET", "/Bulk", "POST"),
        ("TRACE", "/Users", "GET"),
        ("BREW", "/Users", "GET"),
    ] {
        let reply = world.refuses(world.caller.send(method, path, None), 405, "", &[method, allowed]).await;
        assert!(reply.header("allow").unwrap().contains(allowed));
    }
}

// S-HTTP-02
#[tokio::test]
async fn an_answer_nobody_can_give_is_refused_by_the_letter() {
    let strict = World::strict().await;
    let picky = strict.caller.header("accept", "text/html");
    strict.refuses(picky.get(&strict.user), 406, "", &["application/scim+json"]).await;
    strict.refuses(picky.delete(&strict.user), 406, "", &["application/scim+json"]).await;
    let world = World::entra().await;
    let reply = world.caller.header("accept", "text/html").get(&world.user).await.expect(200);
    assert_eq!(reply.header("content-type"), Some("application/scim+json"));
}

// S-VER-01
#[tokio::test]
async fn another_version_of_the_protocol_is_refused_by_name() {
    let world = World::entra().await;
    for path in ["/v1/Users", "/v3/Users", "/v2.1/Users"] {
        let version = &path[1..path.len() - "/Users".len()];
        world.refuses(world.caller.get(path), 400, "invalidVers", &[version, "v2"]).await;
    }
}
