//! A tenant's mapping, checked against its schemas, and a learner's profile by it.

use std::collections::BTreeMap;

use scim::filter::Checked;
use scim::path::{self, Path, PathTarget};
use scim::{Dialect, Document, ResourceType, text};
use serde_json::{Map, Value};
use store::GroupRef;

use super::{ManagerRef, Profile, ProfileField, ProfileSettings, RoleRule};
use crate::{Code, ServiceError, ServiceResult};

/// Most paths, keys and rules of one mapping: each costs a little with every write.
const MOST: usize = 200;

/// A mapping that can be applied.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mapping {
    pub(super) fields: BTreeMap<ProfileField, Vec<Path<Checked>>>,
    pub(super) custom: Option<BTreeMap<String, Vec<Path<Checked>>>>,
    pub(super) roles: Option<Roles>,
}

#[derive(Debug, Clone)]
pub(super) struct Roles {
    pub(super) from: Vec<Path<Checked>>,
    rules: Vec<RoleRule>,
    keep_unmapped: bool,
}

impl Mapping {
    /// Checks settings against the type of learners.
    ///
    /// # Errors
    /// `Invalid` with the setting at fault.
    pub(crate) fn compile(settings: &ProfileSettings, rt: &ResourceType) -> ServiceResult<Self> {
        let custom = settings.custom.as_ref().map_or(0, BTreeMap::len);
        let rules = settings.roles.as_ref().map_or(0, |roles| roles.rules.len());
        if custom > MOST || rules > MOST {
            return Err(invalid(
                "profile",
                &format!("at most {MOST} custom keys and {MOST} rules are possible"),
            ));
        }
        let mut out = Self::default();
        for (field, texts) in &settings.fields {
            // A closed list of names always serialises.
            let name = serde_json::to_value(field).unwrap_or_default();
            let at = format!("profile.fields.{}", name.as_str().unwrap_or_default());
            out.fields.insert(*field, paths(&at, texts, rt)?);
        }
        if let Some(keys) = &settings.custom {
            let mut custom = BTreeMap::new();
            for (key, texts) in keys {
                let good = !key.is_empty() && key.len() <= 100 && !key.chars().any(char::is_control);
                if !good {
                    return Err(invalid("profile.custom", "a key has 1 to 100 characters that can be seen"));
                }
                custom.insert(key.clone(), paths(&format!("profile.custom.{key}"), texts, rt)?);
            }
            out.custom = Some(custom);
        }
        if let Some(roles) = &settings.roles {
            for (at, rule) in roles.rules.iter().enumerate() {
                check_rule(rule).map_err(|why| invalid(&format!("profile.roles.rules[{at}]"), why))?;
            }
            out.roles = Some(Roles {
                from: paths("profile.roles.from", &roles.from, rt)?,
                rules: roles.rules.clone(),
                keep_unmapped: roles.keep_unmapped,
            });
        }
        Ok(out)
    }

    /// Whether groups decide anything, so that they have to be looked up.
    pub(crate) fn needs_groups(&self) -> bool {
        self.roles.as_ref().is_some_and(|roles| roles.rules.iter().any(|rule| rule.group.is_some()))
    }

    /// The profile of a learner in this state and these groups. The manager has no address yet.
    pub(crate) fn apply(&self, document: &Document, groups: &[GroupRef]) -> Profile {
        let mut profile = Profile::of(document);
        for (field, paths) in &self.fields {
            let value = paths.iter().find_map(|path| values(document, path).find_map(as_text));
            match field {
                ProfileField::Email => profile.email = value,
                ProfileField::DisplayName => profile.display_name = value,
                ProfileField::GivenName => profile.given_name = value,
                ProfileField::FamilyName => profile.family_name = value,
                ProfileField::Locale => profile.locale = value,
                ProfileField::Department => profile.department = value,
                ProfileField::Title => profile.title = value,
                ProfileField::EmployeeNumber => profile.employee_number = value,
                ProfileField::Manager => {
                    profile.manager = value.map(|id| ManagerRef { id, email: None });
                }
            }
        }
        if let Some(keys) = &self.custom {
            let value = |paths: &[Path<Checked>]| paths.iter().find_map(|path| whole(document, path));
            let found = keys.iter().filter_map(|(key, paths)| Some((key.clone(), value(paths)?)));
            profile.custom = found.collect::<Map<_, _>>();
        }
        if let Some(roles) = &self.roles {
            profile.roles = roles.apply(document, groups);
        }
        profile
    }
}

