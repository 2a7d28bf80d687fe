//! A job that is ended anywhere goes on where it was.

use std::sync::Arc;
use std::time::Duration;

use entra::state::{State, StateFault};
use serde_json::{Value as Json, json};

use super::world::{DIALECTS, World, options, person};

fn organisation(n: usize) -> Json {
    let users: Vec<_> = (0..n)
        .map(|n| {
            let mut user = person(&format!("p{n:03}"));
            user["manager"] = json!({"id": format!("p{:03}", n / 2)});
            user
        })
        .collect();
    let members: Vec<_> = (0..n / 2).map(|n| json!({"id": format!("p{n:03}")})).collect();
    json!({"users": users, "groups": [{"id": "g", "displayName": "Eng", "members": members}]})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ended_at_any_moment_it_doubles_nobody_and_loses_nobody() {
    for dialect in DIALECTS {
        let folder = tempfile::tempdir().unwrap();
        let world = World::new(dialect, organisation(120)).await;
        let mut ended = 0;
        for millis in (5..).step_by(23) {
            let state = loop {
                // A reader of the source that was under way when the job was ended lets go a moment later.
                match State::open(folder.path()) {
                    Err(StateFault::Locked(_)) => tokio::time::sleep(Duration::from_millis(5)).await,
                    state => break state.unwrap(),
                }
            };
            let options =
                options(world.server.address, &world.entra, dialect, &world.source, state, &world.clock);
            let job = Arc::new(entra::job::Job::open(options).unwrap());
            let running = Arc::clone(&job);
            let mut cycle = tokio::spawn(async move { running.cycle(&mut |_| ()).await });
            tokio::select! {
                result = &mut cycle => {
                    let report = result.unwrap().unwrap();
                    assert_eq!((report.tally.failed, report.tally.references_failed), (0, 0));
                    break;
                }
                () = tokio::time::sleep(Duration::from_millis(millis)) => {
                    cycle.abort();
                    let _ = cycle.await;
                    ended += 1;
                }
            }
        }
        assert!(ended > 2, "it was too fast to be ended: {ended}");
        let users = world.entra.get("/Users?count=1000").await.expect(200);
        assert_eq!(users.total(), 120);
        let with_manager =
            users.resources().iter().filter(|u| u[super::world::ENTERPRISE]["manager"]["value"].is_string());
        assert_eq!(with_manager.count(), 120);
        assert_eq!(world.group("Eng").await.unwrap().len(), 60);
    }
}

#[tokio::test]
async fn a_state_is_one_targets() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(DIALECTS[0], organisation(2)).await;
    drop(world.reopen(world.server.address, DIALECTS[0], folder.path()));
    let state = State::open(folder.path()).unwrap();
    let elsewhere = std::net::SocketAddr::from(([127, 0, 0, 1], 1));
    let options = options(elsewhere, &world.entra, DIALECTS[0], &world.source, state, &world.clock);
    let fault = entra::job::Job::open(options).unwrap_err();
    assert!(matches!(fault, entra::job::JobFault::OtherTarget { .. }), "{fault}");
}
