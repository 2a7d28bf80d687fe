//! Months of a customer's life, at random but always the same for one seed; after each cycle the target is what Entra
//! would leave.

use std::collections::BTreeSet;
use std::time::Duration;

use base::{Entropy, SeededEntropy, random_bytes};
use entra::job::Tally;
use entra::wire::{Dialect, Switches, Wire};
use serde_json::{Value as Json, json};
use testkit::{Fault, FaultProxy};

use super::oracle::Oracle;
use super::world::{DAY, DIALECTS, World, options, person};

struct Dice(SeededEntropy);

impl Dice {
    fn below(&self, n: usize) -> usize {
        let entropy: &dyn Entropy = &self.0;
        usize::from(u16::from_be_bytes(random_bytes(entropy))) % n.max(1)
    }
}

fn beginning() -> Json {
    let users: Vec<_> = (0..16)
        .map(|n| {
            let mut user = person(&format!("p{n:02}"));
            if n > 3 {
                user["manager"] = json!({"id": format!("p{:02}", n % 4)});
            }
            user
        })
        .collect();
    let group = |name: &str, members: std::ops::Range<usize>| {
        let members: Vec<_> = members.map(|n| json!({"id": format!("p{n:02}")})).collect();
        json!({"id": format!("g-{name}"), "displayName": name, "securityEnabled": true, "members": members})
    };
    let mut assigned: Vec<_> =
        (0..10).map(|n| json!({"principalId": format!("p{n:02}"), "appRoleId": "r"})).collect();
    assigned.extend(["g-All", "g-Eng"].map(|id| json!({"principalId": id, "appRoleId": "r"})));
    json!({
        "users": users,
        "groups": [group("All", 8..16), group("Eng", 2..6), group("Loose", 0..4)],
        "appRoleAssignedTo": assigned,
    })
}

/// One thing that happens.
fn happens(world: &World, dice: &Dice, bin: &mut Vec<Json>, joined: &mut usize) {
    let mut document = world.source.document();
    let users = document["users"].as_array().unwrap().len();
    let at = dice.below(users);
    let id = document["users"][at]["id"].as_str().unwrap().to_owned();
    match dice.below(15) {
        0 | 1 => {
            let name = format!("j{joined:03}");
            *joined += 1;
            let mut user = person(&name);
            user["manager"] = json!({"id": id});
            user["accountEnabled"] = json!(dice.below(5) > 0);
            document["users"].as_array_mut().unwrap().push(user);
            let assignment = json!({"principalId": name, "appRoleId": "r"});
            document["appRoleAssignedTo"].as_array_mut().unwrap().push(assignment);
        }
        2 => document["users"][at]["jobTitle"] = json!(format!("Title {}", dice.below(1000))),
        3 => document["users"][at]["mail"] = json!(format!("{id}.{}@x.example", dice.below(1000))),
        4 => {
            document["users"][at][["jobTitle", "mail", "givenName", "employeeId"][dice.below(4)]] =
                json!(null)
        }
        5 => document["users"][at]["accountEnabled"] = json!(false),
        6 => document["users"][at]["accountEnabled"] = json!(true),
        7 if users > 6 => {
            let user = document["users"].as_array_mut().unwrap().remove(at);
            // Who leaves is nobody's manager any more, and in no group.
            for other in document["users"].as_array_mut().unwrap() {
                if other["manager"]["id"] == id.as_str() {
                    other["manager"] = user["manager"].clone();
                }
            }
            bin.push(user);
            for group in document["groups"].as_array_mut().unwrap() {
                group["members"].as_array_mut().unwrap().retain(|m| m["id"] != id.as_str());
            }
        }
        8 if !bin.is_empty() => {
            let mut user = bin.remove(dice.below(bin.len()));
            user["manager"] = json!(null);
            document["users"].as_array_mut().unwrap().push(user);
        }
        9 => {
            let list = document["appRoleAssignedTo"].as_array_mut().unwrap();
            list.retain(|a| a["principalId"] != id.as_str());
        }
        10 => {
            let list = document["appRoleAssignedTo"].as_array_mut().unwrap();
            if !list.iter().any(|a| a["principalId"] == id.as_str()) {
                list.push(json!({"principalId": id, "appRoleId": "r"}));
            }
        }
        11 => {
            document["users"][at]["userPrincipalName"] = json!(format!("{id}.{}@x.example", dice.below(100)))
        }
        12 => {
            let manager = document["users"][dice.below(users)]["id"].clone();
            document["users"][at]["manager"] =
                if manager == id.as_str() { json!(null) } else { json!({"id": manager}) };
        }
        13 => {
            let group = dice.below(document["groups"].as_array().unwrap().len());
            let members = document["groups"][group]["members"].as_array_mut().unwrap();
            match members.iter().position(|m| m["id"] == id.as_str()) {
                Some(at) => drop(members.remove(at)),
                None => members.push(json!({"id": id})),
            }
        }
        _ => {
            let list = document["appRoleAssignedTo"].as_array_mut().unwrap();
            let loose = json!({"principalId": "g-Loose", "appRoleId": "r"});
            match list.iter().position(|a| a == &loose) {
                Some(at) => drop(list.remove(at)),
                None => list.push(loose),
            }
        }
    }
}

