//! Groups, and the members of one.

use maud::html;
use service::noun::{Kind, MemberRef};
use service::{GroupRow, Rows};

use super::{Frame, Section};
use crate::look::{Head, ago, empty, facts, ident, number, pager, table};

/// The list.
#[must_use]
pub fn groups(
    frame: &Frame<'_>,
    search: &str,
    found: &Rows<GroupRow>,
    first: Option<&str>,
    next: Option<&str>,
) -> String {
    let heads = [Head::Text("Group"), Head::Number("Members"), Head::Text("Last change")];
    let rows = html! {
        @for group in &found.rows {
            tr {
                th scope="row" { a.main href=(frame.tenant_href(&format!("/groups/{}", group.id))) { (group.display) } }
                td.number { (number(group.members)) }
                td.nowrap { (ago(frame.now, group.modified)) }
            }
        }
    };
    let content = html! {
        div.head { div.words { h1 { "Groups" } p { "They are written by the identity provider; the app can give roles by them." } } }
        @if found.rows.is_empty() && search.is_empty() {
            (empty("No groups yet", "Assign groups to the application at the provider, and switch group provisioning on there and in this connection’s settings."))
        } @else {
            form.filters method="get" action=(frame.tenant_href("/groups")) role="search" {
                div.field.wide {
                    label for="q" { "Name begins with" }
                    input id="q" name="q" type="search" value=(search) maxlength="200";
                }
                button.button { "Search" }
            }
            @if found.rows.is_empty() { (empty("No group found", "Names are compared from their beginning.")) }
            @else { (table("Groups", &heads, &rows)) }
            (pager(first, next))
        }
    };
    frame.page("Groups", Section::Groups, &content)
}

/// One group with a page of its members.
#[must_use]
pub fn group(
    frame: &Frame<'_>,
    group: &GroupRow,
    members: &Rows<MemberRef>,
    first: Option<&str>,
    next: Option<&str>,
) -> String {
    let heads = [Head::Text("Member"), Head::Text("Id")];
    let rows = html! {
        @for member in &members.rows {
            tr {
                th scope="row" {
                    @if member.kind == Kind::USER {
                        a.main href=(frame.tenant_href(&format!("/learners/{}", member.id))) { (shown(member)) }
                    } @else if member.kind == Kind::GROUP {
                        a.main href=(frame.tenant_href(&format!("/groups/{}", member.id))) { (shown(member)) }
                        span.hint { "group" }
                    } @else { (shown(member)) }
                }
                td { code { (member.id) } }
            }
        }
    };
    let mut known = vec![
        ("Id", ident("group-id", &group.id.to_string(), "the id")),
        ("Members", html! { (number(group.members)) }),
        ("Created", ago(frame.now, group.created)),
        ("Last change", ago(frame.now, group.modified)),
    ];
    known.extend(group.external_ids.iter().map(|(connection, id)| {
        ("externalId", html! { code { (id) } " " span.soft { "at " (connection) } })
    }));
    let content = html! {
        div.head {
            div.words { h1 { (group.display) } p { "Group" } }
            div.acts { a.button.plain href=(frame.tenant_href(&format!("/log?subject={}", group.id))) { "Log" } }
        }
        div.card { (facts(&known)) }
        section {
            h2 { "Members" }
            @if members.rows.is_empty() { (empty("Nobody is in this group", "Members arrive with the provider’s next cycle.")) }
            @else { (table("Members", &heads, &rows)) (pager(first, next)) }
        }
    };
    frame.page(&group.display, Section::Groups, &content)
}

fn shown(member: &MemberRef) -> String {
    if member.display.is_empty() { "without a name to show".to_owned() } else { member.display.clone() }
}
