//! Compares the target with what Entra would leave, person by person and group by group, without asking the engine.

use std::collections::{BTreeMap, BTreeSet};

use base::Secret;
use client::{Client, Filter, Query};
use serde_json::Value;

use super::Stage;
use super::directory::{Directory, enabled, members, text};
use super::expect;
use crate::failure::Failure;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Knows who was ever provisioned, from the story alone.
pub(super) struct Verifier {
    client: Client,
    /// Object id → id in the target, of everybody who must be there. `externalId` is the object id.
    pub(super) people: BTreeMap<String, String>,
    /// The same of groups.
    pub(super) groups: BTreeMap<String, String>,
    /// Those who were deleted in the source, as they were.
    going: BTreeMap<String, Value>,
}

impl Verifier {
    /// Has a client of its own, so that the engine's requests are counted alone.
    pub(super) fn new(stage: &Stage) -> Result<Self, Failure> {
        let client = Client::builder(&stage.tenant_url)
            .bearer(Secret::new(stage.token.clone()))
            .build()
            .map_err(|e| Failure::unexpected("the client cannot be set up").caused_by(&e))?;
        Ok(Self { client, people: BTreeMap::new(), groups: BTreeMap::new(), going: BTreeMap::new() })
    }

    /// Everybody and every group.
    pub(super) async fn all(&mut self, directory: &Directory) -> Result<(), Failure> {
        self.people(directory).await?;
        self.check_groups(directory).await
    }

    /// Everybody who was ever in scope and enabled is there once, under the id he always had and with the values that
    /// the source has; who left is disabled; nobody else is there.
    pub(super) async fn people(&mut self, directory: &Directory) -> Result<(), Failure> {
        let mut there = self.everything("/Users").await?;
        let (users, assigned) = (directory.users(), directory.assigned());
        let in_scope =
            |person: &Value| enabled(person) && text(person, "id").is_some_and(|id| assigned.contains(id));
        let known: BTreeSet<&str> = users.iter().filter_map(|person| text(person, "id")).collect();
        let gone = self
            .going
            .iter()
            .filter(|(id, _)| !known.contains(id.as_str()))
            .map(|(_, person)| person.clone());
        let gone: Vec<Value> = gone.collect();
        let mut checked = Vec::new();
        for person in users.iter().chain(&gone) {
            let id = text(person, "id").unwrap_or_default();
            let active = known.contains(id) && in_scope(person);
            if !active && !self.people.contains_key(id) {
                continue;
            }
            let name = text(person, "userPrincipalName").unwrap_or(id);
            let Some(resource) = there.remove(id) else {
                return Err(Failure::unexpected(format!("{name} should be in the directory, and is not")));
            };
            self.person_is(person, active, &resource)?;
            let target = text(&resource, "id").unwrap_or_default().to_owned();
            let before = self.people.insert(id.to_owned(), target.clone());
            if before.is_some_and(|before| before != target) {
                return Err(Failure::unexpected(format!("{name} is there under another id than before")));
            }
            checked.push((person, active, resource));
        }
        if let Some(extra) = there.keys().next() {
            return Err(Failure::unexpected(format!("{extra} is in the directory, but should not be")));
        }
        // Managers are references: only now is it known who is there.
        checked.iter().try_for_each(|(person, active, resource)| self.manager_is(person, *active, resource))
    }

    fn person_is(&self, person: &Value, active: bool, resource: &Value) -> Result<(), Failure> {
        for (target, wanted) in expect::wanted(person, !active) {
            let found = target.read(resource);
            if found.as_deref() != Some(&wanted) {
                let (name, path) = (text(person, "userPrincipalName").unwrap_or_default(), target.path());
                return Err(Failure::unexpected(format!(
                    "{name}: {path} is {found:?}, and should be {wanted:?}"
                )));
            }
        }
        Ok(())
    }

    /// A manager who left keeps being one until the source says otherwise, so only one who is wanted is checked.
    fn manager_is(&self, person: &Value, active: bool, resource: &Value) -> Result<(), Failure> {
        let wanted = text(&person["manager"], "id").and_then(|id| self.people.get(id));
        let found = resource[ENTERPRISE]["manager"]["value"].as_str();
        if active && wanted.is_some() && found != wanted.map(String::as_str) {
            let name = text(person, "userPrincipalName").unwrap_or_default();
            return Err(Failure::unexpected(format!(
                "{name}: the manager is {found:?}, and should be {wanted:?}"
            )));
        }
        Ok(())
    }

