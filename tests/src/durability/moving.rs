//! `provost move`, from a file to PostgreSQL and back, seen through the front door. Left out unless the front-door tests run
//! on PostgreSQL (`PROVOST_TEST_DATABASE=postgres`).

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::{Caller, Database};

use super::server::{Process, binary};

/// A directory that two servers tell of in the same words.
#[derive(Debug, PartialEq)]
struct Told {
    users: Vec<Value>,
    groups: Vec<Value>,
    tag: String,
    events: Value,
    learner: Value,
    log: usize,
}

struct Move {
    folder: tempfile::TempDir,
}

impl Move {
    /// Runs a command; its exit code, what it prints, and what it says.
    fn provost(&self, args: &[&str]) -> (i32, String, String) {
        let output = Command::new(binary()).args(args).current_dir(self.folder.path()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap().trim().to_owned();
        (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
    }

    fn done(&self, args: &[&str]) -> String {
        let (code, out, err) = self.provost(args);
        assert_eq!(code, 0, "{args:?}: {err}");
        out
    }

    fn data(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }
}

fn caller(server: &Process, token: &str) -> Caller {
    let address = server.tenant_url.strip_prefix("http://").unwrap().split('/').next().unwrap();
    Caller::at(address.parse().unwrap(), Some(token))
}

/// The same resource at another address.
fn placeless(mut resource: Value) -> Value {
    if let Some(meta) = resource.get_mut("meta").and_then(Value::as_object_mut) {
        meta.remove("location");
    }
    let text = resource.to_string();
    let start = text.find("http://127.0.0.1:").map(|at| at + "http://127.0.0.1:".len());
    let Some(start) = start else { return resource };
    let port: String = text[start..].chars().take_while(char::is_ascii_digit).collect();
    serde_json::from_str(&text.replace(&format!("http://127.0.0.1:{port}"), "")).unwrap()
}

async fn all(scim: &Caller, path: &str) -> Vec<Value> {
    let found = scim.get(&format!("{path}?sortBy=id&count=1000")).await.expect(200);
    found.resources().iter().cloned().map(placeless).collect()
}

async fn told(scim: &Caller, app: &Caller, ada: &str) -> Told {
    let one = scim.get(&format!("/Users/{ada}")).await.expect(200);
    Told {
        users: all(scim, "/Users").await,
        groups: all(scim, "/Groups").await,
        tag: one.header("etag").unwrap().to_owned(),
        events: app.get("//api/v1/events?limit=1000").await.expect(200).json["items"].clone(),
        learner: app.get(&format!("//api/v1/tenants/default/learners/{ada}")).await.expect(200).json,
        log: app.get("//api/v1/tenants/default/log?limit=100").await.expect(200).json["items"]
            .as_array()
            .unwrap()
            .len(),
    }
}

/// What a provider sends in its first weeks.
async fn fill(scim: &Caller) -> String {
    let mut people = Vec::new();
    for n in 0..40 {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": format!("p{n}@x.example"),
            "externalId": format!("E{n}"), "displayName": format!("Person {n} \u{e9}"), "title": "a b",
            "emails": [{"type": "work", "primary": true, "value": format!("p{n}@x.example")}],
        });
        people.push(scim.post("/Users", &body).await.expect(201).id().to_owned());
    }
    let members: Vec<Value> = people[..20].iter().map(|id| json!({"value": id})).collect();
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Crew", "members": members,
    });
    scim.post("/Groups", &group).await.expect(201);
    for id in &people[..3] {
        scim.patch_operations(
            &format!("/Users/{id}"),
            &[json!({"op": "replace", "path": "title", "value": "x"})],
        )
        .await
        .expect(200);
    }
    scim.send("DELETE", &format!("/Users/{}", people[39]), None).await.expect(204);
    people.swap_remove(0)
}

/// A walk goes on where it was.
async fn cursor(scim: &Caller) -> String {
    let page = scim.get("/Users?cursor&count=10").await.expect(200);
    page.json["nextCursor"].as_str().unwrap().to_owned()
}

