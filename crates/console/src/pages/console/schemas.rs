//! Schemas and resource types that a tenant has added.

use maud::{Markup, html};
use serde_json::Value;
use service::noun::SchemaDoc;

use super::{Frame, Section};
use crate::look::{Confirm, Danger, confirm, csrf, empty};

/// The page. `sent` is what a form held that was refused.
#[must_use]
pub fn schemas(frame: &Frame<'_>, docs: &[SchemaDoc], sent: &str) -> String {
    let content = html! {
        div.head { div.words {
            h1 { "Schemas" }
            p { "What this tenant has beyond users, groups and the enterprise extension. Providers see it under " code { "/Schemas" } " and " code { "/ResourceTypes" } "." }
        } }
        @if docs.is_empty() {
            (empty("No schemas of its own", "Add one to take attributes that the standard does not have, such as a cost centre of your own."))
        } @else { div.stack { @for (at, doc) in docs.iter().enumerate() { (one(frame, at, doc)) } } }
        section { h2 { "Add an extension of users" } div.card { (add(frame, sent)) } }
    };
    frame.page("Schemas", Section::Schemas, &content)
}

fn one(frame: &Frame<'_>, at: usize, doc: &SchemaDoc) -> Markup {
    let definition = match doc.kind {
        None => &doc.body["schema"],
        Some(_) => &doc.body["resourceType"],
    };
    html! {
        div.card.stack {
            div.head {
                div.words {
                    h3 { code { (doc.name) } }
                    p { @if doc.kind.is_some() { "Resource type" } @else { (attributes(definition)) } }
                }
                div.acts { (confirm(&Confirm {
                    id: &format!("drop-{at}"),
                    open: "Drop",
                    text: "It is no longer advertised or taken. Not possible while resources or a resource type use it.",
                    button: "Drop it",
                    action: &frame.tenant_href("/schemas/drop"),
                    csrf: frame.csrf,
                    danger: Danger::Great,
                    name: &doc.name,
                })) }
            }
            details {
                summary { "Show as JSON" }
                pre { code { (serde_json::to_string_pretty(definition).unwrap_or_default()) } }
            }
        }
    }
}

fn attributes(schema: &Value) -> String {
    let names: Vec<&str> =
        schema["attributes"].as_array().into_iter().flatten().filter_map(|a| a["name"].as_str()).collect();
    format!("Attributes: {}", names.join(", "))
}

fn add(frame: &Frame<'_>, sent: &str) -> Markup {
    html! {
        form method="post" action=(frame.tenant_href("/schemas")) {
            (csrf(frame.csrf))
            div.field.wide {
                label for="schema" { "Schema as JSON (RFC 7643 §7)" }
                textarea id="schema" name="schema" required spellcheck="false" aria-describedby="schema-hint" { (sent) }
                p.hint id="schema-hint" { "With " code { "id" } " (a URN of your own), " code { "name" } " and " code { "attributes" } "." }
            }
            button.button { "Add schema" }
        }
    }
}