async fn live(wire: Wire, seed: u64, steps: u32, seen: &mut BTreeSet<&'static str>) {
    let (dialect, probes) = (wire.dialect, wire.switches.probe_before_cycle);
    let mut world = World::new(dialect, beginning()).await;
    let proxy = FaultProxy::start(world.server.address).await;
    let state = entra::state::State::temporary().unwrap();
    let mut options = options(proxy.address, &world.entra, dialect, &world.source, state, &world.clock);
    // What cannot be resolved is tried for as long as this goes on.
    options.rules.give_up_after = DAY * 10_000;
    options.wire = wire.at(&options.client.base_url().to_string());
    world.job = entra::job::Job::open(options).unwrap();
    let (dice, mut oracle) = (Dice(SeededEntropy::new(seed)), Oracle::default());
    let (mut bin, mut joined) = (Vec::new(), 0);
    for step in 0..steps {
        if step > 0 {
            for _ in 0..=dice.below(4) {
                happens(&world, &dice, &mut bin, &mut joined);
            }
        }
        let when = format!("{dialect}, seed {seed}, step {step}");
        match dice.below(8) {
            // Without a probe an outage is met by each person alone, which `faults` tries.
            0 if probes => {
                proxy.rule(|_, _| Fault::Refuse);
                let report = world.job.cycle(&mut |_| ()).await.unwrap();
                assert!(report.quarantine.is_some(), "{when}");
                proxy.heal();
                world.pass(Duration::from_secs(3_600));
            }
            1 => world.job.restart("".parse().unwrap()).unwrap(),
            _ => {}
        }
        let report = world.cycle().await;
        notice(&report.tally, seen);
        assert_eq!((report.tally.failed, report.tally.references_failed), (0, 0), "{when}");
        oracle.cycle(&world.source.document().clone(), world.now());
        oracle.verify(&world, &when).await;
        world.pass(DAY * (1 + u32::try_from(dice.below(6)).unwrap()));
    }
    assert!(world.job.facts().cycles >= u64::from(steps));
}

/// What happened at least once.
fn notice(tally: &Tally, seen: &mut BTreeSet<&'static str>) {
    for (name, count) in [
        ("created", tally.created),
        ("updated", tally.updated),
        ("restored", tally.restored),
        ("disabled", tally.disabled),
        ("deleted", tally.deleted),
        ("skipped", tally.skipped),
        ("managers set", tally.managers_set),
        ("managers cleared", tally.managers_cleared),
        ("members added", tally.members_added),
        ("members removed", tally.members_removed),
        ("unresolved", tally.unresolved),
    ] {
        if count > 0 {
            seen.insert(name);
        }
    }
}

async fn months(dialect: Dialect, seeds: [u64; 2]) {
    let mut seen = BTreeSet::new();
    for seed in seeds {
        live(Wire::new(dialect).unwrap(), seed, 40, &mut seen).await;
    }
    assert_eq!(seen.len(), 11, "not everything happened: {seen:?}");
}

#[tokio::test]
async fn months_in_the_default_dialect() {
    months(DIALECTS[0], [1, 2]).await;
}

#[tokio::test]
async fn months_in_the_dialect_of_2020() {
    months(DIALECTS[1], [3, 4]).await;
}

/// Variants tried, and one more.
const SEEDS: u64 = 22;

// Whatever is not known of Entra is tried in some of its variants.
#[tokio::test]
async fn months_in_plausible_variants() {
    for seed in 10..SEEDS {
        let dialect = DIALECTS[usize::from(seed % 2 == 0)];
        let switches = Switches::of(dialect).vary(seed);
        let turned = format!("{:?}", switches.turned(dialect));
        println!("seed {seed}: {turned}");
        live(Wire::with(dialect, switches).unwrap(), seed, 16, &mut BTreeSet::new()).await;
    }
}
