//! What Entra would leave in the target, worked out from the directory's history alone, without the engine.
//!
//! Not an ideal copy (entra.md §2.2, §2.7, §3): a null is never cleared, a disabled person is never created, one who was
//! unassigned first and deleted later is never deleted, memberships outlive a disabling.

use std::collections::{BTreeMap, BTreeSet};

use base::Timestamp;
use serde_json::Value as Json;

use super::world::{DAY, ENTERPRISE, World};

/// Graph's attribute, and where it stands in a SCIM user.
const VALUES: [(&str, &str); 9] = [
    ("userPrincipalName", "/userName"),
    ("id", "/externalId"),
    ("displayName", "/displayName"),
    ("jobTitle", "/title"),
    ("preferredLanguage", "/preferredLanguage"),
    ("givenName", "/name/givenName"),
    ("surname", "/name/familyName"),
    ("mail", "/emails/0/value"),
    ("employeeId", "/ENTERPRISE/employeeNumber"),
];

#[derive(Debug, Default)]
struct Person {
    /// Whether it stands in the target.
    there: bool,
    managed: bool,
    active: bool,
    values: BTreeMap<String, String>,
    manager: Option<String>,
    /// The manager was deleted: the target decides what becomes of the reference.
    manager_gone: bool,
    deleted_since: Option<Timestamp>,
}

/// The target as it should be.
#[derive(Debug, Default)]
pub(super) struct Oracle {
    people: BTreeMap<String, Person>,
    /// Groups that stand in the target: name and members, by their ids in the source.
    groups: BTreeMap<String, (String, BTreeSet<String>)>,
}

fn text<'a>(json: &'a Json, name: &str) -> Option<&'a str> {
    json[name].as_str().filter(|text| !text.is_empty())
}

