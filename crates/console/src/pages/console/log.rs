//! The provisioning log: who did what, how it ended, what to do about it.

use maud::{Markup, html};
use serde_json::Value;
use service::LogEntryDetail;
use service::noun::{Kind, LogEntry};

use super::changes::changes;
use super::words::{action, actor, code, event, outcome};
use super::{Frame, Section};
use crate::look::{
    Choice, Head, Tone, ago, answer, empty, exact, facts, ident, number, options, pager, state, table,
};

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct LogView {
    /// Name of a connection, or empty.
    pub connection: String,
    /// Only failures.
    pub failures: bool,
    /// Id of a resource, or empty.
    pub subject: String,
    /// Whether the list is asked for again and again.
    pub live: bool,
    /// Address of this list without its page and without `live`.
    pub here: String,
    /// Address of the first page, when this is another.
    pub first: Option<String>,
    /// Address of the next page.
    pub next: Option<String>,
}

/// How often a live list is asked for again.
const EVERY: &str = "every 3s";

/// The page.
#[must_use]
pub fn log(frame: &Frame<'_>, view: &LogView, entries: &[LogEntry]) -> String {
    let content = html! {
        div.head {
            div.words {
                h1 { "Provisioning log" }
                p { "Every write and every refusal, the newest first. Reads that were answered are only counted." }
            }
            @if view.first.is_none() { div.acts { (switch(view)) } }
        }
        (form(frame, view))
        (log_entries(frame, view, entries))
    };
    frame.page("Provisioning log", Section::Log, &content)
}

/// The part of the page that a live list asks for again.
#[must_use]
pub fn log_entries(frame: &Frame<'_>, view: &LogView, entries: &[LogEntry]) -> Markup {
    let heads = [Head::Text("When"), Head::Text("What"), Head::Text("Outcome"), Head::Text("About")];
    let rows = html! { @for entry in entries { (row(frame, entry)) } };
    let again = with(&view.here, "part=entries&live=on");
    html! {
        div #entries hx-get=[view.live.then_some(&again)] hx-trigger=[view.live.then_some(EVERY)]
            hx-swap=[view.live.then_some("outerHTML")] {
            @if entries.is_empty() {
                (empty("Nothing yet", "What the identity provider writes, and what is refused, stands here a moment later."))
            } @else { (table("Log entries", &heads, &rows)) }
            (pager(view.first.as_deref(), view.next.as_deref()))
        }
    }
}

fn with(here: &str, more: &str) -> String {
    format!("{here}{}{more}", if here.contains('?') { '&' } else { '?' })
}

fn switch(view: &LogView) -> Markup {
    html! {
        @if view.live { a.button.plain href=(view.here) { "Stop following" } }
        @else { a.button.plain href=(with(&view.here, "live=on")) { "Follow live" } }
    }
}

fn form(frame: &Frame<'_>, view: &LogView) -> Markup {
    let connections = frame.place.as_ref().map(|place| place.connections.as_slice()).unwrap_or_default();
    let mut choices = vec![Choice { value: "", label: "All" }];
    choices.extend(connections.iter().map(|name| Choice { value: name, label: name }));
    let failures =
        [Choice { value: "", label: "Everything" }, Choice { value: "on", label: "Failures only" }];
    html! {
        form.filters method="get" action=(frame.tenant_href("/log")) data-at-once {
            div.field {
                label for="failures" { "Show" }
                select id="failures" name="failures" { (options(&failures, if view.failures { "on" } else { "" })) }
            }
            @if connections.len() > 1 {
                div.field {
                    label for="connection" { "Connection" }
                    select id="connection" name="connection" { (options(&choices, &view.connection)) }
                }
            }
            @if !view.subject.is_empty() {
                div.field.wide {
                    label for="subject" { "About the id" }
                    input id="subject" name="subject" type="text" value=(view.subject);
                }
            }
            button.button.plain { "Show" }
        }
    }
}

