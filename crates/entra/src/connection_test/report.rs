//! What a connection test found.

use std::fmt;
use std::time::Duration;

use base::Hinted;
use serde_json::{Value as Json, json};

use crate::connection_test::{Answered, Cause};
use crate::judge::{ErrorCode, Fault};
use crate::signin::{SignInFailure, TokenOrigin};

/// The portal's banner, whatever the cause (entra.md §1.3).
const BANNER: &str = "You appear to have entered invalid credentials. Please confirm you are using the correct information for an administrative account.";
const SUCCESS: &str = "The supplied credentials are authorized to enable provisioning";

/// What a connection test found.
#[derive(Clone, Debug)]
pub struct Report {
    /// The Tenant URL.
    pub tenant_url: String,
    /// What was asked, in order.
    pub asked: Vec<Asked>,
    /// Why there was no token to ask with.
    pub not_signed_in: Option<Finding>,
}

/// One request of the test.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What was asked for.
    pub purpose: &'static str,
    /// Where.
    pub url: String,
    /// The answer's status, where there was one.
    pub status: Option<u16>,
    /// How long the answer took.
    pub elapsed: Option<Duration>,
    /// What is wrong with it; `None` for nothing.
    pub finding: Option<Finding>,
}

/// What is wrong.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The actual reason.
    pub cause: Cause,
    /// The reason in a sentence.
    pub reason: String,
    /// What to do.
    pub remedy: String,
    /// The detail code an admin sees beneath the banner.
    pub told: ErrorCode,
    /// What the engine makes of the answer, with its details.
    pub fault: Option<Fault>,
}

impl Finding {
    /// The SCIM service was found below the Tenant URL.
    pub(super) fn found_at(&mut self, tenant_url: &str, path: &str) {
        if self.cause == Cause::NotFoundForNothing {
            self.cause = Cause::WrongPath;
            self.reason = "No SCIM service answers at this path.".to_owned();
        }
        let (base, query) =
            tenant_url.split_once('?').map_or((tenant_url, ""), |(base, query)| (base, query));
        let mark = if query.is_empty() { "" } else { "?" };
        self.remedy = format!(
            "Use {}{path}{mark}{query} as Tenant URL: a SCIM service answers there.",
            base.trim_end_matches('/')
        );
    }
}

impl Asked {
    pub(super) fn new(purpose: &'static str, url: &str, result: &Answered, finding: Option<Finding>) -> Self {
        let answer = result.as_ref().ok();
        Self {
            purpose,
            url: url.to_owned(),
            status: answer.map(|r| r.status().as_u16()),
            elapsed: answer.map(client::Response::elapsed),
            finding,
        }
    }

    /// Whether it is one of those that decide the test.
    pub(super) fn is_probe(&self) -> bool {
        self.purpose != "discovery"
    }
}

impl Report {
    pub(super) const fn new(tenant_url: String) -> Self {
        Self { tenant_url, asked: Vec::new(), not_signed_in: None }
    }

    /// The report of a test that had no token to begin with.
    #[must_use]
    pub fn of_sign_in(tenant_url: &str, failure: &SignInFailure) -> Self {
        let finding = Finding {
            cause: Cause::NotSignedIn,
            reason: failure.to_string(),
            remedy: failure
                .hints()
                .into_iter()
                .next()
                .unwrap_or_else(|| Cause::NotSignedIn.remedy().to_owned()),
            told: ErrorCode::CredentialValidationFailure,
            fault: None,
        };
        Self { tenant_url: tenant_url.to_owned(), asked: Vec::new(), not_signed_in: Some(finding) }
    }

    /// The same for a token of this origin: nobody can paste again what nobody pasted.
    #[must_use]
    pub fn signed_in_by(mut self, origin: TokenOrigin) -> Self {
        for finding in self.asked.iter_mut().filter_map(|asked| asked.finding.as_mut()) {
            let advice = match finding.cause {
                Cause::TokenRefused => origin.when_refused(),
                Cause::TokenExpired => origin.when_expired(),
                Cause::TokenWithoutRight => origin.without_right(),
                _ => None,
            };
            if let Some(advice) = advice {
                advice.clone_into(&mut finding.remedy);
            }
        }
        self
    }

    /// What is wrong, the first first.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.not_signed_in.iter().chain(self.asked.iter().filter_map(|asked| asked.finding.as_ref()))
    }

    /// Whether the connection works.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.findings().next().is_none()
    }

    /// The message that the portal shows.
    #[must_use]
    pub fn banner(&self) -> &'static str {
        if self.passed() { SUCCESS } else { BANNER }
    }

    /// The report as data.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let finding = |finding: &Finding| {
            json!({
                "cause": format!("{:?}", finding.cause),
                "reason": finding.reason,
                "remedy": finding.remedy,
                "toldCode": finding.told.name(),
                "code": finding.fault.as_ref().map(|fault| fault.code.name()),
                "details": finding.fault.as_ref().map(|fault| fault.details.as_str()),
            })
        };
        let asked = |asked: &Asked| {
            json!({
                "purpose": asked.purpose,
                "url": asked.url,
                "status": asked.status,
                "milliseconds": asked.elapsed.map(|e| u64::try_from(e.as_millis()).unwrap_or(u64::MAX)),
                "finding": asked.finding.as_ref().map(finding),
            })
        };
        json!({
            "tenantUrl": self.tenant_url,
            "passed": self.passed(),
            "told": self.banner(),
            "outerCode": (!self.passed()).then(|| ErrorCode::InvalidCredentials.name()),
            "signIn": self.not_signed_in.as_ref().map(finding),
            "requests": self.asked.iter().map(asked).collect::<Vec<_>>(),
        })
    }
}

/// The answer, the evidence, what to do; then what an admin would be told.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.findings().next() {
            None => writeln!(f, "The connection to {} works.", self.tenant_url)?,
            Some(first) => {
                writeln!(f, "The connection to {} does not work: {}", self.tenant_url, first.reason)?;
            }
        }
        writeln!(f)?;
        for asked in &self.asked {
            let status = asked.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            writeln!(f, "  GET {}", asked.url)?;
            write!(f, "    {}: {status}", asked.purpose)?;
            match &asked.finding {
                None if asked.is_probe() => writeln!(f, ", an empty list, as it must be")?,
                None => writeln!(f)?,
                Some(finding) => writeln!(f, "\n    {}\n    → {}", finding.reason, finding.remedy)?,
            }
        }
        if let Some(finding) = &self.not_signed_in {
            writeln!(f, "  → {}", finding.remedy)?;
        }
        write!(f, "\nEntra would tell an admin: {}", self.banner())?;
        if let Some(first) = self.findings().next() {
            write!(f, " ({}: {})", ErrorCode::InvalidCredentials, first.told)?;
        }
        writeln!(f)
    }
}
