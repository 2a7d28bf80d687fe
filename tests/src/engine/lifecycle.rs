//! A person's way, step by step, in both dialects of Entra.

use entra::log::Status;
use entra::model::Kind;
use entra::state::LogFilter;
use serde_json::json;

use super::world::{DAY, DIALECTS, ENTERPRISE, HOUR, World, people, person, with_group};

// entra §2.2, §2.7, §4.5: joiner, mover, leaver, returner
#[tokio::test]
async fn joins_moves_leaves_and_returns() {
    for dialect in DIALECTS {
        let world = World::new(dialect, people(&["ann", "bob"])).await;
        let report = world.cycle().await;
        assert!(report.initial);
        assert_eq!((report.tally.created, report.tally.exported()), (2, 2));
        let ann = world.there("ann@x.example").await;
        assert_eq!(ann["externalId"], "ann");
        assert_eq!(
            ann["name"],
            json!({"formatted": "Person ann", "familyName": "ann", "givenName": "Person"})
        );
        assert_eq!(ann["phoneNumbers"][0]["value"], "+44 1");
        assert_eq!((&ann["active"], &ann[ENTERPRISE]["department"]), (&json!(true), &json!("Research")));

        // Nothing changed: nothing is sent.
        let quiet = world.cycle().await;
        assert!(!quiet.initial);
        assert_eq!((quiet.tally.exported(), quiet.tally.untouched), (0, 2));
        assert_eq!(quiet.requests, 2, "the probes alone");

        world.set("ann", "department", json!("Sales"));
        world.set("ann", "mail", json!("ann.new@x.example"));
        assert_eq!(world.told().await, ["update success Person ann"]);
        let moved = world.there("ann@x.example").await;
        assert_eq!(moved[ENTERPRISE]["department"], "Sales");
        assert_eq!(moved["emails"][0]["value"], "ann.new@x.example");

        let gone = world.remove("ann");
        assert_eq!(world.told().await, ["disable success Person ann"]);
        assert_eq!(world.there("ann@x.example").await["active"], false);
        assert_eq!(world.cycle().await.tally.exported(), 0);

        world.add(gone);
        assert_eq!(world.told().await, ["update success Person ann"]);
        let back = world.there("ann@x.example").await;
        assert_eq!((&back["active"], &back["id"]), (&json!(true), &ann["id"]), "under the same id");
    }
}

// Ruling 16, entra §2.7
#[tokio::test]
async fn who_is_gone_for_thirty_days_is_deleted() {
    for dialect in DIALECTS {
        let world = World::new(dialect, people(&["ann", "bob"])).await;
        world.cycle().await;
        world.remove("ann");
        world.set("bob", "deletedDateTime", json!(world.now().to_string()));
        assert_eq!(world.cycle().await.tally.disabled, 2);
        world.pass(DAY * 29);
        assert_eq!(world.cycle().await.tally.deleted, 0);
        world.pass(DAY);
        assert_eq!(world.cycle().await.tally.deleted, 2);
        assert!(world.user("ann@x.example").await.is_none() && world.user("bob@x.example").await.is_none());
        assert_eq!(world.cycle().await.tally.deleted, 0);
        // Whoever comes back now is somebody new.
        world.add(person("ann"));
        assert_eq!(world.cycle().await.tally.created, 1);
    }
}

// entra §2.7: unassigned first and deleted later, no DELETE is ever sent
#[tokio::test]
async fn who_was_unassigned_first_is_never_deleted() {
    for dialect in DIALECTS {
        let world = World::new(dialect, people(&["ann", "bob"])).await;
        world.assign(&["ann", "bob"]);
        world.cycle().await;
        world.assign(&["bob"]);
        assert_eq!(world.told().await, ["disable success Person ann"]);
        world.remove("ann");
        world.pass(DAY);
        world.cycle().await;
        world.pass(DAY * 40);
        assert_eq!(world.cycle().await.tally.exported(), 0);
        assert_eq!(world.there("ann@x.example").await["active"], false, "there for ever");
        // Deleted and unassigned in one go is deleted all the same.
        world.remove("bob");
        world.assign(&[]);
        assert_eq!(world.told().await, ["disable success Person bob"]);
        world.pass(DAY * 31);
        assert_eq!(world.cycle().await.tally.deleted, 1);
        assert!(world.user("bob@x.example").await.is_none());
    }
}

