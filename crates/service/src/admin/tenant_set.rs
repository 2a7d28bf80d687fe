//! `provost tenant set`.

use serde_json::{Map, Value};
use store::{Action, Change};

use super::name::check_label;
use super::setting::{Setting, learners};
use super::settle::{TRIES, check_revision, is_overtaken};
use crate::{
    Code, IntakeSettings, Operator, ProfileSettings, Service, ServiceError, ServiceResult, SetupPolicy,
};

/// What to change about a tenant; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TenantChange {
    /// For people.
    pub display_name: Option<String>,
    /// Settings to put over what is there; a `null` removes one.
    pub settings: Option<Map<String, Value>>,
    /// The tenant's revision that the change is based on, when it matters.
    pub revision: Option<i64>,
}

impl Service {
    /// Changes the tenant's display name and settings. What belongs to its default connection (dialect, groups) is
    /// changed by [`Service::connection_set`].
    ///
    /// # Errors
    /// `Invalid` for a bad name, a setting that is Provost's own, or one that does not hold what it should; `Stale` for
    /// another revision than the one named.
    pub async fn tenant_set(&self, op: &Operator, change: &TenantChange) -> ServiceResult<()> {
        for _ in 1..TRIES {
            match self.tenant_set_once(op, change).await {
                Err(error) if is_overtaken(&error) => {}
                done => return done,
            }
        }
        self.tenant_set_once(op, change).await
    }

    async fn tenant_set_once(&self, op: &Operator, change: &TenantChange) -> ServiceResult<()> {
        let (tenant, _) = self.docs(op).await?;
        check_revision(change.revision, tenant.revision)?;
        let display_name = match &change.display_name {
            Some(text) => check_label("display name", text)?,
            None => tenant.display_name.clone(),
        };
        let mut settings = tenant.settings.clone();
        for (name, value) in change.settings.iter().flatten() {
            if name.starts_with('_') {
                return Err(ServiceError::new(
                    Code::Invalid,
                    format!("the setting \"{name}\" is kept by Provost itself"),
                ));
            }
            let rt = learners(op)?;
            match name.as_str() {
                ProfileSettings::NAME => ProfileSettings::check_value(value, rt)?,
                IntakeSettings::NAME => IntakeSettings::check_value(value, rt)?,
                SetupPolicy::NAME => SetupPolicy::check_value(value, rt)?,
                _ => {}
            }
            put(&mut settings, name, value.clone());
        }
        let due = self.scrub_due(&tenant.settings, &settings);
        let put = Change::PutTenant { display_name, settings };
        let entry = op.entry(Action::Administer, self.clock.now(), &tenant.name, "tenant_changed");
        self.administer(op, Some(tenant.revision), std::iter::once(put).chain(due).collect(), None, entry)
            .await?;
        Ok(())
    }
}

/// Puts one setting; `null` removes it.
pub(crate) fn put(settings: &mut Value, name: &str, value: Value) {
    if !settings.is_object() {
        *settings = Value::Object(Map::new());
    }
    if let Some(map) = settings.as_object_mut() {
        if value.is_null() {
            map.remove(name);
        } else {
            map.insert(name.to_owned(), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_are_put_over_what_is_there_and_removed_by_null() {
        let mut settings = json!({"a": 1, "b": 2});
        put(&mut settings, "a", json!("x"));
        put(&mut settings, "b", Value::Null);
        put(&mut settings, "c", json!([1]));
        assert_eq!(settings, json!({"a": "x", "c": [1]}));
        let mut none = Value::Null;
        put(&mut none, "a", json!(1));
        assert_eq!(none, json!({"a": 1}));
    }
}