fn list<'a>(document: &'a Json, name: &str) -> &'a [Json] {
    document[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

impl Oracle {
    /// A cycle went over this directory.
    pub(super) fn cycle(&mut self, document: &Json, now: Timestamp) {
        let assigned: BTreeSet<&str> =
            list(document, "appRoleAssignedTo").iter().filter_map(|a| text(a, "principalId")).collect();
        let through_groups: BTreeSet<&str> = list(document, "groups")
            .iter()
            .filter(|g| assigned.contains(text(g, "id").unwrap()))
            .flat_map(|g| list(g, "members").iter().filter_map(|m| text(m, "id")))
            .collect();
        let everybody = document.get("appRoleAssignedTo").is_none();
        let is_assigned = |id: &str| everybody || assigned.contains(id) || through_groups.contains(id);
        let mut present = BTreeSet::new();
        for user in list(document, "users") {
            let id = text(user, "id").unwrap();
            present.insert(id.to_owned());
            self.people.entry(id.to_owned()).or_default().meet(user, is_assigned(id));
        }
        for (id, person) in &mut self.people {
            if !present.contains(id) {
                person.miss(now);
            }
        }
        let gone: Vec<String> =
            self.people.iter().filter(|(_, p)| p.is_gone(now)).map(|(id, _)| id.clone()).collect();
        for id in gone {
            // One that is not ours any more stays for ever, under nobody's name.
            if self.people[&id].managed || !self.people[&id].there {
                self.people.remove(&id);
                for (_, members) in self.groups.values_mut() {
                    members.remove(&id);
                }
                for person in self.people.values_mut().filter(|p| p.manager.as_ref() == Some(&id)) {
                    person.manager_gone = true;
                }
            }
        }
        for user in list(document, "users") {
            self.manager(user);
        }
        self.members(document, |id| is_assigned(id));
    }

    fn manager(&mut self, user: &Json) {
        let id = text(user, "id").unwrap();
        let manager = text(&user["manager"], "id");
        let known = manager.is_some_and(|m| self.people.get(m).is_some_and(|m| m.there));
        let person = self.people.get_mut(id).unwrap();
        if person.there && person.managed && person.deleted_since.is_none() {
            match manager {
                None => (person.manager, person.manager_gone) = (None, false),
                Some(manager) if known => {
                    (person.manager, person.manager_gone) = (Some(manager.to_owned()), false);
                }
                // Not to be resolved: what was there stays.
                Some(_) => {}
            }
        }
    }

    fn members(&mut self, document: &Json, is_assigned: impl Fn(&str) -> bool) {
        let mut present = BTreeSet::new();
        for group in list(document, "groups") {
            let id = text(group, "id").unwrap();
            if !is_assigned(id) {
                continue;
            }
            present.insert(id.to_owned());
            let (name, members) = self.groups.entry(id.to_owned()).or_default();
            text(group, "displayName").unwrap().clone_into(name);
            let wanted: BTreeSet<&str> =
                list(group, "members").iter().filter_map(|m| text(m, "id")).collect();
            let in_the_bin = |id: &String| self.people.get(id).is_some_and(|p| p.deleted_since.is_some());
            members.retain(|id| wanted.contains(id.as_str()) || in_the_bin(id));
            let there = wanted.into_iter().filter(|id| self.people.get(*id).is_some_and(|p| p.there));
            members.extend(there.map(str::to_owned));
        }
        self.groups.retain(|id, _| present.contains(id));
    }

    /// Compares with what is there.
    pub(super) async fn verify(&self, world: &World, when: &str) {
        let users = world.entra.get("/Users?count=1000").await.expect(200);
        let mut by_id = BTreeMap::new();
        let mut there: BTreeMap<String, &Json> = BTreeMap::new();
        for user in users.resources() {
            let source = user["externalId"].as_str().unwrap().to_owned();
            by_id.insert(user["id"].as_str().unwrap().to_owned(), source.clone());
            assert!(there.insert(source.clone(), user).is_none(), "{when}: {source} is there twice");
        }
        let wanted: BTreeSet<&String> =
            self.people.iter().filter(|(_, p)| p.there).map(|(id, _)| id).collect();
        assert_eq!(there.keys().collect::<BTreeSet<_>>(), wanted, "{when}: who is there");
        for (id, user) in &there {
            let person = &self.people[id];
            assert_eq!(user["active"], person.active, "{when}: {id} active\n{user}");
            for (place, value) in &person.values {
                let place = place.replace("ENTERPRISE", ENTERPRISE);
                let found = user.pointer(&place).and_then(Json::as_str);
                assert_eq!(found, Some(value.as_str()), "{when}: {id} {place}\n{user}");
            }
            let manager = user[ENTERPRISE]["manager"]["value"].as_str().and_then(|m| by_id.get(m));
            if !person.manager_gone {
                assert_eq!(manager, person.manager.as_ref(), "{when}: {id} manager\n{user}");
            }
        }
        let groups = world.entra.get("/Groups?count=1000").await.expect(200);
        let found: BTreeMap<String, (String, BTreeSet<String>)> = groups
            .resources()
            .iter()
            .map(|group| {
                let members =
                    list(group, "members").iter().map(|m| by_id[m["value"].as_str().unwrap()].clone());
                let name = group["displayName"].as_str().unwrap().to_owned();
                (group["externalId"].as_str().unwrap().to_owned(), (name, members.collect()))
            })
            .collect();
        assert_eq!(found, self.groups, "{when}: groups");
    }
}

impl Person {
    /// The source has the person.
    fn meet(&mut self, user: &Json, assigned: bool) {
        self.deleted_since = None;
        let enabled = user["accountEnabled"] != false;
        let comes = assigned && enabled;
        if !self.there && !comes {
            return;
        }
        if !assigned {
            // Disabled once, and then out of our hands.
            if self.managed {
                self.active = false;
                self.managed = false;
            }
            return;
        }
        (self.there, self.managed, self.active) = (true, true, enabled);
        for (name, place) in VALUES {
            // A null is not sent.
            if let Some(value) = text(user, name) {
                self.values.insert(place.to_owned(), value.to_owned());
            }
        }
        let names: Vec<_> = ["givenName", "surname"].iter().filter_map(|name| text(user, name)).collect();
        if !names.is_empty() {
            self.values.insert("/name/formatted".to_owned(), names.join(" "));
        }
    }

    /// The source has not.
    fn miss(&mut self, now: Timestamp) {
        self.deleted_since.get_or_insert(now);
        if self.managed {
            self.active = false;
        }
    }

    fn is_gone(&self, now: Timestamp) -> bool {
        self.deleted_since.is_some_and(|since| now.since(since) >= DAY * 30)
    }
}
