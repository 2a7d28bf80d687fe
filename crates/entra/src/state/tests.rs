//! What is remembered, and what follows from a new import.

use std::sync::Arc;
use std::time::Duration;

use base::Timestamp;
use serde_json::{Value as Json, json};

use super::*;
use crate::source::Organisation;

const DAY: Duration = Duration::from_secs(86_400);

fn at(days: u32) -> Timestamp {
    Timestamp::from_micros(1_767_225_600_000_000).plus(DAY * days)
}

fn import(state: &State, document: Json, days: u32) -> Imported {
    state.import(&Organisation::new(document), at(days), &mut |_| ()).unwrap()
}

fn due(state: &State, kind: Kind) -> Vec<String> {
    let items = state.items(Which::Due, kind, "", 100).unwrap();
    items.into_iter().map(|item| item.known.object.id).collect()
}

fn settle(state: &State) {
    for kind in [Kind::User, Kind::Group] {
        for id in due(state, kind) {
            state.write(&[Write::Settled(kind, id.clone()), Write::ReferencesSettled(kind, id)]).unwrap();
        }
    }
}

fn person(id: &str, department: &str) -> Json {
    json!({"id": id, "userPrincipalName": format!("{id}@x.example"), "department": department})
}

#[test]
fn only_what_changed_is_due() {
    let state = State::temporary().unwrap();
    let first = import(&state, json!({"users": [person("a", "R"), person("b", "R")]}), 0);
    assert_eq!((first.users, first.added, first.changed), (2, 2, 0));
    assert_eq!(due(&state, Kind::User), ["a", "b"]);
    settle(&state);
    let again = import(&state, json!({"users": [person("a", "R"), person("b", "S")]}), 1);
    assert_eq!((again.added, again.changed, again.missing), (0, 1, 0));
    assert_eq!(due(&state, Kind::User), ["b"]);
    let item = state.item(Kind::User, "b").unwrap().unwrap();
    assert_eq!(item.known.object.attributes.get("department"), Some(&"S".into()));
    assert_eq!(item.known.object.attributes.get("id"), item.known.object.attributes.get("objectId"));
}

#[test]
fn who_is_missing_is_deleted_and_wakes_after_thirty_days() {
    let state = State::temporary().unwrap();
    import(&state, json!({"users": [person("a", "R"), person("b", "R")]}), 0);
    settle(&state);
    let gone = import(&state, json!({"users": [person("a", "R")]}), 5);
    assert_eq!(gone.missing, 1);
    let item = state.item(Kind::User, "b").unwrap().unwrap();
    assert_eq!(item.known.deleted_at, Some(at(5).as_micros()));
    settle(&state);
    // Still missing: nothing new.
    assert_eq!(import(&state, json!({"users": [person("a", "R")]}), 6).missing, 0);
    assert!(due(&state, Kind::User).is_empty());
    state.wake(at(34), at(34).minus(DAY * 30)).unwrap();
    assert!(due(&state, Kind::User).is_empty());
    state.wake(at(35), at(35).minus(DAY * 30)).unwrap();
    assert_eq!(due(&state, Kind::User), ["b"]);
    settle(&state);
    // Back again.
    import(&state, json!({"users": [person("a", "R"), person("b", "R")]}), 36);
    assert_eq!(due(&state, Kind::User), ["b"]);
    assert_eq!(state.item(Kind::User, "b").unwrap().unwrap().known.deleted_at, None);
}

#[test]
fn a_record_that_cannot_be_read_deletes_nobody() {
    let state = State::temporary().unwrap();
    import(&state, json!({"users": [person("a", "R"), person("b", "R"), person("c", "R")]}), 0);
    settle(&state);
    let named = json!({"users": [person("a", "R"), {"id": "b", "accountEnabled": 7}]});
    let found = import(&state, named, 1);
    assert_eq!((found.missing, found.bad_count, found.absences_ignored), (1, 1, false));
    assert_eq!(due(&state, Kind::User), ["c"], "b stays as it was");
    settle(&state);
    let nameless = json!({"users": [{"displayName": "somebody"}]});
    let found = import(&state, nameless, 2);
    assert_eq!((found.missing, found.absences_ignored), (0, true));
    assert!(due(&state, Kind::User).is_empty());
}

#[test]
fn two_records_of_one_id_are_told() {
    let state = State::temporary().unwrap();
    let found = import(&state, json!({"users": [person("a", "R"), person("a", "S")]}), 0);
    assert_eq!(found.bad[0].to_string(), "/users/1: another User has the same `objectId` a");
    let item = state.item(Kind::User, "a").unwrap().unwrap();
    assert_eq!(item.known.object.attributes.get("department"), Some(&"R".into()), "the first one stands");
}

#[test]
fn a_source_that_breaks_off_deletes_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("org.json");
    let state = State::temporary().unwrap();
    import(&state, json!({"users": [person("a", "R"), person("b", "R")]}), 0);
    settle(&state);
    std::fs::write(&path, r#"{"users":[{"id":"a"},"#).unwrap();
    let fault = state.import(&*crate::source::open(&path).unwrap(), at(1), &mut |_| ());
    assert!(matches!(fault, Err(ImportFault::Source(_))));
    assert_eq!(state.item(Kind::User, "b").unwrap().unwrap().known.deleted_at, None);
    // And the next import works.
    import(&state, json!({"users": [person("a", "R"), person("b", "R")]}), 2);
}

