//! What one node changes, the others do not go on with. Left out unless the front-door tests run on PostgreSQL
//! (`PROVOST_TEST_DATABASE=postgres`): a file has one node.

use std::time::{Duration, Instant};

use service::DEFAULT;
use testkit::{Caller, Database, TestServer};

/// Revokes all tokens of the default connection, at this node.
async fn revoke(server: &TestServer) {
    let operator = server.operator(DEFAULT, DEFAULT).await;
    for token in server.service.tokens(&operator).await.unwrap() {
        server.service.token_revoke(&operator, &token.id).await.unwrap();
    }
}

fn at(server: &TestServer, caller: &Caller) -> Caller {
    server.with_token(caller.token())
}

async fn status(caller: &Caller) -> u16 {
    caller.get("/Users?count=0").await.status
}

/// Nothing in a node's memory grows old here: only word from the other node can have it refuse the token.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_another_node_revokes_is_refused_at_once() {
    let server = TestServer::start_with(|config| config.cache_age = Duration::from_secs(3_600)).await;
    if matches!(server.database, Database::Sqlite(_)) {
        return;
    }
    let other = server.beside().await;
    other.service.listen();
    let caller = server.entra().await;
    let there = at(&other, &caller);
    assert_eq!(status(&there).await, 200);
    revoke(&server).await;
    let revoked = Instant::now();
    while status(&there).await != 401 {
        assert!(revoked.elapsed() < Duration::from_secs(10), "no word came");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Where no word comes, as behind a pooler, memory has an age: past twice that nobody goes on with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_another_node_revokes_is_refused_soon_without_word() {
    let server = TestServer::start().await;
    if matches!(server.database, Database::Sqlite(_)) {
        return;
    }
    let other = server.beside().await;
    let caller = server.entra().await;
    let there = at(&other, &caller);
    assert_eq!(status(&there).await, 200);
    revoke(&server).await;
    // Time stands still, and nobody listens.
    assert_eq!(status(&there).await, 200, "without word and age, it cannot know");
    server.advance(Duration::from_secs(1));
    assert_eq!(status(&there).await, 401);
}
