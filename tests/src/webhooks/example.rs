//! The example app, and the receivers of the documentation, run as they are printed.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use client::{Client, Method, Request};
use serde_json::{Value, json};

use super::outside::{connect, directory, provost, said};
use crate::durability::server::{Process, token};

/// A program that ends with the test.
pub(super) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A port that nobody has.
pub(super) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

async fn create(client: &Client, name: &str) -> String {
    let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name});
    let response = client.send(Request::new(Method::POST, "/Users").json(&body)).await.unwrap();
    assert_eq!(response.status().as_u16(), 201, "{}", response.text());
    response.into_json()["id"].as_str().unwrap().to_owned()
}

async fn change(client: &Client, id: &str, path: &str, value: Value) {
    let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": path, "value": value}]});
    let path = format!("/Users/{id}");
    let response = client.send(Request::new(Method::PATCH, &path).json(&body)).await.unwrap();
    assert_eq!(response.status().as_u16(), 200, "{}", response.text());
}

async fn remove(client: &Client, id: &str) {
    client.send(Request::new(Method::DELETE, format!("/Users/{id}"))).await.unwrap();
}

/// The example app on a port and a database file.
pub(super) fn start_app(
    port: u16,
    database: &Path,
    provost: &str,
    secret: &str,
    key: &str,
    heal: &str,
) -> Running {
    let child = Command::new("python3")
        .arg(root().join("examples/learning-app/app.py"))
        .args(["--port", &port.to_string(), "--provost", provost, "--heal-every", heal, "--database"])
        .arg(database)
        .env("WEBHOOK_SECRET", secret)
        .env("PROVOST_KEY", key)
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 runs");
    let mut running = Running(child);
    let mut line = String::new();
    BufReader::new(running.0.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("listens"), "{line}");
    running
}

/// Waits until the app's table is the directory's.
async fn agree(app: &Client, api: &Client) {
    let mut table = BTreeMap::new();
    for _ in 0..300 {
        let response = app.send(Request::new(Method::GET, "/learners")).await.unwrap();
        let learners = response.into_json();
        table = learners.as_object().unwrap().iter().map(|(id, p)| (id.clone(), said(p))).collect();
        if table == directory(api).await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the app has {table:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_example_app_is_told_and_heals_itself_from_the_feed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (token, port) = (token(&data), free_port());
    let url = format!("http://127.0.0.1:{port}/hooks");
    let secret = provost(&data, &["webhook", "add", &url, "--allow-private", "--tenant", "default"]);
    let key = provost(&data, &["api-key", "create", "--name", "app", "--tenant", "default"]);
    let pauses = vec!["200ms"; 100].join(",");
    let server = Process::start(&data, &[("PROVOST_WEBHOOK_SCHEDULE", &pauses)]);
    let base = server.tenant_url.replace("/scim_v2", "");
    let scim = connect(&server.tenant_url, token);
    let api = connect(&format!("{base}/api/v1"), key.clone());
    let app = connect(&format!("http://127.0.0.1:{port}"), String::new());
    let database = folder.path().join("learners.db");
    let before = create(&scim, "before@app.example").await;

    // It begins with a snapshot, and is told from then on: it does not look at the feed again.
    let running = start_app(port, &database, &base, &secret, &key, "3600");
    agree(&app, &api).await;
    let ann = create(&scim, "ann@app.example").await;
    change(&scim, &ann, "title", json!("Nurse")).await;
    remove(&scim, &before).await;
    agree(&app, &api).await;
    drop(running);

    // What happens while it is away is told when it is back.
    change(&scim, &ann, "active", json!(false)).await;
    let ben = create(&scim, "ben@app.example").await;
    let running = start_app(port, &database, &base, &secret, &key, "3600");
    agree(&app, &api).await;
    drop(running);

    // Without its webhook it heals from the feed.
    provost(&data, &["webhook", "remove", &url]);
    remove(&scim, &ben).await;
    change(&scim, &ann, "title", json!("Doctor")).await;
    let running = start_app(port, &database, &base, &secret, &key, "3600");
    agree(&app, &api).await;
    drop(running);

    // And it takes nothing from anybody else.
    let _running = start_app(port, &database, &base, "whsec_AAAA", &key, "3600");
    let forged = json!({"type": "learner.removed", "data": {}});
    let response = app.send(Request::new(Method::POST, "/hooks").json(&forged)).await.unwrap();
    assert_eq!(response.status().as_u16(), 401);
    server.kill();
}

/// The code in the documentation, and the file beside the example app.
fn printed() -> [(&'static str, &'static str, String); 2] {
    let text = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    let page = text("docs/how-to/receive-webhooks.md");
    let (_, rest) = page.split_once("```js\n").expect("a block");
    let script = rest.split_once("```").unwrap().0.to_owned();
    [("node", "receiver.js", script), ("perl", "receiver.pl", text("examples/receivers/receiver.pl"))]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documented_receivers_take_what_is_signed_and_refuse_what_is_not() {
    for (program, file, script) in printed() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let (token, port) = (token(&data), free_port());
        let url = format!("http://127.0.0.1:{port}/hooks");
        let secret = provost(&data, &["webhook", "add", &url, "--allow-private"]);
        let path = folder.path().join(file);
        std::fs::write(&path, script).unwrap();
        let child = Command::new(program)
            .arg(&path)
            .env("PORT", port.to_string())
            .env("WEBHOOK_SECRET", &secret)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut running = Running(child);
        let said = Arc::new(Mutex::new(Vec::new()));
        let (heard, out) = (Arc::clone(&said), running.0.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                heard.lock().unwrap().push(line);
            }
        });
        let server =
            Process::start(&data, &[("PROVOST_WEBHOOK_SCHEDULE", "200ms,200ms,200ms,1s,1s,1s,1s,1s")]);
        create(&connect(&server.tenant_url, token), "ann@app.example").await;
        for _ in 0..200 {
            if !said.lock().unwrap().is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(*said.lock().unwrap(), ["learner.created ann@app.example"], "{program}");
        provost(&data, &["webhook", "test", &url]);
        let forged = connect(&format!("http://127.0.0.1:{port}"), String::new());
        let request = Request::new(Method::POST, "/hooks").json(&json!({"type": "x"}));
        assert_eq!(forged.send(request).await.unwrap().status().as_u16(), 401, "{program}");
        server.kill();
    }
}
