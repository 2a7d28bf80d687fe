//! Fifty deaths under load.

use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::load::{Acknowledged, assert_all_there, make_group, write_until_gone};
use super::server::{Process, token};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_acknowledged_survives_fifty_kills_under_load() {
    let folder = tempfile::tempdir().unwrap();
    let token = token(folder.path());
    let acknowledged = Arc::new(Mutex::new(Acknowledged::default()));
    let next = Arc::new(AtomicU64::new(0));
    let first = Process::start(folder.path(), &[]);
    let group = make_group(&first.tenant_url, &token).await;
    first.kill();
    for round in 0_u64..50 {
        let server = Process::start(folder.path(), &[]);
        let before = acknowledged.lock().unwrap().clone();
        assert_all_there(&server.tenant_url, &token, &group, &before).await;
        let writers = tokio::spawn(write_until_gone(
            server.tenant_url.clone(),
            token.clone(),
            group.clone(),
            Arc::clone(&next),
            Arc::new(AtomicBool::new(false)),
            Arc::clone(&acknowledged),
        ));
        // Deaths fall at different moments of a commit and of a checkpoint.
        tokio::time::sleep(Duration::from_millis(20 + round * 37 % 140)).await;
        server.kill();
        writers.await.unwrap();
    }
    let server = Process::start(folder.path(), &[]);
    let all = acknowledged.lock().unwrap().clone();
    assert!(all.learners.len() > 50, "the load was no load: {} learners", all.learners.len());
    assert_all_there(&server.tenant_url, &token, &group, &all).await;
    server.kill();
}