/// The move's own steps end on another place; the tokens, versions and cursors of the first are good there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_directory_moves_to_postgres_and_back_and_nobody_notices() {
    let folder = tempfile::tempdir().unwrap();
    let Database::Postgres(url) = Database::new(folder.path()).await else { return };
    let work = Move { folder };
    let first = Process::start(&work.data("first"), &[]);
    let token = work.done(&["token", "create", "--name", "entra", "--data-dir", "first"]);
    let key = work.done(&["api-key", "create", "--name", "app", "--scope", "admin", "--data-dir", "first"]);
    let (scim, app) = (caller(&first, &token), caller(&first, &key));
    let ada = fill(&scim).await;
    let before = told(&scim, &app, &ada).await;
    let walk = cursor(&scim).await;
    let end = app.get("//api/v1/events?limit=1000").await.expect(200).json["next"].clone();
    assert!(before.users.len() == 39 && before.groups.len() == 1 && end.as_i64() > Some(40), "{end}");

    // The first server still runs: it refuses what it can no longer keep, and says that it is not ready.
    let told_json = work.done(&["--json", "move", "--from", "sqlite://first", "--to", &url]);
    let report: Value = serde_json::from_str(&told_json).unwrap();
    assert_eq!((&report["tables"]["resource"], &report["was_done"]), (&json!(40), &json!(false)), "{report}");
    let late = scim.post("/Users", &json!({"userName": "late@x.example"})).await;
    assert_eq!(late.status, 503, "{}", late.text);
    assert!(late.header("retry-after").is_some());
    // What another process wrote is seen by readers within a second.
    let mut ready = 200;
    for _ in 0..100 {
        ready = app.get("//readyz").await.status;
        if ready == 503 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(ready, 503);
    first.kill();
    let (code, _, said) = work.provost(&["token", "list", "--data-dir", "first"]);
    assert!(code == 1 && said.contains("moved to PostgreSQL") && said.contains("hint:"), "{said}");

    let second = Process::start(&work.data("second"), &[("PROVOST_DATABASE_URL", &url)]);
    let (scim, app) = (caller(&second, &token), caller(&second, &key));
    assert_eq!(told(&scim, &app, &ada).await, before);
    // The tag is good for a write, the cursor of the walk for its next page, the cursor of the feed for what comes.
    let patch = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "title", "value": "moved"}]});
    let stale = scim.header("if-match", "W/\"999\"").patch(&format!("/Users/{ada}"), &patch).await;
    assert_eq!(stale.status, 412);
    scim.header("if-match", &before.tag).patch(&format!("/Users/{ada}"), &patch).await.expect(200);
    let page = scim.query("/Users", &[("cursor", &walk), ("count", "10")]).await.expect(200);
    assert_eq!(page.resources().len(), 10);
    let new = app.get(&format!("//api/v1/events?after={end}")).await.expect(200);
    assert_eq!(new.json["items"].as_array().unwrap().len(), 1, "{}", new.text);
    scim.post(
        "/Users",
        &json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "P1@x.example"}),
    )
    .await
    .expect(409);
    let before = told(&scim, &app, &ada).await;
    let walk = cursor(&scim).await;

    // And back, into a folder of its own.
    let (code, _, said) = work.provost(&["move", "--from", &url, "--to", "sqlite://third"]);
    assert!(code == 0 && said.contains("read back and compared"), "{said}");
    let late = scim.post("/Users", &json!({"userName": "late@x.example"})).await;
    assert_eq!(late.status, 503, "{}", late.text);
    second.kill();
    let third = Process::start(&work.data("third"), &[]);
    let (scim, app) = (caller(&third, &token), caller(&third, &key));
    assert_eq!(told(&scim, &app, &ada).await, before);
    let page = scim.query("/Users", &[("cursor", &walk), ("count", "10")]).await.expect(200);
    assert_eq!(page.resources().len(), 10);
    third.kill();

    // Nothing is written over, and the way back is a word of its own.
    let (code, _, said) = work.provost(&["move", "--from", "sqlite://third", "--to", "sqlite://first"]);
    assert!(code == 1 && said.contains("holds a directory already"), "{said}");
    work.done(&["move", "--reopen", "sqlite://first"]);
    work.done(&["token", "list", "--data-dir", "first"]);
}

/// Killed anywhere, a move leaves a source that can be used or a target that can, and runs again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_that_is_killed_is_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let Database::Postgres(url) = Database::new(folder.path()).await else { return };
    let work = Move { folder };
    let mut csv = "userName,email\n".to_owned();
    for n in 0..3_000 {
        csv.push_str(&format!("p{n}@x.example,p{n}@x.example\n"));
    }
    std::fs::write(work.data("people.csv"), csv).unwrap();
    work.done(&["learner", "import", "people.csv", "--data-dir", "first"]);
    let people = |at: &[&str]| {
        let out = work.done(&[&["learner", "export"], at].concat());
        out.lines().count() - 1
    };
    let mut kills = 0;
    let begun = Instant::now();
    let mut wait = Duration::from_millis(40);
    loop {
        let mut child = Command::new(binary())
            .args(["move", "--from", "sqlite://first", "--to", &url])
            .current_dir(work.folder.path())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(wait);
        match child.try_wait().unwrap() {
            Some(status) if status.success() => break,
            // The database has not noticed yet that the one before is no more.
            Some(_) => {}
            None => {
                child.kill().unwrap();
                child.wait().unwrap();
                kills += 1;
            }
        }
        // A quarter more each time, so that some die late.
        wait += wait / 4;
        assert!(begun.elapsed() < Duration::from_secs(120), "it never comes to its end");
    }
    assert!(kills > 2, "only {kills} were killed");
    assert_eq!(people(&["--database-url", &url]), 3_000);
}
