//! What a refused caller gets.

use scim::ScimError;

/// A request that was not let in.
///
/// Status, challenge and sentence are the same whatever was wrong with the token, so that nothing can be learnt by
/// trying; the reason stands in the connection's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Status and sentence for the body.
    pub error: ScimError,
    /// The `WWW-Authenticate` header (S-AUTH-01, RFC 6750 §3); absent when the fault is ours (503).
    pub www_authenticate: Option<&'static str>,
    /// The reason's code, for metrics; never for the caller.
    pub code: &'static str,
}

impl Refusal {
    /// 401 without `error`: no token was sent (RFC 6750 §3.1).
    pub(super) fn missing(code: &'static str) -> Self {
        Self {
            error: ScimError::plain(
                401,
                "This service needs an access token: send the connection's Secret Token as \
                 `Authorization: Bearer <token>`.",
            ),
            www_authenticate: Some("Bearer realm=\"provost\""),
            code,
        }
    }

    /// 401: a token was sent that is not accepted, for whatever reason.
    pub(super) fn invalid(code: &'static str) -> Self {
        Self {
            error: ScimError::plain(
                401,
                "The access token is not accepted. The connection's provisioning log says why; \
                 paste the Secret Token again or ask for a new one.",
            ),
            www_authenticate: Some("Bearer realm=\"provost\", error=\"invalid_token\""),
            code,
        }
    }

    /// 403: the token is good, but not under this path; one answer whether the path's tenant exists or not (ruling 14).
    pub(super) fn elsewhere(code: &'static str) -> Self {
        Self {
            error: ScimError::plain(
                403,
                "The access token does not belong to the tenant in the URL. \
                 Use the Tenant URL and the Secret Token of the same tenant.",
            ),
            www_authenticate: Some("Bearer realm=\"provost\", error=\"insufficient_scope\""),
            code,
        }
    }

    /// 503: the database does not answer.
    pub(super) fn unavailable() -> Self {
        Self {
            error: ScimError::plain(
                503,
                "The service cannot check access tokens just now. Try again shortly.",
            ),
            www_authenticate: None,
            code: "unavailable",
        }
    }
}
