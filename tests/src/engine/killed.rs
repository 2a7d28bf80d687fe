//! The engine's process is killed a hundred times during an initial cycle, at any byte of any request and at any moment
//! between them.
//!
//! What it sends goes through a relay in this process, which lets so many bytes through and then kills it: in the middle
//! of a request, or with the answer on its way. How far each run may get follows from how far the job is, so that the
//! deaths are spread over the whole cycle however fast the machine is. Every seventh run dies at a moment instead, which
//! falls into its start, the reading of the source, or the work.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use base::{Entropy, Secret, SeededEntropy};
use client::{Client, Query};
use entra::model::Kind;
use entra::state::State;
use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use super::world::ENTERPRISE;
use crate::durability::server::{Process, binary, token};

const PEOPLE: usize = 5_000;
const DEATHS: usize = 100;
/// People of the undisturbed run that the outcome is compared with: the same as the first of the others.
const UNDISTURBED: usize = 300;

/// Between the engine and the server: counts what the engine sends.
struct Relay {
    address: SocketAddr,
    /// Bytes that may still pass.
    budget: AtomicI64,
    /// Told when they are used up.
    spent: Notify,
}

impl Relay {
    async fn start(server: &str) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let relay = Arc::new(Self { address, budget: AtomicI64::new(i64::MAX), spent: Notify::new() });
        let server: SocketAddr =
            server.trim_start_matches("http://").split('/').next().unwrap().parse().unwrap();
        let accepting = Arc::clone(&relay);
        tokio::spawn(async move {
            while let Ok((engine, _)) = listener.accept().await {
                let relay = Arc::clone(&accepting);
                // Either side may go away at any time.
                tokio::spawn(async move { drop(relay.join(engine, server).await) });
            }
        });
        relay
    }

    fn url(&self) -> String {
        format!("http://{}/scim_v2", self.address)
    }

    fn used(&self) -> i64 {
        i64::MAX - self.budget.load(Ordering::SeqCst)
    }

    async fn join(&self, engine: TcpStream, server: SocketAddr) -> std::io::Result<()> {
        let server = TcpStream::connect(server).await?;
        engine.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let (mut from_engine, mut to_engine) = engine.into_split();
        let (mut from_server, mut to_server) = server.into_split();
        let back = tokio::spawn(async move { copy(&mut from_server, &mut to_engine).await });
        let mut buffer = vec![0; 16_384];
        loop {
            let n = from_engine.read(&mut buffer).await?;
            if n == 0 {
                break;
            }
            let left = self.budget.fetch_sub(n as i64, Ordering::SeqCst);
            if left <= n as i64 {
                to_server.write_all(&buffer[..left.clamp(0, n as i64) as usize]).await?;
                self.spent.notify_one();
                break;
            }
            to_server.write_all(&buffer[..n]).await?;
        }
        drop(to_server);
        back.await??;
        Ok(())
    }
}