// entra §2.7: a disabled person that is not in the target is never created
#[tokio::test]
async fn the_disabled_are_disabled_but_never_created() {
    for dialect in DIALECTS {
        let world = World::new(dialect, people(&["ann", "bob"])).await;
        world.set("ann", "accountEnabled", json!(false));
        let report = world.cycle().await;
        assert_eq!((report.tally.created, report.tally.skipped), (1, 1));
        assert!(world.user("ann@x.example").await.is_none());
        world.set("bob", "accountEnabled", json!(false));
        world.set("bob", "department", json!("Sales"));
        assert_eq!(world.told().await, ["disable success Person bob"]);
        // Still assigned, so still kept up to date.
        let bob = world.there("bob@x.example").await;
        assert_eq!((&bob["active"], &bob[ENTERPRISE]["department"]), (&json!(false), &json!("Sales")));
        world.set("ann", "accountEnabled", json!(true));
        world.set("bob", "accountEnabled", json!(true));
        let report = world.cycle().await;
        assert_eq!((report.tally.created, report.tally.restored), (1, 1));
        assert_eq!(world.there("bob@x.example").await["active"], true);
    }
}

// entra §2.2: a null is not sent and clears nothing
#[tokio::test]
async fn a_null_clears_nothing() {
    for dialect in DIALECTS {
        let world = World::new(dialect, people(&["ann"])).await;
        world.cycle().await;
        world.set("ann", "department", json!(null));
        world.set("ann", "mail", json!(null));
        assert_eq!(world.cycle().await.tally.exported(), 0);
        let ann = world.there("ann@x.example").await;
        assert_eq!(
            (&ann[ENTERPRISE]["department"], &ann["emails"][0]["value"]),
            (&json!("Research"), &json!("ann@x.example"))
        );
    }
}

// entra §4.3: who is there already is linked and brought up to date
#[tokio::test]
async fn who_is_there_already_is_adopted() {
    for dialect in DIALECTS {
        let world = World::new(dialect, people(&["ann", "bob"])).await;
        let body = json!({"userName": "ANN@x.example", "displayName": "Old", "emails": [{"value": "o@x.example", "type": "home"}]});
        let id = world.entra.post("/Users", &body).await.expect(201).id().to_owned();
        let report = world.cycle().await;
        assert_eq!((report.tally.adopted, report.tally.updated, report.tally.created), (1, 1, 1));
        let ann = world.there("ann@x.example").await;
        assert_eq!((&ann["id"], &ann["displayName"]), (&json!(id), &json!("Person ann")));
        assert_eq!(ann["emails"].as_array().unwrap().len(), 2, "what is not mapped stays");
    }
}

// entra §2.4: a new user principal name is an update of the same person
#[tokio::test]
async fn a_rename_keeps_the_person() {
    for dialect in DIALECTS {
        let world = World::new(dialect, people(&["ann"])).await;
        world.cycle().await;
        let before = world.there("ann@x.example").await["id"].clone();
        world.set("ann", "userPrincipalName", json!("ann.orr@x.example"));
        assert_eq!(world.cycle().await.tally.updated, 1);
        assert_eq!(world.there("ann.orr@x.example").await["id"], before);
        assert!(world.user("ann@x.example").await.is_none());
    }
}

// entra §2.5
#[tokio::test]
async fn managers_come_in_the_second_pass() {
    for dialect in DIALECTS {
        let world = World::new(dialect, people(&["ann", "bob", "cyd"])).await;
        world.set("ann", "manager", json!({"id": "bob"}));
        world.set("bob", "manager", json!({"id": "cyd"}));
        let report = world.cycle().await;
        assert_eq!((report.tally.created, report.tally.managers_set), (3, 2));
        let id = async |name: &str| world.there(&format!("{name}@x.example")).await["id"].clone();
        let manager = async |name: &str| {
            world.there(&format!("{name}@x.example")).await[ENTERPRISE]["manager"]["value"].clone()
        };
        assert_eq!((manager("ann").await, manager("bob").await), (id("bob").await, id("cyd").await));
        world.set("ann", "manager", json!({"id": "cyd"}));
        assert_eq!(world.cycle().await.tally.managers_set, 1);
        assert_eq!(manager("ann").await, id("cyd").await);
        world.set("ann", "manager", json!(null));
        assert_eq!(world.cycle().await.tally.managers_cleared, 1);
        assert_eq!(manager("ann").await, json!(null));
        assert_eq!(world.cycle().await.requests, 2);
    }
}

