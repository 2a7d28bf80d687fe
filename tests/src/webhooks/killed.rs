//! The example app is killed, slowed, and made to answer 500, 429 and 410, to hang and to time out, while people change and
//! Provost itself is killed: it ends with the directory's learners, and was told of each of them in order.
//!
//! `cargo xtask soak` does the same over 100,000 changes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use client::{Client, Method, Request};
use serde_json::{Value, json};

use super::example::{Running, free_port, start_app};
use super::front::{Dice, Fault, Front};
use super::outside::{connect, directory, get, provost, said};
use crate::durability::server::{Process, token};

/// Changes at once.
const WRITERS: u64 = 16;
/// Those who change people wait for the app when it is so many changes behind, so that both go on together.
const AHEAD: u64 = 2_000;
/// For so long nothing may be told.
const PATIENCE: Duration = Duration::from_secs(60);

/// How much of it.
struct Plan {
    changes: u64,
    /// Deaths of Provost, and as many of the app.
    deaths: u64,
    /// Requests between two faults that cost a second.
    gap: u64,
}

impl Plan {
    fn read() -> Self {
        let changes = std::env::var("PROVOST_SOAK_CHANGES").ok().and_then(|text| text.parse().ok());
        let changes = changes.unwrap_or(1_200);
        Self { changes, deaths: 2 + changes / 4_000, gap: changes / (5 + changes / 800) }
    }

    /// After how many events told there is a death, in order.
    fn deaths(&self, dice: &mut Dice) -> Vec<u64> {
        let span = self.changes / (self.deaths + 1);
        (1..=self.deaths).map(|n| n * span - dice.below(span / 2 + 1)).collect()
    }
}

/// What those who change people share.
struct Changing {
    url: String,
    token: String,
    plan: u64,
    done: AtomicU64,
    front: Arc<Front>,
}

/// Provost and the app, which die and come back.
struct World {
    data: PathBuf,
    database: PathBuf,
    address: String,
    app_port: u16,
    secret: String,
    key: String,
}

impl World {
    fn provost(&self) -> Process {
        let pauses = vec!["100ms"; 500].join(",");
        let environment = [("PROVOST_WEBHOOK_SCHEDULE", pauses.as_str()), ("PROVOST_WEBHOOK_TIMEOUT", "1s")];
        Process::start_at(&self.address, &self.data, &environment)
    }

