//! From a failed probe to the reason behind it.

use std::error::Error;
use std::io;

use client::{Response, ScimError, ScimFailure, TransportFailure, TransportKind};

use crate::connection_test::report::{Finding, Report};
use crate::connection_test::{Answered, Cause};
use crate::judge::{ErrorCode, Fault};
use crate::model::{Kind, TargetPath};

pub(super) fn diagnose(
    kind: Kind,
    path: &TargetPath,
    fault: Fault,
    result: &Answered,
    so_far: &Report,
) -> Finding {
    let (cause, reason) = match result {
        Ok(response) => answered(kind, path, &fault, response, so_far),
        Err(ScimFailure::Transport(failure)) => unanswered(failure),
        Err(other) => (Cause::UnexpectedStatus, other.to_string()),
    };
    Finding { cause, reason, remedy: cause.remedy().to_owned(), told: told(&fault), fault: Some(fault) }
}

/// The detail code of the portal (entra.md §1.3).
const fn told(fault: &Fault) -> ErrorCode {
    match fault.code {
        ErrorCode::CredentialValidationFailure => ErrorCode::CredentialValidationFailure,
        _ => ErrorCode::CredentialValidationUnavailable,
    }
}

fn answered(
    kind: Kind,
    path: &TargetPath,
    fault: &Fault,
    response: &Response,
    so_far: &Report,
) -> (Cause, String) {
    let status = response.status().as_u16();
    let scim = response.json().and_then(ScimError::read).filter(|e| e.has_schema || e.scim_type.is_some());
    let page = response.text().trim_start().starts_with('<');
    let users_work = kind == Kind::Group && so_far.asked.iter().any(|a| a.is_probe() && a.finding.is_none());
    let say = |cause, text: &str| (cause, text.to_owned());
    match status {
        200..=299 if fault.code == ErrorCode::ServiceIncompatibleFiltering => {
            (Cause::FilterIgnored, format!("`{path} eq \"<random>\"` found somebody, whom nobody can be."))
        }
        200..=299 if page => say(Cause::WebPage, "A web page answers instead of a SCIM service."),
        200..=299 if response.json().is_none() => say(Cause::NotJson, "The answer is not JSON."),
        200..=299 => (Cause::NotAList, fault.reason.clone()),
        300..=399 => redirect(response),
        400 if response.text().contains("HTTPS port") || response.text().contains("HTTPS server") => {
            say(Cause::RedirectToHttps, "The port speaks TLS, but the Tenant URL says http.")
        }
        400 => (
            Cause::NotFilterable,
            format!("The service refuses the query by `{path}`{}", detail(scim.as_ref())),
        ),
        401 => token_refused(response, scim.as_ref()),
        403 if scim.is_none() => {
            say(Cause::Firewall, "Something in front of the SCIM service refuses the request.")
        }
        403 => (
            Cause::TokenWithoutRight,
            format!("The token is known but may not read here{}", detail(scim.as_ref())),
        ),
        404 | 501 if users_work => {
            say(Cause::NoGroups, "Users are answered for, but the service has no groups.")
        }
        404 if scim.is_some() => {
            say(Cause::NotFoundForNothing, "The service answers a query that finds nobody with 404.")
        }
        404 | 405 | 410 => say(Cause::WrongPath, "No SCIM service answers at this path."),
        406 | 415 => say(Cause::MediaType, "The service insists on a media type that Entra does not name."),
        429 => say(Cause::Throttled, "The service asks to slow down."),
        500..=599 => {
            (Cause::ServerError, format!("The service failed with {status}{}", detail(scim.as_ref())))
        }
        _ => (Cause::UnexpectedStatus, format!("The service answered {status}{}", detail(scim.as_ref()))),
    }
}

fn detail(error: Option<&ScimError>) -> String {
    match error.and_then(|e| e.detail.as_deref()) {
        Some(detail) => format!(": {}", detail.trim_end_matches('.')) + ".",
        None => ".".to_owned(),
    }
}

