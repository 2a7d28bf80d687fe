//! What a column is for: SCIM paths, and what people call them (ruling 15).

use scim::ResourceType;
use scim::filter::AttrPath;
use scim::schema::{AttributeType, ENTERPRISE_USER, Mutability, Resolved};

use super::RowProblem;

/// What is done with the cells of a column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Column {
    /// A value, or a part of a singular complex one.
    Value(Resolved),
    /// One part of one element of a list: `emails[type eq "work"].value`.
    Element {
        /// The list.
        list: Resolved,
        /// Type of the element.
        kind: String,
        /// Part of the element.
        part: String,
    },
    /// A list of plain values, separated by semicolons.
    List(Resolved),
    /// The manager, by user name, address or id.
    Manager,
    /// `externalId` of the connection.
    ExternalId,
    /// Nothing: what an export adds for people to read.
    Ignored,
}

/// What people call attributes, without case, spaces and punctuation.
const ALIASES: &[(&[&str], &str)] = &[
    (&["username", "user", "login", "loginname", "upn", "userprincipalname"], "userName"),
    (&["email", "mail", "emailaddress", "workemail"], "emails[type eq \"work\"].value"),
    (&["homeemail", "privateemail"], "emails[type eq \"home\"].value"),
    (&["firstname", "givenname", "forename"], "name.givenName"),
    (&["lastname", "surname", "familyname"], "name.familyName"),
    (&["middlename"], "name.middleName"),
    (&["fullname", "name", "displayname"], "displayName"),
    (&["phone", "workphone", "telephone", "telephonenumber"], "phoneNumbers[type eq \"work\"].value"),
    (&["mobile", "mobilephone", "cellphone"], "phoneNumbers[type eq \"mobile\"].value"),
    (&["jobtitle", "position"], "title"),
    (&["company"], "organization"),
    (&["employeeid", "personnelnumber", "staffnumber"], "employeeNumber"),
    (&["language"], "preferredLanguage"),
    (&["enabled", "isactive"], "active"),
    (&["role"], "roles"),
    (&["country"], "addresses[type eq \"work\"].country"),
    (&["city"], "addresses[type eq \"work\"].locality"),
    (&["street"], "addresses[type eq \"work\"].streetAddress"),
    (&["zip", "zipcode", "postcode", "postalcode"], "addresses[type eq \"work\"].postalCode"),
];
const MANAGER: &[&str] = &["manager", "managerusername", "manageremail", "manageremailaddress", "supervisor"];
/// Columns of an export that say something and set nothing.
const READ_ONLY: &[&str] = &["id", "source", "managedby", "managedsince", "state", "created", "lastmodified"];

/// What every column is for; those that are nothing known are problems of line 1.
pub(crate) fn columns(titles: &[String], rt: &ResourceType) -> (Vec<Column>, Vec<RowProblem>) {
    let mut columns: Vec<Column> = Vec::with_capacity(titles.len());
    let mut problems = Vec::new();
    for title in titles {
        let column = match column(title, rt) {
            Ok(column) => column,
            Err(message) => {
                problems.push(RowProblem::cell(1, title, message));
                Column::Ignored
            }
        };
        if column != Column::Ignored
            && let Some(first) = columns.iter().position(|c| *c == column)
        {
            let message = format!("means the same as column `{}`; keep one of them", titles[first]);
            problems.push(RowProblem::cell(1, title, message));
        }
        columns.push(column);
    }
    (columns, problems)
}

fn column(title: &str, rt: &ResourceType) -> Result<Column, String> {
    let plain: String = title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if plain.is_empty() {
        return Err("the column has no name; name it or remove it".to_owned());
    }
    if MANAGER.contains(&plain.as_str()) {
        return Ok(Column::Manager);
    }
    if plain == "externalid" {
        return Ok(Column::ExternalId);
    }
    if READ_ONLY.contains(&plain.as_str()) || title.eq_ignore_ascii_case("meta.created") {
        return Ok(Column::Ignored);
    }
    let alias = ALIASES.iter().find(|(names, _)| names.contains(&plain.as_str())).map(|(_, path)| *path);
    let found = resolve(alias.unwrap_or(title), rt).or_else(|| resolve(&plain, rt));
    let Some((resolved, kind)) = found else {
        return Err("is no attribute known here; use a SCIM path such as name.givenName, or a name such as \
                    email, first name, last name, department, manager, active"
            .to_owned());
    };
    classify(resolved, kind)
}