impl Roles {
    fn apply(&self, document: &Document, groups: &[GroupRef]) -> Vec<String> {
        let mut roles: Vec<String> = Vec::new();
        let mut add = |role: &str| {
            if !roles.iter().any(|r| r == role) {
                roles.push(role.to_owned());
            }
        };
        let app_roles: Vec<String> =
            self.from.iter().flat_map(|path| values(document, path).filter_map(as_text)).collect();
        for app_role in &app_roles {
            let mut mapped = false;
            for rule in
                self.rules.iter().filter(|rule| rule.app_role.as_deref().is_some_and(|r| r == app_role))
            {
                mapped = true;
                add(&rule.role);
            }
            if !mapped && self.keep_unmapped {
                add(app_role);
            }
        }
        for rule in &self.rules {
            let Some(name) = &rule.group else { continue };
            let folded = text::fold(name);
            if groups.iter().any(|g| g.id.to_string() == *name || text::fold(&g.display) == folded) {
                add(&rule.role);
            }
        }
        roles
    }
}

fn check_rule(rule: &RoleRule) -> Result<(), &'static str> {
    let filled = |text: &str| !text.trim().is_empty() && text.len() <= 400;
    match (&rule.group, &rule.app_role) {
        _ if !filled(&rule.role) => Err("`role` says which role the rule gives, in 1 to 400 bytes"),
        (Some(name), None) | (None, Some(name)) if filled(name) => Ok(()),
        (Some(_), Some(_)) => Err("a rule names a group or an app role, not both; make two rules"),
        _ => Err("a rule names a `group` or an `appRole`"),
    }
}

fn paths(at: &str, texts: &[String], rt: &ResourceType) -> ServiceResult<Vec<Path<Checked>>> {
    if texts.len() > MOST {
        return Err(invalid(at, &format!("at most {MOST} paths are possible")));
    }
    let dialect = Dialect::entra();
    let read = |text: &String| {
        let path = path::parse(text, &dialect).and_then(|path| path.check(rt, &dialect));
        path.map_err(|error| invalid(at, &error.detail))
    };
    texts.iter().map(read).collect()
}

fn invalid(at: &str, why: &str) -> ServiceError {
    ServiceError::new(Code::Invalid, format!("{at}: {why}"))
}

/// The values at a path: all of a list's, or of its elements that the filter selects.
fn values<'a>(document: &'a Document, path: &'a Path<Checked>) -> Box<dyn Iterator<Item = &'a Value> + 'a> {
    match &path.target {
        PathTarget::Schema(urn) => Box::new(document.as_map().get(urn.as_str()).into_iter()),
        PathTarget::Attr(at) => Box::new(document.values(at)),
        PathTarget::Element { attr, filter, sub } => {
            let elements = match document.attribute(attr) {
                Some(Value::Array(list)) => list.as_slice(),
                Some(single) => std::slice::from_ref(single),
                None => &[],
            };
            let selected = elements.iter().filter(|e| scim::filter::eval::matches_element(filter, e));
            Box::new(selected.filter_map(move |e| match sub {
                Some(sub) => e.get(sub.as_str()),
                None => Some(e),
            }))
        }
    }
}

/// A value as text: of a complex one, its `value`.
fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Object(map) => map.get("value").and_then(as_text),
        Value::Array(_) | Value::Null => None,
    }
}

/// What a path names, as JSON: several values are a list.
fn whole(document: &Document, path: &Path<Checked>) -> Option<Value> {
    if let PathTarget::Attr(at) = &path.target
        && at.sub.is_none()
    {
        return document.attribute(at).cloned();
    }
    let mut found: Vec<Value> = values(document, path).cloned().collect();
    match found.len() {
        0 => None,
        1 => found.pop(),
        _ => Some(Value::Array(found)),
    }
}

#[cfg(test)]
mod tests;
