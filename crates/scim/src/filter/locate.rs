//! From a name to the attribute it means, and what to say when there is none. Shared by filters, paths and sort.

use crate::dialect::{Dialect, Quirk};
use crate::error::{ScimError, ScimType};
use crate::schema::{Attribute, ENTERPRISE_USER, Mutability, Resolved, ResourceType, Returned, common};

use super::AttrPath;

/// Finds the attribute, also where an old client put a dot or left out a colon after the URN.
pub(crate) fn locate(rt: &ResourceType, path: &AttrPath, dialect: &Dialect) -> Option<Resolved> {
    if let Some(found) = rt.resolve(path) {
        return Some(found);
    }
    let urn = path.urn.as_deref()?;
    if let Some(urn) = well_formed(urn, dialect) {
        let path = AttrPath { urn: Some(urn.to_owned()), ..path.clone() };
        return rt.resolve(&path);
    }
    // `urn:…:2.0:User.manager` was read as the sub-attribute `manager` of `User`.
    let name = path.sub.as_ref().filter(|_| dialect.has(Quirk::UrnDot))?;
    let urn = Some(format!("{urn}:{}", path.name));
    rt.resolve(&AttrPath { urn, name: name.clone(), sub: None })
}

/// The URN of the enterprise extension for its spelling without the last colon.
pub(crate) fn well_formed(urn: &str, dialect: &Dialect) -> Option<&'static str> {
    let (start, last) = ENTERPRISE_USER.rsplit_once(':')?;
    let malformed = urn.len() == start.len() + last.len()
        && urn.is_char_boundary(start.len())
        && urn[..start.len()].eq_ignore_ascii_case(start)
        && urn[start.len()..].eq_ignore_ascii_case(last);
    (malformed && dialect.has(Quirk::MalformedEnterpriseUrn)).then_some(ENTERPRISE_USER)
}

/// Whether nobody may read it, so that nobody may find resources by it either (S-FILTER-15, A-37).
pub(crate) fn is_secret(found: &Resolved) -> bool {
    let secret = |a: &Attribute| a.returned == Returned::Never || a.mutability == Mutability::WriteOnly;
    secret(&found.attribute) || found.sub.as_deref().is_some_and(secret)
}

/// The error for a name that [`locate`] does not find: S-FILTER-11, S-FILTER-12, S-PATCH-20, S-SORT-06.
pub(crate) fn unknown(rt: &ResourceType, path: &AttrPath, kind: ScimType) -> ScimError {
    let holder = AttrPath { sub: None, ..path.clone() };
    let mut detail = match (rt.resolve(&holder), &path.sub) {
        (Some(found), Some(sub)) => no_sub_attribute(&found.attribute, sub),
        _ => match ambiguous(rt, path) {
            Some(urns) => format!(
                "`{path}` is an attribute of several extensions of {}; put the schema's URN in front: {urns}.",
                rt.name
            ),
            None => format!("`{path}` is no attribute of {}.", rt.name),
        },
    };
    if let Some(name) = nearest(rt, path) {
        detail.push_str(&format!(" Did you mean `{name}`?"));
    }
    ScimError::bad(kind, detail)
}

/// Says which sub-attributes there are instead.
pub(crate) fn no_sub_attribute(attribute: &Attribute, sub: &str) -> String {
    let name = &attribute.name;
    if attribute.sub_attributes.is_empty() {
        return format!("`{name}` has no sub-attributes, so there is no `{name}.{sub}`.");
    }
    format!("`{name}` has no sub-attribute `{sub}`; it has {}.", sub_names(attribute))
}

/// `formatted, familyName, givenName`.
pub(crate) fn sub_names(attribute: &Attribute) -> String {
    let names: Vec<_> = attribute.sub_attributes.iter().map(|a| a.name.as_str()).collect();
    names.join(", ")
}

fn ambiguous(rt: &ResourceType, path: &AttrPath) -> Option<String> {
    if path.urn.is_some() {
        return None;
    }
    let holders: Vec<_> = rt.extensions.iter().filter(|e| e.schema.attribute(&path.name).is_some()).collect();
    let qualified: Vec<_> = holders.iter().map(|e| format!("{}:{path}", e.schema.id)).collect();
    (qualified.len() > 1).then(|| qualified.join(" or "))
}

/// The attribute whose name is at most two typing mistakes away.
fn nearest(rt: &ResourceType, path: &AttrPath) -> Option<String> {
    let extensions = rt.extensions.iter().flat_map(|e| &e.schema.attributes);
    let candidates = rt.schema.attributes.iter().chain(common()).chain(extensions);
    let wanted = path.name.to_ascii_lowercase();
    // A short name is within two mistakes of anything.
    let allowed = if wanted.len() < 4 { 1 } else { 2 };
    candidates
        .map(|a| (distance(&wanted, &a.name.to_ascii_lowercase()), &a.name))
        .filter(|(mistakes, _)| (1..=allowed).contains(mistakes))
        .min_by_key(|(mistakes, _)| *mistakes)
        .map(|(_, name)| match &path.sub {
            Some(sub) => format!("{name}.{sub}"),
            None => name.clone(),
        })
}

/// Letters to insert, remove or exchange to get from one to the other.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let exchanged = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = exchanged.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
