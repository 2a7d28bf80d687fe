//! Power cuts under load.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::load::{Acknowledged, assert_all_there, make_group, write_until_gone};
use super::replay::{Op, power_cut, read};
use super::server::{Process, binary};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_acknowledged_survives_a_power_cut() {
    let folder = tempfile::tempdir().unwrap();
    let shim = compile(folder.path());
    let data = folder.path().join("data");
    let trace = folder.path().join("trace");
    let environment =
        [("LD_PRELOAD", shim.to_str().unwrap()), ("PROVOST_TEST_TRACE", trace.to_str().unwrap())];
    let mut lost = 0;
    for round in 0_u64..10 {
        // A fresh directory each time: the trace begins with the first byte of the files.
        let _ = std::fs::remove_dir_all(&data);
        let _ = std::fs::remove_file(&trace);
        std::fs::create_dir(&data).unwrap();
        let token = token_under(&data, &environment);
        let server = Process::start(&data, &environment);
        let group = make_group(&server.tenant_url, &token).await;
        let acknowledged = Arc::new(Mutex::new(Acknowledged::default()));
        let writers = tokio::spawn(write_until_gone(
            server.tenant_url.clone(),
            token.clone(),
            group.clone(),
            Arc::new(AtomicU64::new(0)),
            Arc::new(AtomicBool::new(false)),
            Arc::clone(&acknowledged),
        ));
        tokio::time::sleep(Duration::from_millis(150 + round * 61 % 300)).await;
        server.kill();
        writers.await.unwrap();

        let ops = read(&std::fs::read(&trace).unwrap());
        assert!(
            ops.iter().any(|op| matches!(op, Op::Sync(_))),
            "the trace shows no sync: is the shim loaded?"
        );
        // First a disk that had written nothing of its own accord, then disks that had written some of it.
        let mut state = round;
        for chance in [0_u64, 50, 90] {
            let cut = power_cut(&ops, || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) % 100 < chance
            });
            lost += cut.lost;
            cut.write(&data);
            let server = Process::start(&data, &[]);
            let all = acknowledged.lock().unwrap().clone();
            assert!(!all.learners.is_empty(), "nothing was acknowledged before the cut");
            assert_all_there(&server.tenant_url, &token, &group, &all).await;
            server.kill();
        }
    }
    assert!(lost > 0, "no cut ever lost a write, so none was a power cut");
}

/// The token is made by another process on the same files, which must be recorded too.
fn token_under(data: &Path, environment: &[(&str, &str)]) -> String {
    let output = Command::new(binary())
        .args(["token", "create", "--data-dir"])
        .arg(data)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The recorder, compiled by the C compiler that SQLite needs anyway.
fn compile(folder: &Path) -> PathBuf {
    let source = folder.join("shim.c");
    let library = folder.join("shim.so");
    std::fs::write(&source, include_str!("shim.c")).unwrap();
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let status = Command::new(compiler)
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([&library, &source])
        .args(["-ldl", "-lpthread"])
        .status()
        .unwrap();
    assert!(status.success(), "the recorder does not compile");
    library
}
