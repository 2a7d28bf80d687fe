//! How one connection does.

use maud::{Markup, html};
use service::noun::Connection;
use service::{Attention, ConnectionHealth, Cycle, Lang, Problem, TenantSummary, TrafficSpan};

use super::reasons::{advice, provider, sentence, tone};
use super::{Frame, Section};
use crate::look::{
    Column, Figure, Head, Series, Tone, ago, answer, columns, exact, facts, figures, ident, in_words, number,
    table,
};

/// Runs that are shown.
const RUNS: usize = 10;

/// The page.
#[must_use]
pub fn health(
    frame: &Frame<'_>,
    tenant: &TenantSummary,
    health: &ConnectionHealth,
    problems: &[Problem],
    tenant_url: &str,
) -> String {
    let content = html! {
        div.head {
            div.words {
                h1 { (tenant.tenant.display_name) }
                p { "Connection “" (health.connection.name) "”, " (what(&health.connection)) "." }
            }
            @if health.last_contact.is_none() {
                div.acts { a.button href=(frame.connection_href("/setup-links")) { "Set up" } }
            }
        }
        (said_first(frame, health))
        (others(frame, health))
        (faults(frame, health, problems))
        section { (counts(frame, tenant, health)) }
        section {
            h2 { "Requests" }
            (columns("Requests in the last 24 hours, by the hour (UTC)", &SERIES, &bars(&health.hours), 4))
        }
        section { h2 { "Cycles" } (runs(frame, health)) }
        section { h2 { "Addresses" } div.card { (addresses(&health.connection, tenant_url)) } }
    };
    frame.page("Health", Section::Health, &content)
}

const SERIES: [Series; 3] = [
    Series { name: "Reads", tone: Tone::Info },
    Series { name: "Changes", tone: Tone::Good },
    Series { name: "Refused or failed", tone: Tone::Bad },
];

fn what(connection: &Connection) -> String {
    let kind = match provider(connection.kind) {
        "The identity provider" => "any SCIM client",
        "Entra" => "Microsoft Entra ID",
        name => name,
    };
    let groups = if connection.groups { "with groups" } else { "without groups" };
    format!("{kind}, dialect {}, {groups}", connection.dialect)
}

/// The answer: whether provisioning works.
fn said_first(frame: &Frame<'_>, health: &ConnectionHealth) -> Markup {
    let kind = health.connection.kind;
    if let Some(worst) = health.attention.first() {
        let more = advice(worst).map(|text| html! { (text) " " (way(frame, worst)) });
        let more = more.unwrap_or_else(|| way(frame, worst));
        return answer(tone(worst), &sentence(worst, kind, frame.now), Some(&more));
    }
    match health.last_contact {
        None => answer(
            Tone::Info,
            &html! { (provider(kind)) " has not come yet." },
            Some(&html! {
                "Send the customer’s administrator a "
                a href=(frame.connection_href("/setup-links")) { "setup link" }
                ", or give them the Tenant URL below and a "
                a href=(frame.connection_href("/tokens")) { "token" } "."
            }),
        ),
        Some(last) => answer(
            Tone::Good,
            &html! { "Provisioning is working; last contact " (ago(frame.now, last)) "." },
            health
                .rhythm
                .map(|span| html! { (provider(kind)) " comes about every " (in_words(span)) "." })
                .as_ref(),
        ),
    }
}

/// Where something can be done about it.
fn way(frame: &Frame<'_>, reason: &Attention) -> Markup {
    let (href, text) = match reason {
        Attention::Refused { .. } | Attention::NoToken | Attention::Expiring { .. } => ("/tokens", "Tokens"),
        Attention::Held { .. } => ("/held", "Held changes"),
        Attention::Paused { .. } => ("/settings", "Settings"),
        Attention::Identity { learner: Some(id), .. } => {
            return html! { a href=(frame.tenant_href(&format!("/learners/{id}"))) { "The learner" } };
        }
        Attention::Identity { .. } => {
            return html! { a href=(frame.tenant_href("/learners/removed")) { "Removed learners" } };
        }
        _ => return html! { a href=(frame.tenant_href("/log?failures=on")) { "Failures in the log" } },
    };
    html! { a href=(frame.connection_href(href)) { (text) } }
}

/// What else needs attention.
fn others(frame: &Frame<'_>, health: &ConnectionHealth) -> Markup {
    let rest = health.attention.get(1..).unwrap_or_default();
    html! {
        @if !rest.is_empty() {
            section.stack {
                h2 { "Also" }
                @for reason in rest {
                    div.answer.(tone(reason).class()) {
                        p { strong { (sentence(reason, health.connection.kind, frame.now)) } }
                        div.more { @if let Some(text) = advice(reason) { (text) " " } (way(frame, reason)) }
                    }
                }
            }
        }
    }
}

