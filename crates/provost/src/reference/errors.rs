//! `docs/reference/errors.md`: the closed lists of what can be wrong.

use service::{Explanation, sign_in_refusals};

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

#[test]
fn the_errors_page_is_fresh() {
    let codes = Explanation::ALL.iter().map(|e| vec![format!("`{}`", e.code()), e.advice().to_owned()]);
    let tokens =
        sign_in_refusals().into_iter().map(|(code, advice)| vec![format!("`{code}`"), advice.to_owned()]);
    let text = format!(
        "{INTRO}{}{TOKENS}{}{SCIM}{}{EXIT}",
        table(&["code", "what to do"], codes),
        table(&["code", "what happened, what to do"], tokens),
        table(&["scimType", "meaning"], scim_types()),
    );
    hold("errors", &text);
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
