//! Lists: pages, order, cursors, root queries.

use scim::ScimType;
use serde_json::{Value, json};
use service::{Projected, QueryParams};

use super::world::{World, json_of, refused};

fn params(pairs: &[(&str, &str)]) -> QueryParams {
    let mut params = QueryParams::default();
    for (name, value) in pairs {
        let slot = match *name {
            "filter" => &mut params.filter,
            "sortBy" => &mut params.sort_by,
            "sortOrder" => &mut params.sort_order,
            "startIndex" => &mut params.start_index,
            "count" => &mut params.count,
            _ => &mut params.cursor,
        };
        *slot = Some((*value).to_owned());
    }
    params
}

fn names(list: &Value) -> Vec<&str> {
    let resources = list["Resources"].as_array().unwrap();
    resources.iter().map(|r| r["userName"].as_str().unwrap_or_default()).collect()
}

async fn people(names: &[&str]) -> World {
    let world = World::new().await;
    for name in names {
        world.user(name).await;
    }
    world
}

// S-PAGE-01, S-PAGE-02, S-PAGE-04, A-21, A-23
#[tokio::test]
async fn pages_by_index() {
    let world = people(&["a", "b", "c", "d", "e"]).await;
    let page = |pairs: &'static [(&str, &str)]| world.query("Users", params(pairs));
    let list = json_of(&page(&[("startIndex", "2"), ("count", "2")]).await.unwrap());
    assert_eq!(names(&list), ["b", "c"]);
    assert_eq!(
        (&list["totalResults"], &list["startIndex"], &list["itemsPerPage"]),
        (&json!(5), &json!(2), &json!(2))
    );
    let list = json_of(&page(&[("count", "0")]).await.unwrap());
    assert_eq!((&list["totalResults"], &list["Resources"]), (&json!(5), &json!([])));
    let list = json_of(&page(&[("startIndex", "9")]).await.unwrap());
    assert_eq!((&list["totalResults"], &list["Resources"]), (&json!(5), &json!([])));
    let list = json_of(&page(&[("startIndex", "-5"), ("count", "1")]).await.unwrap());
    assert_eq!((names(&list), &list["startIndex"]), (vec!["a"], &json!(1)));
    let list = json_of(&page(&[("filter", "userName eq \"a\""), ("startIndex", "2")]).await.unwrap());
    assert_eq!((&list["totalResults"], &list["Resources"]), (&json!(1), &json!([])));
    assert_eq!(refused(page(&[("count", "two")]).await), (400, Some(ScimType::InvalidValue)));
}

// S-SORT-04, S-SORT-06
#[tokio::test]
async fn sorted_lists() {
    let world = people(&["b", "C", "a"]).await;
    let list = json_of(&world.query("Users", params(&[("sortBy", "userName")])).await.unwrap());
    assert_eq!(names(&list), ["a", "b", "C"]);
    let down = params(&[("sortBy", "userName"), ("sortOrder", "descending")]);
    assert_eq!(names(&json_of(&world.query("Users", down).await.unwrap())), ["C", "b", "a"]);
    let unknown = params(&[("sortBy", "nothing")]);
    assert_eq!(refused(world.query("Users", unknown).await), (400, Some(ScimType::InvalidPath)));
}

// S-CUR-01, S-CUR-02, S-CUR-03, S-CUR-05, S-CUR-08, S-CUR-10, S-CUR-12, S-CUR-17
#[tokio::test]
async fn a_walk_by_cursor_sees_everybody_once() {
    let world = people(&["e", "b", "d", "a", "c"]).await;
    for order in [None, Some("userName")] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        let mut pages = Vec::new();
        loop {
            let mut query = params(&[("count", "2"), ("cursor", &cursor)]);
            query.sort_by = order.map(str::to_owned);
            let list = json_of(&world.query("Users", query).await.unwrap());
            assert!(list.get("startIndex").is_none());
            assert_eq!(list.get("previousCursor").is_none(), pages.is_empty());
            seen.extend(names(&list).into_iter().map(str::to_owned));
            let next = list.get("nextCursor").and_then(Value::as_str).map(str::to_owned);
            pages.push(list);
            match next {
                Some(next) => cursor = next,
                None => break,
            }
        }
        let expected = if order.is_some() { ["a", "b", "c", "d", "e"] } else { ["e", "b", "d", "a", "c"] };
        assert_eq!(seen, expected);
        // And back again.
        let back = pages[2]["previousCursor"].as_str().unwrap();
        let mut query = params(&[("count", "2"), ("cursor", back)]);
        query.sort_by = order.map(str::to_owned);
        assert_eq!(names(&json_of(&world.query("Users", query).await.unwrap())), expected[2..4]);
    }
    let first = json_of(&world.query("Users", params(&[("count", "2"), ("cursor", "")])).await.unwrap());
    let next = first["nextCursor"].as_str().unwrap();
    let wrong = [
        (params(&[("count", "3"), ("cursor", next)]), ScimType::InvalidCount),
        (params(&[("count", "2"), ("cursor", next), ("filter", "userName pr")]), ScimType::InvalidCursor),
        (params(&[("count", "2"), ("cursor", "x")]), ScimType::InvalidCursor),
        (params(&[("count", "2"), ("cursor", next), ("startIndex", "1")]), ScimType::InvalidValue),
    ];
    for (query, keyword) in wrong {
        assert_eq!(refused(world.query("Users", query).await), (400, Some(keyword)));
    }
    world.clock.advance(std::time::Duration::from_secs(3601));
    let late = world.query("Users", params(&[("count", "2"), ("cursor", next)])).await;
    assert_eq!(refused(late), (400, Some(ScimType::ExpiredCursor)));
}

// S-QUERY-03, S-QUERY-04, S-FILTER-12
#[tokio::test]
async fn the_root_lists_every_type() {
    let world = people(&["ann"]).await;
    world.group("Eng").await;
    let cx = world.cx().await;
    let ask = |filter: &'static str| {
        let params = QueryParams { filter: Some(filter.to_owned()), ..QueryParams::default() };
        world.service.query(&cx, None, params)
    };
    let total = |answer: service::Answer| json_of(&answer)["totalResults"].clone();
    assert_eq!(total(world.service.query(&cx, None, QueryParams::default()).await.unwrap()), 2);
    assert_eq!(total(ask("userName pr").await.unwrap()), 1);
    assert_eq!(total(ask("meta.resourceType eq \"Group\"").await.unwrap()), 1);
    assert_eq!(refused(world.query("Users", params(&[("filter", "nothing eq \"x\"")])).await).0, 400);
}

// S-SEARCH-01, S-SEARCH-02, S-SEARCH-03
#[tokio::test]
async fn a_search_answers_as_the_query_does() {
    let world = people(&["a", "b", "c"]).await;
    let cx = world.cx().await;
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": "userName ne \"b\"",
        "attributes": ["userName"], "sortBy": "userName", "sortOrder": "descending", "count": 1,
    });
    let found = world.service.search(&cx, Some("Users"), body.to_string().as_bytes()).await.unwrap();
    let mut query = params(&[
        ("filter", "userName ne \"b\""),
        ("sortBy", "userName"),
        ("sortOrder", "descending"),
        ("count", "1"),
    ]);
    query.projected = Projected { attributes: vec!["userName".to_owned()], excluded: Vec::new() };
    assert_eq!(found, world.query("Users", query).await.unwrap());
    let all = world.service.search(&cx, None, b"").await.unwrap();
    assert_eq!(json_of(&all)["totalResults"], 3);
}
