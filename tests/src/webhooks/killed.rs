//! Provost is killed at random while people change and a receiver fails at random: at the end the app's table of learners
//! is the directory's, and the app has seen each subject's events in order.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base::Secret;
use client::{Client, Method, Request, RetryPolicy};
use serde_json::{Value, json};

use super::receiver::{Answer, Got, Receiver};
use crate::durability::server::{Process, binary, token};

/// Deaths.
const KILLS: u64 = 9;

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// The app: takes what it was given, once and in order, and keeps a table of learners.
#[derive(Default)]
struct App {
    seen: HashSet<String>,
    last: HashMap<String, i64>,
    learners: BTreeMap<String, Value>,
    disorder: Vec<String>,
}

impl App {
    fn take(&mut self, got: &Got) {
        if !self.seen.insert(got.headers["webhook-id"].clone()) {
            return;
        }
        let (subject, position) = (got.subject(), got.position());
        if let Some(before) = self.last.insert(subject.clone(), position)
            && before >= position
        {
            self.disorder.push(format!("{subject}: {before} before {position}"));
        }
        let kind = got.kind();
        if kind == "learner.removed" {
            self.learners.remove(&subject);
        } else if kind.starts_with("learner.") {
            self.learners.insert(subject, got.json()["data"]["data"]["profile"].clone());
        }
    }
}

pub(super) fn provost(data: &Path, args: &[&str]) -> String {
    let output = Command::new(binary()).args(args).arg("--data-dir").arg(data).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_fails_at_random_ends_with_the_directorys_learners_though_provost_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let token = token(folder.path());
    let app = Arc::new(Mutex::new(App::default()));
    let receiver = Receiver::start().await;
    let (taking, mut dice) = (Arc::clone(&app), Dice(0x5eed));
    receiver.rule(move |got| match dice.below(120) {
        0..9 => Answer::Status(500),
        9 => Answer::With(429, "retry-after", "1".into()),
        10 => Answer::Hang,
        11..14 => Answer::Close,
        14..17 => {
            // It takes what it was given, and its answer is lost.
            taking.lock().unwrap().take(got);
            Answer::Close
        }
        _ => {
            taking.lock().unwrap().take(got);
            Answer::Status(200)
        }
    });
    // So many removals are wanted here.
    provost(folder.path(), &["connection", "set", "--guard-floor", "1000000"]);
    let added = provost(folder.path(), &["webhook", "add", &receiver.url(), "--allow-private"]);
    assert!(added.starts_with("whsec_"), "the secret alone: {added}");
    let pauses = vec!["100ms"; 200].join(",");
    let environment = [("PROVOST_WEBHOOK_SCHEDULE", pauses.as_str()), ("PROVOST_WEBHOOK_TIMEOUT", "1s")];
    let mut dice = Dice(0xd1ce);
    let mut people = Vec::new();
    for round in 0..KILLS {
        let server = Process::start(folder.path(), &environment);
        let url = server.tenant_url.clone();
        let writing = change_until_gone(url, token.clone(), Dice(dice.below(1 << 40) + 1), people);
        let writing = tokio::spawn(writing);
        // Every third life is long enough for what the one before it held to be let go.
        let long = if round % 3 == 2 { 7_000 } else { 0 };
        tokio::time::sleep(Duration::from_millis(150 + dice.below(600) + long)).await;
        server.kill();
        people = writing.await.unwrap();
    }
    let key = provost(folder.path(), &["api-key", "create", "--name", "app"]);
    let server = Process::start(folder.path(), &environment);
    let api = connect(&server.tenant_url.replace("/scim_v2", "/api/v1"), key);
    told_all(&api).await;
    let directory = directory(&api).await;
    server.kill();
    let app = app.lock().unwrap();
    assert_eq!(app.disorder, Vec::<String>::new());
    assert!(directory.len() > 20 && app.seen.len() > 100, "{} {}", directory.len(), app.seen.len());
    let told: BTreeMap<_, _> = app.learners.iter().map(|(id, profile)| (id.clone(), said(profile))).collect();
    let other = directory.iter().filter(|(id, profile)| told.get(*id) != Some(*profile)).count();
    let extra = told.keys().filter(|id| !directory.contains_key(*id)).count();
    assert_eq!(
        (other, extra),
        (0, 0),
        "learners that the app has otherwise, and too many, of {}",
        directory.len()
    );
}

