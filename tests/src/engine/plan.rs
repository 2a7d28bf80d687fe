//! Rehearsals, comparisons, and one person at a time.

use entra::job::{Effect, JobFault, Progress};
use entra::log::Status;
use entra::mapping::Mapping;
use entra::model::Kind;
use entra::wire::Dialect;
use serde_json::json;

use super::world::{DIALECTS, World, people, person, with_group};

#[tokio::test]
async fn a_plan_is_what_the_next_cycle_does_and_does_nothing_itself() {
    for dialect in DIALECTS {
        let world = World::new(dialect, with_group(&["ann", "bob", "cyd"], "Eng", &["ann", "bob"])).await;
        world.set("ann", "manager", json!({"id": "bob"}));
        world.entra.user("cyd@x.example").await;
        let events = world.server.count_events().await;
        let mut planned = Vec::new();
        let plan = world
            .job
            .plan(&mut |progress| {
                if let Progress::Done(
                    effect @ (Effect::Created(_) | Effect::AdoptedAndUpdated(_)),
                    Some(entry),
                ) = progress
                {
                    planned.push((effect, entry.source.name.clone(), entry.modified.len()));
                }
            })
            .await
            .unwrap();
        assert_eq!(world.server.count_events().await, events, "nothing was written");
        assert_eq!(
            (plan.tally.created, plan.tally.adopted, plan.tally.managers_set, plan.tally.members_added),
            (3, 1, 1, 2)
        );
        assert!(planned.iter().all(|(_, _, changes)| *changes > 1), "{planned:?}");
        let done = world.cycle().await;
        assert_eq!(done.tally, plan.tally);
        // And after a change.
        world.remove("bob");
        world.set("cyd", "jobTitle", json!("Dean"));
        let plan = world.job.plan(&mut |_| ()).await.unwrap();
        assert_eq!((plan.tally.disabled, plan.tally.updated), (1, 1));
        assert_eq!(world.cycle().await.tally, plan.tally);
    }
}

#[tokio::test]
async fn a_comparison_needs_no_memory() {
    let world = World::new(DIALECTS[0], with_group(&["ann", "bob", "cyd"], "Eng", &["ann"])).await;
    world.cycle().await;
    let extra = world.entra.user("zoe@x.example").await;
    world.set("ann", "jobTitle", json!("Dean"));
    world.set("bob", "manager", json!({"id": "cyd"}));
    world.add(person("new"));
    // Another job, which has never run: it recognises everybody by name.
    let state = entra::state::State::temporary().unwrap();
    let options = super::world::options(
        world.server.address,
        &world.entra,
        DIALECTS[0],
        &world.source,
        state,
        &world.clock,
    );
    let stranger = entra::job::Job::open(options).unwrap();
    for job in [&world.job, &stranger] {
        let mut findings = Vec::new();
        let report = job.diff(&mut |finding| findings.push(finding)).await.unwrap();
        assert_eq!(
            (report.missing, report.extra, report.differing, report.memberships),
            (1, 1, 2, 0),
            "{findings:?}"
        );
        let text = format!("{findings:?}");
        assert!(text.contains(&extra) && text.contains("Dean") && text.contains("manager"), "{text}");
    }
}

// entra §4.9
#[tokio::test]
async fn on_demand_takes_five_steps_and_neither_disables_nor_restores() {
    let world = World::new(Dialect::Entra2020, with_group(&["ann", "bob"], "Eng", &["ann", "bob"])).await;
    let done = world.job.on_demand(Kind::User, "ann", &[]).await.unwrap();
    let names: Vec<_> = done.steps.iter().map(|step| step.name).collect();
    assert_eq!(names, ["Test connection", "Import", "Determine scope", "Match", "Perform action"]);
    assert!(done.steps.iter().all(|step| step.status == Status::Success), "{:?}", done.steps);
    assert_eq!(done.effect, Effect::Created(Kind::User));
    assert!(done.entries[0].on_demand);
    let done = world.job.on_demand(Kind::Group, "g-Eng", &["ann".into(), "bob".into()]).await.unwrap();
    assert_eq!(done.members_added, 1, "bob is not there yet");
    assert_eq!(world.group("Eng").await.unwrap(), ["ann@x.example"]);
    let report = world.cycle().await;
    assert_eq!((report.tally.created, report.tally.members_added), (1, 1));
    world.set("ann", "accountEnabled", json!(false));
    let done = world.job.on_demand(Kind::User, "ann", &[]).await.unwrap();
    assert_eq!(
        (done.effect, world.there("ann@x.example").await["active"].clone()),
        (Effect::Skipped(Kind::User), json!(true))
    );
    assert_eq!(world.cycle().await.tally.disabled, 1, "the next cycle does");
    assert!(matches!(world.job.on_demand(Kind::User, "zoe", &[]).await, Err(JobFault::Unknown { .. })));
    assert!(matches!(world.job.on_demand(Kind::User, "ann", &[]).await.map(|_| ()), Ok(())));
    assert!(matches!(world.job.on_demand(Kind::User, "ann", &[]).await, Err(JobFault::TooOften(_))));
    let six: Vec<_> = (0..6).map(|n| n.to_string()).collect();
    assert!(matches!(
        world.job.on_demand(Kind::Group, "g-Eng", &six).await,
        Err(JobFault::TooManyMembers(6))
    ));
}

// entra §4.1: a changed mapping goes over everything again
#[tokio::test]
async fn a_changed_mapping_is_an_initial_cycle() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(DIALECTS[0], people(&["ann"])).await;
    let open = |mapping: Option<Mapping>| {
        let state = entra::state::State::open(folder.path()).unwrap();
        let mut options = super::world::options(
            world.server.address,
            &world.entra,
            DIALECTS[0],
            &world.source,
            state,
            &world.clock,
        );
        if let Some(mapping) = mapping {
            options.mapping = mapping;
        }
        entra::job::Job::open(options).unwrap()
    };
    let job = open(None);
    assert!(job.cycle(&mut |_| ()).await.unwrap().initial);
    drop(job);
    let job = open(None);
    assert!(!job.cycle(&mut |_| ()).await.unwrap().initial);
    drop(job);
    let text = super::world::schema().to_json().to_string();
    let text = text
        .replace("\"name\":\"jobTitle\"", "\"name\":\"department\"")
        .replace("[jobTitle]", "[department]");
    let schema = entra::schema::Schema::read(&text).unwrap();
    let job = open(Some(super::world::mapping(&schema)));
    let report = job.cycle(&mut |_| ()).await.unwrap();
    assert_eq!((report.initial, report.tally.updated), (true, 1));
    assert_eq!(world.there("ann@x.example").await["title"], "Research");
}
