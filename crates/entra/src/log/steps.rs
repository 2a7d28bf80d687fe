//! The steps of an entry, with the names that real exports have (entra.md §4.14).

use serde_json::{Map, Value as Json, json};

use crate::log::{Action, Entry, Names, Scoping, Status};

/// Import, scope, match, export: those that were taken.
pub(super) fn steps(entry: &Entry, names: &Names) -> Vec<Json> {
    let mut steps = Vec::with_capacity(4);
    let (kind, who) = (entry.source.kind.name(), &entry.source.name);
    let (source, target) = (&names.source.display_name, &names.target.display_name);
    if !entry.reference {
        steps.push(step(
            "EntryImportAdd",
            "import",
            Status::Success,
            &format!("Received {kind} '{who}' from {source}."),
            Json::Object(entry.imported.clone()),
        ));
    }
    if let Some(scoping) = &entry.scoping {
        steps.push(scoped(entry, scoping));
    }
    let refused = entry.scoping.as_ref().is_some_and(|s| !in_scope(s)) && entry.target.is_none();
    if !refused && !entry.reference {
        steps.extend(matching(entry, source, target));
    }
    if let Some(skip) = &entry.skip {
        let mut details = Map::from_iter([("SkipReason".to_owned(), json!(skip.reason.word()))]);
        if let Some(property) = &skip.property {
            details.insert("PropertyName".to_owned(), json!(property));
        }
        let kind = if entry.reference { "referenceResolution" } else { "processing" };
        steps.push(step(
            "EntrySynchronizationSkip",
            kind,
            Status::Skipped,
            &skip.text,
            Json::Object(details),
        ));
    } else if let Some((name, verb)) = export(entry) {
        let text = match entry.status {
            Status::Failure => format!("Failed to {verb} {kind} '{who}' in {target}."),
            _ => format!("{kind} '{who}' was {} in {target}.", past(verb)),
        };
        steps.push(step(name, "export", entry.status, &text, exported(entry)));
    }
    steps
}

const fn in_scope(scoping: &Scoping) -> bool {
    scoping.active && scoping.assigned && scoping.passes
}

fn scoped(entry: &Entry, scoping: &Scoping) -> Json {
    let word = |truth: bool| if truth { "True" } else { "False" };
    let failed: Map<String, Json> = scoping
        .failed
        .iter()
        .map(|f| (f.clause.clone(), json!(f.actual.as_deref().unwrap_or("null"))))
        .collect();
    let details = json!({
        "Active in the source system": word(scoping.active),
        "Assigned to the application": word(scoping.assigned),
        "User has the required role": word(scoping.assigned),
        "Scoping filter evaluation passed": word(scoping.passes),
        "ScopeEvaluationResult": Json::Object(failed).to_string(),
    });
    let (kind, who) = (entry.source.kind.name(), &entry.source.name);
    let text = match in_scope(scoping) {
        true => format!("Determined that {kind} '{who}' is in scope."),
        false => format!("Determined that {kind} '{who}' is not in scope: {}.", why_not(scoping)),
    };
    step("EntrySynchronizationScoping", "scoping", Status::Success, &text, details)
}

fn why_not(scoping: &Scoping) -> String {
    let mut reasons = Vec::new();
    if !scoping.active {
        reasons.push("it is not active in the source".to_owned());
    }
    if !scoping.assigned {
        reasons.push("it is not assigned to the application".to_owned());
    }
    if !scoping.passes {
        let clauses: Vec<_> = scoping.failed.iter().map(|f| f.clause.as_str()).collect();
        reasons.push(format!("the scoping filter does not let it pass ({})", clauses.join("; ")));
    }
    reasons.join(", and ")
}

fn matching(entry: &Entry, source: &str, target: &str) -> Option<Json> {
    let (kind, who) = (entry.source.kind.name(), &entry.source.name);
    let (name, text) = match (&entry.target, entry.action) {
        (_, Action::Create) => (
            "EntrySynchronizationAdd",
            format!(
                "{kind} '{who}' will be created in {target} ({kind} is active and assigned in {source}, but no matching {kind} was found in {target})."
            ),
        ),
        (Some(found), _) if entry.matched => (
            "EntryImport",
            format!("Found {kind} '{who}' in {target} by its matching attribute: it is {}.", found.id),
        ),
        (Some(found), _) => {
            ("EntryImport", format!("Retrieved {kind} '{who}' from {target}: it is {}.", found.id))
        }
        (None, _) => return None,
    };
    let details = entry.target.as_ref().map_or_else(|| json!({}), |found| json!({"id": found.id}));
    Some(step(name, "matching", Status::Success, &text, details))
}

const fn export(entry: &Entry) -> Option<(&'static str, &'static str)> {
    Some(match entry.action {
        Action::Create => ("EntryExportAdd", "create"),
        Action::Update => ("EntryExportUpdate", "update"),
        Action::Disable => ("EntryExportUpdateSoftDelete", "disable"),
        Action::Delete => ("EntryExportDelete", "delete"),
        Action::StagedDelete => ("EntryExportDelete", "stage the removal of"),
        Action::Other => return None,
    })
}

fn past(verb: &str) -> &str {
    match verb {
        "create" => "created",
        "update" => "updated",
        "disable" => "disabled",
        "delete" => "deleted",
        _ => "staged for removal",
    }
}

/// The values once more, the dots taken out of their names, and what the log calls the object by.
fn exported(entry: &Entry) -> Json {
    let mut details: Map<String, Json> =
        entry.modified.iter().map(|m| (m.name.replace('.', ""), json!(m.new))).collect();
    details.insert("ReportableIdentifier".to_owned(), json!(entry.source.name));
    Json::Object(details)
}

#[expect(clippy::needless_pass_by_value, reason = "the details are made for this step")]
fn step(name: &str, kind: &str, status: Status, description: &str, details: Json) -> Json {
    json!({
        "name": name,
        "provisioningStepType": kind,
        "status": status.word(),
        "description": description,
        "details": details,
    })
}
