//! `provost connection leftovers`.

use serde_json::{Value, json};
use service::{Leftover, LeftoverPolicy};
use store::ResourceId;

use crate::cli::{LeftoverPolicy as Policy, Scope};
use crate::commands::at;
use crate::failure::Failure;
use crate::printer::{Printer, table};

/// Sets the policy where one was said, and lists who was left over.
pub(super) async fn run(
    policy: Option<Policy>,
    limit: u32,
    after: Option<&str>,
    scope: &Scope,
    printer: Printer,
) -> Result<(), Failure> {
    let mut after = after.map(id).transpose()?;
    let (opened, operator) = at(scope).await?;
    if let Some(policy) = policy {
        opened.service.leftovers_set(&operator, noun(policy)).await?;
    }
    let policy = opened.service.setup_policy(&operator).await?.leftovers;
    let from_start = after.is_none();
    let mut rows: Vec<Leftover> = Vec::new();
    // The service looks at so many learners at once; a page of it may name few of them, or none.
    let total = loop {
        let page = opened
            .service
            .leftovers_page(&operator, after, (limit as usize).saturating_sub(rows.len()))
            .await?;
        rows.extend(page.rows);
        after = page.next.filter(|_| !from_start || (rows.len() as u64) < page.total);
        if after.is_none() || rows.len() >= limit as usize {
            break page.total;
        }
    };
    if printer.json {
        printer.value(&json!({
            "policy": word(policy), "total": total, "items": rows.iter().map(as_json).collect::<Vec<_>>(),
            "next": after.map(|id| id.to_string()),
        }));
    } else {
        if rows.is_empty() {
            printer.say(if total == 0 { "nobody is left over" } else { "nobody more is left over" });
        } else {
            printer.data(&as_table(&rows));
        }
        if let Some(next) = after {
            printer.say(&format!("{} shown of {total}; more with --after-learner {next}", rows.len()));
        }
        printer.say(&format!("{}: {}", word(policy), meaning(policy)));
    }
    opened.close().await
}

fn id(text: &str) -> Result<ResourceId, Failure> {
    text.parse().map_err(|_| {
        Failure::input(format!("--after-learner {text} is no id"))
            .hint("it is the id that the page before named")
    })
}

const fn noun(policy: Policy) -> LeftoverPolicy {
    match policy {
        Policy::Keep => LeftoverPolicy::Keep,
        Policy::List => LeftoverPolicy::List,
        Policy::Deactivate => LeftoverPolicy::Deactivate,
    }
}

const fn word(policy: LeftoverPolicy) -> &'static str {
    match policy {
        LeftoverPolicy::Keep => "keep",
        LeftoverPolicy::List => "list",
        LeftoverPolicy::Deactivate => "deactivate",
    }
}

const fn meaning(policy: LeftoverPolicy) -> &'static str {
    match policy {
        LeftoverPolicy::Keep => "they stay, and nothing is said of them",
        LeftoverPolicy::List => "they stay, and the setup page lists them",
        LeftoverPolicy::Deactivate => "they become inactive once, when a connection's first cycle is done",
    }
}

fn as_table(rows: &[Leftover]) -> String {
    let rows = rows.iter().map(|row| {
        let state = if row.active { "active" } else { "inactive" };
        let protected = if row.protected { "yes" } else { "no" };
        vec![row.id.to_string(), row.user_name.clone(), state.to_owned(), protected.to_owned()]
    });
    table(&["ID", "USER NAME", "STATE", "PROTECTED"], rows)
}

fn as_json(row: &Leftover) -> Value {
    json!({
        "id": row.id.to_string(), "userName": row.user_name, "active": row.active, "protected": row.protected,
    })
}
