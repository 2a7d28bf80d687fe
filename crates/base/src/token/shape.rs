//! What happened to a token between the page that showed it and the header that brought it.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use super::{HANDLE_LEN, PREFIXES, TAIL_LEN, checksum_holds, split};

/// What is wrong with a text given as a token. Closed: each has a sentence for the admin in the connection's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenShape {
    /// In quotation marks of any kind.
    Quoted,
    /// With white space, a line break or an invisible character before, after or within.
    Spaced,
    /// With `Bearer ` in front, so that the header says it twice.
    BearerPrefix,
    /// Cut off: it starts like a token and ends too early.
    Truncated,
    /// Longer than a token: something was pasted after it, or twice.
    Overlong,
    /// A whole token in shape, with at least one character wrong.
    BadChecksum,
    /// A whole secret of another kind: an API key for an access token, or the reverse.
    WrongKind,
    /// Nothing that was minted here.
    NotOurs,
}

impl TokenShape {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Quoted,
        Self::Spaced,
        Self::BearerPrefix,
        Self::Truncated,
        Self::Overlong,
        Self::BadChecksum,
        Self::WrongKind,
        Self::NotOurs,
    ];

    /// A stable code for logs and metrics.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Quoted => "token_quoted",
            Self::Spaced => "token_spaced",
            Self::BearerPrefix => "token_bearer_prefix",
            Self::Truncated => "token_truncated",
            Self::Overlong => "token_overlong",
            Self::BadChecksum => "token_mistyped",
            Self::WrongKind => "token_wrong_kind",
            Self::NotOurs => "token_not_ours",
        }
    }

    /// What it was and what to do, as full sentences for the admin who pasted it.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Quoted => {
                "The token was pasted with quotation marks around it. Paste it again without them."
            }
            Self::Spaced => {
                "The token was pasted with a space, a line break or an invisible character in it. \
                 Copy it again with the copy button and paste it as one line."
            }
            Self::BearerPrefix => {
                "The token was pasted with the word \"Bearer\" in front, which the identity provider adds itself. \
                 Paste the token alone, starting with pvt_ or pvk_."
            }
            Self::Truncated => "The token was cut off at its end. Copy it again as a whole.",
            Self::Overlong => {
                "Something was pasted after the token, or the token twice. Paste it once and alone."
            }
            Self::BadChecksum => {
                "The token has a wrong character in it. Copy and paste it instead of typing it."
            }
            Self::WrongKind => {
                "This is another kind of secret: access tokens (pvt_) are for the Tenant URL, \
                 API keys (pvk_) for the REST API. Paste the other one."
            }
            Self::NotOurs => {
                "This is no token of this service. Paste the Secret Token shown when it was created."
            }
        }
    }
}

/// A refused token: what seems to be wrong with it, and whose it was. Says nothing of its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenError {
    /// What is wrong.
    pub shape: TokenShape,
    /// The public handle, wherever it can still be read, so that the refusal can be told to its owner.
    pub handle: Option<String>,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "malformed token ({})", self.shape.code())?;
        match &self.handle {
            Some(handle) => write!(f, " of handle {handle}"),
            None => Ok(()),
        }
    }
}

impl Error for TokenError {}

/// Explains a text that is not exactly a token with `prefix`. Wrappings are peeled off first (quotes, `Bearer`, white
/// space); when what is inside is a token of this kind the wrapping is the fault, else what ails the inside is.
pub(super) fn diagnose(prefix: &str, text: &str) -> TokenError {
    let (core, wrapping) = unwrap(text);
    let Some(found) = PREFIXES.into_iter().find(|p| starts_with_ignore_case(&core, p)) else {
        return TokenError { shape: TokenShape::NotOurs, handle: None };
    };
    let rest = core[found.len()..].to_owned();
    let lower = rest.get(..HANDLE_LEN + 1).map(str::to_ascii_lowercase);
    let handle = lower.as_deref().and_then(split).map(|(handle, _)| handle.to_owned());
    let shape = if found != prefix {
        TokenShape::WrongKind
    } else {
        let whole = HANDLE_LEN + 1 + TAIL_LEN;
        match rest.chars().count() {
            n if n < whole => wrapping.unwrap_or(TokenShape::Truncated),
            n if n > whole => wrapping.unwrap_or(TokenShape::Overlong),
            _ if handle.is_some() && checksum_holds(&core) => wrapping.unwrap_or(TokenShape::BadChecksum),
            _ => TokenShape::BadChecksum,
        }
    };
    TokenError { shape, handle }
}

fn starts_with_ignore_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// Peels wrappings off; the first that is not mere space names the fault.
fn unwrap(text: &str) -> (Cow<'_, str>, Option<TokenShape>) {
    let (mut core, mut spaced, mut fault) = (text, false, None);
    loop {
        let before = core;
        core = core.trim_matches(is_space);
        spaced |= core.len() != before.len();
        let bare = core.trim_matches(is_quote);
        if bare.len() != core.len() {
            core = bare;
            fault = fault.or(Some(TokenShape::Quoted));
        }
        if let Some(rest) = strip_scheme(core) {
            core = rest;
            fault = fault.or(Some(TokenShape::BearerPrefix));
        }
        if core.len() == before.len() {
            break;
        }
    }
    let core = if core.contains(is_space) {
        spaced = true;
        Cow::Owned(core.chars().filter(|c| !is_space(*c)).collect())
    } else {
        Cow::Borrowed(core)
    };
    (core, fault.or(spaced.then_some(TokenShape::Spaced)))
}

/// `Bearer …`, `bearer: …`, `Authorization: …`, as people copy them from documentation.
fn strip_scheme(text: &str) -> Option<&str> {
    ["authorization", "bearer"].into_iter().find_map(|scheme| {
        if !starts_with_ignore_case(text, scheme) {
            return None;
        }
        let rest = &text[scheme.len()..];
        rest.starts_with(|c| is_space(c) || c == ':')
            .then(|| rest.trim_start_matches(|c| is_space(c) || c == ':'))
    })
}

/// White space, and the characters that print as none: zero-width ones, the byte order mark, soft hyphens.
fn is_space(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{00ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '<' | '>' | '´' | '«' | '»' | '‹' | '›' | '\u{2018}'..='\u{201f}')
}
