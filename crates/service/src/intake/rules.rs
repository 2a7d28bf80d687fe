//! The rules, checked against a tenant's schemas, and a document by them.

use scim::document::refresh_schemas;
use scim::path::{self, PathTarget};
use scim::schema::Resolved;
use scim::{Dialect, Document, ResourceType, ScimError, text};
use serde_json::Value;

use super::IntakeSettings;
use crate::changes::FieldChange;
use crate::{Code, ServiceError, ServiceResult};

/// Most domains, and most paths: each costs a little with every write.
const MOST: usize = 200;
/// Without these nothing works.
const NEEDED: [&str; 4] = ["userName", "active", "externalId", "id"];

/// Rules that can be applied.
#[derive(Debug, Clone, Default)]
pub(crate) struct Intake {
    /// Folded; one that begins with a dot stands for every domain below it.
    domains: Vec<String>,
    pub(super) never: Vec<Resolved>,
}

/// Why somebody is not taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The attribute at fault.
    pub(crate) path: &'static str,
    /// What is wrong with it.
    pub(crate) detail: String,
}

impl From<Refusal> for ScimError {
    fn from(refusal: Refusal) -> Self {
        Self::value(refusal.path, refusal.detail)
    }
}

impl From<Refusal> for ServiceError {
    fn from(refusal: Refusal) -> Self {
        let error = Self::new(Code::Invalid, refusal.detail)
            .hint("allow the domain in the tenant's settings, or correct the address");
        Self { path: Some(refusal.path.to_owned()), ..error }
    }
}

impl Intake {
    /// Checks settings against the type of learners.
    ///
    /// # Errors
    /// `Invalid` with the setting at fault.
    pub(crate) fn compile(settings: &IntakeSettings, rt: &ResourceType) -> ServiceResult<Self> {
        if settings.allowed_domains.len() > MOST || settings.never_stored.len() > MOST {
            return Err(invalid("intake", &format!("at most {MOST} domains and {MOST} paths are possible")));
        }
        let domain = |(at, text): (usize, &String)| {
            domain(text).ok_or_else(|| {
                let at = format!("intake.allowedDomains[{at}]");
                invalid(
                    &at,
                    &format!(
                        "\"{text}\" is no domain; write example.com, or *.example.com for those below it"
                    ),
                )
            })
        };
        let never = |(at, text): (usize, &String)| {
            attribute(text, rt).map_err(|why| invalid(&format!("intake.neverStored[{at}]"), &why))
        };
        Ok(Self {
            domains: settings.allowed_domains.iter().enumerate().map(domain).collect::<Result<_, _>>()?,
            never: settings.never_stored.iter().enumerate().map(never).collect::<Result<_, _>>()?,
        })
    }

    /// Drops what is never stored, and says whether the rest may be taken in. A name or address that was there `before` stays
    /// allowed: a rule that came later locks nobody out.
    ///
    /// # Errors
    /// [`Refusal`] with the attribute whose domain is not allowed.
    pub(crate) fn admit(
        &self,
        rt: &ResourceType,
        before: Option<&Document>,
        document: &mut Document,
    ) -> Result<(), Refusal> {
        self.strip(rt, document);
        if self.domains.is_empty() {
            return Ok(());
        }
        let name = |document: &Document| {
            document.as_map().get("userName").and_then(Value::as_str).map(str::to_owned)
        };
        if let Some(name) = name(document)
            && name.contains('@')
            && before.and_then(self::user_name) != Some(name.as_str())
        {
            self.check("userName", &name)?;
        }
        let known: Vec<&str> = before.into_iter().flat_map(addresses).collect();
        for address in addresses(document).filter(|address| !known.contains(address)) {
            self.check("emails", address)?;
        }
        Ok(())
    }

    /// Drops what is never stored; whether there was any of it.
    pub(crate) fn strip(&self, rt: &ResourceType, document: &mut Document) -> bool {
        let is_there = |path: &Resolved| document.attribute(path).is_some_and(|whole| holds(whole, path));
        if !self.never.iter().any(is_there) {
            return false;
        }
        self.never.iter().for_each(|path| drop_value(document, path));
        refresh_schemas(rt, document);
        true
    }

    /// Takes the values of what is never stored out of changes: that it went is told, not what it was.
    pub(crate) fn hush(&self, changes: &mut [FieldChange]) {
        for change in changes {
            for never in &self.never {
                let whole = Resolved { sub: None, ..never.clone() }.to_string();
                let Some(rest) = change.path.strip_prefix(&whole) else { continue };
                match (&never.sub, rest.strip_prefix('.')) {
                    (None, part) if rest.is_empty() || part.is_some() => change.forget(),
                    (Some(sub), Some(part)) if part == sub.name => change.forget(),
                    (Some(sub), None) if rest.is_empty() => {
                        let values = [&mut change.old, &mut change.new].into_iter();
                        values.for_each(|value| *value = value.as_ref().and_then(|v| without(v, &sub.name)));
                    }
                    _ => {}
                }
            }
        }
    }

