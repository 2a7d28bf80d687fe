//! `provost learner list`.

use serde_json::{Value, json};
use service::{LearnerQuery, LearnerRow, RemovedLearner};
use store::State;

use crate::cli::Scope;
use crate::commands::at;
use crate::failure::Failure;
use crate::printer::{Printer, table};

/// Learners asked for at once.
const PAGE: u32 = 1000;

/// Lists live learners, or removed ones that can be restored.
pub(super) async fn run(
    filter: Option<String>,
    limit: u32,
    removed: bool,
    scope: &Scope,
    printer: Printer,
) -> Result<(), Failure> {
    let (opened, operator) = at(scope).await?;
    if removed {
        if filter.is_some() {
            return Err(Failure::input("--removed takes no --filter"));
        }
        let gone = opened.service.removed_learners(&operator, None, limit).await?;
        show_removed(printer, &gone);
        return opened.close().await;
    }
    let mut rows: Vec<LearnerRow> = Vec::new();
    let mut total = None;
    let mut after = None;
    while (rows.len() as u64) < u64::from(limit) {
        let most = (u64::from(limit) - rows.len() as u64).min(u64::from(PAGE));
        let query =
            LearnerQuery { filter: filter.clone(), after, limit: u32::try_from(most).unwrap_or(PAGE) };
        let page = opened.service.learners(&operator, &query).await?;
        total = total.or(page.total);
        rows.extend(page.rows);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    if printer.json {
        printer.value(&Value::Array(rows.iter().map(as_json).collect()));
    } else if rows.is_empty() {
        printer.say(if filter.is_some() { "nobody matches" } else { "there are no learners yet" });
    } else {
        printer.data(&as_table(&rows));
        if after.is_some() {
            let of = total.map(|t| format!(" of {t}")).unwrap_or_default();
            printer.say(&format!("{} shown{of}; more with --limit", rows.len()));
        }
    }
    opened.close().await
}

fn as_table(rows: &[LearnerRow]) -> String {
    let rows = rows.iter().map(|r| {
        vec![
            r.id.to_string(),
            r.user_name.clone(),
            r.display_name.clone().unwrap_or_default(),
            r.email.clone().unwrap_or_default(),
            state(r.state).to_owned(),
            r.managed_by.clone().unwrap_or_else(|| "nobody".to_owned()),
        ]
    });
    table(&["ID", "USER NAME", "NAME", "E-MAIL", "STATE", "MANAGED BY"], rows)
}

/// A learner as data.
pub(super) fn as_json(row: &LearnerRow) -> Value {
    json!({
        "id": row.id.to_string(), "userName": row.user_name, "displayName": row.display_name, "email": row.email,
        "state": state(row.state), "source": row.source, "managedBy": row.managed_by,
        "managedSince": row.managed_since.map(|t| t.to_string()), "version": row.version,
        "created": row.created.to_string(), "modified": row.modified.to_string(),
    })
}

pub(super) const fn state(state: State) -> &'static str {
    match state {
        State::Active => "active",
        State::Inactive => "inactive",
    }
}

fn show_removed(printer: Printer, gone: &[RemovedLearner]) {
    if printer.json {
        let all = gone.iter().map(|r| {
            json!({"id": r.id.to_string(), "userName": r.profile.user_name, "displayName": r.profile.display_name,
                   "removed": r.removed.to_string(), "purged": r.purged.to_string()})
        });
        printer.value(&Value::Array(all.collect()));
    } else if gone.is_empty() {
        printer.say("nobody who was removed can be restored");
    } else {
        let rows = gone.iter().map(|r| {
            vec![r.id.to_string(), r.profile.user_name.clone(), r.removed.to_string(), r.purged.to_string()]
        });
        printer.data(&table(&["ID", "USER NAME", "REMOVED", "PURGED FOR GOOD"], rows));
    }
}
