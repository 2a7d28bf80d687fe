//! From an answer to what Entra would make of it: a code of the provisioning log, a reason, and when to try again.

mod body;
mod code;
mod details;
mod status;
mod verdict;

#[cfg(test)]
mod tests;

pub use code::{ErrorCategory, ErrorCode};
pub use verdict::{Answer, Fault, Retry, Step, Verdict};

use client::{Response, ScimFailure};

use crate::model::Kind;

/// Says what the answer to a step means.
///
/// Takes what [`client::Client::send`] gives: an answer of any status, or why there is none. Borrows, since nearly all
/// answers are good ones and are only looked at.
#[must_use]
pub fn judge<'a>(kind: Kind, step: Step<'_>, result: &'a Result<Response, ScimFailure>) -> Verdict<'a> {
    let response = match result {
        Ok(response) => response,
        Err(failure) => return Verdict::Failed(Box::new(status::no_answer(step, failure))),
    };
    let judged = if response.status().is_success() {
        body::check(kind, step, response)
    } else {
        match (step, response.status().as_u16()) {
            (Step::Delete, 404 | 410) => Ok(Answer::Gone),
            _ => Err(status::refusal(step, response)),
        }
    };
    match judged {
        Ok(answer) => Verdict::Ok(answer),
        Err(finding) => Verdict::Failed(Box::new(finding.told(response))),
    }
}

/// What was found, before the answer's details are put to it.
#[derive(Debug)]
pub(crate) struct Finding {
    code: ErrorCode,
    retry: Retry,
    reason: String,
}

impl Finding {
    fn new(code: ErrorCode, retry: Retry, reason: impl Into<String>) -> Self {
        Self { code, retry, reason: reason.into() }
    }

    fn told(self, response: &Response) -> Fault {
        Fault {
            code: self.code,
            reason: self.reason,
            details: details::of_response(response),
            recommendation: self.code.recommendation(),
            retry: self.retry,
            retry_after: response.retry_after(),
            status: Some(response.status().as_u16()),
        }
    }
}