    fn app(&self) -> Running {
        let base = format!("http://{}", self.address);
        start_app(self.app_port, &self.database, &base, &self.secret, &self.key, "3600")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn the_example_app_ends_with_the_directorys_learners_whatever_befalls_it_and_provost() {
    let plan = Plan::read();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (token, app_port) = (token(&data), free_port());
    let front = Arc::new(Front::start(app_port, plan.gap).await);
    // So many removals are wanted here.
    provost(&data, &["connection", "set", "--guard-floor", "1000000"]);
    let url = front.url();
    let add = ["webhook", "add", &url, "--allow-private", "--tenant", "default", "--after", "0"];
    let secret = provost(&data, &add);
    assert!(secret.starts_with("whsec_"), "the secret alone: {secret}");
    let key = provost(&data, &["api-key", "create", "--name", "app", "--tenant", "default"]);
    let address = format!("127.0.0.1:{}", free_port());
    let database = folder.path().join("learners.db");
    let world = World { data, database, address, app_port, secret, key };
    let url = format!("http://{}", world.address);
    let api = connect(&format!("{url}/api/v1"), world.key.clone());
    let mut server = world.provost();
    let mut app = world.app();

    let changing = Arc::new(Changing {
        url: format!("{url}/scim_v2"),
        token,
        plan: plan.changes,
        done: AtomicU64::new(0),
        front: Arc::clone(&front),
    });
    let writing: Vec<_> =
        (0..WRITERS).map(|writer| tokio::spawn(change(Arc::clone(&changing), writer))).collect();
    let operating = tokio::spawn(operate(api, world.data.clone(), front.url()));
    let api = connect(&format!("{url}/api/v1"), world.key.clone());

    let mut dice = Dice(0xd1ce);
    let mut of_provost = plan.deaths(&mut dice).into_iter().peekable();
    let mut of_app = plan.deaths(&mut dice).into_iter().peekable();
    let (mut before, mut latest, began) = (0, Instant::now(), Instant::now());
    loop {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let told = front.record().seen.len() as u64;
        if told > before {
            (before, latest) = (told, Instant::now());
        }
        if of_provost.next_if(|at| *at <= told).is_some() {
            server.kill();
            tokio::time::sleep(Duration::from_millis(dice.below(800))).await;
            server = world.provost();
        }
        if of_app.next_if(|at| *at <= told).is_some() {
            drop(app);
            tokio::time::sleep(Duration::from_millis(dice.below(1_500))).await;
            app = world.app();
        }
        let all_dead = of_provost.peek().is_none() && of_app.peek().is_none();
        if all_dead && writing.iter().all(|one| one.is_finished()) && told_all(&api).await {
            break;
        }
        assert!(latest.elapsed() < PATIENCE, "nothing is told any more: {:?}", progress(&api).await);
    }
    for one in writing {
        one.await.unwrap();
    }
    operating.abort();
    agree(&plan, &world, &front, &api).await;
    let record = front.record();
    say(&format!(
        "{} changes in {:.0} s; {} requests for {} events; {} deaths of each; {:?}",
        changing.done.load(Ordering::Relaxed),
        began.elapsed().as_secs_f64(),
        record.requests,
        record.seen.len(),
        plan.deaths,
        record.faults,
    ));
    drop(app);
    server.kill();
}

fn say(line: &str) {
    eprintln!("{line}");
}

/// The app, what it said yes to, and the directory say the same; and nothing was left out.
async fn agree(plan: &Plan, world: &World, front: &Front, api: &Client) {
    let directory = directory(api).await;
    let answer = connect(&format!("http://127.0.0.1:{}", world.app_port), String::new());
    let answer = answer.send(Request::new(Method::GET, "/learners")).await.unwrap().into_json();
    let of_app = answer.as_object().unwrap().iter().map(|(id, profile)| (id.clone(), said(profile)));
    same("the app", &of_app.collect(), &directory);
    // What befell the webhook itself is told of as well, a moment later.
    let events = events(api).await;
    while !told_all(api).await {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let record = front.record();
    let told = record.learners.iter().map(|(id, profile)| (id.clone(), said(profile)));
    same("what was told", &told.collect(), &directory);
    assert_eq!(record.disorder, Vec::<String>::new());
    let missing: Vec<_> = events.iter().filter(|(id, _)| !record.seen.contains(id)).collect();
    assert!(missing.is_empty(), "of {} events these were not told: {missing:?}", events.len());
    assert!(events.len() as u64 >= plan.changes * 9 / 10, "{} events", events.len());
    assert!(directory.len() as u64 > plan.changes / 50, "{} people", directory.len());
    let all = [
        Fault::Refused,
        Fault::Busy,
        Fault::Gone,
        Fault::Hung,
        Fault::Late,
        Fault::Closed,
        Fault::Lost,
        Fault::Slow,
        Fault::Away,
    ];
    let lacking: Vec<_> = all.iter().filter(|fault| !record.faults.contains_key(*fault)).collect();
    assert!(lacking.is_empty(), "never happened: {lacking:?}");
}

fn same(whose: &str, table: &BTreeMap<String, Value>, directory: &BTreeMap<String, Value>) {
    let other = directory.iter().filter(|(id, profile)| table.get(*id) != Some(*profile)).count();
    let extra = table.keys().filter(|id| !directory.contains_key(*id)).count();
    let all = directory.len();
    assert_eq!((other, extra), (0, 0), "{whose}: learners that are otherwise, and too many, of {all}");
}

/// Creates, changes, disables and removes people of his own, whoever answers or not, until enough is done.
async fn change(shared: Arc<Changing>, writer: u64) {
    let mut dice = Dice(writer * 0x9e37_79b9 + 1);
    let mut client = connect(&shared.url, shared.token.clone());
    let mut people: Vec<(String, bool)> = Vec::new();
    let mut number = 0;
    while shared.done.load(Ordering::Relaxed) < shared.plan {
        let told = shared.front.record().seen.len() as u64;
        if shared.done.load(Ordering::Relaxed) > told + AHEAD {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        }
        number += 1;
        let some = dice.below(people.len().max(1) as u64) as usize;
        let act = dice.below(10);
        let one = people.get(some).map(|(id, _)| format!("/Users/{id}")).unwrap_or_default();
        let request = if people.len() < 3 || act < 3 {
            let name = format!("p{writer}-{number}@hooks.example");
            let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name});
            Request::new(Method::POST, "/Users").json(&body)
        } else if act == 9 {
            Request::new(Method::DELETE, &one)
        } else {
            let change = if act == 8 {
                json!({"op": "replace", "path": "active", "value": !people[some].1})
            } else {
                json!({"op": "replace", "path": "title", "value": format!("t{number}")})
            };
            let schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
            Request::new(Method::PATCH, &one).json(&json!({"schemas": [schema], "Operations": [change]}))
        };
        let created = one.is_empty() || people.len() < 3 || act < 3;
        let Ok(response) = client.send(request).await else {
            // Whether it was done is not known; whoever was created so is nobody's here.
            tokio::time::sleep(Duration::from_millis(100)).await;
            client = connect(&shared.url, shared.token.clone());
            continue;
        };
        match response.status().as_u16() {
            201 if created => people.push((response.into_json()["id"].as_str().unwrap().to_owned(), true)),
            204 => {
                people.swap_remove(some);
            }
            200 if act == 8 => people[some].1 = !people[some].1,
            200 => {}
            // Removed by a request whose answer was lost.
            404 => {
                people.swap_remove(some);
                continue;
            }
            other => panic!("{other}: {}", response.text()),
        }
        shared.done.fetch_add(1, Ordering::Relaxed);
    }
}

/// Switches the webhook on again whenever a 410 has switched it off, as an operator would.
async fn operate(api: Client, data: PathBuf, url: String) {
    loop {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let Ok(response) = api.send(Request::new(Method::GET, "/webhooks")).await else { continue };
        if response.status().as_u16() == 200 && response.into_json()["items"][0]["enabled"] == false {
            let (data, url) = (data.clone(), url.clone());
            let set = move || provost(&data, &["webhook", "set", &url, "--enabled", "true"]);
            tokio::task::spawn_blocking(set).await.unwrap();
        }
    }
}

async fn progress(api: &Client) -> Option<Value> {
    let response = api.send(Request::new(Method::GET, "/webhooks")).await.ok()?;
    Some(response.into_json()["items"][0].clone())
}

/// Whether the webhook has been told everything.
async fn told_all(api: &Client) -> bool {
    let Some(hook) = progress(api).await else { return false };
    assert_eq!(hook["progress"]["givenUp"], 0);
    hook["enabled"] == true && hook["progress"]["lag"] == 0 && hook["progress"]["waiting"] == 0
}

/// Ids of all events of the feed, each with what it is.
async fn events(api: &Client) -> Vec<(String, String)> {
    let (mut found, mut after) = (Vec::new(), 0);
    loop {
        let page = get(api, &format!("/events?after={after}&limit=1000&tenant=default")).await;
        let items = page["items"].as_array().unwrap();
        found.extend(items.iter().map(|event| {
            let id = event["id"].as_str().unwrap().to_owned();
            (id, format!("{} at {}", event["type"], event["position"]))
        }));
        after = page["next"].as_i64().unwrap();
        if page["more"] != true {
            return found;
        }
    }
}