    async fn check_groups(&mut self, directory: &Directory) -> Result<(), Failure> {
        let mut there = self.everything("/Groups").await?;
        let groups = directory.groups();
        for group in &groups {
            let (id, name) =
                (text(group, "id").unwrap_or_default(), text(group, "displayName").unwrap_or_default());
            let Some(resource) = there.get(id) else {
                return Err(Failure::unexpected(format!("group “{name}” is not there")));
            };
            if resource["displayName"] != name {
                return Err(Failure::unexpected(format!("group “{name}” has another name")));
            }
            self.groups.insert(id.to_owned(), text(resource, "id").unwrap_or_default().to_owned());
        }
        for group in &groups {
            let Some(resource) = there.remove(text(group, "id").unwrap_or_default()) else { continue };
            self.members_are(group, &resource)?;
        }
        match there.keys().next() {
            None => Ok(()),
            Some(extra) => Err(Failure::unexpected(format!("group {extra} is there, but should not be"))),
        }
    }

    fn members_are(&self, group: &Value, resource: &Value) -> Result<(), Failure> {
        let resolve = |id: &str| self.people.get(id).or_else(|| self.groups.get(id)).map(String::as_str);
        let wanted: BTreeSet<&str> = members(group).filter_map(resolve).collect();
        let list = resource["members"].as_array().map(Vec::as_slice).unwrap_or_default();
        let found: BTreeSet<&str> = list.iter().filter_map(|member| text(member, "value")).collect();
        if wanted == found {
            return Ok(());
        }
        let (name, wanted, found) =
            (text(group, "displayName").unwrap_or_default(), wanted.len(), found.len());
        Err(Failure::unexpected(format!("group “{name}” has {found} members, and should have {wanted}")))
    }

    /// Whether somebody is found by his user name, as Entra's matching query asks; `active` when he must be there.
    pub(super) async fn found(
        &self,
        directory: &Directory,
        id: &str,
        active: Option<bool>,
    ) -> Result<(), Failure> {
        let users = directory.users();
        let person = users.iter().find(|person| person["id"] == id).or_else(|| self.going.get(id));
        let name = person.and_then(|p| text(p, "userPrincipalName")).unwrap_or_default();
        let query = Query::new("/Users").filter(Filter::eq("userName", name).to_string());
        let found =
            self.client.list_all(query).await.map_err(|e| Failure::other_side("the matching query", &e))?;
        let found: Vec<Option<bool>> = found.iter().map(|resource| resource["active"].as_bool()).collect();
        let wanted: Vec<Option<bool>> = active.into_iter().map(Some).collect();
        if found == wanted {
            return Ok(());
        }
        Err(Failure::unexpected(format!("{name}: found {found:?}, and should be {wanted:?}")))
    }

    /// Somebody is about to be deleted in the source.
    pub(super) fn will_go(&mut self, directory: &Directory, id: &str) {
        if let Some(person) = directory.users().into_iter().find(|person| person["id"] == id) {
            self.going.insert(id.to_owned(), person);
        }
    }

    /// Somebody must not be there any more.
    pub(super) async fn is_gone(&mut self, id: &str) -> Result<(), Failure> {
        self.people.remove(id);
        let there = self.everything("/Users").await?;
        self.going.remove(id);
        if there.contains_key(id) {
            Err(Failure::unexpected("a deleted person is still there"))
        } else {
            Ok(())
        }
    }

    /// Every resource of an endpoint, by `externalId`; none may be there twice.
    async fn everything(&self, endpoint: &str) -> Result<BTreeMap<String, Value>, Failure> {
        let query = Query::new(endpoint);
        let list = self.client.list_all(query).await.map_err(|e| Failure::other_side(endpoint, &e))?;
        let mut all = BTreeMap::new();
        for resource in list {
            let id = text(&resource, "externalId")
                .or_else(|| text(&resource, "id"))
                .unwrap_or_default()
                .to_owned();
            if all.insert(id.clone(), resource).is_some() {
                return Err(Failure::unexpected(format!("{id} is in the directory twice")));
            }
        }
        Ok(all)
    }
}
