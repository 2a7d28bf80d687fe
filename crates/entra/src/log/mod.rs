//! The provisioning log: what was done for whom, as Microsoft Graph's `provisioningObjectSummary` tells it (entra.md
//! §4.12, §4.14).
//!
//! The state keeps an [`Entry`], which holds what cannot be worked out again; [`Entry::summary`] writes the four steps
//! and their sentences from it.

mod entry;
mod html;
mod steps;
mod summary;
mod table;

#[cfg(test)]
mod tests;

pub use entry::{
    Action, Entry, ErrorInfo, FailedClause, Identity, Modified, Scoping, Skip, SkipReason, Status,
    modified_value,
};
pub use html::HtmlReport;
pub use summary::{Names, System};
pub use table::table;

use serde_json::{Value as Json, json};

/// The entries as Graph lists them (`GET /auditLogs/provisioning`).
#[must_use]
pub fn to_json<'a>(entries: impl IntoIterator<Item = &'a Entry>, names: &Names) -> Json {
    let value: Vec<_> = entries.into_iter().map(|entry| entry.summary(names)).collect();
    json!({"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#auditLogs/provisioning", "value": value})
}
