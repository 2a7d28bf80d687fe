//! Changes that the mass-change guard holds back from the app.

use maud::{Markup, html};
use serde_json::Value;
use service::noun::{GuardPolicy, HeldEvent};

use super::words::event;
use super::{Frame, Section};
use crate::look::{Confirm, Danger, Head, Tone, ago, answer, confirm, number, pager, table};

/// The page: `total` events are held, of which `list` is a part.
#[must_use]
pub fn held(
    frame: &Frame<'_>,
    list: &[HeldEvent],
    total: u64,
    guard: GuardPolicy,
    next: Option<&str>,
) -> String {
    let heads = [Head::Text("What"), Head::Text("Whom"), Head::Text("When")];
    let rows = html! { @for one in list { (row(frame, one)) } };
    let content = html! {
        div.head { div.words { h1 { "Held changes" } p { (rule(guard)) } } }
        @if total == 0 {
            (answer(Tone::Good, &html! { "Nothing is held." }, Some(&html! { "The app hears of every change at once." })))
        } @else {
            (answer(Tone::Warn, &html! { (number(total)) @if total == 1 { " change is" } @else { " changes are" } " held back from the app." }, Some(&html! {
                "The identity provider’s requests were done and acknowledged. Approve them if so many leavers were meant; revert them if somebody unassigned a group by mistake."
            })))
            div.controls { (approve(frame, total)) (revert(frame, total)) }
            section { (table("Held changes", &heads, &rows)) (pager(None, next)) }
        }
    };
    frame.page("Held changes", Section::Held, &content)
}

fn rule(guard: GuardPolicy) -> String {
    format!(
        "When a connection locks out or removes more than {} people and more than {} % of its learners within a day, \
         the app is not told until somebody decides.",
        guard.floor, guard.percent
    )
}

fn approve(frame: &Frame<'_>, total: u64) -> Markup {
    confirm(&Confirm {
        id: "approve",
        open: "Approve",
        text: "The app hears of all of them, in their order. This cannot be taken back.",
        button: &format!("Approve {}", changes(total)),
        action: &frame.connection_href("/held/approve"),
        csrf: frame.csrf,
        danger: Danger::Some,
        name: "",
    })
}

fn revert(frame: &Frame<'_>, total: u64) -> Markup {
    let connection = frame.place.as_ref().map_or("", |place| place.connection.as_str());
    confirm(&Confirm {
        id: "revert",
        open: "Revert",
        text: "Lets in again who was locked out and restores who was removed; the app never hears of it. The provider does it \
               again unless its side is put right: pause the connection until then.",
        button: &format!("Revert {}", changes(total)),
        action: &frame.connection_href("/held/revert"),
        csrf: frame.csrf,
        danger: Danger::Great,
        name: connection,
    })
}

fn changes(total: u64) -> String {
    if total == 1 { "one change".to_owned() } else { format!("{} changes", number(total)) }
}

fn row(frame: &Frame<'_>, held: &HeldEvent) -> Markup {
    let data: Value = serde_json::from_str(&held.event.data).unwrap_or_default();
    let name = ["/profile/userName", "/member/display", "/displayName"];
    let name = name.iter().find_map(|at| data.pointer(at).and_then(Value::as_str)).unwrap_or("–");
    html! {
        tr {
            th scope="row" { (event(held.event.kind)) }
            td {
                @match held.event.subject {
                    Some((service::noun::Kind::USER, id)) => a href=(frame.tenant_href(&format!("/learners/{id}"))) { (name) },
                    _ => (name),
                }
            }
            td.nowrap { (ago(frame.now, held.event.at)) }
        }
    }
}
