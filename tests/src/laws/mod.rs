//! Laws: what holds for any input, checked through the front door on generated ones.

mod bulk_order;
mod patch_atomic;
mod people;
mod put_get;
mod walk;

use std::sync::OnceLock;

use proptest::test_runner::{Config, TestRunner};
use testkit::{Caller, TestServer};
use tokio::runtime::Runtime;

/// Generated cases are synchronous, requests are not: one runtime serves them all.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
    })
}

/// A runner for so many cases, without files of past failures beside the sources.
fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
}

/// A server of its own and a caller of the default dialect.
fn entra() -> (TestServer, Caller) {
    runtime().block_on(async {
        let server = TestServer::start().await;
        let caller = server.entra().await;
        (server, caller)
    })
}
