//! Refusals, and no answer at all.

use client::{Response, ScimError, ScimFailure, TransportKind};

use crate::judge::verdict::{Fault, Retry, Step};
use crate::judge::{ErrorCode, Finding, details};

/// What a status other than 2xx means.
pub(super) fn refusal(step: Step<'_>, response: &Response) -> Finding {
    let error = response.json().and_then(ScimError::read);
    let scim = error.as_ref().is_some_and(|e| e.has_schema || e.scim_type.is_some());
    let (code, retry) = meaning(step, response.status().as_u16(), error.as_ref(), scim);
    let mut reason = format!(
        "Message: the service returned an error response with the HTTP status code {}",
        response.status().as_u16()
    );
    if matches!((step, response.status().as_u16()), (Step::Probe | Step::Match { .. }, 404)) {
        reason =
            "The response to the query was HTTP/404 Not Found rather than the expected HTTP/200 OK".into();
    }
    if let Some(location) = response.location().filter(|_| response.status().is_redirection()) {
        reason.push_str(&format!(", which points to {location}"));
    }
    let told = error.as_ref().and_then(|e| e.detail.as_deref());
    reason.push_str(&told.map_or_else(|| ".".to_owned(), |detail| format!(". {detail}")));
    Finding { code, retry, reason }
}

fn meaning(step: Step<'_>, status: u16, error: Option<&ScimError>, scim: bool) -> (ErrorCode, Retry) {
    use ErrorCode as E;
    let asks = matches!(step, Step::Probe | Step::Match { .. });
    let scim_type = error.and_then(|e| e.scim_type.as_deref()).unwrap_or_default();
    match status {
        400 if asks => (E::ServiceIncompatibleFiltering, Retry::Quarantine),
        400 if scim_type.eq_ignore_ascii_case("uniqueness") => (E::Conflict, Retry::Escrow),
        401 if matches!(step, Step::Probe) => (E::CredentialValidationFailure, Retry::Quarantine),
        401 => (E::Unauthorized, Retry::Quarantine),
        403 if matches!(step, Step::Probe) => (E::CredentialValidationFailure, Retry::Quarantine),
        403 if scim => (E::InsufficientRights, Retry::Escrow),
        403 => (E::NotPermitted, Retry::Escrow),
        404 if asks => (E::ServiceIncompatible, Retry::Quarantine),
        404 | 410 if matches!(step, Step::Create) => (E::ServiceIncompatible, Retry::Escrow),
        // The reference check asks a list; that it is not there says nothing of the person.
        404 if matches!(step, Step::ReferenceCheck) => (E::ServiceIncompatible, Retry::Escrow),
        404 | 410 => (E::InvalidAnchor, Retry::Now),
        405 => (E::MethodNotAllowed, Retry::Escrow),
        408 => (E::Timeout, Retry::NextCycle),
        409 if matches!(step, Step::Create) => (E::EntryConflict, Retry::Escrow),
        409 => (E::Conflict, Retry::Escrow),
        422 => (E::UnprocessableEntity, Retry::Escrow),
        429 => (E::TooManyRequests, Retry::NextCycle),
        501 => (E::NotImplemented, Retry::Escrow),
        500..=599 => (E::InternalServerError, Retry::NextCycle),
        _ if asks => (E::WebExceptionProtocolError, Retry::Quarantine),
        _ => (E::WebExceptionProtocolError, Retry::Escrow),
    }
}

/// What it means that there is no answer.
pub(super) fn no_answer(step: Step<'_>, failure: &ScimFailure) -> Fault {
    let (kind, details) = match failure {
        ScimFailure::Transport(failure) => (Some(&failure.kind), details::of_transport(failure)),
        other => (None, other.to_string()),
    };
    let code = match kind {
        Some(TransportKind::Timeout) => ErrorCode::Timeout,
        Some(TransportKind::Broken) => ErrorCode::WebExceptionProtocolError,
        Some(TransportKind::TooLarge(_)) => ErrorCode::MultipleEntriesInResponse,
        Some(TransportKind::Connect | TransportKind::Refused(_) | TransportKind::Tls) => {
            ErrorCode::CredentialValidationUnavailable
        }
        // It could not even be written: a value that no header or URL can carry.
        None => ErrorCode::InternalError,
    };
    // Nobody is at fault for what passes by itself; but a connection that cannot be tested is no connection.
    let retry = match (step, kind) {
        (Step::Probe, _) => Retry::Quarantine,
        (_, Some(TransportKind::TooLarge(_)) | None) => Retry::Escrow,
        _ => Retry::NextCycle,
    };
    Fault {
        code,
        reason: format!("Message: {failure}."),
        details,
        recommendation: code.recommendation(),
        retry,
        retry_after: None,
        status: None,
    }
}
