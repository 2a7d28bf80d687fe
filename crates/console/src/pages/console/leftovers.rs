//! Who was left over after the first cycle, what becomes of them, and whom provisioning never locks out.

use maud::{Markup, html};
use service::{Leftover, LeftoverPage, LeftoverPolicy};

use super::words::learner_state;
use super::{Frame, Section};
use crate::look::{
    Choice, Field, Head, Tone, answer, csrf, empty, empty_with, field, number, pager, select, state, table,
};
use service::noun::State;

/// What the page shows.
#[derive(Debug)]
pub struct LeftoversView<'a> {
    /// Whether the connection's first cycle is done.
    pub synced: bool,
    /// What becomes of who is left over.
    pub policy: LeftoverPolicy,
    /// Who is.
    pub page: &'a LeftoverPage,
    /// Address of the first page, when this is another.
    pub first: Option<String>,
    /// Address of the next page.
    pub next: Option<String>,
    /// How many are protected.
    pub protected: usize,
    /// The first of them.
    pub list: &'a [Leftover],
}

/// The page.
#[must_use]
pub fn leftovers(frame: &Frame<'_>, view: &LeftoversView<'_>) -> String {
    let content = html! {
        div.head { div.words {
            h1 { "Left over" }
            p { "Learners whom no connection manages: they were here before, and the provider has not sent them." }
        } }
        (said_first(frame, view))
        section { h2 { "What becomes of them" } div.card { (policy(frame, view.policy)) } }
        section { h2 { "Who they are" } (who(frame, view)) }
        section {
            h2 { "Protected learners" }
            p { "Provisioning neither locks them out nor removes them; such a request is refused and explained in the log. Meant for administrators who must get in when something goes wrong." }
            (protected(frame, view))
        }
    };
    frame.page("Left over", Section::Leftovers, &content)
}

fn said_first(frame: &Frame<'_>, view: &LeftoversView<'_>) -> Markup {
    let total = view.page.total;
    if !view.synced {
        let more = html! {
            "Who is left over is known when the first cycle is done. Until then "
            a href=(frame.connection_href("")) { "see how far it is" } "."
        };
        let sentence = html! { "The first cycle is not done yet" @if total > 0 { "; " (people(total)) " not managed so far" } "." };
        return answer(Tone::Quiet, &sentence, Some(&more));
    }
    if total == 0 {
        return answer(Tone::Good, &html! { "Nobody is left over." }, None);
    }
    let more = match view.policy {
        LeftoverPolicy::Keep => "They stay as they are, and the setup page does not name them.",
        LeftoverPolicy::List => {
            "They stay as they are. The setup page names them, so that the customer’s administrator can assign them."
        }
        LeftoverPolicy::Deactivate => {
            "Those who are not protected are locked out when a first cycle is done; the mass-change guard holds it from the app when it is many."
        }
    };
    answer(Tone::Warn, &html! { (people(total)) " left over." }, Some(&html! { (more) }))
}

fn people(total: u64) -> String {
    if total == 1 { "One learner is".to_owned() } else { format!("{} learners are", number(total)) }
}

fn policy(frame: &Frame<'_>, policy: LeftoverPolicy) -> Markup {
    let choices = [
        Choice { value: "list", label: "Keep and list them" },
        Choice { value: "keep", label: "Keep them and say nothing" },
        Choice { value: "deactivate", label: "Deactivate them after a first cycle" },
    ];
    let chosen = match policy {
        LeftoverPolicy::Keep => "keep",
        LeftoverPolicy::List => "list",
        LeftoverPolicy::Deactivate => "deactivate",
    };
    html! {
        form method="post" action=(frame.connection_href("/leftovers")) {
            (csrf(frame.csrf))
            (select("policy", "Learners who are left over", &choices, chosen, Some("Holds for the whole tenant. After a first cycle that is done already, nothing happens by itself.")))
            button.button { "Save policy" }
        }
    }
}

fn who(frame: &Frame<'_>, view: &LeftoversView<'_>) -> Markup {
    let page = view.page;
    html! {
        @if page.rows.is_empty() && page.next.is_none() {
            (empty("Nobody", "Everybody here is managed by a connection."))
        } @else if page.rows.is_empty() {
            (empty_with("Nobody among those looked at", &html! { p { "They were added later than the learners of this page. Go on to the next one." } }))
        } @else { (people_table(frame, "Learners who are left over", &page.rows)) }
        (pager(view.first.as_deref(), view.next.as_deref()))
    }
}

fn protected(frame: &Frame<'_>, view: &LeftoversView<'_>) -> Markup {
    html! {
        @if view.list.is_empty() {
            (empty("Nobody is protected", "Protect an administrator’s account, so that a wrong assignment cannot lock it out."))
        } @else {
            (people_table(frame, "Protected learners", view.list))
            @if view.protected > view.list.len() { p.hint { "and " (view.protected - view.list.len()) " more" } }
        }
        form.card.row method="post" action=(frame.connection_href("/leftovers/protect")) {
            (csrf(frame.csrf))
            (field(&Field { name: "learner", label: "Protect a learner", required: true, hint: Some("User name or id."), ..Field::default() }))
            button.button.plain { "Protect" }
        }
    }
}

fn people_table(frame: &Frame<'_>, caption: &'static str, rows: &[Leftover]) -> Markup {
    let heads = [Head::Text("Learner"), Head::Text("State"), Head::Unseen("What can be done")];
    table(caption, &heads, &html! { @for one in rows { (row(frame, one)) } })
}

fn row(frame: &Frame<'_>, one: &Leftover) -> Markup {
    let (tone, word) = learner_state(if one.active { State::Active } else { State::Inactive });
    let (act, label) = if one.protected { ("unprotect", "End protection") } else { ("protect", "Protect") };
    let connection = frame.place.as_ref().map_or("", |place| place.connection.as_str());
    html! {
        tr {
            th scope="row" { a.main href=(frame.tenant_href(&format!("/learners/{}", one.id))) { (one.user_name) } }
            td { (state(tone, word)) @if one.protected { " " (state(Tone::Info, "Protected")) } }
            td {
                form.controls method="post" action=(frame.tenant_href(&format!("/learners/{}/{act}", one.id))) {
                    (csrf(frame.csrf))
                    input type="hidden" name="back" value=(connection);
                    button.button.plain.small aria-label={ (label) ": " (one.user_name) } { (label) }
                }
            }
        }
    }
}
