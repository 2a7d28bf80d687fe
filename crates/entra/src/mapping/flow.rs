//! What flows from a source object: the value of each mapped attribute.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::{AttributeMapping, ObjectMapping, Source};
use crate::env::Env;
use crate::expression::{EvalFault, Flowed, Lookup};
use crate::model::{SourceObject, Value};

/// What the engine computes for an object beside what the source returned.
#[derive(Clone, Copy, Debug, Default)]
pub struct Virtual<'a> {
    /// `IsSoftDeleted`: unassigned, out of scope, disabled, or in the recycle bin (entra.md §4.2).
    pub is_soft_deleted: bool,
    /// `appRoleAssignments`: the roles the object has in the application, in the source's order.
    pub app_role_assignments: &'a [AppRole],
}

/// A role of the application that somebody is assigned to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppRole {
    /// `appRoleId`.
    pub id: String,
    /// The role's `value` claim. The default access role has none.
    pub value: Option<String>,
    /// What people call it.
    pub display_name: Option<String>,
}

/// What one attribute mapping gives for one object.
#[derive(Clone, Debug)]
pub struct Flow<'m> {
    /// The mapping.
    pub mapping: &'m AttributeMapping,
    /// The value, null, nothing at all, or why the expression failed.
    pub outcome: Result<Flowed, EvalFault>,
    /// Whether the source gave null and the value is the mapping's default. Entra writes it when it creates an object and
    /// not when it updates one (entra.md §4.4), so an update takes such a flow for null. A mapping without a source
    /// always flows its default, and is not marked.
    pub defaulted: bool,
}

impl ObjectMapping {
    /// The values of all attribute mappings but references, in the mapping's order.
    #[must_use]
    pub fn flows<'m>(&'m self, object: &SourceObject, computed: Virtual<'_>, env: &Env) -> Vec<Flow<'m>> {
        let seen = Seen { object, computed };
        let mut flows = Vec::with_capacity(self.attributes.len());
        flows.extend(self.attributes.iter().filter(|m| m.reference.is_none()).map(|m| m.flow(&seen, env)));
        flows
    }
}

impl AttributeMapping {
    /// The value of this mapping alone.
    pub(crate) fn flow<'m>(&'m self, seen: &dyn Lookup, env: &Env) -> Flow<'m> {
        let outcome = match &self.source {
            Source::Direct(name) => {
                Ok(seen.get(name).map_or(Flowed::Null, |v| Flowed::Value(v.into_owned())))
            }
            Source::Constant(text) => Ok(Flowed::Value(Value::from(text.as_str()))),
            Source::Expression(expression) => expression.eval(seen, env),
            Source::None => Ok(self.default().unwrap_or(Flowed::Null)),
        };
        match (outcome, &self.source) {
            (Ok(Flowed::Null), Source::Direct(_) | Source::Expression(_)) => match self.default() {
                Some(value) => Flow { mapping: self, outcome: Ok(value), defaulted: true },
                None => Flow { mapping: self, outcome: Ok(Flowed::Null), defaulted: false },
            },
            (outcome, _) => Flow { mapping: self, outcome, defaulted: false },
        }
    }

    fn default(&self) -> Option<Flowed> {
        self.default_value.as_deref().map(|text| Flowed::Value(Value::from(text)))
    }
}

/// A source object with what is computed for it: what expressions and scoping filters see.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// What the source returned.
    pub object: &'a SourceObject,
    /// What the engine adds.
    pub computed: Virtual<'a>,
}

impl Lookup for Seen<'_> {
    fn get(&self, name: &str) -> Option<Cow<'_, Value>> {
        match name {
            "IsSoftDeleted" => Some(Cow::Owned(Value::boolean(self.computed.is_soft_deleted))),
            "appRoleAssignments" => roles(self.computed.app_role_assignments).map(Cow::Owned),
            _ => self.object.attributes.get(name).map(Cow::Borrowed),
        }
    }
}

/// The roles as objects with `id`, `value` and `displayName`; null when there are none.
fn roles(roles: &[AppRole]) -> Option<Value> {
    let object = |role: &AppRole| {
        let text = |text: &Option<String>| text.clone().map_or(Json::Null, Json::String);
        Value::Complex(Map::from_iter([
            ("id".to_owned(), Json::String(role.id.clone())),
            ("value".to_owned(), text(&role.value)),
            ("displayName".to_owned(), text(&role.display_name)),
        ]))
    };
    if roles.is_empty() { None } else { Some(Value::Many(roles.iter().map(object).collect())) }
}
