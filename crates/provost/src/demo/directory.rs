//! The customer's directory: people and groups as Microsoft Graph returns them, changed between cycles as life does.

use std::collections::BTreeSet;
use std::sync::Arc;

use entra::source::Organisation;
use serde_json::{Value, json};

use crate::failure::Failure;

/// The sample organisation, built in so that the demo needs no file.
const SAMPLE: &str = include_str!("../../../../samples/organisation.json");

/// A customer's directory, which the engine reads while the demo holds and changes it.
pub(super) struct Directory {
    /// What the engine reads from.
    pub(super) source: Arc<Organisation>,
}

/// A text that an object has.
pub(super) fn text<'v>(object: &'v Value, name: &str) -> Option<&'v str> {
    object.get(name).and_then(Value::as_str)
}

/// The ids of a group's direct members.
pub(super) fn members(group: &Value) -> impl Iterator<Item = &str> {
    list(group, "members").iter().filter_map(|member| text(member, "id"))
}

/// Whether somebody may sign in.
pub(super) fn enabled(person: &Value) -> bool {
    person["accountEnabled"].as_bool().unwrap_or(true)
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

impl Directory {
    /// The sample, with made-up colleagues until there are so many people; the sample itself is never cut.
    pub(super) fn sample(learners: usize) -> Result<Self, Failure> {
        let mut document: Value = serde_json::from_str(SAMPLE)
            .map_err(|e| Failure::unexpected("the sample does not load").caused_by(&e))?;
        if let Some(users) = document["users"].as_array_mut() {
            let managers: Vec<Value> = users.iter().take(40).map(|person| person["id"].clone()).collect();
            for n in users.len()..learners {
                users.push(colleague(n, &managers[n % managers.len()]));
            }
        }
        Ok(Self { source: Arc::new(Organisation::new(document)) })
    }

    /// Everybody, as they are now.
    pub(super) fn users(&self) -> Vec<Value> {
        list(&self.source.document(), "users").to_vec()
    }

    /// All groups, as they are now.
    pub(super) fn groups(&self) -> Vec<Value> {
        list(&self.source.document(), "groups").to_vec()
    }

    /// The first group with at least ten direct members who may sign in.
    pub(super) fn large_group(&self) -> Result<Value, Failure> {
        let users = self.users();
        let active: BTreeSet<&str> =
            users.iter().filter(|p| enabled(p)).filter_map(|p| text(p, "id")).collect();
        let large = |group: &Value| members(group).filter(|id| active.contains(id)).count() >= 10;
        let found = self.groups().into_iter().find(large);
        found.ok_or_else(|| Failure::unexpected("the sample has no group of ten"))
    }

    /// Assigns these people and groups to the application, and nobody else.
    pub(super) fn assign<'i>(&self, ids: impl IntoIterator<Item = &'i str>) {
        let role = "00000000-0000-0000-0000-000000000000";
        let list = ids.into_iter().map(|id| json!({"principalId": id, "appRoleId": role})).collect();
        self.source.document()["appRoleAssignedTo"] = Value::Array(list);
    }

    /// Assigns everyone.
    pub(super) fn assign_everyone(&self) {
        if let Some(document) = self.source.document().as_object_mut() {
            document.remove("appRoleAssignedTo");
        }
    }

    /// Who is assigned, directly or as a direct member of a group that is. Nested groups are not followed, as in Entra.
    pub(super) fn assigned(&self) -> BTreeSet<String> {
        let document = self.source.document();
        if document.get("appRoleAssignedTo").is_none() {
            return list(&document, "users")
                .iter()
                .filter_map(|p| text(p, "id"))
                .map(str::to_owned)
                .collect();
        }
        let principals: BTreeSet<&str> =
            list(&document, "appRoleAssignedTo").iter().filter_map(|a| text(a, "principalId")).collect();
        let groups = list(&document, "groups").iter();
        let through =
            groups.filter(|g| text(g, "id").is_some_and(|id| principals.contains(id))).flat_map(members);
        let direct = principals.iter().copied();
        through.chain(direct).map(str::to_owned).collect()
    }

    /// Hires somebody.
    pub(super) fn hire(&self, person: Value) {
        if let Some(users) = self.source.document()["users"].as_array_mut() {
            users.push(person);
        }
    }

    /// Changes somebody.
    pub(super) fn change(&self, id: &str, change: impl FnOnce(&mut Value)) -> Result<(), Failure> {
        change_in(&mut self.source.document(), "users", id, change)
    }

    /// Changes a group.
    pub(super) fn change_group(&self, id: &str, change: impl FnOnce(&mut Value)) -> Result<(), Failure> {
        change_in(&mut self.source.document(), "groups", id, change)
    }

    /// Deletes somebody, from groups too.
    pub(super) fn delete(&self, id: &str) {
        let mut document = self.source.document();
        if let Some(users) = document["users"].as_array_mut() {
            users.retain(|person| person["id"] != id);
        }
        for group in document["groups"].as_array_mut().into_iter().flatten() {
            if let Some(members) = group["members"].as_array_mut() {
                members.retain(|member| member["id"] != id);
            }
        }
    }
}

fn change_in(
    document: &mut Value,
    name: &str,
    id: &str,
    change: impl FnOnce(&mut Value),
) -> Result<(), Failure> {
    let found =
        document[name].as_array_mut().and_then(|list| list.iter_mut().find(|object| object["id"] == id));
    change(found.ok_or_else(|| Failure::unexpected("a part of the story is not in the sample"))?);
    Ok(())
}

fn colleague(n: usize, manager: &Value) -> Value {
    let mail = format!("learner.{n:06}@contoso-learning.example");
    json!({
        "id": format!("d3300000-0000-4000-8000-{n:012x}"), "accountEnabled": true, "userPrincipalName": mail,
        "displayName": format!("Learner {n}"), "givenName": "Learner", "surname": format!("{n}"), "mail": mail,
        "jobTitle": "Associate", "department": "Operations", "employeeId": format!("{n:07}"), "country": "GB",
        "preferredLanguage": "en-GB", "businessPhones": [], "manager": {"id": manager},
    })
}
