//! `docs/reference/errors.md`: the closed lists of what can be wrong.

use std::collections::BTreeSet;

use base::TokenShape;
use service::Explanation;

use super::source::entries;
use super::{hold, table};

const INTRO: &str = "# Error codes

Every refusal and failure has one code of a closed list. It stands in the provisioning log (`provost log --failures --json`) beside
the sentence that the caller got. Codes never change their meaning. This page is generated from the program.

## Codes of refused requests

What to do is written for the admin of the identity provider.

";

const TOKENS: &str = "
## Codes of refused tokens

The caller gets the same 401 for each of them; the reason stands in the log of the connection that the token's handle names.

";

const SCIM: &str = "
## SCIM error types

A refused SCIM request is answered with an error (RFC 7644 §3.12): `status`, `detail`, and with 400, 403 and 409 often a
`scimType`.

";

const EXIT: &str = "
## Exit codes of commands

| code | meaning |
|---|---|
| 0 | done |
| 1 | the input or the other side is at fault; the message says what to do |
| 2 | an unexpected failure; usage errors of the command line also end with 2 |
";

/// Codes of refused tokens that say nothing about the text pasted.
const OTHER: &[(&str, &str)] = &[
    ("token_missing", "The request carried no access token. Paste the Secret Token."),
    ("token_unknown", "The token has the right form but does not exist here. Create a new one and paste it."),
    ("token_revoked", "The token was revoked; the log says which and when. Create a new one and paste it."),
    (
        "token_expired",
        "The token has expired; the log says which and when. Create a new one, best without an expiry.",
    ),
    (
        "wrong_tenant",
        "A token was used with the Tenant URL of another tenant. Use URL and token of the same tenant.",
    ),
];

#[test]
fn the_errors_page_is_fresh() {
    let codes = Explanation::ALL.iter().map(|e| vec![format!("`{}`", e.code()), e.advice().to_owned()]);
    let mut tokens: Vec<(String, String)> =
        OTHER.iter().map(|(code, advice)| ((*code).to_owned(), (*advice).to_owned())).collect();
    tokens.extend(TokenShape::ALL.iter().map(|s| (code_of(*s).to_owned(), s.advice().to_owned())));
    let text = format!(
        "{INTRO}{}{TOKENS}{}{SCIM}{}{EXIT}",
        table(&["code", "what to do"], codes),
        table(
            &["code", "what happened, what to do"],
            tokens.iter().map(|(c, a)| vec![format!("`{c}`"), a.clone()])
        ),
        table(&["scimType", "meaning"], scim_types()),
    );
    hold("errors", &text);
}

/// The list of token codes is the one in the service.
#[test]
fn every_code_of_a_refused_token_is_on_the_page() {
    let source = include_str!("../../../service/src/auth/why.rs");
    let pieces = source.split('"').skip(1).step_by(2);
    let in_code: BTreeSet<&str> =
        pieces.filter(|p| (p.starts_with("token_") || *p == "wrong_tenant") && !p.contains(' ')).collect();
    let on_page: BTreeSet<&str> =
        OTHER.iter().map(|(code, _)| *code).chain(TokenShape::ALL.iter().map(|s| code_of(*s))).collect();
    assert_eq!(in_code, on_page);
}

/// The code in the log; the shape itself has a shorter one.
fn code_of(shape: TokenShape) -> &'static str {
    match shape {
        TokenShape::Quoted => "token_quoted",
        TokenShape::Spaced => "token_spaced",
        TokenShape::BearerPrefix => "token_bearer_prefix",
        TokenShape::Truncated => "token_truncated",
        TokenShape::Overlong => "token_overlong",
        TokenShape::BadChecksum => "token_mistyped",
        TokenShape::WrongKind => "token_wrong_kind",
        TokenShape::NotOurs => "token_not_ours",
    }
}

fn scim_types() -> Vec<Vec<String>> {
    let source = include_str!("../../../scim/src/error.rs");
    let word = |name: &str| {
        let line = source.lines().find(|l| l.trim().starts_with(&format!("Self::{name} => \"")));
        line.and_then(|l| l.split('"').nth(1)).unwrap().to_owned()
    };
    let listed = entries(source, "pub enum ScimType {");
    assert!(listed.len() > 10);
    listed.iter().map(|e| vec![format!("`{}`", word(&e.name)), e.doc.clone()]).collect()
}