fn redirect(response: &Response) -> (Cause, String) {
    let Some(location) = response.location() else {
        return (Cause::Redirect, "The service points elsewhere without saying where.".to_owned());
    };
    let tail = |url: &str| url.split_once("://").map(|(_, rest)| rest.to_owned());
    let same = tail(location).is_some_and(|there| Some(there) == tail(response.url()));
    if same && location.starts_with("https://") {
        return (Cause::RedirectToHttps, "The service is reached over https only.".to_owned());
    }
    let sign_in = ["login", "signin", "sign-in", "sso"].iter().any(|word| location.contains(word));
    match sign_in {
        true => (Cause::WebPage, format!("A web site answers and wants a person to sign in at {location}.")),
        false => (Cause::Redirect, format!("The service points to {location}.")),
    }
}

/// RFC 6750 §3: a challenge without an error means that no token was seen.
fn token_refused(response: &Response, error: Option<&ScimError>) -> (Cause, String) {
    let challenge = response.header("www-authenticate").unwrap_or_default();
    let words = format!("{challenge} {}", error.and_then(|e| e.detail.as_deref()).unwrap_or_default());
    let words = words.to_ascii_lowercase();
    let says = |text: &str| words.contains(text);
    if says("expired") {
        (Cause::TokenExpired, "The token has expired.".to_owned())
    } else if says("insufficient_scope") {
        (Cause::TokenWithoutRight, "The token may not do this.".to_owned())
    } else if says("basic ") && !says("bearer") {
        (
            Cause::TokenRefused,
            "The service wants a user name and password (Basic), which Entra does not send.".to_owned(),
        )
    } else if challenge.to_ascii_lowercase().starts_with("bearer") && !says("error=") {
        (Cause::TokenNotSeen, "The service says that no token came with the request.".to_owned())
    } else {
        (Cause::TokenRefused, format!("The token is refused{}", detail(error)))
    }
}

fn unanswered(failure: &TransportFailure) -> (Cause, String) {
    let causes = causes(failure);
    let says = |text: &str| causes.iter().any(|cause| cause.to_ascii_lowercase().contains(text));
    let last = causes.last().map(|cause| format!(": {cause}.")).unwrap_or_else(|| ".".to_owned());
    let cause = match &failure.kind {
        TransportKind::Refused(_) => Cause::AddressForbidden,
        TransportKind::Timeout => Cause::Timeout,
        TransportKind::Tls if says("expired") || says("not valid yet") => Cause::CertificateExpired,
        TransportKind::Tls if says("not valid for name") || says("notvalidforname") => {
            Cause::CertificateForOther
        }
        TransportKind::Tls if says("certificate") => Cause::CertificateUntrusted,
        TransportKind::Tls => Cause::NoTls,
        TransportKind::Connect if says("dns error") || says("lookup address") => Cause::UnknownHost,
        TransportKind::Connect if refused(failure) => Cause::ConnectionRefused,
        TransportKind::Connect if says("timed out") || says("deadline") => Cause::Unreachable,
        // A server that hangs up at the greeting speaks no TLS, or none of ours.
        TransportKind::Connect if failure.url.starts_with("https:") && says("eof") => Cause::NoTls,
        TransportKind::Connect => Cause::Unreachable,
        TransportKind::Broken | TransportKind::TooLarge(_) => Cause::Broken,
    };
    (cause, format!("{}{last}", capital(&failure.kind.to_string())))
}

fn refused(failure: &TransportFailure) -> bool {
    let mut next = failure.source.as_deref().map(|e| e as &(dyn Error + 'static));
    while let Some(error) = next {
        if error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::ConnectionRefused) {
            return true;
        }
        next = error.source();
    }
    false
}

fn causes(failure: &TransportFailure) -> Vec<String> {
    let mut causes = Vec::new();
    let mut next = failure.source.as_deref().map(|e| e as &(dyn Error + 'static));
    while let Some(error) = next {
        causes.push(error.to_string());
        next = error.source();
    }
    causes
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
