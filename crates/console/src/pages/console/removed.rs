//! Learners who were removed and can come back.

use maud::html;
use service::RemovedLearner;

use super::{Frame, Section};
use crate::look::{Head, ago, csrf, empty, pager, table, until};

/// The page.
#[must_use]
pub fn removed(frame: &Frame<'_>, list: &[RemovedLearner], next: Option<&str>) -> String {
    let heads = [
        Head::Text("Learner"),
        Head::Text("Removed"),
        Head::Text("Gone for ever"),
        Head::Unseen("What can be done"),
    ];
    let rows = html! {
        @for one in list {
            tr {
                th scope="row" {
                    strong { (one.profile.display_name.as_deref().unwrap_or(&one.profile.user_name)) }
                    span.hint { (one.profile.user_name) }
                }
                td.nowrap { (ago(frame.now, one.removed)) }
                td.nowrap { (until(frame.now, one.purged)) }
                td {
                    form.controls method="post" action=(frame.tenant_href(&format!("/learners/{}/restore", one.id))) {
                        (csrf(frame.csrf))
                        button.button.plain.small aria-label={ "Restore " (one.profile.user_name) } { "Restore" }
                    }
                }
            }
        }
    };
    let content = html! {
        div.head { div.words {
            h1 { "Removed learners" }
            p { "They are gone from SCIM and can be restored under the same id until their retention is over." }
        }
        div.acts { a.button.plain href=(frame.tenant_href("/learners")) { "All learners" } } }
        @if list.is_empty() { (empty("Nobody was removed", "Who is removed by the provider or here stands on this page for the retention time.")) }
        @else { (table("Removed learners", &heads, &rows)) (pager(None, next)) }
    };
    frame.page("Removed learners", Section::Learners, &content)
}
