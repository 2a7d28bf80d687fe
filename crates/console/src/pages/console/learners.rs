//! Learners of a tenant.

use maud::{Markup, html};
use service::noun::{Source, State};
use service::{LearnerRow, LearnersFound};

use super::words::{learner_state, source};
use super::{Frame, Section};
use crate::look::{Choice, Head, ago, empty_with, number, options, pager, state, table};

/// What was looked for, as it stands in the form.
#[derive(Debug, Clone, Default)]
pub struct LearnerFilters {
    /// Beginning of a name or address.
    pub text: String,
    /// `active`, `inactive`, or empty.
    pub state: String,
    /// `scim`, `csv`, `api`, `console`, or empty.
    pub source: String,
    /// The manager's user name or id.
    pub manager: String,
    /// The group's name or id.
    pub group: String,
}

impl LearnerFilters {
    /// Whether anything is looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        [&self.text, &self.state, &self.source, &self.manager, &self.group].into_iter().all(String::is_empty)
    }

    /// The state.
    #[must_use]
    pub fn state(&self) -> Option<State> {
        match self.state.as_str() {
            "active" => Some(State::Active),
            "inactive" => Some(State::Inactive),
            _ => None,
        }
    }

    /// The origin.
    #[must_use]
    pub fn source(&self) -> Option<Source> {
        match self.source.as_str() {
            "scim" => Some(Source::Scim),
            "csv" => Some(Source::Csv),
            "api" => Some(Source::Api),
            "console" => Some(Source::Console),
            _ => None,
        }
    }
}

/// The page. `total` is how many learners the tenant has; `first` and `next` are addresses of other pages.
#[must_use]
pub fn learners(
    frame: &Frame<'_>,
    filters: &LearnerFilters,
    found: &LearnersFound,
    total: u64,
    first: Option<&str>,
    next: Option<&str>,
) -> String {
    let content = html! {
        div.head {
            div.words {
                h1 { "Learners" }
                p { (number(total)) @if total == 1 { " person" } @else { " people" } " in this tenant." }
            }
            div.acts { a.button.plain href=(frame.tenant_href("/learners/removed")) { "Removed" } }
        }
        @if total == 0 { (nobody(frame)) }
        @else {
            (form(frame, filters))
            (rows(frame, filters, found, first, next))
        }
    };
    frame.page("Learners", Section::Learners, &content)
}

fn nobody(frame: &Frame<'_>) -> Markup {
    empty_with(
        "Nobody is here yet",
        &html! {
            p { "Learners arrive when the identity provider’s first cycle runs, or by a CSV import before that; the provider then takes them over." }
            p {
                a.button href=(frame.connection_href("/setup-links")) { "Set up the connection" } " "
                a.button.plain href=(frame.tenant_href("/imports")) { "Import a CSV file" }
            }
        },
    )
}

fn form(frame: &Frame<'_>, filters: &LearnerFilters) -> Markup {
    let states = [
        Choice { value: "", label: "Any" },
        Choice { value: "active", label: "Active" },
        Choice { value: "inactive", label: "Inactive" },
    ];
    let sources = [
        Choice { value: "", label: "Any" },
        Choice { value: "scim", label: "SCIM" },
        Choice { value: "csv", label: "CSV" },
        Choice { value: "api", label: "API" },
        Choice { value: "console", label: "Console" },
    ];
    html! {
        form.filters method="get" action=(frame.tenant_href("/learners")) role="search" data-at-once {
            div.field.wide {
                label for="q" { "Name or address begins with" }
                input id="q" name="q" type="search" value=(filters.text) maxlength="200";
            }
            div.field { label for="state" { "State" } select id="state" name="state" { (options(&states, &filters.state)) } }
            div.field { label for="source" { "Source" } select id="source" name="source" { (options(&sources, &filters.source)) } }
            div.field {
                label for="manager" { "Manager" }
                input id="manager" name="manager" type="text" value=(filters.manager) placeholder="user name" maxlength="200";
            }
            div.field {
                label for="group" { "Group" }
                input id="group" name="group" type="text" value=(filters.group) placeholder="name" maxlength="200";
            }
            button.button { "Search" }
            @if !filters.is_empty() { a.button.plain href=(frame.tenant_href("/learners")) { "Clear" } }
        }
    }
}

fn rows(
    frame: &Frame<'_>,
    filters: &LearnerFilters,
    found: &LearnersFound,
    first: Option<&str>,
    next: Option<&str>,
) -> Markup {
    let heads = [
        Head::Text("Learner"),
        Head::Text("State"),
        Head::Text("Source"),
        Head::Text("Managed by"),
        Head::Text("Last change"),
    ];
    let body = html! { @for row in &found.rows { (line(frame, row)) } };
    html! {
        @if found.rows.is_empty() {
            (empty_with(if next.is_some() { "Nobody found so far" } else { "Nobody found" }, &html! {
                @if next.is_some() { p { "There are more learners to look at." } }
                @else if filters.group.is_empty() && !filters.text.is_empty() {
                    p { "Names and addresses are compared from their beginning. Somebody who was removed is under “Removed”." }
                } @else { p { "Leave out some of the conditions." } }
            }))
        } @else { (table("Learners", &heads, &body)) }
        (pager(first, next))
    }
}

fn line(frame: &Frame<'_>, row: &LearnerRow) -> Markup {
    let (tone, word) = learner_state(row.state);
    let name = row.display_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&row.user_name);
    html! {
        tr {
            th scope="row" {
                a.main href=(frame.tenant_href(&format!("/learners/{}", row.id))) { (name) }
                span.hint { (row.user_name) }
            }
            td { (state(tone, word)) }
            td { (source(row.source)) }
            td { @if let Some(name) = &row.managed_by { (name) } @else { span.soft { "nobody" } } }
            td.nowrap { (ago(frame.now, row.modified)) }
        }
    }
}
