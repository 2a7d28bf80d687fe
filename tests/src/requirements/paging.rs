//! Pages by index and by cursor (RFC 7644 §3.4.2.4, RFC 9865).

use testkit::{Caller, TestServer};

async fn people(server: &TestServer, count: usize) -> Caller {
    let entra = server.entra().await;
    for n in 0..count {
        entra.user(&format!("p{n:02}@page.example")).await;
    }
    entra
}

// S-PAGE-01, S-PAGE-02, S-PAGE-03, S-PAGE-04, A-21, A-22, A-23, A-30, S-QUERY-07
#[tokio::test]
async fn index_pages_count_from_one_and_never_exceed_count() {
    let server = TestServer::start().await;
    let entra = people(&server, 12).await;
    let page = |query: &'static str| {
        let entra = entra.clone();
        async move {
            let reply = entra.get(&format!("/Users?{query}")).await.expect(200);
            let names: Vec<String> =
                reply.resources().iter().map(|r| r["userName"].as_str().unwrap()[..3].to_owned()).collect();
            (
                names,
                reply.json["startIndex"].as_u64().unwrap(),
                reply.json["itemsPerPage"].as_u64().unwrap(),
                reply.total(),
            )
        }
    };
    assert_eq!(page("startIndex=1&count=5").await.0, ["p00", "p01", "p02", "p03", "p04"]);
    assert_eq!(page("startIndex=11&count=5").await, (vec!["p10".into(), "p11".into()], 11, 2, 12));
    assert_eq!(page("startIndex=-5&count=1").await, (vec!["p00".into()], 1, 1, 12));
    assert_eq!(page("count=0").await, (vec![], 1, 0, 12));
    assert_eq!(page("count=-3").await, (vec![], 1, 0, 12));
    assert_eq!(page("startIndex=99").await, (vec![], 99, 0, 12));
    for bad in ["count=ten", "startIndex=x", "sortBy=userName&sortOrder=up"] {
        entra.get(&format!("/Users?{bad}")).await.scim_error(400, "invalidValue");
    }
}

// S-CUR-01, S-CUR-02, S-CUR-03, S-CUR-04, S-CUR-06, S-CUR-12, S-CUR-13
#[tokio::test]
async fn cursor_pages_walk_to_the_end_and_back() {
    let server = TestServer::start().await;
    let entra = people(&server, 10).await;
    let first = entra.get("/Users?cursor&count=4").await.expect(200);
    assert_eq!(first.resources().len(), 4);
    assert!(first.json.get("startIndex").is_none() && first.json.get("previousCursor").is_none());
    let next = first.json["nextCursor"].as_str().unwrap().to_owned();
    assert!(next.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)), "{next}");
    let second = entra.get(&format!("/Users?count=4&cursor={next}")).await.expect(200);
    let third = second.json["nextCursor"].as_str().unwrap().to_owned();
    let last = entra.get(&format!("/Users?count=4&cursor={third}")).await.expect(200);
    assert_eq!((last.resources().len(), last.json.get("nextCursor")), (2, None));
    let back = last.json["previousCursor"].as_str().unwrap();
    let again = entra.get(&format!("/Users?count=4&cursor={back}")).await.expect(200);
    assert_eq!(again.json["Resources"], second.json["Resources"]);

    let nothing = entra.get("/Users?cursor=&count=0").await.expect(200);
    assert_eq!((nothing.resources().len(), nothing.total()), (0, 10));
    assert_eq!(entra.get("/Users?cursor=&count=-2").await.expect(200).resources().len(), 0);
    let search = serde_json::json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "count": 4, "cursor": next});
    assert_eq!(
        entra.post("/Users/.search", &search).await.expect(200).json["Resources"],
        second.json["Resources"]
    );
}

// S-CUR-05, S-CUR-08, S-CUR-15
#[tokio::test]
async fn a_cursor_is_good_for_its_own_query_and_caller_only() {
    let server = TestServer::start().await;
    let entra = people(&server, 6).await;
    let first = entra.get("/Users?cursor&count=2").await.expect(200);
    let next = first.json["nextCursor"].as_str().unwrap();
    let mut forged = next.to_owned();
    let flipped = if forged.ends_with('A') { 'B' } else { 'A' };
    forged.pop();
    forged.push(flipped);
    entra.get(&format!("/Users?count=2&cursor={forged}")).await.scim_error(400, "invalidCursor");
    entra.get("/Users?count=2&cursor=nonsense").await.scim_error(400, "invalidCursor");
    entra
        .get(&format!("/Users?count=2&sortBy=userName&cursor={next}"))
        .await
        .scim_error(400, "invalidCursor");
    entra.get(&format!("/Groups?count=2&cursor={next}")).await.scim_error(400, "invalidCursor");
    let other = server.tenant("other", "entra").await;
    other.get(&format!("/Users?count=2&cursor={next}")).await.scim_error(400, "invalidCursor");
    server.advance(std::time::Duration::from_secs(2 * 3600));
    entra.get(&format!("/Users?count=2&cursor={next}")).await.scim_error(400, "expiredCursor");
}