fn row(frame: &Frame<'_>, entry: &LogEntry) -> Markup {
    let own = &entry.entry;
    let (tone, word) = outcome(own.outcome);
    let label = if own.label.is_empty() { action(own.action) } else { &own.label };
    html! {
        tr {
            td.nowrap { (ago(frame.now, own.at)) }
            td { (action(own.action)) }
            td { (state(tone, word)) }
            th scope="row" {
                a.main href=(frame.tenant_href(&format!("/log/{}", entry.sequence))) { (label) }
                @if entry.times > 1 { " " span.soft { (number(u64::from(entry.times))) " times" } }
                @if let Some(known) = &own.code { span.hint { (code(known)) } }
                @else if !own.paths.is_empty() { span.hint { (own.paths.join(", ")) } }
            }
        }
    }
}

/// One entry.
#[must_use]
pub fn log_entry(frame: &Frame<'_>, found: &LogEntryDetail) -> String {
    let own = &found.entry.entry;
    let (tone, word) = outcome(own.outcome);
    let content = html! {
        div.head {
            div.words {
                h1 { (action(own.action)) @if !own.label.is_empty() { " “" (own.label) "”" } }
                p { (ago(frame.now, own.at)) ", " (exact(own.at)) }
            }
            div.acts { a.button.plain href=(frame.tenant_href("/log")) { "Whole log" } }
        }
        (said_first(found, tone, word))
        section { h2 { "What is known" } div.card { (known(frame, found)) } }
        @if !found.events.is_empty() {
            section.stack {
                h2 { "What the app was told" }
                @for one in &found.events {
                    p { strong { (event(one.kind)) } span.hint { " by " (actor(&one.actor)) } }
                    (changes(one))
                }
            }
        }
        (wire(found))
    };
    frame.page(&format!("{} {}", action(own.action), own.label), Section::Log, &content)
}

/// The answer: how it ended, and what to do.
fn said_first(found: &LogEntryDetail, tone: Tone, word: &str) -> Markup {
    let own = &found.entry.entry;
    let sentence = html! {
        (word)
        @if own.status > 0 { " with status " (own.status) }
        @if found.entry.times > 1 { ", " (number(u64::from(found.entry.times))) " times within this minute" }
        @if let Some(known) = &own.code { ": " (code(known)) }
        "."
    };
    let more = html! {
        @if let Some(detail) = &own.detail { p { (detail) } }
        @if let Some(advice) = found.advice { p { strong { "What to do: " } (advice) } }
    };
    let has_more = own.detail.is_some() || found.advice.is_some();
    answer(tone, &sentence, has_more.then_some(&more))
}

fn known(frame: &Frame<'_>, found: &LogEntryDetail) -> Markup {
    let own = &found.entry.entry;
    let mut rows = vec![("Connection", html! { (found.connection.as_deref().unwrap_or("gone")) })];
    if let Some((kind, id)) = own.subject {
        let place = match kind {
            Kind::USER => Some("learners"),
            Kind::GROUP => Some("groups"),
            _ => None,
        };
        rows.push((
            "About",
            html! {
                @match place {
                    Some(place) => a href=(frame.tenant_href(&format!("/{place}/{id}"))) { code { (id) } },
                    None => code { (id) },
                }
            },
        ));
    }
    if let Some(scim_type) = &own.scim_type {
        rows.push(("scimType", html! { code { (scim_type) } }));
    }
    if !own.paths.is_empty() {
        rows.push(("Attributes", html! { code { (own.paths.join(", ")) } }));
    }
    rows.push(("Request id", ident("request-id", &own.request, "the request id")));
    facts(&rows)
}

/// The request and the answer as they went over the wire.
fn wire(found: &LogEntryDetail) -> Markup {
    let Some(raw) = &found.raw else {
        return html! { p.soft { "The request’s text is kept of failures, and while a connection is being set up or traced." } };
    };
    let pretty = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    };
    html! {
        section.stack {
            h2 { "Request" }
            @if let Some(line) = raw["request"].as_str() { pre { code { (line) } } }
            @if !raw["body"].is_null() { pre { code { (pretty(&raw["body"])) } } }
        }
        @if !raw["answer"].is_null() {
            section { h2 { "Answer" } pre { code { (pretty(&raw["answer"])) } } }
        }
    }
}