// entra §2.5, §4.10: a manager who is not provisioned waits, and is found at the next attempt
#[tokio::test]
async fn a_manager_who_is_not_there_waits() {
    let world = World::new(DIALECTS[0], people(&["ann", "bob"])).await;
    world.set("ann", "manager", json!({"id": "bob"}));
    world.set("bob", "accountEnabled", json!(false));
    assert_eq!(world.cycle().await.tally.unresolved, 1);
    let log = world
        .job
        .log(&LogFilter { source_id: Some("ann".into()), ..LogFilter::default() }, i64::MAX, 1)
        .unwrap();
    assert_eq!(log[0].1.error.as_ref().unwrap().code, "UnableToResolveReferenceAttributeValue");
    world.set("bob", "accountEnabled", json!(true));
    let report = world.cycle().await;
    assert_eq!((report.tally.created, report.tally.managers_set), (1, 0), "its time has not come");
    world.pass(DAY / 4);
    assert_eq!(world.cycle().await.tally.managers_set, 1);
    assert_eq!(world.job.state().escrow_counts().unwrap(), (0, 0));
}

// entra §2.2: a manager may come as text in a create, and is not sent again then
#[tokio::test]
async fn a_manager_who_is_there_may_come_with_the_create() {
    let world = World::with(DIALECTS[0], people(&["bob"]), |options| {
        options.wire.switches.set("manager-at-create", "on").unwrap();
    })
    .await;
    world.cycle().await;
    world.add(person("ann"));
    world.set("ann", "manager", json!({"id": "bob"}));
    let report = world.cycle().await;
    assert_eq!((report.tally.created, report.tally.managers_set, report.tally.unresolved), (1, 0, 0));
    let bob = world.there("bob@x.example").await["id"].clone();
    assert_eq!(world.there("ann@x.example").await[ENTERPRISE]["manager"]["value"], bob);
    world.set("ann", "manager", json!(null));
    world.cycle().await;
    assert!(world.there("ann@x.example").await[ENTERPRISE].get("manager").is_none());
}

// entra §4.3: somebody new under the same name takes the place of one who left
#[tokio::test]
async fn a_rehire_under_a_new_id_takes_over() {
    let world = World::new(DIALECTS[0], people(&["ann"])).await;
    world.cycle().await;
    let before = world.there("ann@x.example").await["id"].clone();
    world.remove("ann");
    world.cycle().await;
    let mut again = person("ann");
    again["id"] = json!("ann-2");
    world.add(again);
    let report = world.cycle().await;
    assert_eq!((report.tally.adopted, report.tally.created), (1, 0));
    let ann = world.there("ann@x.example").await;
    assert_eq!((&ann["id"], &ann["active"]), (&before, &json!(true)));
    // The old one's end is not the new one's.
    world.pass(DAY * 31);
    assert_eq!(world.cycle().await.tally.deleted, 0);
    assert_eq!(world.there("ann@x.example").await["active"], true);
}

// entra §4.3, §4.11
#[tokio::test]
async fn two_people_for_one_target_are_told_apart() {
    let world = World::new(DIALECTS[0], people(&["ann", "bob"])).await;
    world.cycle().await;
    let mut double = person("dup");
    double["userPrincipalName"] = json!("ann@x.example");
    world.add(double);
    let report = world.cycle().await;
    assert_eq!((report.tally.failed, report.tally.exported()), (1, 0));
    let log = world
        .job
        .log(&LogFilter { source_id: Some("dup".into()), ..LogFilter::default() }, i64::MAX, 1)
        .unwrap();
    assert_eq!(log[0].1.error.as_ref().unwrap().code, "DuplicateSourceEntries");
    assert_eq!(world.there("ann@x.example").await["externalId"], "ann");
}

// entra §4.3, §4.11: also when neither is in the target yet, and both are looked for at the same time
#[tokio::test]
async fn two_people_of_one_name_are_told_apart_in_the_first_cycle() {
    for dialect in DIALECTS {
        let mut document = with_group(&["ann", "bob", "cyd"], "Eng", &[]);
        document["users"][1]["userPrincipalName"] = json!("ANN@x.example");
        let double = json!({"id": "g-2", "displayName": "Eng", "securityEnabled": true, "members": []});
        document["groups"].as_array_mut().unwrap().push(double);
        let world = World::new(dialect, document).await;
        let plan = world.job.plan(&mut |_| ()).await.unwrap();
        assert_eq!((plan.tally.created, plan.tally.failed), (3, 2), "a rehearsal says so before");
        let report = world.cycle().await;
        assert_eq!(report.tally, plan.tally);
        let failed = LogFilter { status: Some(Status::Failure), ..LogFilter::default() };
        let log = world.job.log(&failed, i64::MAX, 10).unwrap();
        let codes: Vec<_> =
            log.iter().map(|(_, entry)| entry.error.as_ref().unwrap().code.as_str()).collect();
        assert_eq!(codes, ["DuplicateSourceEntries"; 2]);
        // When the time comes to try again it is as it was; a name of one's own is the end of it, at once.
        world.pass(HOUR * 7);
        assert_eq!(world.cycle().await.tally.failed, 2);
        world.set("bob", "userPrincipalName", json!("bob@x.example"));
        world.source.document()["groups"][0]["displayName"] = json!("Eng 2");
        assert_eq!(world.cycle().await.tally.failed, 0);
        assert_eq!(world.entra.get("/Users").await.total(), 3);
        assert_eq!(world.entra.get("/Groups").await.total(), 2);
    }
}

