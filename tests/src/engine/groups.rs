//! Groups and their members.

use entra::job::Finding;
use serde_json::json;

use super::world::{DAY, DIALECTS, HOUR, World, with_group};

// entra §3
#[tokio::test]
async fn members_come_and_go_one_by_one() {
    for dialect in DIALECTS {
        let world = World::new(dialect, with_group(&["ann", "bob", "cyd"], "Eng", &["ann", "bob"])).await;
        let report = world.cycle().await;
        assert_eq!((report.tally.created, report.tally.members_added), (4, 2));
        assert_eq!(world.group("Eng").await.unwrap(), ["ann@x.example", "bob@x.example"]);
        world.members(0, &["bob", "cyd"]);
        let report = world.cycle().await;
        assert_eq!((report.tally.members_added, report.tally.members_removed), (1, 1));
        assert_eq!(
            world.group("Eng").await.unwrap(),
            ["bob@x.example", "cyd@x.example"],
            "removing one removes one"
        );
        world.source.document()["groups"][0]["displayName"] = json!("Engineering");
        assert_eq!(world.cycle().await.tally.updated, 1);
        assert_eq!(world.group("Engineering").await.unwrap().len(), 2);
        // No group any more: groups have no `active`.
        world.source.document()["groups"] = json!([]);
        assert_eq!(world.cycle().await.tally.deleted, 1);
        assert!(world.group("Engineering").await.is_none());
        assert_eq!(world.cycle().await.requests, 2, "the probes alone");
    }
}

// entra §2.7: memberships are not sent again on a restore
#[tokio::test]
async fn who_is_disabled_keeps_the_memberships() {
    for dialect in DIALECTS {
        let world = World::new(dialect, with_group(&["ann", "bob"], "Eng", &["ann", "bob"])).await;
        world.cycle().await;
        let gone = world.remove("ann");
        world.members(0, &["bob"]);
        let report = world.cycle().await;
        assert_eq!((report.tally.disabled, report.tally.members_removed), (1, 0));
        assert_eq!(world.group("Eng").await.unwrap().len(), 2);
        world.add(gone);
        world.members(0, &["bob", "ann"]);
        let report = world.cycle().await;
        assert_eq!((report.tally.restored, report.tally.members_added), (1, 0));
        assert_eq!(world.group("Eng").await.unwrap().len(), 2);
    }
}

// entra §3, §7 no. 13
#[tokio::test]
async fn a_drift_of_members_is_never_healed_but_found() {
    for dialect in DIALECTS {
        let world = World::new(dialect, with_group(&["ann", "bob"], "Eng", &["ann", "bob"])).await;
        world.cycle().await;
        let id = async |name: &str| {
            world.there(&format!("{name}@x.example")).await["id"].as_str().unwrap().to_owned()
        };
        let (ann, cyd) = (id("ann").await, world.entra.user("cyd@x.example").await);
        let found = world.entra.filter("/Groups", "displayName eq \"Eng\"").await;
        let group = format!("/Groups/{}", found.resources()[0]["id"].as_str().unwrap());
        let drift = [
            json!({"op": "remove", "path": format!("members[value eq \"{ann}\"]")}),
            json!({"op": "add", "path": "members", "value": [{"value": cyd}]}),
        ];
        world.entra.patch_operations(&group, &drift).await.expect(204);
        world.set("ann", "jobTitle", json!("Dean"));
        world.pass(DAY);
        assert_eq!(world.cycle().await.tally.members_added, 0);
        assert_eq!(world.group("Eng").await.unwrap(), ["bob@x.example", "cyd@x.example"]);
        let mut findings = Vec::new();
        let report = world.job.diff(&mut |finding| findings.push(finding)).await.unwrap();
        assert_eq!((report.memberships, report.extra, report.missing, report.differing), (1, 1, 0, 0));
        let members = findings.iter().find_map(|f| match f {
            Finding::Members { missing, extra, .. } => Some((missing.clone(), extra.clone())),
            _ => None,
        });
        assert_eq!(members.unwrap(), (vec![ann], vec![cyd]));
        // A restart sends what should be there again; what should not, stays.
        world.job.restart("".parse().unwrap()).unwrap();
        assert_eq!(world.cycle().await.tally.members_added, 2);
        assert_eq!(world.group("Eng").await.unwrap().len(), 3);
    }
}

// entra §3, §4.10
#[tokio::test]
async fn a_member_who_is_not_there_waits_for_the_next_attempt() {
    let world = World::new(DIALECTS[0], with_group(&["ann", "bob"], "Eng", &["ann", "bob", "nobody"])).await;
    world.set("bob", "accountEnabled", json!(false));
    let report = world.cycle().await;
    assert_eq!((report.tally.members_added, report.tally.unresolved), (1, 2));
    world.set("bob", "accountEnabled", json!(true));
    assert_eq!(world.cycle().await.tally.members_added, 0);
    world.pass(HOUR * 6);
    assert_eq!(world.cycle().await.tally.members_added, 1);
    // Given up after four weeks.
    for _ in 0..29 {
        world.pass(DAY);
        world.cycle().await;
    }
    assert_eq!(world.job.state().escrow_counts().unwrap(), (0, 0));
    assert_eq!(world.job.status().unwrap()["status"]["escrowsPruned"], true);
    assert_eq!(world.cycle().await.tally.unresolved, 0);
}

// entra §4.2: assigned groups bring their direct members, and no more
#[tokio::test]
async fn groups_off_still_brings_their_members() {
    let off = |options: &mut entra::job::JobOptions| options.groups = false;
    let world =
        World::with(DIALECTS[0], with_group(&["ann", "bob", "cyd"], "Eng", &["ann", "bob"]), off).await;
    world.assign(&["g-Eng"]);
    let report = world.cycle().await;
    assert_eq!((report.tally.created, report.requests), (2, 1 + 2 * 2));
    assert!(world.group("Eng").await.is_none() && world.user("cyd@x.example").await.is_none());
    world.members(0, &["bob", "cyd"]);
    let report = world.cycle().await;
    assert_eq!((report.tally.created, report.tally.disabled), (1, 1));
    assert_eq!(world.there("ann@x.example").await["active"], false);
}
