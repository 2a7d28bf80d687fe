//! Plays Microsoft Entra's provisioning service in its default dialect: matching query, create or link, references in
//! a second pass, only differences in PATCH, soft delete before hard delete.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use client::{Client, Method, Request, Response};
use serde_json::{Value, json};

use super::mapping::{self, Mapped};
use super::organisation::{Group, Organisation, Person};
use crate::failure::Failure;

const MANAGER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// The engine's memory of one job: what is linked to what, and what was sent.
pub(super) struct Driver {
    client: Client,
    /// Object id → id in the target.
    pub(super) people: BTreeMap<String, String>,
    /// Object id → id in the target.
    pub(super) groups: BTreeMap<String, String>,
    /// Members as last exported, by group.
    members: BTreeMap<String, BTreeSet<String>>,
    /// Manager as last exported, by person.
    managers: BTreeMap<String, String>,
    /// Whether the group mapping is enabled.
    pub(super) group_mapping: bool,
    /// Time of each request.
    pub(super) times: Vec<Duration>,
    /// Requests that write to `/Groups`.
    pub(super) group_writes: usize,
    /// The last exchange, for showing.
    pub(super) last: String,
}

/// What a cycle did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) created: usize,
    pub(super) linked: usize,
    pub(super) updated: usize,
    pub(super) disabled: usize,
    pub(super) untouched: usize,
    pub(super) skipped: usize,
    pub(super) groups: usize,
    pub(super) references: usize,
}

/// Who is in scope of a cycle.
pub(super) struct Scope {
    /// Object ids of people.
    pub(super) people: BTreeSet<String>,
    /// Object ids of groups; written only when the group mapping is enabled.
    pub(super) groups: BTreeSet<String>,
}

