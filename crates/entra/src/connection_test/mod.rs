//! *Test Connection* (entra.md §1): the requests Entra makes, what an admin would be told, and, which Entra does not
//! tell, the actual reason and its remedy.

mod cause;
mod diagnose;
mod report;
mod token;

#[cfg(test)]
mod tests;

pub use cause::Cause;
pub use report::{Asked, Finding, Report};
pub use token::look_at_token;

use base::Entropy;
use client::{Client, Method, Request, Response, ScimFailure};

use crate::judge::{Step, Verdict, judge};
use crate::mapping::{Mapping, ObjectMapping};
use crate::model::Kind;
use crate::wire::Wire;

/// Where SCIM services are wont to be, below what was pasted.
const USUAL_PATHS: [&str; 5] = ["/scim_v2", "/scim/v2", "/scim", "/v2", "/api/scim/v2"];

/// Tests the connection: a random user, and a random group when groups are mapped; both must be answered with 200 and an
/// empty list. Asks on, which Entra does not, where the SCIM service may be instead when it is not here.
pub async fn run(client: &Client, wire: &Wire, mapping: &Mapping, entropy: &dyn Entropy) -> Report {
    let mut report = Report::new(client.base_url().to_string());
    for request in wire.discovery() {
        let url = client.url_of(&request);
        let result = client.send(request).await;
        report.asked.push(Asked::new("discovery", &url, &result, None));
    }
    for kind in [Kind::User, Kind::Group] {
        let Some(mapping) = mapping.of(kind) else { continue };
        let Some(path) = first_match(mapping) else { continue };
        let request = wire.probe(kind, path, &random_guid(entropy));
        let url = client.url_of(&request);
        let result = client.send(request).await;
        let finding = match judge(kind, Step::Probe, &result) {
            Verdict::Ok(_) => None,
            Verdict::Failed(fault) => {
                let mut finding = diagnose::diagnose(kind, path, *fault, &result, &report);
                if finding.cause.may_be_elsewhere()
                    && let Some(path) = elsewhere(client).await
                {
                    finding.found_at(&client.base_url().to_string(), path);
                }
                Some(finding)
            }
        };
        let purpose = match kind {
            Kind::User => "a user that nobody is",
            Kind::Group => "a group that does not exist",
        };
        report.asked.push(Asked::new(purpose, &url, &result, finding));
        // Who gives no answer to the first question gives none to the second.
        if result.is_err() {
            break;
        }
    }
    report
}

fn first_match(mapping: &ObjectMapping) -> Option<&crate::model::TargetPath> {
    mapping.matching.first().and_then(|at| mapping.attributes.get(*at)).map(|m| &m.target)
}

/// A path below the Tenant URL at which a SCIM service answers.
async fn elsewhere(client: &Client) -> Option<&'static str> {
    for path in USUAL_PATHS {
        let request = Request::new(Method::GET, format!("{path}/ServiceProviderConfig"));
        if client.send(request).await.is_ok_and(|response| is_scim(&response)) {
            return Some(path);
        }
    }
    None
}

/// Whether only a SCIM service answers so: with its configuration, or with an error in SCIM's own form.
fn is_scim(response: &Response) -> bool {
    let Some(json) = response.json() else { return false };
    let urns = client::lenient::get(json, "schemas").and_then(serde_json::Value::as_array);
    let says = |urn: &str| urns.is_some_and(|urns| urns.iter().any(|u| u == urn));
    match response.status().as_u16() {
        200 => says("urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"),
        401 | 403 => says(client::ScimError::SCHEMA),
        _ => false,
    }
}

/// A random GUID, as Entra asks for (version 4).
#[must_use]
pub fn random_guid(entropy: &dyn Entropy) -> String {
    uuid::Builder::from_random_bytes(base::random_bytes(entropy)).into_uuid().to_string()
}

type Answered = Result<Response, ScimFailure>;