    fn check(&self, path: &'static str, address: &str) -> Result<(), Refusal> {
        let domain = text::fold(address.rsplit('@').next().unwrap_or_default()).into_owned();
        let allowed = self.domains.iter().any(|rule| match rule.strip_prefix('.') {
            Some(_) => domain.ends_with(rule.as_str()),
            None => domain == *rule,
        });
        if allowed {
            return Ok(());
        }
        let shown: String = domain.chars().take(100).collect();
        Err(Refusal {
            path,
            detail: format!("`{path}` is of the domain \"{shown}\", which this tenant does not allow."),
        })
    }

    /// Whether a key of a resource, or the path of a PATCH, names something that is never stored. Rather too much than too
    /// little: it decides what of a request is kept in the log.
    pub(crate) fn hides(&self, name: &str) -> bool {
        !self.never.is_empty() && {
            let plain = without_filters(name);
            self.never.iter().any(|never| {
                let wanted = &never.leaf().name;
                plain.rsplit([':', '.']).any(|part| part.eq_ignore_ascii_case(wanted))
            })
        }
    }
}

fn user_name(document: &Document) -> Option<&str> {
    document.as_map().get("userName")?.as_str()
}

fn addresses(document: &Document) -> impl Iterator<Item = &str> {
    let list = document.as_map().get("emails").and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|email| email.get("value")?.as_str())
        .filter(|value| value.contains('@'))
}

/// `emails[type eq "work"].value` without what is in brackets.
fn without_filters(path: &str) -> String {
    let mut depth = 0_u32;
    path.chars()
        .filter(|c| {
            match c {
                '[' => depth += 1,
                ']' => depth = depth.saturating_sub(1),
                _ => return depth == 0,
            }
            false
        })
        .collect()
}

/// A domain as it is compared: folded, `*.` as a dot.
fn domain(text: &str) -> Option<String> {
    let (below, name) = match text.strip_prefix("*.") {
        Some(name) => (".", name),
        None => ("", text),
    };
    let good = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let fits = name.len() <= 253 && name.contains('.') && name.split('.').all(good);
    fits.then(|| format!("{below}{}", text::fold(name)))
}

/// The attribute that a path names.
fn attribute(text: &str, rt: &ResourceType) -> Result<Resolved, String> {
    let dialect = Dialect::strict();
    let path = path::parse(text, &dialect).and_then(|path| path.check(rt, &dialect)).map_err(|e| e.detail)?;
    let PathTarget::Attr(at) = path.target else {
        return Err(format!("\"{text}\" must name an attribute or a part of one, without a filter"));
    };
    if at.container.is_none() && NEEDED.contains(&at.attribute.name.as_str()) {
        return Err(format!("`{}` is needed: without it no identity provider can work", at.attribute.name));
    }
    if at.leaf().required {
        return Err(format!("`{text}` is required by its schema"));
    }
    Ok(at)
}

/// Whether an attribute's value holds what the path names.
fn holds(whole: &Value, path: &Resolved) -> bool {
    match (&path.sub, whole) {
        (None, _) => true,
        (Some(sub), Value::Array(list)) => list.iter().any(|element| element.get(&sub.name).is_some()),
        (Some(sub), one) => one.get(&sub.name).is_some(),
    }
}

/// Unassigns what the path names; of a list, the part of every element. What is empty then goes too.
fn drop_value(document: &mut Document, path: &Resolved) {
    let Some(whole) = document.attribute(path) else { return };
    let left = path.sub.as_ref().and_then(|sub| without(whole, &sub.name));
    document.set_attribute(path, left);
}

/// A value without a part of it, of a list in each element; `None` when nothing is left.
pub(super) fn without(whole: &Value, part: &str) -> Option<Value> {
    let strip = |element: &Value| -> Option<Value> {
        let mut map = element.as_object()?.clone();
        map.shift_remove(part);
        (!map.is_empty()).then_some(Value::Object(map))
    };
    match whole {
        Value::Array(list) => {
            let list: Vec<Value> = list.iter().filter_map(strip).collect();
            (!list.is_empty()).then_some(Value::Array(list))
        }
        one => strip(one),
    }
}

fn invalid(at: &str, why: &str) -> ServiceError {
    ServiceError::new(Code::Invalid, format!("{at}: {why}"))
}

#[cfg(test)]
mod tests;
