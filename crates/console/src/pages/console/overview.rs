//! All tenants, and which need attention.

use maud::html;
use service::TenantSummary;

use super::{Frame, Section};
use crate::look::{Head, empty, number, table};

/// The page.
#[must_use]
pub fn overview(frame: &Frame<'_>, tenants: &[TenantSummary]) -> String {
    let heads = [Head::Text("Tenant"), Head::Number("Learners"), Head::Number("Groups")];
    let rows = html! {
        @for one in tenants {
            tr {
                th scope="row" {
                    a.main href=(frame.href(&format!("/tenants/{}", one.tenant.name))) { (one.tenant.display_name) }
                    span.hint { (one.tenant.name) }
                }
                td.number { (number(one.learners)) }
                td.number { (number(one.groups)) }
            }
        }
    };
    let content = html! {
        div.head { div.words { h1 { "Tenants" } } }
        @if tenants.is_empty() { (empty("No tenants yet", "Create one with `provost tenant create`.")) }
        @else { (table("Tenants", &heads, &rows)) }
    };
    frame.page("Tenants", Section::Overview, &content)
}
