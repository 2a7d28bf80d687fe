//! The table: each figure beside its limit, as a ratio from one run.

use serde_json::{Value, json};

/// One row of design §7's table.
pub struct Row {
    /// What was measured.
    pub what: String,
    /// What it came to, with its unit.
    pub measured: String,
    /// The limit beside it.
    pub limit: String,
    /// Measured to limit, or the figure that is bounded.
    pub figure: f64,
    /// The bound on the figure.
    pub bound: f64,
    /// Whether the figure must be at least the bound (else at most).
    pub at_least: bool,
    /// Latencies, bytes a write, and the like.
    pub note: String,
}

impl Row {
    /// Whether the bound is kept.
    pub fn kept(&self) -> bool {
        if self.at_least { self.figure >= self.bound } else { self.figure <= self.bound }
    }
}

/// Prints the rows as a Markdown table.
pub fn table(rows: &[Row]) {
    crate::say("| what | measured | limit beside it | figure | bound | kept | notes |");
    crate::say("|---|---|---|---|---|---|---|");
    for row in rows {
        let sign = if row.at_least { "≥" } else { "≤" };
        let kept = if row.kept() { "yes" } else { "**no**" };
        crate::say(&format!(
            "| {} | {} | {} | {:.2} | {sign} {} | {kept} | {} |",
            row.what, row.measured, row.limit, row.figure, row.bound, row.note
        ));
    }
}

/// The rows as JSON.
pub fn json(rows: &[Row]) -> Value {
    let rows: Vec<Value> = rows
        .iter()
        .map(|r| {
            json!({"what": r.what, "measured": r.measured, "limit": r.limit, "figure": r.figure, "bound": r.bound,
                   "at_least": r.at_least, "kept": r.kept(), "note": r.note})
        })
        .collect();
    Value::Array(rows)
}
