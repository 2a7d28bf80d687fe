//! Requests with a token at an address where no SCIM is: told to the owner of the token's handle.

use base::AccessToken;

use crate::auth::{Why, bearer};
use crate::{Context, Service};

/// Endpoints that identity providers ask for.
const ENDPOINTS: [&str; 6] = ["users", "groups", "schemas", "resourcetypes", "serviceproviderconfig", "bulk"];

impl Service {
    /// A request came to a path where nothing is. If it carries a token, or only the handle of one, the connection's log
    /// says what seems to be wrong with the Tenant URL. The caller learns nothing of it.
    pub async fn stray(&self, authorization: Option<&str>, path: &str) {
        let handle = match bearer(authorization).map(AccessToken::parse) {
            Some(Ok(parsed)) => parsed.handle,
            Some(Err(error)) => match error.handle {
                Some(handle) => handle,
                None => return,
            },
            None => return,
        };
        let now = self.clock.now();
        if let Err(error) = self.explain(&handle, Why::Stray(code_of(path)), now).await {
            tracing::warn!(%error, "cannot record a request to a wrong address");
        }
    }

    /// The same for a request that was let in.
    pub fn strayed(&self, cx: &Context, path: &str) {
        let caller = &cx.session.caller;
        let now = self.clock.now();
        self.pulse.failed(cx, now);
        self.count_refusal(caller.tenant, caller.connection, &Why::Stray(code_of(path)), now);
    }
}

/// What a path says about the Tenant URL that it was made from.
fn code_of(path: &str) -> &'static str {
    let lower = path.to_ascii_lowercase();
    if ["{", "}", "<", ">", "%7b", "%7d", "%3c", "%3e"].iter().any(|mark| lower.contains(mark)) {
        return "path_placeholder";
    }
    if lower.contains("http:") || lower.contains("https:") {
        return "path_doubled";
    }
    let parts: Vec<&str> = lower.split('/').filter(|part| !part.is_empty()).collect();
    let is_mount = |part: &str| part == "scim_v2" || part == "scim";
    let (tenant, parts) = match parts.as_slice() {
        ["t", _, rest @ ..] => (true, rest),
        all => (false, all),
    };
    let Some((first, rest)) = parts.split_first() else { return "path_bare_host" };
    if is_mount(first) {
        let exact = path.split('/').any(|part| part == "scim_v2" || part == "scim");
        return match rest.first() {
            _ if !exact => "path_mistyped",
            Some(next) if is_mount(next) => "path_doubled",
            Some(next) if is_version(next) && *next != "v2" => "path_version",
            _ => "path_trailing",
        };
    }
    match *first {
        one if ENDPOINTS.contains(&one) => {
            if tenant {
                "path_tenant_only"
            } else {
                "path_bare_host"
            }
        }
        "api" => "path_api",
        "setup" => "path_setup_link",
        one if one.contains("scim") => "path_mistyped",
        _ => "path_elsewhere",
    }
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::Fault;

    #[test]
    fn a_path_tells_what_is_wrong_with_the_tenant_url() {
        for (path, code) in [
            ("/Users", "path_bare_host"),
            ("/", "path_bare_host"),
            ("//Groups", "path_bare_host"),
            ("/t/acme/Users", "path_tenant_only"),
            ("/SCIM_v2/Users", "path_mistyped"),
            ("/scimv2/Users", "path_mistyped"),
            ("/scim-v2/Users", "path_mistyped"),
            ("/scim_v2/Users/Users", "path_trailing"),
            ("/scim_v2/directory/Users", "path_trailing"),
            ("/scim_v2/scim_v2/Users", "path_doubled"),
            ("/scim_v2/https://host/scim_v2/Users", "path_doubled"),
            ("/t/{tenant}/scim_v2/Users", "path_placeholder"),
            ("/%3Ctenant%3E/scim_v2/Users", "path_placeholder"),
            ("/scim/v1/Users", "path_version"),
            ("/api/v1/Users", "path_api"),
            ("/setup/abc/Users", "path_setup_link"),
            ("/learners", "path_elsewhere"),
        ] {
            assert_eq!(code_of(path), code, "{path}");
            assert!(Fault::of_code(code).is_some(), "{code}");
        }
    }
}
