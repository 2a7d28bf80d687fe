//! `…/intake`: whose people a tenant takes in, and which of their attributes.

use service::IntakeSettings;

use super::desk::Desk;
use super::reply::{Reply, Stop, Turn};
use super::settings::page;

/// Saves what the settings page's second form says.
pub(super) async fn save(mut desk: Desk) -> Turn {
    // The form stands on the page of a connection, and goes back to it.
    if let Some(name) = desk.form.filled("back").map(str::to_owned) {
        desk.params.push(("connection".to_owned(), name));
    }
    let sat = desk.sit().await?;
    let settings = IntakeSettings {
        allowed_domains: words(desk.form.get("domains")),
        never_stored: words(desk.form.get("never")),
    };
    match desk.service().intake_set(&sat.op, &settings, None).await {
        Ok(()) => desk.go(&sat.href("/settings"), "intake"),
        Err(error) => {
            let stop = Stop::from(error);
            let text = page(&desk, Some(stop.notice()), Some(&settings)).await?;
            Ok(Reply::Page(stop.status, text))
        }
    }
}

/// One on each line, or apart by commas or spaces.
fn words(text: Option<&str>) -> Vec<String> {
    let parts = text.unwrap_or_default().split(|c: char| c == ',' || c.is_whitespace());
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}