fn classify(resolved: Resolved, kind: Option<String>) -> Result<Column, String> {
    let attribute = &resolved.attribute;
    if attribute.mutability == Mutability::ReadOnly || attribute.name == "schemas" || attribute.name == "meta"
    {
        return Err("is kept by Provost and cannot be imported; remove the column".to_owned());
    }
    if attribute.mutability == Mutability::WriteOnly {
        return Err("is not taken: Provost keeps no passwords; remove the column".to_owned());
    }
    if attribute.name == "manager" && resolved.container.as_deref() == Some(ENTERPRISE_USER) {
        return Ok(Column::Manager);
    }
    let complex = attribute.ty == AttributeType::Complex;
    if !attribute.multi_valued {
        if complex && resolved.sub.is_none() {
            let parts: Vec<_> = attribute.sub_attributes.iter().map(|s| s.name.as_str()).collect();
            return Err(format!("has parts; name one of them: {}.{}", attribute.name, parts.join(", .")));
        }
        return Ok(Column::Value(resolved));
    }
    if !complex {
        return Ok(Column::List(resolved));
    }
    let part = resolved.sub.as_ref().map_or("value", |s| s.name.as_str()).to_owned();
    if attribute.sub(&part).is_none() {
        let parts: Vec<_> = attribute.sub_attributes.iter().map(|s| s.name.as_str()).collect();
        return Err(format!("has parts; name one of them: {}.{}", attribute.name, parts.join(", .")));
    }
    let list = Resolved { sub: None, ..resolved };
    match kind {
        Some(kind) => Ok(Column::Element { list, kind, part }),
        // A person has one work address but any number of roles.
        None if matches!(list.attribute.name.as_str(), "emails" | "phoneNumbers" | "addresses") => {
            Ok(Column::Element { list, kind: "work".to_owned(), part })
        }
        None if part == "value" => Ok(Column::List(list)),
        None => Err(format!("needs a type: {}[type eq \"…\"].{part}", list.attribute.name)),
    }
}

/// `[urn:]name[.sub]` or `[urn:]name[type eq "…"].sub`.
fn resolve(path: &str, rt: &ResourceType) -> Option<(Resolved, Option<String>)> {
    let (head, kind, sub) = match path.split_once('[') {
        None => (path, None, None),
        Some((head, rest)) => {
            let (filter, rest) = rest.split_once(']')?;
            let mut words = filter.split_whitespace();
            let (attr, op, value) = (words.next()?, words.next()?, words.next()?);
            if !attr.eq_ignore_ascii_case("type") || !op.eq_ignore_ascii_case("eq") || words.next().is_some()
            {
                return None;
            }
            let sub = if rest.is_empty() { None } else { Some(rest.strip_prefix('.')?) };
            (head, Some(value.trim_matches('"').to_owned()), sub)
        }
    };
    let (urn, name) = match head.get(..4) {
        Some(start) if start.eq_ignore_ascii_case("urn:") => {
            let (urn, name) = head.rsplit_once(':')?;
            (Some(urn.to_owned()), name)
        }
        _ => (None, head),
    };
    let (name, dotted) = match name.split_once('.') {
        Some((name, dotted)) => (name, Some(dotted)),
        None => (name, None),
    };
    let sub = sub.or(dotted).map(str::to_owned);
    let resolved = rt.resolve(&AttrPath { urn, name: name.to_owned(), sub })?;
    Some((resolved, kind))
}

#[cfg(test)]
mod tests;
