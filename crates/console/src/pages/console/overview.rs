//! All tenants, and which need attention.

use maud::{Markup, html};
use service::noun::Connection;
use service::{Attention, ConnectionHealth, TenantHealth};

use super::reasons::{sentence, tone, word};
use super::{Frame, Section};
use crate::look::{Head, Tone, ago, answer, empty_with, number, pager, state, table};

/// The page. `next` is the address of the next page, `first` that of the first one when this is another.
#[must_use]
pub fn overview(
    frame: &Frame<'_>,
    tenants: &[TenantHealth],
    first: Option<&str>,
    next: Option<&str>,
) -> String {
    let heads = [
        Head::Text("Tenant"),
        Head::Text("State"),
        Head::Text("Last contact"),
        Head::Number("Learners"),
        Head::Number("Groups"),
    ];
    let rows = html! { @for tenant in tenants { (row(frame, tenant)) } };
    let content = html! {
        div.head {
            div.words { h1 { "Tenants" } p { "Customer organisations, and how their provisioning does." } }
            div.acts { a.button.plain href=(frame.webhooks_href()) { "Webhooks of all tenants" } }
        }
        @if tenants.is_empty() {
            (empty_with("No tenants yet", &html! {
                p { "A tenant is one customer organisation with its learners." }
                p { code { "provost tenant create acme" } }
            }))
        } @else {
            (summary(tenants, first.is_none() && next.is_none()))
            section { (table("Tenants", &heads, &rows)) (pager(first, next)) }
        }
    };
    frame.page("Tenants", Section::Overview, &content)
}

/// The answer: whether anything needs looking at.
fn summary(tenants: &[TenantHealth], all: bool) -> Markup {
    let needy = tenants.iter().filter(|tenant| worst(tenant).is_some_and(|r| tone(r) != Tone::Quiet)).count();
    let place = if all { "" } else { " on this page" };
    let sentence = match (needy, tenants.len()) {
        (0, _) => html! { "Nothing needs attention" (place) "." },
        (1, 1) => html! { "The tenant" (place) " needs attention." },
        (1, of) => html! { "One of " (of) " tenants" (place) " needs attention." },
        (needy, of) => html! { (needy) " of " (of) " tenants" (place) " need attention." },
    };
    answer(if needy == 0 { Tone::Good } else { Tone::Warn }, &sentence, None)
}

fn worst(tenant: &TenantHealth) -> Option<&Attention> {
    let all = tenant.connections.iter().flat_map(|c| &c.attention);
    all.min_by_key(|reason| match tone(reason) {
        Tone::Bad => 0,
        Tone::Warn => 1,
        _ => 2,
    })
}

fn row(frame: &Frame<'_>, tenant: &TenantHealth) -> Markup {
    let last = tenant.connections.iter().filter_map(|c| c.last_contact).max();
    html! {
        tr {
            th scope="row" {
                a.main href=(frame.href(&format!("/tenants/{}", tenant.tenant.name))) { (tenant.tenant.display_name) }
                @if tenant.tenant.display_name != tenant.tenant.name { span.hint { (tenant.tenant.name) } }
            }
            td { (condition(frame, tenant)) }
            td.nowrap { @if let Some(last) = last { (ago(frame.now, last)) } @else { span.soft { "never" } } }
            td.number { (number(tenant.learners)) }
            td.number { (number(tenant.groups)) }
        }
    }
}

/// Its reasons, or that there are none.
fn condition(frame: &Frame<'_>, tenant: &TenantHealth) -> Markup {
    let several = tenant.connections.len() > 1;
    let found = tenant.connections.iter().flat_map(|c| c.attention.iter().map(move |reason| (c, reason)));
    let found: Vec<(&ConnectionHealth, &Attention)> = found.collect();
    html! {
        @if found.is_empty() { (quiet(&tenant.connections)) }
        @else {
            ul.reasons { @for (health, reason) in found {
                li {
                    (state(tone(reason), word(reason)))
                    span.hint {
                        @if several { (name(&health.connection)) ": " }
                        (sentence(reason, health.connection.kind, frame.now))
                    }
                }
            } }
        }
    }
}

fn name(connection: &Connection) -> &str {
    &connection.name
}

fn quiet(connections: &[ConnectionHealth]) -> Markup {
    if connections.iter().any(|c| c.last_contact.is_some()) {
        state(Tone::Good, "Working")
    } else {
        state(Tone::Quiet, "Not connected yet")
    }
}