#[test]
fn assignment_reaches_direct_members_and_follows_them() {
    let state = State::temporary().unwrap();
    let world = |members: Json, assigned: Json| {
        json!({"users": [person("a", "R"), person("b", "R")],
               "groups": [{"id": "g", "displayName": "G", "members": members}],
               "appRoleAssignedTo": assigned})
    };
    let to = |id: &str| json!([{"principalId": id, "appRoleId": "r", "appRole": {"value": "Admin"}}]);
    import(&state, world(json!([{"id": "a"}]), to("g")), 0);
    let assigned = |id: &str| state.item(Kind::User, id).unwrap().unwrap().assigned;
    assert!(assigned("a") && !assigned("b"));
    assert_eq!(state.item(Kind::User, "a").unwrap().unwrap().roles[0].value.as_deref(), Some("Admin"));
    settle(&state);
    import(&state, world(json!([{"id": "b"}]), to("g")), 1);
    assert_eq!(due(&state, Kind::User), ["a", "b"]);
    assert!(!assigned("a") && assigned("b"));
    settle(&state);
    import(&state, world(json!([{"id": "b"}]), json!([])), 2);
    assert_eq!((due(&state, Kind::User), due(&state, Kind::Group)), (vec!["b".into()], vec!["g".into()]));
    settle(&state);
    // Without a list of assignments everybody is assigned.
    import(&state, json!({"users": [person("a", "R"), person("b", "R")], "groups": []}), 3);
    assert!(assigned("a") && assigned("b"));
    assert_eq!(due(&state, Kind::User), ["a", "b"]);
}

#[test]
fn members_are_compared_with_what_was_sent() {
    let state = State::temporary().unwrap();
    let world = |users: &[&str], members: &[&str]| {
        let users: Vec<_> = users.iter().map(|u| person(u, "R")).collect();
        let members: Vec<_> = members.iter().map(|m| json!({"id": m})).collect();
        json!({"users": users, "groups": [{"id": "g", "displayName": "G", "members": members}]})
    };
    import(&state, world(&["a", "b", "c"], &["a", "b"]), 0);
    let link = |id: &str| {
        Write::Link(Kind::User, id.into(), Link { target_id: format!("t-{id}"), managed: true, active: true })
    };
    state.write(&[link("a"), Write::Sent(Kind::Group, "g".into(), "c".into(), "t-c".into())]).unwrap();
    let adds = state.members_to_add("g", "", 10, true).unwrap();
    assert_eq!(adds.members, [("a".to_owned(), "t-a".to_owned())]);
    assert_eq!((adds.unresolved, adds.after), (vec!["b".to_owned()], None));
    assert_eq!(state.members_to_add("g", "", 1, true).unwrap().after.as_deref(), Some("a"));
    assert_eq!(state.members_to_remove("g", "", 10).unwrap().members, [("c".into(), "t-c".into())]);
    // Who is in the bin keeps the membership.
    import(&state, world(&["a", "b"], &["a", "b"]), 1);
    assert!(state.members_to_remove("g", "", 10).unwrap().members.is_empty());
    // Purged, it is no member and no reference.
    state.write(&[Write::Purge(Kind::User, "c".into())]).unwrap();
    assert!(state.members_to_remove("g", "", 10).unwrap().members.is_empty());
}

#[test]
fn one_process_has_a_state_and_what_is_written_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let state = State::open(folder.path()).unwrap();
    import(&state, json!({"users": [person("a", "R")]}), 0);
    state.set_fact("job", &json!({"cycles": 3})).unwrap();
    assert!(matches!(State::open(folder.path()), Err(StateFault::Locked(_))));
    let copy = state.copy().unwrap();
    copy.write(&[Write::Settled(Kind::User, "a".into())]).unwrap();
    assert_eq!(due(&copy, Kind::User).len() + 1, due(&state, Kind::User).len(), "a copy is its own");
    drop(state);
    let state = State::open(folder.path()).unwrap();
    assert_eq!(due(&state, Kind::User), ["a"]);
    assert_eq!(state.fact::<Json>("job").unwrap(), Some(json!({"cycles": 3})));
    state.db().pragma_update(None, "user_version", 99).unwrap();
    drop(state);
    assert!(matches!(State::open(folder.path()), Err(StateFault::Newer { found: 99, .. })));
}

#[test]
fn one_target_stands_for_one_source() {
    let state = State::temporary().unwrap();
    let link = || Link { target_id: "t".into(), managed: true, active: true };
    state.write(&[Write::Link(Kind::User, "a".into(), link())]).unwrap();
    state.write(&[Write::Link(Kind::User, "b".into(), link())]).unwrap();
    assert_eq!(state.target_of(Kind::User, "a").unwrap(), None);
    assert_eq!(state.holder(Kind::User, "t").unwrap(), Some(("b".into(), false)), "the source has no b");
}

#[test]
fn a_state_may_be_shared_between_threads() {
    fn is_shared<T: Send + Sync>(_: &T) {}
    is_shared(&Arc::new(State::temporary().unwrap()));
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_whom_a_state_holds() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let state = State::open(folder.path()).unwrap();
    import(&state, json!({"users": [{"id": "u1"}]}), 0);
    for name in ["job.db", "job.db-wal"] {
        let mode = std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