impl Driver {
    /// A job that has not run yet.
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            people: BTreeMap::new(),
            groups: BTreeMap::new(),
            members: BTreeMap::new(),
            managers: BTreeMap::new(),
            group_mapping: true,
            times: Vec::new(),
            group_writes: 0,
            last: String::new(),
        }
    }

    /// Test Connection: a random user name, and a random group name when the group mapping is enabled; both must be
    /// answered with 200 and an empty list.
    pub(super) async fn test_connection(&mut self, random: &str) -> Result<(), Failure> {
        let found = self.find("Users", "userName", random).await?;
        expect(found.is_empty(), "a random user name found somebody")?;
        if self.group_mapping {
            let found = self.find("Groups", "displayName", random).await?;
            expect(found.is_empty(), "a random group name found a group")?;
        }
        Ok(())
    }

    /// One cycle over the scope: people and groups first, references after.
    pub(super) async fn cycle(
        &mut self,
        source: &Organisation,
        scope: &Scope,
        mut progress: impl FnMut(),
    ) -> Result<Tally, Failure> {
        let mut tally = Tally::default();
        for person in &source.users {
            let in_scope = scope.people.contains(&person.id);
            if in_scope || self.people.contains_key(&person.id) {
                self.person(person, !in_scope, &mut tally).await?;
                progress();
            }
        }
        if self.group_mapping {
            for group in source.groups.iter().filter(|g| scope.groups.contains(&g.id)) {
                self.group(group, &mut tally).await?;
                progress();
            }
        }
        for person in &source.users {
            self.manager(person, &mut tally).await?;
        }
        if self.group_mapping {
            for group in source.groups.iter().filter(|g| scope.groups.contains(&g.id)) {
                self.membership(group, &mut tally).await?;
            }
        }
        Ok(tally)
    }

    /// Provision on demand: one person, at once.
    pub(super) async fn on_demand(&mut self, person: &Person) -> Result<Tally, Failure> {
        let mut tally = Tally::default();
        self.person(person, false, &mut tally).await?;
        Ok(tally)
    }

    async fn person(&mut self, person: &Person, unassigned: bool, tally: &mut Tally) -> Result<(), Failure> {
        let soft_deleted = unassigned || !person.account_enabled;
        let mapped = mapping::map(person, soft_deleted);
        let target = match self.people.get(&person.id).cloned() {
            Some(id) => Some(self.read("Users", &id).await?),
            None => {
                let found = self.find("Users", "userName", user_name(&mapped)).await?;
                expect(found.len() <= 1, "the matching query found several people")?;
                found.into_iter().next()
            }
        };
        match target {
            None if soft_deleted => tally.skipped += 1,
            None => {
                let created =
                    self.send(Method::POST, "/Users", Some(mapping::create_body(&mapped)), 201).await?;
                self.people.insert(person.id.clone(), id_of(&created)?);
                tally.created += 1;
            }
            Some(resource) => {
                let id = id_of(&resource)?;
                let linked = self.people.insert(person.id.clone(), id.clone()).is_none();
                tally.linked += usize::from(linked);
                let operations = mapping::patch_operations(&mapped, &resource);
                if operations.is_empty() {
                    tally.untouched += 1;
                    return Ok(());
                }
                let disables = operations.iter().any(|o| o["path"] == "active" && o["value"] == "False");
                self.patch(&format!("/Users/{id}"), operations, 200).await?;
                if disables {
                    tally.disabled += 1;
                } else {
                    tally.updated += 1;
                }
            }
        }
        Ok(())
    }

    async fn group(&mut self, group: &Group, tally: &mut Tally) -> Result<(), Failure> {
        if let Some(id) = self.groups.get(&group.id).cloned() {
            let there = self.read_group(&id).await?;
            if there["displayName"] != json!(group.display_name) {
                let rename = json!({"op": "Replace", "path": "displayName", "value": group.display_name});
                self.patch(&format!("/Groups/{id}"), vec![rename], 204).await?;
                tally.updated += 1;
            }
            return Ok(());
        }
        let found = self.find("Groups", "displayName", &group.display_name).await?;
        let id = match found.into_iter().next() {
            Some(resource) => id_of(&resource)?,
            None => {
                let body = json!({
                    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group",
                                "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
                    "externalId": group.id, "displayName": group.display_name, "meta": {"resourceType": "Group"},
                });
                let created = self.send(Method::POST, "/Groups", Some(body), 201).await?;
                tally.groups += 1;
                id_of(&created)?
            }
        };
        self.groups.insert(group.id.clone(), id);
        Ok(())
    }

    async fn manager(&mut self, person: &Person, tally: &mut Tally) -> Result<(), Failure> {
        let Some(id) = self.people.get(&person.id).cloned() else { return Ok(()) };
        let Some(manager) = person.manager.as_ref().and_then(|m| self.people.get(&m.id)).cloned() else {
            return Ok(());
        };
        if self.managers.get(&person.id) == Some(&manager) {
            return Ok(());
        }
        let operation = json!({"op": "Add", "path": MANAGER, "value": manager});
        self.patch(&format!("/Users/{id}"), vec![operation], 200).await?;
        self.managers.insert(person.id.clone(), manager);
        tally.references += 1;
        Ok(())
    }

    /// Members that are provisioned are added; those that left the group are taken out, in Entra's default form.
    async fn membership(&mut self, group: &Group, tally: &mut Tally) -> Result<(), Failure> {
        let Some(id) = self.groups.get(&group.id).cloned() else { return Ok(()) };
        let resolve = |object: &String| self.people.get(object).or_else(|| self.groups.get(object)).cloned();
        let wanted: BTreeSet<String> = group.members.iter().filter_map(|m| resolve(&m.id)).collect();
        let sent = self.members.get(&group.id).cloned().unwrap_or_default();
        let value = |id: &String| json!([{"$ref": null, "value": id}]);
        let mut operations: Vec<Value> = Vec::new();
        operations.extend(
            wanted.difference(&sent).map(|m| json!({"op": "Add", "path": "members", "value": value(m)})),
        );
        operations.extend(
            sent.difference(&wanted).map(|m| json!({"op": "Remove", "path": "members", "value": value(m)})),
        );
        tally.references += operations.len();
        for some in operations.chunks(20) {
            self.patch(&format!("/Groups/{id}"), some.to_vec(), 204).await?;
        }
        self.members.insert(group.id.clone(), wanted);
        Ok(())
    }

    /// Hard delete, which Entra does thirty days after the soft one.
    pub(super) async fn delete(&mut self, object: &str) -> Result<(), Failure> {
        if let Some(id) = self.people.remove(object) {
            self.send(Method::DELETE, &format!("/Users/{id}"), None, 204).await?;
            self.managers.remove(object);
            // A deleted person leaves every group in the source at the same moment.
            for members in self.members.values_mut() {
                members.remove(&id);
            }
        }
        Ok(())
    }

    /// The matching query.
    pub(super) async fn find(
        &mut self,
        endpoint: &str,
        attribute: &str,
        value: &str,
    ) -> Result<Vec<Value>, Failure> {
        let quoted = client::filter::literal(value);
        let mut request = Request::new(Method::GET, format!("/{endpoint}"));
        if endpoint == "Groups" {
            request = request.param("excludedAttributes", "members");
        }
        let request = request.param("filter", format!("{attribute} eq {quoted}"));
        let shown = format!("GET /{endpoint}?filter={attribute} eq {quoted}");
        let mut list = self.run(request, 200, shown).await?;
        match list.get_mut("Resources").map(Value::take) {
            Some(Value::Array(resources)) => Ok(resources),
            _ => Err(Failure::input("the answer is not a SCIM list")),
        }
    }

    async fn read(&mut self, endpoint: &str, id: &str) -> Result<Value, Failure> {
        self.send(Method::GET, &format!("/{endpoint}/{id}"), None, 200).await
    }

    async fn read_group(&mut self, id: &str) -> Result<Value, Failure> {
        let path = format!("/Groups/{id}");
        let request = Request::new(Method::GET, path.clone()).param("excludedAttributes", "members");
        self.run(request, 200, format!("GET {path}")).await
    }

    async fn patch(&mut self, path: &str, operations: Vec<Value>, status: u16) -> Result<Value, Failure> {
        let body = json!({"schemas": [PATCH_OP], "Operations": operations});
        self.send(Method::PATCH, path, Some(body), status).await
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: Option<Value>,
        status: u16,
    ) -> Result<Value, Failure> {
        if path.starts_with("/Groups") && method != Method::GET {
            self.group_writes += 1;
        }
        let mut shown = format!("{method} {path}");
        let mut request = Request::new(method, path.to_owned());
        if let Some(body) = &body {
            shown.push_str(&format!(" {body}"));
            request = request.json(body);
        }
        self.run(request, status, shown).await
    }

    async fn run(&mut self, request: Request, status: u16, shown: String) -> Result<Value, Failure> {
        let response: Response =
            self.client.send(request).await.map_err(|e| Failure::other_side(&shown, &e))?;
        self.times.push(response.elapsed());
        let found = response.status().as_u16();
        self.last = format!("{shown} → {found}");
        if found != status {
            return Err(Failure::input(format!(
                "{shown}\nanswered {found} instead of {status}: {}",
                response.text()
            )));
        }
        Ok(response.into_json())
    }
}

/// The user name among mapped values.
fn user_name(mapped: &Mapped) -> &str {
    let found = mapped.iter().find(|(target, _)| *target == mapping::Target::Core("userName"));
    found.map_or("", |(_, value)| value)
}

fn id_of(resource: &Value) -> Result<String, Failure> {
    resource["id"].as_str().map(str::to_owned).ok_or_else(|| Failure::input("a resource without an id"))
}

fn expect(holds: bool, otherwise: &str) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(Failure::input(otherwise)) }
}

impl Driver {
    /// Every resource of an endpoint, for the comparison at the end of an act.
    pub(super) async fn list_all(&self, endpoint: &str) -> Result<Vec<Value>, Failure> {
        let query = client::Query::new(&format!("/{endpoint}"));
        self.client.list_all(query).await.map_err(|e| Failure::other_side(endpoint, &e))
    }
}
