//! The sample organisation: a company with guests, people without e-mail, names from everywhere.

use serde_json::Value as Json;

use super::world::{DIALECTS, World};

const SAMPLE: &str = include_str!("../../../samples/organisation.json");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sample_organisation_arrives_whole() {
    let document: Json = serde_json::from_str(SAMPLE).unwrap();
    let people = document["users"].as_array().unwrap().clone();
    let groups = document["groups"].as_array().unwrap().len() as u64;
    let disabled = people.iter().filter(|p| p["accountEnabled"] == false).count() as u64;
    let world = World::new(DIALECTS[0], document).await;
    let report = world.cycle().await;
    assert_eq!(report.tally.failed + report.tally.references_failed + report.imported.bad_count, 0);
    assert_eq!(report.tally.created, people.len() as u64 - disabled + groups);
    assert_eq!(report.tally.skipped, disabled);
    let difference = world.job.diff(&mut |finding| println!("{finding:?}")).await.unwrap();
    assert!(difference.agrees(), "{difference:?}");
    // entra §4.4: a guest comes under the home address.
    let guest = people.iter().find(|p| p["userPrincipalName"].as_str().unwrap().contains("#EXT#")).unwrap();
    let name = guest["userPrincipalName"].as_str().unwrap().split("#EXT#").next().unwrap();
    let (alias, home) = name.rsplit_once('_').unwrap();
    assert_eq!(world.there(&format!("{alias}@{home}")).await["externalId"], guest["id"]);
    assert_eq!(world.cycle().await.tally.exported(), 0);
}
