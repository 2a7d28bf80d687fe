//! Compares the directory with what Entra would leave, person by person and group by group.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::driver::{Driver, Scope};
use super::mapping;
use super::organisation::{Organisation, Person};
use crate::failure::Failure;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Everything in scope.
pub(super) async fn all(driver: &mut Driver, source: &Organisation, scope: &Scope) -> Result<(), Failure> {
    people(driver, source, &scope.people).await?;
    groups(driver, source, &scope.groups).await
}

/// The people in scope, and that nobody else is there.
pub(super) async fn people(
    driver: &mut Driver,
    source: &Organisation,
    scope: &BTreeSet<String>,
) -> Result<(), Failure> {
    let mut there = everything(driver, "Users").await?;
    let known = source.by_id();
    for (object, id) in driver.people.clone() {
        let Some(resource) = there.remove(&id) else {
            return Err(Failure::unexpected(format!(
                "{object} was provisioned as {id}, but is not in the directory"
            )));
        };
        if let Some(person) = known.get(object.as_str()) {
            person_is(driver, person, !scope.contains(&object), &resource)?;
        }
    }
    for person in source.users.iter().filter(|p| scope.contains(&p.id) && p.account_enabled) {
        if !driver.people.contains_key(&person.id) {
            return Err(Failure::unexpected(format!("{} was never provisioned", person.user_principal_name)));
        }
    }
    match there.keys().next() {
        None => Ok(()),
        Some(extra) => Err(Failure::unexpected(format!("{extra} is in the directory, but nobody sent it"))),
    }
}

fn person_is(driver: &Driver, person: &Person, unassigned: bool, resource: &Value) -> Result<(), Failure> {
    for (target, wanted) in mapping::map(person, unassigned || !person.account_enabled) {
        let found = target.read(resource);
        if found.as_deref() != Some(&wanted) {
            let name = &person.user_principal_name;
            let path = target.path();
            return Err(Failure::unexpected(format!(
                "{name}: {path} is {found:?}, and should be {wanted:?}"
            )));
        }
    }
    let manager = person.manager.as_ref().and_then(|m| driver.people.get(&m.id));
    let found = resource[ENTERPRISE]["manager"]["value"].as_str();
    // A manager who left keeps being one until the source says otherwise, so only a wanted one is checked.
    if manager.is_some() && found != manager.map(String::as_str) && !unassigned {
        return Err(Failure::unexpected(format!("{}: manager is {found:?}", person.user_principal_name)));
    }
    Ok(())
}

async fn groups(driver: &mut Driver, source: &Organisation, scope: &BTreeSet<String>) -> Result<(), Failure> {
    let there = everything(driver, "Groups").await?;
    if there.len() != driver.groups.len() {
        return Err(Failure::unexpected(format!(
            "{} groups, and should be {}",
            there.len(),
            driver.groups.len()
        )));
    }
    for group in source.groups.iter().filter(|g| scope.contains(&g.id)) {
        let found = driver.groups.get(&group.id).and_then(|id| there.get(id));
        let Some(resource) = found else {
            return Err(Failure::unexpected(format!("group “{}” is not there", group.display_name)));
        };
        let resolve = |id: &String| driver.people.get(id).or_else(|| driver.groups.get(id));
        let wanted: BTreeSet<&str> =
            group.members.iter().filter_map(|m| resolve(&m.id)).map(String::as_str).collect();
        let members = resource["members"].as_array().map(Vec::as_slice).unwrap_or_default();
        let found: BTreeSet<&str> = members.iter().filter_map(|m| m["value"].as_str()).collect();
        if wanted != found || resource["displayName"] != group.display_name.as_str() {
            let (name, wanted, found) = (&group.display_name, wanted.len(), found.len());
            return Err(Failure::unexpected(format!(
                "group “{name}” has {found} members, and should have {wanted}"
            )));
        }
    }
    Ok(())
}

/// Whether one person is active, as the filter shows them.
pub(super) async fn state(
    driver: &mut Driver,
    source: &Organisation,
    object: &str,
    active: bool,
) -> Result<(), Failure> {
    let name = source.person(object).map(|p| p.user_principal_name.clone()).unwrap_or_default();
    let found = driver.find("Users", "userName", &name).await?;
    match found.as_slice() {
        [one] if one["active"] == active => Ok(()),
        other => Err(Failure::unexpected(format!("{name}: {} found, active is not {active}", other.len()))),
    }
}

/// Every resource of an endpoint, by id.
async fn everything(driver: &mut Driver, endpoint: &str) -> Result<BTreeMap<String, Value>, Failure> {
    let mut all = BTreeMap::new();
    for resource in driver.list_all(endpoint).await? {
        if let Some(id) = resource["id"].as_str() {
            all.insert(id.to_owned(), resource.clone());
        }
    }
    Ok(all)
}
