//! What changed: old and new values.

use maud::{Markup, html};
use serde_json::Value;
use service::noun::NewEvent;

/// The changes that an event tells of, as a table; nothing when it tells of none.
#[must_use]
pub fn changes(event: &NewEvent) -> Markup {
    let data: Value = serde_json::from_str(&event.data).unwrap_or_default();
    let list: Vec<&Value> = data["changes"].as_array().into_iter().flatten().collect();
    html! {
        @if !list.is_empty() {
            div.scroll {
                table.changes {
                    caption.unseen { "What changed" }
                    thead { tr { th scope="col" { "Attribute" } th scope="col" { "Before" } th scope="col" { "After" } } }
                    tbody { @for change in list { (row(change)) } }
                }
            }
        }
    }
}

fn row(change: &Value) -> Markup {
    html! {
        tr {
            th scope="row" { code { (change["path"].as_str().unwrap_or_default()) } }
            td { @if let Some(old) = change.get("old") { del { (shown(old)) } } @else { span.soft { "–" } } }
            td { @if let Some(new) = change.get("new") { ins { (shown(new)) } } @else { span.soft { "–" } } }
        }
    }
}

/// A value as people read it: text as it is, everything else as JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
