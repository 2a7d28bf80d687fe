//! Where an app wants to be told: endpoints, and how each stands.

use maud::{Markup, html};
use service::{CreatedWebhook, WebhookRow};

use super::webhook_words::{condition, families};
use super::{Frame, Section};
use crate::look::{
    Choice, Field, Head, Tone, ago, answer, checkbox, csrf, empty, field, notice, number, secret, select,
    state, table,
};

/// What the form to make an endpoint held, when it was not taken.
#[derive(Debug, Clone, Default)]
pub struct WebhookForm {
    /// Where to.
    pub url: String,
    /// The operator's words for it.
    pub description: String,
    /// Types, apart by commas.
    pub types: String,
    /// Whether private addresses may be dialled.
    pub allow_private: bool,
}

/// The page: endpoints of the tenant, or without one those of all tenants. `made` was just made: its secret is shown this once.
#[must_use]
pub fn webhooks(
    frame: &Frame<'_>,
    rows: &[WebhookRow],
    made: Option<&CreatedWebhook>,
    form: &WebhookForm,
) -> String {
    let heads = [
        Head::Text("Where to"),
        Head::Text("State"),
        Head::Text("Types"),
        Head::Number("Behind"),
        Head::Text("Last told"),
    ];
    let list = html! { @for one in rows { (row(frame, one)) } };
    let lead = match frame.place {
        Some(_) => "Where the app is told of what happens in this tenant.",
        None => {
            "Where the app is told of what happens in every tenant. Those of one tenant stand on the tenant’s own page."
        }
    };
    let content = html! {
        div.head { div.words { h1 { "Webhooks" } p { (lead) } } }
        @if let Some(made) = made { (fresh(frame, made)) }
        @if rows.is_empty() {
            (empty("No webhooks yet", "Give an address of the app below: it is told of every change a moment later. An app may also read the event feed at /api/v1/events, which keeps everything for a while."))
        } @else {
            (summary(frame, rows))
            section { (table("Webhooks", &heads, &list)) }
        }
        section { h2 { "Add a webhook" } div.card { (create(frame, form)) } }
    };
    frame.page("Webhooks", Section::Webhooks, &content)
}

fn fresh(frame: &Frame<'_>, made: &CreatedWebhook) -> Markup {
    let href = frame.webhook_href(&made.webhook.id, "");
    html! {
        @match &made.secret {
            Some(text) => (secret(
                "new-secret",
                text.expose(),
                "Signing secret.",
                "Give it to the receiver: with it a message’s signature is checked, as Standard Webhooks says. Only this server and the receiver may know it.",
            )),
            None => (notice(&crate::look::Notice::done("Notices go to this address from now on."))),
        }
        p { a href=(href) { "See the webhook, and send it a test" } }
    }
}

/// The answer: whether each is told.
fn summary(frame: &Frame<'_>, rows: &[WebhookRow]) -> Markup {
    let bad = rows.iter().filter(|row| condition(row, frame.now).tone == Tone::Bad).count();
    match (bad, rows.len()) {
        (0, 1) => answer(Tone::Good, &html! { "The webhook is told." }, None),
        (0, _) => answer(Tone::Good, &html! { "All webhooks are told." }, None),
        (1, 1) => answer(Tone::Bad, &html! { "The webhook is not told." }, None),
        (bad, of) => answer(Tone::Bad, &html! { (bad) " of " (of) " webhooks are not told." }, None),
    }
}

fn row(frame: &Frame<'_>, row: &WebhookRow) -> Markup {
    let settings = &row.webhook.settings;
    let stands = condition(row, frame.now);
    let name = settings.url.strip_prefix("mailto:").unwrap_or(&settings.url);
    let last = row.standing.delivered_at.map(base::Timestamp::from_micros);
    html! {
        tr {
            th scope="row" {
                a.main.long href=(frame.webhook_href(&row.webhook.id, "")) { (name) }
                @if !settings.description.is_empty() { span.hint { (settings.description) } }
                @if row.webhook.is_mail() { span.hint { "Notices by e-mail" } }
            }
            td { (state(stands.tone, stands.word)) span.hint { (stands.why) } }
            td { (types(row)) }
            td.number { (number(u64::try_from(row.lag).unwrap_or(0))) }
            td.nowrap { @if let Some(at) = last { (ago(frame.now, at)) } @else { span.soft { "never" } } }
        }
    }
}

/// What it hears of.
pub(super) fn types(row: &WebhookRow) -> Markup {
    let types = &row.webhook.settings.types;
    html! {
        @if !types.is_empty() { @for kind in types { code { (kind) } " " } }
        @else if row.webhook.is_mail() { "all notices" }
        @else { "everything" }
    }
}

fn create(frame: &Frame<'_>, form: &WebhookForm) -> Markup {
    let all = families();
    let mut choices = vec![Choice { value: "", label: "Everything" }];
    choices.extend(all.iter().map(|name| Choice { value: name, label: name }));
    html! {
        form method="post" action=(frame.webhooks_href()) {
            (csrf(frame.csrf))
            div.fields {
                (field(&Field {
                    name: "url", label: "Address", value: &form.url, required: true,
                    hint: Some("https://app.example.com/hooks, or mailto:ops@example.com for notices by e-mail."),
                    ..Field::default()
                }))
                (field(&Field {
                    name: "description", label: "Your words for it", value: &form.description,
                    hint: Some("May be empty."), ..Field::default()
                }))
                (select("types", "Types of events", &choices, &form.types, Some("The API and the command line can name several.")))
            }
            (checkbox("private", "The receiver is on a private network", form.allow_private, Some("Private addresses may be dialled, also without TLS; those of cloud metadata never.")))
            button.button { "Add webhook" }
        }
    }
}
