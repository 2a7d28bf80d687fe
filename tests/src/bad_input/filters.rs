//! Filters, pages and projections that cannot be meant.

use serde_json::json;

use super::World;

const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

// S-FILTER-12, S-FILTER-15
#[tokio::test]
async fn a_filter_is_refused_where_it_goes_wrong() {
    for world in [World::entra().await, World::strict().await] {
        for (filter, told) in [
            ("userName", "character 9"),
            ("userName eq", "character 12"),
            ("userName eq \"x", "character 13"),
            ("userName is \"x\"", "character 10"),
            ("userName eq \"x\" and", "character 20"),
            ("userName eq \"x\" xor title pr", "character 17"),
            ("(userName eq \"x\"", "character 17"),
            ("userName eq \"x\")", "character 16"),
            ("ünser eq \"x\"", "character 1"),
            ("noSuchAttribute eq \"x\"", "noSuchAttribute"),
            ("name.noSuchPart eq \"x\"", "noSuchPart"),
            ("active gt true", "active"),
            ("active co \"tr\"", "active"),
            ("userName eq \"x\\q\"", "character"),
            ("emails[type eq \"work\"", "character 22"),
            ("emails[emails[type eq \"a\"]]", "character"),
            ("meta.created gt \"yesterday\"", "meta.created"),
            ("userName\u{0} eq \"x\"", "character 9"),
            ("password eq \"hunter2\"", "password"),
        ] {
            let reply =
                world.refuses(world.caller.filter("/Users", filter), 400, "invalidFilter", &[told]).await;
            assert!(!reply.text.contains("hunter2"), "a password came back: {}", reply.text);
            let search = json!({"schemas": [SEARCH], "filter": filter});
            let request = world.caller.post("/Users/.search", &search);
            world.refuses(request, 400, "invalidFilter", &[told]).await;
        }
    }
}

// S-HTTP-12
#[tokio::test]
async fn a_filter_too_long_or_too_deep_is_refused_at_once() {
    let world = World::entra().await;
    let long = format!("userName eq \"{}\"", "x".repeat(9_000));
    world.refuses(world.caller.filter("/Users", &long), 400, "invalidFilter", &["8192"]).await;
    let search = json!({"schemas": [SEARCH], "filter": format!("userName eq \"{}\"", "x".repeat(5_000_000))});
    world.refuses(world.caller.post("/Users/.search", &search), 400, "invalidFilter", &["8192"]).await;
    for deep in [
        format!("{}title pr{}", "(".repeat(33), ")".repeat(33)),
        "(".repeat(4_000),
        "not (".repeat(1_000),
        format!("emails[{}value pr{}]", "(".repeat(40), ")".repeat(40)),
    ] {
        world
            .refuses(
                world.caller.filter("/Users", &deep),
                400,
                "invalidFilter",
                &["no deeper nesting", "fewer parentheses"],
            )
            .await;
    }
    // A hundred terms side by side are no depth.
    let wide = vec!["userName eq \"ann@bad.example\""; 100].join(" or ");
    assert_eq!(world.caller.filter("/Users", &wide).await.expect(200).total(), 1);
}

// A-22, S-QUERY-08, S-PAGE-03, S-CUR-09
#[tokio::test]
async fn parameters_of_a_page_must_fit() {
    let world = World::entra().await;
    for (name, value, scim_type) in [
        ("count", "many", "invalidValue"),
        ("count", "1.5", "invalidValue"),
        ("startIndex", "first", "invalidValue"),
        ("cursor", "forged", "invalidCursor"),
        ("cursor", "\u{0}\u{ff}", "invalidCursor"),
    ] {
        world.refuses(world.caller.query("/Users", &[(name, value)]), 400, scim_type, &[]).await;
    }
    let request = world.caller.query("/Users", &[("sortBy", "title"), ("sortOrder", "sideways")]);
    world.refuses(request, 400, "invalidValue", &["sortOrder", "descending"]).await;
    let request = world.caller.query("/Users", &[("cursor", ""), ("count", "many")]);
    world.refuses(request, 400, "invalidCount", &["count"]).await;
    let request = world.caller.query("/Users", &[("filter", "title pr"), ("filter", "title pr")]);
    world.refuses(request, 400, "invalidSyntax", &["filter"]).await;
    let request = world.caller.query("/Users", &[("sortBy", "emails[type eq \"work\"]")]);
    world.refuses(request, 400, "invalidPath", &[]).await;
    world.refuses(world.caller.get("/Users?filter=%ff"), 400, "invalidSyntax", &["UTF-8"]).await;
    for body in [json!({"schemas": ["urn:example:Wrong"]}), json!([])] {
        world.refuses(world.caller.post("/Users/.search", &body), 400, "invalidSyntax", &[]).await;
    }
    let body = json!({"schemas": [SEARCH], "filter": 7});
    world.refuses(world.caller.post("/Users/.search", &body), 400, "invalidValue", &["filter"]).await;
}

// S-CUR-05, S-CUR-08, S-CUR-15
#[tokio::test]
async fn a_cursor_is_good_for_its_own_query_and_caller_alone() {
    let world = World::entra().await;
    world.caller.user("bea@bad.example").await;
    let page = world.caller.get("/Users?count=1&cursor").await.expect(200);
    let cursor = page.json["nextCursor"].as_str().unwrap().to_owned();
    let again = [("cursor", cursor.as_str()), ("count", "1")];
    let changed = [("cursor", cursor.as_str()), ("filter", "title pr"), ("count", "1")];
    let request = world.caller.query("/Users", &changed);
    world.refuses(request, 400, "invalidCursor", &[]).await;
    let cut = &cursor[..cursor.len() - 2];
    world
        .refuses(world.caller.query("/Users", &[("cursor", cut), ("count", "1")]), 400, "invalidCursor", &[])
        .await;
    let other = world.server.tenant("other", "entra").await;
    let request = other.query("/Users", &again);
    world.refuses(request, 400, "invalidCursor", &[]).await;
    world.server.advance(world.server.service.config().limits.cursor_age * 2);
    let request = world.caller.query("/Users", &again);
    world.refuses(request, 400, "expiredCursor", &[]).await;
}
