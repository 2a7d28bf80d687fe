//! Asking too fast, where the operator has set a bound.

use std::num::NonZeroU32;

use service::DEFAULT;
use store::LogFilter;
use testkit::{Caller, Reply, TestServer};

async fn refused(caller: &Caller) -> Option<Reply> {
    // The bound is one a second; no machine is so slow that these come a second apart.
    for _ in 0..20 {
        let reply = caller.get("/Users?count=0").await;
        if reply.status != 200 {
            return Some(reply);
        }
    }
    None
}

// S-HTTP-14
#[tokio::test]
async fn who_asks_too_fast_is_told_when_to_come_again_and_nobody_else_is() {
    let server = TestServer::start_with(|c| c.rate_limit = NonZeroU32::new(1)).await;
    let entra = server.entra().await;
    let other = server.strict().await;
    other.get("/Users?count=0").await.expect(200);
    let reply = refused(&entra).await.expect("one of twenty is too many").scim_error(429, "");
    let wait: u32 = reply.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    assert!(reply.detail().contains("more than 1 times a second"), "{}", reply.detail());
    // Discovery without a token is no connection's.
    server.anonymous().get("/ServiceProviderConfig").await.expect(200);

    // Coalesced in the log, with what to do.
    refused(&entra).await.expect("still too fast");
    server.service.settle().await;
    let operator = server.operator(DEFAULT, DEFAULT).await;
    let log = server.service.provisioning_log(&operator, &LogFilter::default(), 100).await.unwrap();
    let entries: Vec<_> = log.iter().filter(|e| e.entry.code.as_deref() == Some("too_fast")).collect();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].entry.status, 429);
    assert!(entries[0].times >= 2, "{}", entries[0].times);
    assert!(entries[0].entry.detail.as_deref().unwrap().contains("--rate-limit"));
    assert!(server.anonymous().get("//metrics").await.text.contains("status=\"429\""));
}

#[tokio::test]
async fn without_a_bound_nobody_is_too_fast() {
    let server = TestServer::start().await;
    assert!(refused(&server.entra().await).await.is_none());
}
