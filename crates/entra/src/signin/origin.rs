//! Where an access token comes from.

/// Where the access token of a way of signing in comes from. What to do when the target refuses it depends on that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenOrigin {
    /// Somebody made it and pasted it.
    #[default]
    Pasted,
    /// A token endpoint issues it.
    TokenEndpoint,
    /// Entra itself issues it, since no Secret Token was pasted.
    Entra,
}

impl TokenOrigin {
    /// What to do when the target refuses the token; none where a token is pasted, for which the code's advice is right.
    #[must_use]
    pub const fn when_refused(self) -> Option<&'static str> {
        match self {
            Self::Pasted => None,
            Self::TokenEndpoint => Some(
                "No token is pasted here: the token endpoint issued it. Let the application accept that issuer, audience and signing key, and ask for the scope that it wants, if it wants one.",
            ),
            Self::Entra => Some(
                "Without a Secret Token Entra sends one of its own. Let the application check it by the issuer's published keys, audience and tenant, or make a Secret Token there and paste it.",
            ),
        }
    }

    /// What to do when the target says that the token has expired.
    #[must_use]
    pub const fn when_expired(self) -> Option<&'static str> {
        match self {
            Self::Pasted => None,
            Self::TokenEndpoint => Some(
                "Let the token endpoint say in expires_in how long its tokens live, an hour at least, and set the clocks of both services right: a new token is asked for before that time is over.",
            ),
            Self::Entra => Some(
                "The token lives for an hour and is renewed before its end: set the clocks of the application and of this machine right.",
            ),
        }
    }

    /// What to do when the target knows the token but refuses what it asks for.
    #[must_use]
    pub const fn without_right(self) -> Option<&'static str> {
        match self {
            Self::Pasted => None,
            Self::TokenEndpoint => Some(
                "Give the client the right to read and write users and groups where its tokens are issued, or ask there for the scope that has it.",
            ),
            Self::Entra => Some(
                "Let the application give whoever shows Entra's token for it the right to read and write users and groups.",
            ),
        }
    }
}