fn start(folder: &Path, source: &str, state: &str, url: &str, token: &str) -> Child {
    Command::new(binary())
        .args([
            "entra",
            "provision",
            "--json",
            "--external-id",
            "object-id",
            "--source",
            source,
            "--state-dir",
            state,
        ])
        .current_dir(folder)
        .env("PROVOST_TENANT_URL", url)
        .env("PROVOST_SECRET_TOKEN", token)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

async fn ended(child: &mut Child) -> ExitStatus {
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn id(n: usize) -> String {
    format!("00000000-0000-4000-8000-{n:012x}")
}

/// So many people, of whom each reports to one before him, and a group of the first.
fn organisation(count: usize) -> Json {
    let person = |n: usize| {
        let name = format!("p{n:05}@x.example");
        json!({
            "id": id(n), "accountEnabled": true, "userPrincipalName": name, "displayName": format!("Person {n}"),
            "givenName": "Person", "surname": format!("{n}"), "mail": name, "department": format!("D{}", n % 7),
            "employeeId": format!("{n}"), "manager": {"id": id(n / 10)},
        })
    };
    let members: Vec<_> = (0..100).map(|n| json!({"id": id(n)})).collect();
    json!({
        "users": (0..count).map(person).collect::<Vec<_>>(),
        "groups": [{"id": id(1 << 40), "displayName": "Pilot", "members": members}],
    })
}

/// Everything of an endpoint by `externalId`, without what is made anew in each server: ids are told by whose they are.
async fn outcome(url: &str, token: &str) -> BTreeMap<String, Json> {
    let client = Client::builder(url).bearer(Secret::new(token.to_owned())).build().unwrap();
    let mut all = client.list_all(Query::new("/Users")).await.unwrap();
    all.extend(client.list_all(Query::new("/Groups")).await.unwrap());
    let external = |r: &Json| r["externalId"].as_str().unwrap().to_owned();
    let names: BTreeMap<String, String> =
        all.iter().map(|r| (r["id"].as_str().unwrap().to_owned(), external(r))).collect();
    let named = |value: &mut Json| {
        let name = value["value"].as_str().map(|id| names[id].clone()).unwrap();
        *value = json!(name);
    };
    let count = all.len();
    let mut found = BTreeMap::new();
    for mut resource in all {
        let key = external(&resource);
        let object = resource.as_object_mut().unwrap();
        for volatile in ["id", "meta", "groups"] {
            object.remove(volatile);
        }
        if let Some(manager) = resource.pointer_mut(&format!("/{ENTERPRISE}/manager")) {
            named(manager);
        }
        for member in resource["members"].as_array_mut().into_iter().flatten() {
            named(member);
        }
        if let Some(members) = resource.get_mut("members").and_then(Json::as_array_mut) {
            members.sort_by_key(ToString::to_string);
        }
        found.insert(key, resource);
    }
    assert_eq!(found.len(), count, "somebody is there twice");
    found
}

/// How much of the job is done, from what it remembers.
fn done(state: &Path) -> f64 {
    // A job that died while it made its state has none yet.
    let Ok(state) = State::look(state) else { return 0.0 };
    let Ok(counts) = state.counts(Kind::User) else { return 0.0 };
    let referring = counts.linked.saturating_sub(counts.references_due);
    (counts.linked + referring) as f64 / (2 * PEOPLE) as f64
}

fn share(entropy: &SeededEntropy) -> f64 {
    let mut bytes = [0; 4];
    entropy.fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_a_hundred_times_the_target_ends_as_after_one_undisturbed_run() {
    base::install_crypto_provider();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(path.join("all.json"), organisation(PEOPLE).to_string()).unwrap();
    std::fs::write(path.join("some.json"), organisation(UNDISTURBED).to_string()).unwrap();

    // One run that nobody disturbs, into a server of its own.
    let other = path.join("other");
    let other_token = token(&other);
    let server = Process::start(&other, &[]);
    let relay = Relay::start(&server.tenant_url).await;
    let mut child = start(path, "some.json", "undisturbed", &relay.url(), &other_token);
    assert!(ended(&mut child).await.success());
    let undisturbed = outcome(&server.tenant_url, &other_token).await;
    let all_bytes = (relay.used() as f64) * (PEOPLE as f64) / (UNDISTURBED as f64);
    server.kill();

    let data = path.join("data");
    let secret = token(&data);
    let server = Process::start(&data, &[]);
    let relay = Relay::start(&server.tenant_url).await;
    let (entropy, state) = (SeededEntropy::new(5_000), path.join("state"));
    let mut deaths = 0;
    let mut reached = Vec::new();
    while deaths < DEATHS {
        let wanted = (deaths as f64 + share(&entropy)) / (DEATHS as f64 + 4.0);
        let far = (wanted - done(&state)).max(0.01 * share(&entropy));
        let by_moment = deaths % 7 == 6;
        let budget = if by_moment { f64::MAX } else { far * all_bytes };
        relay.budget.store(budget as i64, Ordering::SeqCst);
        let mut child = start(path, "all.json", "state", &relay.url(), &secret);
        let moment =
            if by_moment { Duration::from_millis((share(&entropy) * 600.0) as u64) } else { Duration::MAX };
        tokio::select! {
            () = relay.spent.notified() => {}
            () = tokio::time::sleep(moment.min(Duration::from_secs(100))) => {}
            status = ended(&mut child) => {
                panic!("it was through after {deaths} deaths ({status}), having come to {:?}", reached.last());
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        deaths += 1;
        reached.push(done(&state));
    }
    let in_users = reached.iter().filter(|done| (0.01..0.5).contains(*done)).count();
    let in_references = reached.iter().filter(|done| (0.5..1.0).contains(*done)).count();
    assert!(in_users >= 15 && in_references >= 15, "deaths are badly spread: {in_users}, {in_references}");

    relay.budget.store(i64::MAX, Ordering::SeqCst);
    let mut child = start(path, "all.json", "state", &relay.url(), &secret);
    assert!(ended(&mut child).await.success());
    let found = outcome(&server.tenant_url, &secret).await;
    server.kill();
    assert_eq!(found.len(), PEOPLE + 1);
    for (id, undisturbed) in &undisturbed {
        assert_eq!(found.get(id), Some(undisturbed));
    }
    for n in 0..PEOPLE {
        let person = &found[&id(n)];
        assert_eq!(person["userName"], format!("p{n:05}@x.example"));
        assert_eq!(person["displayName"], format!("Person {n}"));
        assert_eq!(person[ENTERPRISE]["employeeNumber"], format!("{n}"));
        assert_eq!(person[ENTERPRISE]["manager"], id(n / 10));
        assert_eq!(person["active"], true);
    }
}
