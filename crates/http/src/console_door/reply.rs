//! How a handler ends.

use axum::http::StatusCode;
use console::look::Notice;
use service::{Code, ServiceError};

/// How a handler ends.
pub(super) type Turn = Result<Reply, Stop>;

/// It went well.
#[derive(Debug)]
pub(super) enum Reply {
    /// A page, or a part of one for the script that asked for it.
    Page(StatusCode, String),
    /// Another page is to be shown.
    Go(String),
}

impl Reply {
    /// A page.
    pub(super) fn page(text: String) -> Turn {
        Ok(Self::Page(StatusCode::OK, text))
    }
}

/// It did not, and the page is only about that.
#[derive(Debug)]
pub(super) struct Stop {
    /// HTTP status.
    pub(super) status: StatusCode,
    /// What happened.
    pub(super) title: String,
    /// What to do.
    pub(super) hint: Option<String>,
}

impl Stop {
    /// The address leads nowhere.
    pub(super) fn nothing_here() -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            title: "There is no such page".to_owned(),
            hint: Some("Begin at the list of tenants.".to_owned()),
        }
    }
}

impl Stop {
    /// A form holds what its page does not offer.
    pub(super) fn invalid(title: &str, hint: &str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, title: title.to_owned(), hint: Some(hint.to_owned()) }
    }
}

impl From<ServiceError> for Stop {
    fn from(error: ServiceError) -> Self {
        let status = status_of(error.code);
        if status.is_server_error() {
            tracing::error!(%error, "a page of the console failed");
            return Self {
                status,
                title: "The service failed while it worked on this page".to_owned(),
                hint: Some("Its log says why. Try again shortly.".to_owned()),
            };
        }
        Self { status, title: sentence(&error.message), hint: error.hint.as_deref().map(sentence) }
    }
}

impl Stop {
    /// The same as a notice on a page that has more to show.
    pub(super) fn notice(&self) -> Notice {
        Notice::failed(self.title.clone(), self.hint.clone())
    }
}

/// The status of a failure.
fn status_of(code: Code) -> StatusCode {
    match code {
        Code::Invalid | Code::TooMany => StatusCode::BAD_REQUEST,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::Conflict => StatusCode::CONFLICT,
        Code::Stale => StatusCode::PRECONDITION_FAILED,
        Code::Forbidden => StatusCode::FORBIDDEN,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// With a capital and a full stop: failures are written as parts of sentences.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let mut out: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    out.push_str(letters.as_str());
    if !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_becomes_a_sentence() {
        assert_eq!(sentence("there is no tenant \"x\""), "There is no tenant \"x\".");
        assert_eq!(sentence("Étude."), "Étude.");
    }
}
