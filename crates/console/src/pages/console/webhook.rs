//! One endpoint of webhooks: how it stands, what was tried, what can be done.

use base::Timestamp;
use maud::{Markup, html};
use service::{Attempt, WebhookRow};

use super::webhook_words::{advice, condition, kind, outcome};
use super::webhooks::types;
use super::{Frame, Section};
use crate::look::{
    Confirm, Danger, Field, Head, Tone, ago, answer, confirm, csrf, empty, facts, field, ident, number,
    secret, state, table,
};

/// The page. `fresh` is a signing secret that was just made: it is shown this once.
#[must_use]
pub fn webhook(frame: &Frame<'_>, row: &WebhookRow, fresh: Option<&str>) -> String {
    let settings = &row.webhook.settings;
    let name = settings.url.strip_prefix("mailto:").unwrap_or(&settings.url);
    let stands = condition(row, frame.now);
    let heads = [Head::Text("When"), Head::Text("What"), Head::Text("Outcome"), Head::Number("Took")];
    let attempts = html! { @for one in &row.standing.attempts { (attempt(frame, row, one)) } };
    let content = html! {
        div.head {
            div.words { h1 { (name) } @if !settings.description.is_empty() { p { (settings.description) } } }
            div.acts { (acts(frame, row)) }
        }
        @if let Some(text) = fresh {
            (secret("new-secret", text, "New signing secret.", "Messages are signed with it and, for a day, with the one before, so that the receiver can change over."))
        }
        (answer(stands.tone, &html! { (stands.word) ". " (stands.why) }, more(frame, row).as_ref()))
        section.columns {
            div.card { h2 { "How far it is" } (standing(frame, row)) }
            div.card { h2 { "Settings" } (about(frame, row)) }
        }
        section {
            h2 { "Latest attempts" }
            @if row.standing.attempts.is_empty() {
                (empty("Nothing was sent yet", "What happens from now on is sent here. A test shows at once whether the receiver answers."))
            } @else { (table("Latest attempts", &heads, &attempts)) }
        }
        section { h2 { "Send once more" } div.card { (replay(frame, row)) } }
    };
    frame.page("Webhook", Section::Webhooks, &content)
}

/// What the latest failure was, where it is still one; and what the app has to do by itself.
fn more(frame: &Frame<'_>, row: &WebhookRow) -> Option<Markup> {
    let is_bad = condition(row, frame.now).tone != Tone::Good;
    let latest = row.standing.attempts.front().filter(|_| is_bad);
    let advice = latest.and_then(|one| advice(one, row.webhook.is_mail()));
    if advice.is_none() && row.standing.missed.is_none() {
        return None;
    }
    Some(html! {
        @if let Some(text) = advice { p { strong { "What to do: " } (text) } }
        @if let Some(position) = row.standing.missed {
            p { "Events up to position " (position) " were gone from the feed before they were told: have the app read a snapshot." }
        }
    })
}

fn acts(frame: &Frame<'_>, row: &WebhookRow) -> Markup {
    let href = |act: &str| frame.webhook_href(&row.webhook.id, act);
    let plain = |act: &str, label: &str| {
        html! { form method="post" action=(href(act)) { (csrf(frame.csrf)) button.button.plain { (label) } } }
    };
    html! {
        (plain("/test", "Send a test"))
        @if row.webhook.enabled {
            (confirm(&Confirm {
                id: "disable", open: "Disable", text: "Nothing is sent until it is enabled again. What happens meanwhile waits, as long as the feed keeps it.",
                button: "Disable the webhook", action: &href("/disable"), csrf: frame.csrf, danger: Danger::Some, name: "",
            }))
        } @else { (plain("/enable", "Enable")) }
        @if !row.webhook.is_mail() {
            (confirm(&Confirm {
                id: "rotate", open: "Rotate the secret", text: "Makes a new signing secret. The one before signs too for another day.",
                button: "Rotate the secret", action: &href("/rotate"), csrf: frame.csrf, danger: Danger::Some, name: "",
            }))
        }
        (confirm(&Confirm {
            id: "remove", open: "Remove", text: "Forgets the webhook, how far it was, and what it missed. This cannot be taken back.",
            button: "Remove the webhook", action: &href("/remove"), csrf: frame.csrf, danger: Danger::Some, name: "",
        }))
    }
}

fn standing(frame: &Frame<'_>, row: &WebhookRow) -> Markup {
    let own = &row.standing;
    let time = |at: Option<i64>| match at {
        Some(at) => ago(frame.now, Timestamp::from_micros(at)),
        None => html! { span.soft { "never" } },
    };
    let replays = row.webhook.settings.replays.iter().filter(|r| r.number > own.replayed).count();
    let mut rows = vec![
        ("Position", html! { (own.cursor) }),
        ("Behind", html! { (number(u64::try_from(row.lag).unwrap_or(0))) " events of the feed" }),
        ("Wait", html! { (number(own.parked.len() as u64)) " learners and groups" }),
        ("Last told", time(own.delivered_at)),
        ("Told", html! { (number(own.delivered)) }),
        ("Attempts that failed", html! { (number(own.failed)) }),
        ("Given up", html! { (number(own.given_up)) }),
    ];
    if replays > 0 {
        rows.push(("Replays under way", html! { (replays) }));
    }
    facts(&rows)
}

fn about(frame: &Frame<'_>, row: &WebhookRow) -> Markup {
    let settings = &row.webhook.settings;
    let mut rows = vec![
        ("Id", ident("webhook-id", &row.webhook.id, "the id")),
        ("Address", html! { code { (settings.url) } }),
        ("Hears of", types(row)),
        ("Created", ago(frame.now, row.webhook.created)),
    ];
    if settings.coalesce > 0 {
        rows.push(("Waits for more", html! { (settings.coalesce) " seconds" }));
    }
    if settings.allow_private {
        rows.push(("Private addresses", html! { "may be dialled" }));
    }
    if !row.webhook.is_mail() {
        rows.push(("Signing secrets", html! { (row.webhook.secrets.len()) }));
    }
    facts(&rows)
}

fn attempt(frame: &Frame<'_>, row: &WebhookRow, one: &Attempt) -> Markup {
    let (tone, word) = outcome(one.outcome);
    html! {
        tr {
            td.nowrap { (ago(frame.now, one.began())) }
            th scope="row" { (kind(one)) }
            td {
                (state(tone, word))
                @if let Some(status) = one.status { " " span.soft { "status " (status) } }
                @if let Some(detail) = &one.detail { span.hint { (detail) } }
                @if let Some(text) = advice(one, row.webhook.is_mail()) { span.hint { (text) } }
            }
            td.number.nowrap { (number(u64::from(one.millis))) " ms" }
        }
    }
}

fn replay(frame: &Frame<'_>, row: &WebhookRow) -> Markup {
    html! {
        form method="post" action=(frame.webhook_href(&row.webhook.id, "/replay")) {
            (csrf(frame.csrf))
            p { "Events keep their ids, so an app that remembers them takes none twice." }
            div.fields {
                (field(&Field { name: "after", label: "After position", kind: "number", required: true, hint: Some("Attempts above say at which position an event is."), ..Field::default() }))
                (field(&Field { name: "until", label: "Up to position", kind: "number", hint: Some("Empty: up to now."), ..Field::default() }))
            }
            button.button.plain { "Send once more" }
        }
    }
}
