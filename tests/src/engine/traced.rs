//! What a job sends, seen by its own trace: matching by one attribute after another, links that survive a restart, the
//! form of what is sent on demand.

use std::sync::Arc;

use base::Secret;
use client::MemorySink;
use entra::job::Job;
use entra::mapping::Mapping;
use entra::model::Kind;
use entra::schema::Schema;
use entra::state::State;
use entra::wire::Dialect;
use serde_json::{Value as Json, json};

use super::world::{DIALECTS, World, mapping, options, people, schema, with_group};

/// A world whose job's exchanges are kept, as lines of method, path and body.
async fn traced(dialect: Dialect, document: Json, mapping: Mapping) -> (World, Arc<MemorySink>) {
    let sink = Arc::new(MemorySink::new());
    let trace = Arc::clone(&sink);
    let world = World::new(dialect, document).await;
    let (address, state) = (world.server.address, State::temporary().unwrap());
    let mut options = options(address, &world.entra, dialect, &world.source, state, &world.clock);
    options.mapping = mapping;
    let url = format!("http://{address}/scim_v2");
    let client = options.wire.client(&url).bearer(Secret::new(world.entra.token().to_owned())).trace(trace);
    options.client = client.build().unwrap();
    let job = Job::open(options).unwrap();
    (World { job, ..world }, sink)
}

fn lines(sink: &MemorySink) -> Vec<String> {
    let line = |e: client::Exchange| {
        let path = e.url.split_once("/scim_v2").unwrap().1.to_owned();
        format!("{} {path} {}", e.method, e.request_body.unwrap_or_default())
    };
    sink.take().into_iter().map(line).collect()
}

fn edited(edit: impl FnOnce(&mut Json)) -> Mapping {
    let mut document = schema().to_json();
    edit(&mut document["synchronizationRules"][0]["objectMappings"]);
    mapping(&Schema::read(&document.to_string()).unwrap())
}

// entra §4.3
#[tokio::test]
async fn matching_goes_on_to_the_next_attribute_until_somebody_is_found() {
    let by_both = edited(|mappings| {
        let attributes = mappings[0]["attributeMappings"].as_array_mut().unwrap();
        let second = attributes.iter_mut().find(|m| m["targetAttributeName"] == "externalId").unwrap();
        second["matchingPriority"] = json!(2);
    });
    let (world, sink) = traced(DIALECTS[0], people(&["ann", "bob"]), by_both).await;
    let old = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ann.before@x.example", "externalId": "ann"});
    let id = world.entra.post("/Users", &old).await.expect(201).id().to_owned();
    let report = world.cycle().await;
    assert_eq!((report.tally.created, report.tally.adopted), (1, 1));
    assert_eq!(world.there("ann@x.example").await["id"], id, "found by the second, and renamed");
    let asked: Vec<_> =
        lines(&sink).into_iter().filter(|l| l.contains("filter=") && l.contains("ann")).collect();
    assert_eq!(
        asked,
        [
            "GET /Users?filter=userName+eq+%22ann%40x.example%22 ",
            "GET /Users?filter=externalId+eq+%22ann%22 "
        ]
    );
}

// entra §4.3, §4.10
#[tokio::test]
async fn links_survive_a_restart_unless_it_is_a_full_one() {
    let (world, sink) = traced(DIALECTS[0], people(&["ann"]), mapping(&schema())).await;
    world.cycle().await;
    drop(sink.take());
    for (scope, matched) in [("", false), ("Full", true)] {
        world.job.restart(scope.parse().unwrap()).unwrap();
        assert!(world.cycle().await.initial);
        let asked = lines(&sink).iter().any(|l| l.contains("ann%40x.example"));
        assert_eq!(asked, matched, "{scope:?}");
    }
}

// entra §4.9: the flag does not work with provision on demand
#[tokio::test]
async fn on_demand_speaks_the_default_form_whatever_the_flag() {
    let (world, sink) = traced(Dialect::Entra2020, people(&["ann"]), mapping(&schema())).await;
    world.cycle().await;
    for (title, op) in [("Dean", "\"op\":\"Replace\""), ("Head", "\"op\":\"replace\"")] {
        world.set("ann", "jobTitle", json!(title));
        drop(sink.take());
        match op.contains("Replace") {
            true => drop(world.job.on_demand(Kind::User, "ann", &[]).await.unwrap()),
            false => drop(world.cycle().await),
        }
        let sent = lines(&sink);
        let patch = sent.iter().find(|l| l.starts_with("PATCH")).unwrap();
        assert!(patch.contains(op) && patch.contains(title), "{patch}");
    }
}

// entra §4.4
#[tokio::test]
async fn the_mapping_of_groups_can_be_switched_off() {
    let off = edited(|mappings| mappings[1]["enabled"] = json!(false));
    let (world, sink) = traced(DIALECTS[0], with_group(&["ann"], "Eng", &["ann"]), off).await;
    assert_eq!(world.cycle().await.tally.created, 1);
    assert!(lines(&sink).iter().all(|line| !line.contains("/Groups")));
}
