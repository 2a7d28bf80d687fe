//! How a command fails: what happened, what to do, and the exit code that says whose fault it is.

use std::error::Error;

use base::Hinted;
use service::{Code, ServiceError};

/// A failed command.
#[derive(Debug)]
pub(crate) struct Failure {
    /// 1: the input or the other side; 2: unexpected.
    pub(crate) exit: u8,
    message: String,
    causes: Vec<String>,
    hints: Vec<String>,
}

impl Failure {
    /// The input, or the other side, is at fault.
    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self { exit: 1, message: message.into(), causes: Vec::new(), hints: Vec::new() }
    }

    /// Something happened that should not.
    pub(crate) fn unexpected(message: impl Into<String>) -> Self {
        Self { exit: 2, message: message.into(), causes: Vec::new(), hints: Vec::new() }
    }

    /// A request that the other side did not answer as it should.
    pub(crate) fn other_side(request: &str, error: &dyn Error) -> Self {
        Self::input(format!("{request} failed")).caused_by(error)
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::input(format!("{}: {error}", path.display()))
    }

    /// An error that brings its own advice.
    pub(crate) fn told<E: Error + Hinted>(error: &E) -> Self {
        let failure = Self { hints: error.hints(), ..Self::input(error.to_string()) };
        match error.source() {
            Some(source) => failure.caused_by(source),
            None => failure,
        }
    }

    /// Exit code 1 without a word more: what there is to say was said.
    pub(crate) fn silent() -> Self {
        Self::input(String::new())
    }

    /// The same with exit code 2: nobody's input is at fault.
    pub(crate) fn at_our_side(mut self) -> Self {
        self.exit = 2;
        self
    }

    /// What happened, in one line.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// With the chain of causes.
    pub(crate) fn caused_by(mut self, error: &dyn Error) -> Self {
        let mut next = Some(error);
        while let Some(cause) = next {
            self.causes.push(cause.to_string());
            next = cause.source();
        }
        self
    }

    /// With advice.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The text for stderr.
    pub(crate) fn render(&self) -> String {
        if self.message.is_empty() {
            return String::new();
        }
        let mut text = format!("error: {}", self.message);
        let mut last = self.message.as_str();
        for cause in self.causes.iter().filter(|c| !c.is_empty()) {
            // Wrapping errors often repeat what they wrap.
            if !last.contains(cause.as_str()) {
                text.push_str(&format!("\n  caused by: {cause}"));
            }
            last = cause;
        }
        for hint in &self.hints {
            text.push_str(&format!("\nhint: {hint}"));
        }
        text
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        let exit = match error.code {
            Code::Invalid
            | Code::NotFound
            | Code::Conflict
            | Code::Stale
            | Code::Forbidden
            | Code::TooMany
            | Code::Unavailable => 1,
            Code::Internal => 2,
        };
        let mut failure = Self { exit, message: error.to_string(), causes: Vec::new(), hints: error.hints() };
        if let Some(source) = error.source() {
            failure = failure.caused_by(source);
        }
        failure
    }
}

impl From<store::StoreError> for Failure {
    fn from(error: store::StoreError) -> Self {
        ServiceError::from(error).into()
    }
}

impl From<provost_http::ServeError> for Failure {
    fn from(error: provost_http::ServeError) -> Self {
        let mut failure = Self::input(error.to_string());
        failure.hints = error.hints();
        failure.caused_by(&error.source)
    }
}