/// Creates, changes, disables and removes people until the server is gone; gives those who may be there.
async fn change_until_gone(
    url: String,
    token: String,
    mut dice: Dice,
    mut people: Vec<String>,
) -> Vec<String> {
    let client = connect(&url, token);
    loop {
        tokio::time::sleep(Duration::from_millis(5)).await;
        let some = dice.below(people.len().max(1) as u64) as usize;
        let act = dice.below(10);
        let one = people.get(some).map(|id| format!("/Users/{id}")).unwrap_or_default();
        let request = if people.len() < 5 || act < 4 {
            let name = format!("p{}@hooks.example", dice.below(u64::MAX));
            let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name});
            Request::new(Method::POST, "/Users").json(&body)
        } else if act == 9 {
            Request::new(Method::DELETE, &one)
        } else {
            let change = if act == 8 {
                json!({"op": "replace", "path": "active", "value": dice.below(2) == 0})
            } else {
                json!({"op": "replace", "path": "title", "value": format!("t{}", dice.below(1000))})
            };
            let schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
            Request::new(Method::PATCH, &one).json(&json!({"schemas": [schema], "Operations": [change]}))
        };
        let Ok(response) = client.send(request).await else { return people };
        match response.status().as_u16() {
            201 => people.push(response.into_json()["id"].as_str().unwrap().to_owned()),
            204 => {
                people.swap_remove(some);
            }
            200 | 404 => {}
            other => panic!("{other}: {}", response.text()),
        }
    }
}

/// A client that tries once: the server is about to be killed.
pub(super) fn connect(url: &str, token: String) -> Client {
    base::install_crypto_provider();
    let client = Client::builder(url).bearer(Secret::new(token)).retries(RetryPolicy::none());
    client.timeout(Duration::from_secs(20)).build().unwrap()
}

async fn get(api: &Client, path: &str) -> Value {
    let response = api.send(Request::new(Method::GET, path)).await.unwrap();
    assert_eq!(response.status().as_u16(), 200, "{path}: {}", response.text());
    response.into_json()
}

/// Waits until the webhook has been told everything.
async fn told_all(api: &Client) {
    for _ in 0..1200 {
        let hooks = get(api, "/webhooks").await;
        let progress = &hooks["items"][0]["progress"];
        if progress["lag"] == 0 && progress["waiting"] == 0 {
            assert_eq!(progress["givenUp"], 0);
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{}", get(api, "/webhooks").await);
}

/// What a profile says: the feed leaves out what is empty, and a snapshot does not.
pub(super) fn said(profile: &Value) -> Value {
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    };
    let members = profile.as_object().unwrap().iter().filter(|(_, value)| !empty(value));
    members.map(|(name, value)| (name.clone(), value.clone())).collect::<serde_json::Map<_, _>>().into()
}

/// Everybody's profile, by id.
pub(super) async fn directory(api: &Client) -> BTreeMap<String, Value> {
    let mut learners = BTreeMap::new();
    let mut path = "/tenants/default/snapshot".to_owned();
    loop {
        let page = get(api, &path).await;
        for learner in page["items"].as_array().unwrap() {
            learners.insert(learner["id"].as_str().unwrap().to_owned(), said(&learner["profile"]));
        }
        match page["next"].as_str() {
            Some(next) => path = format!("/tenants/default/snapshot?cursor={next}"),
            None => return learners,
        }
    }
}
