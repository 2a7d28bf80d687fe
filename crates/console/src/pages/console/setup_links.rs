//! Setup links of a connection.

use maud::{Markup, html};
use service::CreatedSetupLink;
use service::noun::SetupLink;

use super::{Frame, Section};
use crate::look::{
    Choice, Confirm, Danger, Field, Head, Tone, ago, confirm, csrf, empty, field, secret, select, state,
    table, until,
};

/// The page. `made` is a link that was just made: its address is shown this once.
#[must_use]
pub fn setup_links(frame: &Frame<'_>, links: &[SetupLink], made: Option<&CreatedSetupLink>) -> String {
    let heads = [
        Head::Text("For"),
        Head::Text("State"),
        Head::Text("Opened"),
        Head::Text("Created"),
        Head::Unseen("What can be done"),
    ];
    let rows = html! { @for link in links.iter().rev() { (row(frame, link)) } };
    let content = html! {
        div.head { div.words {
            h1 { "Setup links" }
            p { "A page for the customer’s IT administrator: the guide with their own Tenant URL, a token made on the spot, and steps that tick themselves." }
        } }
        @if let Some(made) = made {
            (secret("new-link", made.url.expose(), &format!("Setup link “{}”.", made.link.name), "Send it to the customer’s administrator. Whoever has it can make a token for this connection until it expires or is revoked."))
        }
        @if links.is_empty() {
            (empty("No setup links yet", "Create one and send it to the customer’s administrator."))
        } @else { (table("Setup links", &heads, &rows)) }
        section { h2 { "Create a setup link" } div.card { (create(frame)) } }
    };
    frame.page("Setup links", Section::SetupLinks, &content)
}

fn row(frame: &Frame<'_>, link: &SetupLink) -> Markup {
    let is_live = link.revoked.is_none() && link.expires > frame.now;
    html! {
        tr {
            th scope="row" { strong { (link.name) } span.hint { code { (link.id) } } }
            td {
                @match link.revoked {
                    Some(at) => { (state(Tone::Quiet, "Revoked")) span.hint { (ago(frame.now, at)) } }
                    None if is_live => { (state(Tone::Good, "Open")) span.hint { "ends " (until(frame.now, link.expires)) } }
                    None => { (state(Tone::Quiet, "Expired")) span.hint { (ago(frame.now, link.expires)) } }
                }
            }
            td.nowrap { @if let Some(at) = link.opened { (ago(frame.now, at)) } @else { span.soft { "not yet" } } }
            td.nowrap { (ago(frame.now, link.created)) }
            td { @if is_live { div.controls { (confirm(&Confirm {
                id: &link.id,
                open: "Revoke",
                text: "The page shows nothing any more. Tokens made on it keep working.",
                button: &format!("Revoke {}", link.name),
                action: &frame.connection_href(&format!("/setup-links/{}/revoke", link.id)),
                csrf: frame.csrf,
                danger: Danger::Some,
                name: &link.name,
            })) } } }
        }
    }
}

fn create(frame: &Frame<'_>) -> Markup {
    let lives = [
        Choice { value: "1", label: "A day" },
        Choice { value: "7", label: "A week" },
        Choice { value: "30", label: "30 days" },
        Choice { value: "90", label: "90 days" },
    ];
    html! {
        form method="post" action=(frame.connection_href("/setup-links")) {
            (csrf(frame.csrf))
            div.fields {
                (field(&Field { name: "name", label: "For whom", hint: Some("A name to know it by: Ann at Acme."), ..Field::default() }))
                (select("expires", "Good for", &lives, "7", None))
            }
            button.button { "Create setup link" }
        }
    }
}
