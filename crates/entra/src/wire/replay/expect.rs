//! Whether an answer keeps a pass rule.

use client::{Response, ScimError, lenient};
use serde_json::Value as Json;

use crate::wire::replay::fixture::{Expect, Fixture};
use crate::wire::replay::variables::Variables;

/// What is wrong with an answer; nothing when the test may go on.
pub(super) fn problems(
    fixture: &Fixture,
    expect: &Expect,
    response: &Response,
    variables: &mut Variables<'_>,
) -> Result<Vec<String>, String> {
    let status = response.status().as_u16();
    if !expect.status.is_empty() && !expect.status.contains(&status) {
        let wanted: Vec<_> = expect.status.iter().map(u16::to_string).collect();
        return Ok(vec![format!(
            "answered {status} instead of {}: {}",
            wanted.join(" or "),
            response.text()
        )]);
    }
    let mut problems = Vec::new();
    let null = Json::Null;
    let body = response.json().unwrap_or(&null);
    lists(expect, body, &mut problems);
    if expect.error
        && !ScimError::read(body)
            .is_some_and(|e| e.has_schema && e.status == Some(status) && e.detail.is_some())
    {
        problems.push(format!("the body is no SCIM error with `status` and `detail`: {}", response.text()));
    }
    let resource = match lenient::get(body, "Resources") {
        Some(Json::Array(list)) => list.first().unwrap_or(&null),
        _ => body,
    };
    let mut filled = |json: &Json| variables.fill_json(&fixture.resolved(json)?);
    if let Some(has) = &expect.has {
        within(&filled(has)?, resource, false, "", &mut problems);
    }
    if let Some(exactly) = &expect.exactly {
        within(&filled(exactly)?, resource, true, "", &mut problems);
    }
    if let Some(Json::Object(lists)) = &expect.lacks {
        for (name, elements) in lists {
            let there = lenient::list(lenient::get(resource, name).cloned());
            for element in filled(elements)?.as_array().into_iter().flatten() {
                if there.iter().any(|e| is_within(element, e, false)) {
                    problems.push(format!("{name} still holds {element}"));
                }
            }
        }
    }
    for (name, count) in expect.count.iter().flatten() {
        let there = lenient::list(lenient::get(resource, name).cloned()).len();
        if there != *count {
            problems.push(format!("{name} has {there} elements instead of {count}"));
        }
    }
    for name in &expect.absent {
        if lenient::get(resource, name).is_some() {
            problems.push(format!("{name} is there, which must be left out altogether"));
        }
    }
    for path in &expect.nothing {
        if let Some(there) = at(resource, path).filter(|there| !is_nothing(there)) {
            problems.push(format!("{path} is {there} where nothing must be"));
        }
    }
    schemas(expect, body, &mut problems);
    Ok(problems)
}

fn lists(expect: &Expect, body: &Json, problems: &mut Vec<String>) {
    let number = |name: &str| lenient::get(body, name).and_then(Json::as_u64);
    let mut is = |name: &str, wanted: Option<u64>| {
        if wanted.is_some() && number(name) != wanted {
            problems.push(format!("{name} is {:?} instead of {wanted:?}", lenient::get(body, name)));
        }
    };
    is("totalResults", expect.total);
    is("startIndex", expect.start_index);
    let list = lenient::get(body, "Resources").and_then(Json::as_array);
    if let Some(wanted) = expect.resources
        && list.map_or(0, Vec::len) != wanted
    {
        problems.push(format!("Resources has {} elements instead of {wanted}", list.map_or(0, Vec::len)));
    }
    if expect.listed {
        for name in ["totalResults", "startIndex", "itemsPerPage"] {
            if number(name).is_none() {
                problems.push(format!("{name} is no whole number"));
            }
        }
        let urn = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
        let urns = lenient::get(body, "schemas").and_then(Json::as_array);
        if !urns.is_some_and(|urns| urns.iter().any(|u| u == urn)) {
            problems.push("schemas does not name ListResponse".to_owned());
        }
    }
}

/// Says where what is wanted is not there.
fn within(wanted: &Json, there: &Json, exactly: bool, path: &str, problems: &mut Vec<String>) {
    match wanted {
        Json::Object(parts) => {
            for (name, part) in parts {
                let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
                match lenient::get(there, name) {
                    Some(there) => within(part, there, exactly, &path, problems),
                    None => problems.push(format!("{path} is missing from the resource")),
                }
            }
        }
        Json::Array(elements) => {
            let list = there.as_array().map(Vec::as_slice).unwrap_or_default();
            for element in elements {
                if !list.iter().any(|there| is_within(element, there, exactly)) {
                    problems.push(format!("{path} does not hold {element}: {there}"));
                }
            }
        }
        scalar if equal(scalar, there, exactly) => {}
        scalar => problems.push(format!("{path} is {there} instead of {scalar}")),
    }
}

fn is_within(wanted: &Json, there: &Json, exactly: bool) -> bool {
    let mut problems = Vec::new();
    within(wanted, there, exactly, "", &mut problems);
    problems.is_empty()
}

/// Equal; where types need not be exact, `"True"` is `true`.
fn equal(wanted: &Json, there: &Json, exactly: bool) -> bool {
    wanted == there
        || (!exactly
            && lenient::boolean(wanted).is_some()
            && lenient::boolean(wanted) == lenient::boolean(there))
}

fn at<'a>(resource: &'a Json, path: &str) -> Option<&'a Json> {
    path.split('/').try_fold(resource, |json, name| lenient::get(json, name))
}

fn is_nothing(there: &Json) -> bool {
    match there {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(list) => list.is_empty(),
        Json::Object(parts) => parts.get("value").map_or(parts.is_empty(), is_nothing),
        _ => false,
    }
}

fn schemas(expect: &Expect, body: &Json, problems: &mut Vec<String>) {
    let Some(wanted) = &expect.schemas else { return };
    let schemas = lenient::list(lenient::get(body, "Resources").cloned());
    for (urn, attributes) in wanted {
        let Some(schema) = schemas.iter().find(|s| lenient::id(s) == Some(urn)) else {
            problems.push(format!("the schema {urn} is missing"));
            continue;
        };
        for path in attributes {
            let mut level = lenient::get(schema, "attributes");
            for (depth, name) in path.split('.').enumerate() {
                let found = level.and_then(Json::as_array).and_then(|list| {
                    list.iter()
                        .find(|a| lenient::text(a, "name").is_some_and(|n| n.eq_ignore_ascii_case(name)))
                });
                if found.is_none() && !(depth == 0 && name == "externalId") {
                    problems.push(format!("{urn} does not describe {path}"));
                    break;
                }
                level = found.and_then(|attribute| lenient::get(attribute, "subAttributes"));
            }
        }
    }
}
