//! Making and changing a learner by the REST API: what the app knows better than any provider (ruling 7).

use scim::schema::USER;
use scim::{Dialect, Document, Quirk, document};
use serde_json::{Map, Value, json};
use store::{Action, Cause, Conflict, Kind, ReadTx, ResourceId, Source, StoreError, WriteTx};

use super::removed::taken;
use super::show::find;
use super::write::{Steward, holder, whole_document};
use crate::import::is_mapped;
use crate::profile::manager_of;
use crate::{Code, Operator, Service, ServiceError, ServiceResult, changes};

/// How often a write is tried again on fresh data.
const TRIES: u32 = 8;

impl Service {
    /// Makes a learner that no connection owns, from a SCIM User. An identity provider that comes later adopts it.
    ///
    /// # Errors
    /// `Invalid` with the attribute at fault; `Conflict` when the user name, or another value that may stand only once,
    /// is taken.
    pub async fn learner_create(
        &self,
        op: &Operator,
        resource: &Map<String, Value>,
    ) -> ServiceResult<ResourceId> {
        let steward = self.steward(op, Cause::Changed, Action::Create, None)?;
        // Once more when somebody took the name between reading and writing: the second reading says who.
        for _ in 0..2 {
            let document = understood(&steward, op, None, resource.clone())?;
            let mut read = self.store.read(&op.caller).await?;
            check_manager(&mut *read, None, &document).await?;
            let label =
                document.as_map().get("userName").and_then(Value::as_str).unwrap_or_default().to_owned();
            let prepared = steward.create(&mut *read, document, Source::Api).await?;
            if let Some((key, other)) = holder(&mut *read, &prepared.claims, prepared.id).await? {
                return Err(taken(&label, key, &other));
            }
            drop(read);
            let id = prepared.id;
            let mut tx = WriteTx::new(op.caller.clone());
            prepared.into_tx(&mut tx);
            match self.store.commit(tx).await {
                Ok(_) => return Ok(id),
                Err(StoreError::Conflict(Conflict::Unique { .. })) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(busy("the user name is being taken by somebody else"))
    }

    /// Lays a merge patch (RFC 7396) over a learner, by id or user name. Whether there was anything to do.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` with the attribute at fault; `Conflict` when a connection manages the learner and the patch
    /// changes what it maps, unless `force` (ruling 7), and when a value is taken; `Stale` for another version than the
    /// one expected.
    pub async fn learner_change(
        &self,
        op: &Operator,
        which: &str,
        patch: &Map<String, Value>,
        force: bool,
        expected: Option<i64>,
    ) -> ServiceResult<bool> {
        let steward = self.steward(op, Cause::Changed, Action::Patch, None)?;
        for _ in 0..TRIES {
            let mut read = self.store.read(&op.caller).await?;
            let record = find(&mut *read, which).await?;
            check_version(expected, record.version)?;
            let current = whole_document(&record, op)?;
            let mut body = current.as_map().clone();
            merge_patch(&mut body, patch);
            let next = understood(&steward, op, Some(&current), body)?;
            check_manager(&mut *read, Some(&current), &next).await?;
            if record.managed_by.is_some() && !force {
                let changed = changes::between(steward.resource_type(), &current, &next);
                let mapped: Vec<_> =
                    changed.iter().map(|c| c.path.as_str()).filter(|p| is_mapped(p)).collect();
                if !mapped.is_empty() {
                    return Err(managed(&record.label, &mapped));
                }
            }
            let Some(prepared) = steward.update(&mut *read, &record, &current, &next).await? else {
                return Ok(false);
            };
            if let Some((key, other)) = holder(&mut *read, &prepared.claims, record.id).await? {
                return Err(taken(&record.label, key, &other));
            }
            drop(read);
            let mut tx = WriteTx::new(op.caller.clone());
            prepared.into_tx(&mut tx);
            match self.store.commit(tx).await {
                Ok(_) => return Ok(true),
                Err(StoreError::Conflict(Conflict::Version(_) | Conflict::Unique { .. })) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(busy("the learner is being changed by somebody else"))
    }
}

/// The state that a body asks for.
fn understood(
    steward: &Steward<'_>,
    op: &Operator,
    current: Option<&Document>,
    mut body: Map<String, Value>,
) -> ServiceResult<Document> {
    let rt = steward.resource_type();
    body.entry("schemas").or_insert_with(|| json!([USER]));
    let mut dialect = Dialect::entra();
    // A provider's stray attributes are dropped; whoever calls an API gets to know of a mistake.
    dialect.set(Quirk::UnknownAttribute, false);
    dialect.set(Quirk::UnknownSchema, false);
    let incoming = document::read(rt, &op.tenant.registry, Value::Object(body), &dialect).map_err(invalid)?;
    if let Some(ignored) = incoming.ignored.first() {
        return Err(ServiceError::new(Code::Invalid, ignored.clone()));
    }
    let next = match current {
        Some(current) => document::replace(rt, current, incoming, &dialect),
        None => document::create(rt, incoming),
    };
    let mut next = next.map_err(invalid)?;
    op.tenant.intake.admit(rt, current, &mut next)?;
    Ok(next)
}

/// A manager who is newly named must be a learner (ruling 12).
async fn check_manager(
    read: &mut dyn ReadTx,
    before: Option<&Document>,
    after: &Document,
) -> ServiceResult<()> {
    let Some(manager) = manager_of(after).filter(|m| before.and_then(manager_of) != Some(*m)) else {
        return Ok(());
    };
    let found = match manager.parse::<ResourceId>() {
        Ok(id) => read.describe(&[id]).await?.into_iter().next().flatten(),
        Err(_) => None,
    };
    if matches!(found, Some((Kind::USER, _))) {
        return Ok(());
    }
    let shown: String = manager.chars().take(60).collect();
    Err(ServiceError::new(
        Code::Invalid,
        format!("there is no learner \"{shown}\", so nobody can have that manager"),
    )
    .hint("give the manager's id"))
}

/// RFC 7396: null removes, objects are merged, everything else replaces.
fn merge_patch(target: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (name, value) in patch {
        match value {
            Value::Null => {
                target.remove(name);
            }
            Value::Object(inner) => {
                let slot = target.entry(name.clone()).or_insert_with(|| json!({}));
                if !slot.is_object() {
                    *slot = json!({});
                }
                if let Value::Object(map) = slot {
                    merge_patch(map, inner);
                }
            }
            other => {
                target.insert(name.clone(), other.clone());
            }
        }
    }
}

/// Refuses a change that is based on another version than the present one.
pub(super) fn check_version(expected: Option<i64>, present: i64) -> ServiceResult<()> {
    match expected {
        Some(expected) if expected != present => {
            Err(ServiceError::new(Code::Stale, "the learner has changed since it was read")
                .hint("read it again, then repeat the change with the new ETag"))
        }
        _ => Ok(()),
    }
}

fn invalid(error: scim::ScimError) -> ServiceError {
    ServiceError { path: error.path, ..ServiceError::new(Code::Invalid, error.detail) }
}

fn managed(label: &str, mapped: &[&str]) -> ServiceError {
    ServiceError::new(
        Code::Conflict,
        format!("\"{label}\" is managed by an identity provider, which sets {}", mapped.join(", ")),
    )
    .hint("change it there, or force it here until the provider sends it again")
}

fn busy(message: &str) -> ServiceError {
    ServiceError::new(Code::Conflict, message).hint("try again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merge_patch_is_as_in_rfc_7396() {
        let patched = |target: Value, patch: Value| {
            let (Value::Object(mut target), Value::Object(patch)) = (target, patch) else {
                panic!("objects")
            };
            merge_patch(&mut target, &patch);
            Value::Object(target)
        };
        assert_eq!(patched(json!({"a": "b"}), json!({"a": "c"})), json!({"a": "c"}));
        assert_eq!(patched(json!({"a": "b", "b": "c"}), json!({"a": null})), json!({"b": "c"}));
        assert_eq!(patched(json!({"a": ["b"]}), json!({"a": "c"})), json!({"a": "c"}));
        assert_eq!(
            patched(json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}})),
            json!({"a": {"b": "d"}})
        );
        assert_eq!(patched(json!({}), json!({"a": {"bb": {"ccc": null}}})), json!({"a": {"bb": {}}}));
    }
}
