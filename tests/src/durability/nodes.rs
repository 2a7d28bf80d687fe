//! Three nodes on one PostgreSQL. Left out unless the front-door tests run on it (`PROVOST_TEST_DATABASE=postgres`).

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use client::{Method, Request};
use serde_json::json;
use testkit::Database;

use super::load::{Acknowledged, assert_all_there, client, make_group, write_until_gone};
use super::server::{Process, binary};

/// Nodes on a schema of their own. Each has a data directory, as on a machine of its own.
struct Nodes {
    folder: tempfile::TempDir,
    url: String,
}

impl Nodes {
    async fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        match Database::new(folder.path()).await {
            Database::Postgres(url) => Some(Self { folder, url }),
            Database::Sqlite(_) => None,
        }
    }

    fn start(&self, number: usize) -> Process {
        let data = self.folder.path().join(number.to_string());
        Process::start(&data, &[("PROVOST_DATABASE_URL", &self.url)])
    }

    /// Runs a command on the directory; what it prints.
    fn provost(&self, args: &[&str]) -> String {
        let output = Command::new(binary())
            .args(args)
            .current_dir(Path::new("/"))
            .env("PROVOST_DATABASE_URL", &self.url)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

fn person(name: &str) -> serde_json::Value {
    json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_nodes_are_one_service() {
    let Some(nodes) = Nodes::new().await else { return };
    let all = [nodes.start(0), nodes.start(1), nodes.start(2)];
    let token = nodes.provost(&["token", "create", "--name", "entra"]);
    let clients: Vec<_> = all.iter().map(|node| client(&node.tenant_url, &token)).collect();

    // One winner among concurrent creations of one user name.
    for round in 0..10 {
        let name = format!("ada{round}@nodes.example");
        let create = |n: usize| clients[n].send(Request::new(Method::POST, "/Users").json(&person(&name)));
        let (a, b, c) = tokio::join!(create(0), create(1), create(2));
        let mut statuses = [a, b, c].map(|answer| answer.unwrap().status().as_u16());
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409]);
    }

    // A cursor that one node gave is good at every other.
    let first =
        clients[0].send(Request::new(Method::GET, "/Users?cursor&count=4")).await.unwrap().into_json();
    let path = format!("/Users?count=4&cursor={}", first["nextCursor"].as_str().unwrap());
    let second = clients[1].send(Request::new(Method::GET, path)).await.unwrap().into_json();
    let names = |page: &serde_json::Value| -> Vec<String> {
        let people = page["Resources"].as_array().unwrap();
        people.iter().map(|p| p["userName"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!((names(&first).len(), names(&second).len()), (4, 4), "{first} {second}");
    assert!(names(&first).iter().all(|name| !names(&second).contains(name)));

    refuse_within_a_second(&nodes, &clients).await;
    all.into_iter().for_each(Process::kill);
}

/// Revokes the only token, by a command that is a node of its own: all nodes refuse it within a second.
async fn refuse_within_a_second(nodes: &Nodes, clients: &[client::Client]) {
    let listed: serde_json::Value =
        serde_json::from_str(&nodes.provost(&["token", "list", "--json"])).unwrap();
    let id = listed[0]["id"].as_str().unwrap_or_else(|| panic!("{listed}")).to_owned();
    for client in clients {
        let answer = client.send(Request::new(Method::GET, "/Users?count=0")).await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
    }
    nodes.provost(&["token", "revoke", &id]);
    let revoked = Instant::now();
    for client in clients {
        loop {
            let answer = client.send(Request::new(Method::GET, "/Users?count=0")).await.unwrap();
            if answer.status().as_u16() == 401 {
                break;
            }
            assert!(revoked.elapsed() < Duration::from_secs(1), "a node still takes the token");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// Where nobody can tell others, what nodes keep in memory is old soon enough.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_token_is_refused_within_a_second_where_no_word_comes() {
    let Some(mut nodes) = Nodes::new().await else { return };
    // What stands in the schema goes before what the system has, where the address says so.
    let schema = nodes.url.rsplit_once("%3D").unwrap().1.to_owned();
    let silent = format!(
        "CREATE FUNCTION {schema}.pg_notify(text, text) RETURNS void LANGUAGE plpgsql
         AS $$ BEGIN RAISE EXCEPTION 'not here'; END $$"
    );
    tokio::task::spawn_blocking(move || testkit::postgres::sql(&silent).unwrap()).await.unwrap();
    nodes.url.push_str("%2Cpg_catalog");
    let all = [nodes.start(0), nodes.start(1)];
    let token = nodes.provost(&["token", "create", "--name", "entra"]);
    let clients: Vec<_> = all.iter().map(|node| client(&node.tenant_url, &token)).collect();
    // Long enough for whoever listens to know whether he hears.
    tokio::time::sleep(Duration::from_secs(2)).await;
    refuse_within_a_second(&nodes, &clients).await;
    all.into_iter().for_each(Process::kill);
}

/// Nodes are killed under load, each in turn: what any of them acknowledged, all others know.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_node_loses_nothing_that_it_acknowledged() {
    let Some(nodes) = Nodes::new().await else { return };
    let mut running = vec![nodes.start(0), nodes.start(1), nodes.start(2)];
    let token = nodes.provost(&["token", "create"]);
    let group = make_group(&running[0].tenant_url, &token).await;
    let acknowledged = Arc::new(Mutex::new(Acknowledged::default()));
    let next = Arc::new(AtomicU64::new(0));
    let stop = Arc::new(AtomicBool::new(false));
    let write = |url: &str| {
        let (next, stop, acknowledged) = (Arc::clone(&next), Arc::clone(&stop), Arc::clone(&acknowledged));
        tokio::spawn(write_until_gone(url.to_owned(), token.clone(), group.clone(), next, stop, acknowledged))
    };
    let mut writers: Vec<_> = running.iter().map(|node| write(&node.tenant_url)).collect();
    for round in 0..6_usize {
        tokio::time::sleep(Duration::from_millis(60 + round as u64 * 37 % 140)).await;
        let fresh = nodes.start(round % 3);
        writers.push(write(&fresh.tenant_url));
        std::mem::replace(&mut running[round % 3], fresh).kill();
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    let all = acknowledged.lock().unwrap().clone();
    assert!(all.learners.len() > 50, "the load was no load: {} learners", all.learners.len());
    for node in &running {
        assert_all_there(&node.tenant_url, &token, &group, &all).await;
    }
    running.into_iter().for_each(Process::kill);
}
