//! What a 2xx answer must hold.

use client::{Response, lenient};
use serde_json::Value as Json;

use crate::judge::verdict::{Answer, Retry, Step};
use crate::judge::{ErrorCode, Finding};
use crate::model::{Kind, TargetPath};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

pub(super) fn check<'a>(kind: Kind, step: Step<'_>, response: &'a Response) -> Result<Answer<'a>, Finding> {
    match step {
        Step::Probe => match list(step, response)?.first() {
            None => Ok(Answer::Nothing),
            Some(_) => Err(Finding::new(
                ErrorCode::ServiceIncompatibleFiltering,
                Retry::Quarantine,
                "A query for a random value was answered with a resource: the filter is not honoured.",
            )),
        },
        Step::Match { path, value } => matched(kind, path, value, list(step, response)?),
        Step::ReferenceCheck => Ok(match list(step, response)?.first() {
            None => Answer::Nothing,
            Some(_) => Answer::Done,
        }),
        Step::Read { id } => {
            let json = object(step, response)?;
            let found = resource(kind, json)?;
            if found != id {
                return Err(incompatible(
                    step,
                    format!("The resource read as `{id}` says that its id is `{found}`."),
                ));
            }
            Ok(Answer::Resource { id: found, json })
        }
        Step::Create => {
            let json = object(step, response)?;
            Ok(Answer::Resource { id: identity(json)?, json })
        }
        // The body of a change need not be there, and is not read; but a web page is not from the service.
        Step::Update | Step::Members | Step::Delete => match response.json() {
            None if response.text().trim_start().starts_with('<') => Err(no_json(step, response)),
            _ => Ok(Answer::Done),
        },
    }
}

fn matched<'a>(kind: Kind, path: &TargetPath, value: &str, found: &'a [Json]) -> Result<Answer<'a>, Finding> {
    let [json] = found else {
        let several = format!("{} objects of the target match `{path} eq \"{value}\"`.", found.len());
        return match found {
            [] => Ok(Answer::Nothing),
            _ => Err(Finding::new(ErrorCode::DuplicateTargetEntries, Retry::Escrow, several)),
        };
    };
    let id = resource(kind, json)?;
    // A service that ignores the filter must not have the first of its people taken for this one. One that leaves the
    // attribute out says nothing.
    if let Some(Json::String(there)) = path.read(json)
        && there.to_lowercase() != value.to_lowercase()
    {
        return Err(Finding::new(
            ErrorCode::ServiceIncompatibleFiltering,
            Retry::Escrow,
            format!(
                "The query `{path} eq \"{value}\"` was answered with a resource whose value is `{there}`."
            ),
        ));
    }
    Ok(Answer::Resource { id, json })
}

/// The resources of a ListResponse.
fn list<'a>(step: Step<'_>, response: &'a Response) -> Result<&'a [Json], Finding> {
    let json = object(step, response)?;
    if let Some(Json::Array(resources)) = lenient::get(json, "Resources") {
        return Ok(resources);
    }
    // `Resources` may be left out, or null, where there are none (RFC 7644 §3.4.2).
    match lenient::get(json, "totalResults").and_then(lenient::unsigned) {
        Some(0) => Ok(&[]),
        Some(n) => {
            Err(incompatible(step, format!("The list says that it has {n} resources but holds none.")))
        }
        None => Err(incompatible(step, "The response is not a ListResponse.".to_owned())),
    }
}

fn object<'a>(step: Step<'_>, response: &'a Response) -> Result<&'a Json, Finding> {
    match response.json() {
        Some(json) if json.is_object() => Ok(json),
        _ => Err(no_json(step, response)),
    }
}

/// A user or group that can be worked with, by its id.
fn resource(kind: Kind, json: &Json) -> Result<&str, Finding> {
    let id = identity(json)?;
    if kind == Kind::Group && lenient::get(json, "members").is_some_and(|members| !members.is_null()) {
        return Err(Finding::new(
            ErrorCode::MultipleEntriesInResponse,
            Retry::Escrow,
            "The group was returned with `members` although they were excluded.",
        ));
    }
    let manager = lenient::get(json, ENTERPRISE).and_then(|extension| lenient::get(extension, "manager"));
    if let Some(Json::String(_)) = manager {
        return Err(Finding::new(
            ErrorCode::ServiceIncompatible,
            Retry::Escrow,
            "Not able to deserialize the resource: `manager` is a string where an object with `value` must be.",
        ));
    }
    Ok(id)
}

fn identity(json: &Json) -> Result<&str, Finding> {
    let fault = |reason: &str| Err(Finding::new(ErrorCode::ServiceIncompatible, Retry::Escrow, reason));
    if lenient::get(json, "Resources").is_some_and(Json::is_array) {
        return fault("The response is a list where one resource must be.");
    }
    match lenient::get(json, "id") {
        Some(Json::String(id)) if !id.is_empty() => Ok(id),
        Some(_) => fault("The resource's `id` is no text."),
        None => fault("The resource has no `id`."),
    }
}

fn no_json(step: Step<'_>, response: &Response) -> Finding {
    let text = response.text().trim_start();
    let what = match text {
        _ if response.json().is_some() => "is JSON but no object",
        "" => "is empty",
        _ if text.starts_with('<') => "is a web page",
        _ => "is not JSON",
    };
    incompatible(
        step,
        format!("The response's status is {} but its body {what}.", response.status().as_u16()),
    )
}

/// What is no SCIM. To a query that every cycle begins with, it is a matter of the whole service.
fn incompatible(step: Step<'_>, reason: String) -> Finding {
    let retry = if matches!(step, Step::Probe) { Retry::Quarantine } else { Retry::Escrow };
    Finding::new(ErrorCode::ServiceIncompatible, retry, reason)
}