/// Faults of the catalogue that hold now, but for the one that the page began with.
fn faults(frame: &Frame<'_>, health: &ConnectionHealth, problems: &[Problem]) -> Markup {
    let is_said = |id: &str| {
        health.attention.iter().any(|reason| match reason {
            Attention::Refused { code, .. } => code == id,
            Attention::Held { .. } => id == "held",
            Attention::Paused { .. } => id == "paused",
            _ => false,
        })
    };
    let left: Vec<&Problem> = problems.iter().filter(|p| p.current && !is_said(p.fault.id)).collect();
    let heads = [
        Head::Text("What is wrong"),
        Head::Text("What to do"),
        Head::Text("Last seen"),
        Head::Number("Times"),
    ];
    let rows = html! { @for problem in &left {
        tr {
            th scope="row" {
                strong { (problem.fault.said(Lang::En).name) }
                @if let Some(example) = &problem.example { span.hint { "most recently: " (example) } }
            }
            td { (problem.fault.said(Lang::En).remedy) }
            td.nowrap { (ago(frame.now, problem.last)) }
            td.number { (number(problem.times)) }
        }
    } };
    html! { @if !left.is_empty() { section { h2 { "Set-up problems" } (table("Set-up problems", &heads, &rows)) } } }
}

fn counts(frame: &Frame<'_>, tenant: &TenantSummary, health: &ConnectionHealth) -> Markup {
    let inactive = (tenant.inactive > 0).then(|| html! { (number(tenant.inactive)) " inactive" });
    let managed = html! { "of " (number(tenant.learners)) " learners" };
    figures(&[
        Figure {
            name: "Learners",
            value: number(tenant.learners),
            note: inactive,
            href: Some(frame.tenant_href("/learners")),
        },
        Figure { name: "Managed here", value: number(health.managed), note: Some(managed), href: None },
        Figure {
            name: "Groups",
            value: number(tenant.groups),
            note: None,
            href: Some(frame.tenant_href("/groups")),
        },
        Figure {
            name: "Held changes",
            value: number(health.held),
            note: None,
            href: Some(frame.connection_href("/held")),
        },
        Figure {
            name: "Live tokens",
            value: number(health.live_tokens as u64),
            note: None,
            href: Some(frame.connection_href("/tokens")),
        },
    ])
}

fn bars(hours: &[TrafficSpan]) -> Vec<Column> {
    let label = |span: &TrafficSpan| {
        let text = exact(span.from);
        text.split_once(", ").and_then(|(_, clock)| clock.get(..5)).unwrap_or_default().to_owned()
    };
    hours
        .iter()
        .map(|span| Column { label: label(span), values: vec![span.reads, span.writes, span.failures] })
        .collect()
}

fn runs(frame: &Frame<'_>, health: &ConnectionHealth) -> Markup {
    if health.cycles.is_empty() {
        return html! { p.soft { "No requests in the last two days." } };
    }
    let heads = [
        Head::Text("Began"),
        Head::Text("Took"),
        Head::Number("Reads"),
        Head::Number("Changes"),
        Head::Number("Refused or failed"),
    ];
    let rows = html! { @for cycle in health.cycles.iter().take(RUNS) { (run(frame, cycle)) } };
    html! {
        p {
            @match health.rhythm {
                Some(span) => { "Requests come in runs, about every " (in_words(span)) "." }
                None => { "Requests come in runs; there is no rhythm to them yet. Entra’s is 40 minutes." }
            }
        }
        (table("Runs of requests", &heads, &rows))
    }
}

fn run(frame: &Frame<'_>, cycle: &Cycle) -> Markup {
    let is_going_on = cycle.to > frame.now;
    html! {
        tr {
            th scope="row" { (ago(frame.now, cycle.from)) }
            td { @if is_going_on { "going on" } @else { (in_words(cycle.to.since(cycle.from))) } }
            td.number { (number(cycle.reads)) }
            td.number { (number(cycle.writes)) }
            td.number { (number(cycle.failures)) }
        }
    }
}

fn addresses(connection: &Connection, tenant_url: &str) -> Markup {
    facts(&[
        ("Tenant URL", ident("tenant-url", tenant_url, "the Tenant URL")),
        (
            "Handle",
            html! { (ident("handle", &connection.handle, "the handle")) p.hint { "Stands in every token of this connection." } },
        ),
    ])
}
