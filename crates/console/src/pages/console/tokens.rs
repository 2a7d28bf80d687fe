//! Tokens of a connection.

use maud::{Markup, html};
use service::noun::Token;
use service::{CreatedToken, TokenScope};

use super::{Frame, Section};
use crate::look::{
    Choice, Confirm, Danger, Field, Head, Tone, ago, confirm, csrf, empty, field, ident, secret, select,
    state, table, until,
};

/// The page. `made` is a token that was just made: its text is shown this once.
#[must_use]
pub fn tokens(frame: &Frame<'_>, tokens: &[Token], made: Option<&CreatedToken>, tenant_url: &str) -> String {
    let heads = [
        Head::Text("Name"),
        Head::Text("State"),
        Head::Text("May touch"),
        Head::Text("Last used"),
        Head::Text("Created"),
        Head::Unseen("What can be done"),
    ];
    // The newest first, and those that still open something before those that do not.
    let mut sorted: Vec<&Token> = tokens.iter().rev().collect();
    sorted.sort_by_key(|token| !is_live(frame, token));
    let rows = html! { @for token in sorted { (row(frame, token)) } };
    let content = html! {
        div.head { div.words {
            h1 { "Tokens" }
            p { "What the identity provider shows with each request: Entra calls it " em { "Secret Token" } "." }
        } }
        @if let Some(made) = made { (fresh(made, tenant_url)) }
        @if tokens.is_empty() {
            (empty("No tokens yet", "Create one and paste it into the identity provider together with the Tenant URL."))
        } @else { (table("Tokens", &heads, &rows)) }
        section { h2 { "Create a token" } div.card { (create(frame)) } }
    };
    frame.page("Tokens", Section::Tokens, &content)
}

fn fresh(made: &CreatedToken, tenant_url: &str) -> Markup {
    let advice =
        "Paste it as the Secret Token, together with the Tenant URL below. Only a digest of it is kept here.";
    html! {
        (secret("new-token", made.secret.expose(), &format!("Token “{}”.", made.token.name), advice))
        p.card { "Tenant URL " (ident("tenant-url", tenant_url, "the Tenant URL")) }
    }
}

fn is_live(frame: &Frame<'_>, token: &Token) -> bool {
    token.revoked.is_none() && token.expires.is_none_or(|end| end > frame.now)
}

fn row(frame: &Frame<'_>, token: &Token) -> Markup {
    let live = is_live(frame, token);
    html! {
        tr {
            th scope="row" { strong { (token.name) } span.hint { code { (token.id) } } }
            td { (condition(frame, token)) }
            td { (covers(token)) }
            td.nowrap { @if let Some(at) = token.last_used { (ago(frame.now, at)) } @else { span.soft { "never" } } }
            td.nowrap { (ago(frame.now, token.created)) }
            td { @if live { div.controls { (rotate(frame, token)) (revoke(frame, token)) } } }
        }
    }
}

fn condition(frame: &Frame<'_>, token: &Token) -> Markup {
    match (token.revoked, token.expires) {
        (Some(at), _) => html! { (state(Tone::Quiet, "Revoked")) span.hint { (ago(frame.now, at)) } },
        (None, Some(at)) if at <= frame.now => {
            html! { (state(Tone::Bad, "Expired")) span.hint { (ago(frame.now, at)) } }
        }
        (None, Some(at)) => html! { (state(Tone::Warn, "Expires")) span.hint { (until(frame.now, at)) } },
        (None, None) => state(Tone::Good, "Live"),
    }
}

fn covers(token: &Token) -> &'static str {
    if !token.grant.write {
        "reads only"
    } else if token.grant == TokenScope::Users.grant() {
        "users"
    } else {
        "users and groups"
    }
}

fn rotate(frame: &Frame<'_>, token: &Token) -> Markup {
    let id = format!("overlap-{}", token.id);
    let choices = [
        Choice { value: "7", label: "7 more days" },
        Choice { value: "1", label: "one more day" },
        Choice { value: "30", label: "30 more days" },
        Choice { value: "0", label: "not at all" },
    ];
    html! {
        details.confirm {
            summary.button.plain.small { "Rotate…" }
            form.panel method="post" action=(frame.connection_href(&format!("/tokens/{}/rotate", token.id))) {
                (csrf(frame.csrf))
                p { "Makes a successor. The old one goes on for a while, so that the new one can be pasted in peace." }
                div.field {
                    label for=(id) { "The old one works" }
                    select id=(id) name="overlap" { (crate::look::options(&choices, "7")) }
                }
                button.button { "Rotate " (token.name) }
            }
        }
    }
}

fn revoke(frame: &Frame<'_>, token: &Token) -> Markup {
    confirm(&Confirm {
        id: &token.id,
        open: "Revoke",
        text: "It is refused from now on, on every node. The provider’s job stops until another token is pasted.",
        button: &format!("Revoke {}", token.name),
        action: &frame.connection_href(&format!("/tokens/{}/revoke", token.id)),
        csrf: frame.csrf,
        danger: Danger::Some,
        name: &token.name,
    })
}

fn create(frame: &Frame<'_>) -> Markup {
    let scopes = [
        Choice { value: "users,groups", label: "Users and groups" },
        Choice { value: "users", label: "Users only" },
        Choice { value: "read", label: "Reading only" },
    ];
    let lives = [
        Choice { value: "", label: "Never" },
        Choice { value: "90", label: "In 90 days" },
        Choice { value: "180", label: "In 180 days" },
        Choice { value: "365", label: "In a year" },
    ];
    html! {
        form method="post" action=(frame.connection_href("/tokens")) {
            (csrf(frame.csrf))
            div.fields {
                (field(&Field { name: "name", label: "Name", hint: Some("To know it by: entra-prod. One is made up when this is empty."), ..Field::default() }))
                (select("scope", "May touch", &scopes, "users,groups", None))
                (select("expires", "Expires", &lives, "", Some("An expired token stops the provider’s job; never is best.")))
            }
            button.button { "Create token" }
        }
    }
}
