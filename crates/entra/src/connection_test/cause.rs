//! Why a connection does not work.

/// The actual reason that a connection does not work: a closed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The host's name is not known.
    UnknownHost,
    /// Nobody listens at the port.
    ConnectionRefused,
    /// The host cannot be reached, or does not answer.
    Unreachable,
    /// No answer came in time.
    Timeout,
    /// The address is one that may not be dialled.
    AddressForbidden,
    /// The certificate has expired or is not yet good.
    CertificateExpired,
    /// The certificate is for another host.
    CertificateForOther,
    /// The certificate is from an authority that is not trusted, or its chain is not sent.
    CertificateUntrusted,
    /// The port does not speak TLS, or no version or cipher that is.
    NoTls,
    /// The connection broke in the middle of the answer.
    Broken,
    /// The service points to another address.
    Redirect,
    /// The service points to the same address under https.
    RedirectToHttps,
    /// No SCIM service is at this path.
    WrongPath,
    /// A web page answers.
    WebPage,
    /// The token is refused.
    TokenRefused,
    /// The token has expired.
    TokenExpired,
    /// The service did not see a token.
    TokenNotSeen,
    /// The token may not do this.
    TokenWithoutRight,
    /// Something in front of the service refuses.
    Firewall,
    /// The service demands an `Accept` or `Content-Type` that Entra does not send.
    MediaType,
    /// The matching attribute cannot be filtered on.
    NotFilterable,
    /// The service answers a query that finds nothing with 404.
    NotFoundForNothing,
    /// The service has no groups.
    NoGroups,
    /// The filter is not honoured.
    FilterIgnored,
    /// The body is JSON but no SCIM list.
    NotAList,
    /// The body is no JSON.
    NotJson,
    /// The service asks to slow down.
    Throttled,
    /// The service failed.
    ServerError,
    /// Signing in for a token failed.
    NotSignedIn,
    /// Another status.
    UnexpectedStatus,
}

impl Cause {
    /// Whether the service may be at another path below the Tenant URL.
    pub(super) const fn may_be_elsewhere(self) -> bool {
        // Also one that answers in SCIM's form may only say that there is nothing at this address.
        matches!(
            self,
            Self::WrongPath | Self::WebPage | Self::NotJson | Self::NotAList | Self::NotFoundForNothing
        )
    }

    /// What to do about it, where it can be said without knowing more.
    pub(super) const fn remedy(self) -> &'static str {
        match self {
            Self::UnknownHost => {
                "Correct the host in the Tenant URL; if it is new, wait until its name is known everywhere."
            }
            Self::ConnectionRefused => "Start the service, or correct the port in the Tenant URL.",
            Self::Unreachable => {
                "Open the way from here to the service: its address must be public, and firewalls must let Entra in."
            }
            Self::Timeout => {
                "Look what the service is waiting for, or which firewall swallows the connection."
            }
            Self::AddressForbidden => "Use a public address, or permit this one in the address policy.",
            Self::CertificateExpired => "Renew the service's certificate, and check the clocks.",
            Self::CertificateForOther => {
                "Use the host that the certificate names in the Tenant URL, or get a certificate for this one."
            }
            Self::CertificateUntrusted => {
                "Use a certificate of a public authority and let the server send its whole chain; Entra trusts no self-signed one."
            }
            Self::NoTls => "Use the port that speaks TLS 1.2 or later; Entra accepts nothing else.",
            Self::Broken => {
                "Check that the URL's scheme is what the port speaks, and look in the service's log for a crash."
            }
            Self::Redirect => "Use the final address as Tenant URL: redirects are not followed.",
            Self::RedirectToHttps => "Write https:// in the Tenant URL.",
            Self::WrongPath => {
                "Correct the path of the Tenant URL: the application's documentation tells it, often ending in /scim or /scim/v2."
            }
            Self::WebPage => {
                "Use the address of the SCIM service and not of the web site, often ending in /scim or /scim/v2."
            }
            Self::TokenRefused => {
                "Make a new token and paste it alone and whole, without `Bearer` in front of it."
            }
            Self::TokenExpired => {
                "Make a new token; one that does not expire spares you the quarantine when it does."
            }
            Self::TokenNotSeen => "Let proxies pass the Authorization header on to the service.",
            Self::TokenWithoutRight => "Give the token the right to read and write users and groups.",
            Self::Firewall => {
                "Let requests without a User-Agent through: Entra sends none, and common firewall rules block that."
            }
            Self::MediaType => {
                "Let the service take a GET without Accept and Content-Type, as Entra sends it."
            }
            Self::NotFilterable => {
                "Let the service filter by the matching attribute with `eq`, or match on another attribute."
            }
            Self::NotFoundForNothing => {
                "Let the service answer a query that finds nobody with 200 and an empty ListResponse."
            }
            Self::NoGroups => {
                "Disable the group mapping, or let /Groups answer with 200 and an empty ListResponse."
            }
            Self::FilterIgnored => {
                "Let the service honour `filter`: as it is, one person's data would be written to another."
            }
            Self::NotAList => {
                "Check that the Tenant URL leads to the SCIM service; a query must be answered with a ListResponse."
            }
            Self::NotJson => {
                "Check that the Tenant URL leads to the SCIM service and nothing in between answers instead."
            }
            Self::Throttled => "Raise the service's limit to at least 25 requests a second, and try again.",
            Self::ServerError => "Look in the service's log for the error behind this answer.",
            Self::NotSignedIn => "Correct the token endpoint's settings.",
            Self::UnexpectedStatus => "Look in the service's log why it answers so.",
        }
    }
}