// entra §2.1, §4.11: the stored id is no longer good
#[tokio::test]
async fn who_vanished_from_the_target_is_matched_again() {
    for dialect in DIALECTS {
        let world = World::new(dialect, people(&["ann"])).await;
        world.cycle().await;
        let id = world.there("ann@x.example").await["id"].as_str().unwrap().to_owned();
        world.entra.delete(&format!("/Users/{id}")).await.expect(204);
        // Unseen as long as nothing changes at the source.
        assert_eq!(world.cycle().await.tally.exported(), 0);
        world.set("ann", "jobTitle", json!("Dean"));
        assert_eq!(world.cycle().await.tally.created, 1);
        assert_eq!(world.there("ann@x.example").await["title"], "Dean");
    }
}

// entra §4.3: an admin may drop one link
#[tokio::test]
async fn a_dropped_link_is_matched_anew() {
    let world = World::new(DIALECTS[0], people(&["ann", "bob"])).await;
    world.cycle().await;
    assert!(world.job.disconnect(Kind::User, "ann").unwrap());
    assert!(!world.job.disconnect(Kind::User, "nobody").unwrap());
    let report = world.cycle().await;
    assert_eq!((report.tally.adopted, report.tally.created, report.tally.untouched), (1, 0, 1));
}

// entra §4.11: under another id in the target, groups get the new one
#[tokio::test]
async fn who_is_created_again_is_a_member_again() {
    let world =
        World::new(DIALECTS[0], super::world::with_group(&["ann", "bob"], "Eng", &["ann", "bob"])).await;
    world.cycle().await;
    let id = world.there("ann@x.example").await["id"].as_str().unwrap().to_owned();
    world.entra.delete(&format!("/Users/{id}")).await.expect(204);
    world.set("ann", "jobTitle", json!("Dean"));
    let report = world.cycle().await;
    assert_eq!((report.tally.created, report.tally.members_added), (1, 1));
    assert_eq!(world.group("Eng").await.unwrap().len(), 2);
}

// entra §4.2, §4.8
#[tokio::test]
async fn who_leaves_the_scope_may_be_left_alone() {
    let skip = |options: &mut entra::job::JobOptions| options.rules.skip_out_of_scope_deletions = true;
    let world = World::with(DIALECTS[0], people(&["ann"]), skip).await;
    world.assign(&["ann"]);
    world.cycle().await;
    world.assign(&[]);
    assert_eq!(world.cycle().await.tally.exported(), 0);
    assert_eq!(world.there("ann@x.example").await["active"], true);
    // A deletion at the source is another matter.
    world.remove("ann");
    assert_eq!(world.cycle().await.tally.disabled, 1);
}

// entra §4.12, §4.13
#[tokio::test]
async fn the_job_and_its_log_have_graphs_shapes() {
    let world = World::new(DIALECTS[0], people(&["ann"])).await;
    assert_eq!(world.job.status().unwrap()["status"]["code"], "NotRun");
    world.cycle().await;
    let status = world.job.status().unwrap();
    assert_eq!(status["status"]["code"], "Active");
    let last = &status["status"]["lastExecution"];
    assert_eq!((&last["state"], &last["countExported"]), (&json!("Succeeded"), &json!(1)));
    assert_eq!(status["status"]["synchronizedEntryCountByType"][0], json!({"key": "User", "value": 1}));
    assert_eq!(status["schedule"]["interval"], "PT40M");
    let log = world.job.log(&LogFilter::default(), i64::MAX, 10).unwrap();
    let summary = log[0].1.summary(world.job.names());
    assert_eq!(summary["provisioningAction"], "create");
    let names: Vec<_> = summary["provisioningSteps"].as_array().unwrap().iter().map(|s| &s["name"]).collect();
    assert_eq!(
        names,
        ["EntryImportAdd", "EntrySynchronizationScoping", "EntrySynchronizationAdd", "EntryExportAdd"]
    );
    assert_eq!(world.job.state().counts(Kind::User).unwrap().linked, 1);
    // Kept for thirty days.
    world.pass(DAY * 31);
    world.cycle().await;
    assert!(world.job.log(&LogFilter::default(), i64::MAX, 10).unwrap().is_empty());
}
