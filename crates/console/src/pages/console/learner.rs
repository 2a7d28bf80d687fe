//! One learner: profile, groups, history, the resource itself.

use maud::{Markup, html};
use service::noun::{Event, State};
use service::{LearnerDetail, Profile};

use super::changes::changes;
use super::words::{actor, cause, event, learner_state, source};
use super::{Frame, Section};
use crate::look::{Confirm, Danger, Tone, ago, answer, confirm, csrf, facts, ident, state};

/// Groups that are listed.
const GROUPS: usize = 100;

/// The page. `protected`: provisioning never locks this learner out.
#[must_use]
pub fn learner(frame: &Frame<'_>, found: &LearnerDetail, protected: bool) -> String {
    let name =
        found.row.display_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&found.row.user_name);
    let content = html! {
        div.head {
            div.words { h1 { (name) } p { (found.row.user_name) } }
            div.acts { (acts(frame, found, name, protected)) }
        }
        (said_first(frame, found))
        section.columns {
            div.card { h2 { "Profile" } (profile(frame, &found.profile)) p.hint { "This is what the app gets." } }
            div.card { h2 { "Record" } (record(frame, found, protected)) }
        }
        section { h2 { "Groups" } (groups(frame, found)) }
        section { h2 { "History" } (history(frame, &found.history)) }
        section {
            h2 { "SCIM resource" }
            details {
                summary { "Show as JSON, as it is stored" }
                pre { code { (serde_json::to_string_pretty(&found.document).unwrap_or_default()) } }
            }
        }
    };
    frame.page(name, Section::Learners, &content)
}

fn said_first(frame: &Frame<'_>, found: &LearnerDetail) -> Markup {
    let row = &found.row;
    let (tone, sentence) = match row.state {
        State::Active => (Tone::Good, "Active: may use the app"),
        State::Inactive => (Tone::Warn, "Inactive: locked out of the app"),
    };
    let more = html! {
        @match &row.managed_by {
            Some(connection) => {
                "Managed by the connection “" (connection) "”"
                @if let Some(since) = row.managed_since { " since " (ago(frame.now, since)) }
                ". Change it at the identity provider."
            }
            None => { "No connection manages this person; a provider that sends the same user name takes over." }
        }
    };
    answer(tone, &html! { (sentence) "; last change " (ago(frame.now, row.modified)) "." }, Some(&more))
}

fn acts(frame: &Frame<'_>, found: &LearnerDetail, name: &str, protected: bool) -> Markup {
    let href = |act: &str| frame.tenant_href(&format!("/learners/{}/{act}", found.row.id));
    let (log, deactivate, reactivate, remove) = (
        frame.tenant_href(&format!("/log?subject={}", found.row.id)),
        href("deactivate"),
        href("reactivate"),
        href("remove"),
    );
    let (guard, label) = if protected { ("unprotect", "End protection") } else { ("protect", "Protect") };
    html! {
        a.button.plain href=(log) { "Log" }
        form method="post" action=(href(guard)) { (csrf(frame.csrf)) button.button.plain { (label) } }
        @if found.row.managed_by.is_none() {
            @match found.row.state {
                State::Active => (confirm(&Confirm {
                    id: "deactivate", open: "Deactivate", text: "Locks this person out of the app. It can be undone.",
                    button: &format!("Deactivate {name}"), action: &deactivate, csrf: frame.csrf,
                    danger: Danger::Some, name,
                })),
                State::Inactive => form method="post" action=(reactivate) {
                    (csrf(frame.csrf)) button.button.plain { "Reactivate" }
                },
            }
            (confirm(&Confirm {
                id: "remove", open: "Remove",
                text: "Gone from lists and from SCIM at once; can be restored until the retention time is over.",
                button: &format!("Remove {name}"), action: &remove, csrf: frame.csrf,
                danger: Danger::Great, name: &found.row.user_name,
            }))
        }
    }
}

fn profile(frame: &Frame<'_>, profile: &Profile) -> Markup {
    let text = |value: &Option<String>| value.as_ref().map(|value| html! { (value) });
    let manager = profile.manager.as_ref().map(|manager| {
        let shown = manager.email.as_deref().unwrap_or(&manager.id);
        html! { a href=(frame.tenant_href(&format!("/learners/{}", manager.id))) { (shown) } }
    });
    let roles = (!profile.roles.is_empty()).then(|| html! { (profile.roles.join(", ")) });
    let rows = [
        ("User name", Some(html! { (profile.user_name) })),
        ("Email", text(&profile.email)),
        ("Name to show", text(&profile.display_name)),
        ("First name", text(&profile.given_name)),
        ("Last name", text(&profile.family_name)),
        ("Title", text(&profile.title)),
        ("Department", text(&profile.department)),
        ("Employee number", text(&profile.employee_number)),
        ("Locale", text(&profile.locale)),
        ("Manager", manager),
        ("Roles", roles),
    ];
    let custom =
        profile.custom.iter().map(|(name, value)| (name.as_str(), html! { code { (value.to_string()) } }));
    let known: Vec<_> =
        rows.into_iter().filter_map(|(name, value)| Some((name, value?))).chain(custom).collect();
    facts(&known)
}

fn record(frame: &Frame<'_>, found: &LearnerDetail, protected: bool) -> Markup {
    let row = &found.row;
    let (tone, word) = learner_state(row.state);
    let mut rows = vec![
        ("Id", ident("learner-id", &row.id.to_string(), "the id")),
        ("State", state(tone, word)),
        ("Source", html! { (source(row.source)) }),
        ("Created", ago(frame.now, row.created)),
        ("Version", html! { (row.version) }),
    ];
    if protected {
        rows.push(("Protected", html! { "provisioning neither locks out nor removes" }));
    }
    let outside: Vec<Markup> = found
        .external_ids
        .iter()
        .map(|(connection, id)| html! { code { (id) } " " span.soft { "at " (connection) } })
        .collect();
    rows.extend(outside.into_iter().map(|value| ("externalId", value)));
    facts(&rows)
}

fn groups(frame: &Frame<'_>, found: &LearnerDetail) -> Markup {
    html! {
        @if found.groups.is_empty() { p.soft { "In no group." } }
        @else {
            ul { @for group in found.groups.iter().take(GROUPS) {
                li {
                    a href=(frame.tenant_href(&format!("/groups/{}", group.id))) { (group.display) }
                    @if !group.direct { " " span.soft { "through another group" } }
                }
            } }
            @if found.groups.len() > GROUPS { p.soft { "and " (found.groups.len() - GROUPS) " more" } }
        }
    }
}

/// What happened, newest first.
fn history(frame: &Frame<'_>, events: &[Event]) -> Markup {
    html! {
        @if events.is_empty() { p.soft { "Nothing that the app was told of. Events that are held are not here." } }
        @else { ol.timeline { @for one in events.iter().rev() {
            li {
                strong { (event(one.event.kind)) }
                " " (ago(frame.now, one.event.at))
                @if let Some(why) = cause(one.event.cause) { ", " (why) }
                span.hint { "by " (actor(&one.event.actor)) }
                (changes(&one.event))
            }
        } } }
    }
}
