//! Several updates of one learner as one.

use serde_json::{Map, Value};
use store::{Event, EventKind};

/// Of the events of one subject, in order: each run of `learner.updated` becomes its last one, whose changes are those of
/// the whole run. A run ends where anything else happened, or for another cause.
#[must_use]
pub fn coalesce(events: Vec<Event>) -> Vec<Event> {
    let mut out: Vec<Event> = Vec::with_capacity(events.len());
    for mut event in events {
        if let Some(last) = out.last()
            && is_update(last)
            && is_update(&event)
            && last.event.cause == event.event.cause
            && let Some(data) = merged(&last.event.data, &event.event.data)
        {
            event.event.data = data;
            out.pop();
        }
        out.push(event);
    }
    out
}

fn is_update(event: &Event) -> bool {
    event.event.kind == EventKind::LearnerUpdated
}

/// The later payload with the changes of both: each path once, from its first old value to its last new one.
fn merged(earlier: &str, later: &str) -> Option<String> {
    let earlier: Map<String, Value> = serde_json::from_str(earlier).ok()?;
    let mut later: Map<String, Value> = serde_json::from_str(later).ok()?;
    let mut changes: Vec<Value> = earlier.get("changes")?.as_array()?.clone();
    for change in later.get("changes")?.as_array()? {
        let known = changes.iter_mut().find(|c| c.get("path") == change.get("path"));
        match known.and_then(Value::as_object_mut) {
            Some(known) => match change.get("new") {
                Some(new) => {
                    known.insert("new".to_owned(), new.clone());
                }
                None => {
                    known.remove("new");
                }
            },
            None => changes.push(change.clone()),
        }
    }
    changes.retain(|c| c.get("old") != c.get("new"));
    later.insert("changes".to_owned(), Value::Array(changes));
    Some(Value::Object(later).to_string())
}

#[cfg(test)]
mod tests {
    use base::Timestamp;
    use serde_json::json;
    use store::{Actor, Cause, NewEvent, TenantId};
    use uuid::Uuid;

    use super::*;

    fn event(position: i64, kind: EventKind, changes: Value) -> Event {
        let event = NewEvent {
            id: Uuid::from_u128(position.unsigned_abs().into()),
            kind,
            subject: None,
            object: None,
            cause: Cause::Changed,
            batch: None,
            connection: None,
            request: String::new(),
            actor: Actor::System,
            at: Timestamp::EPOCH,
            data: json!({"profile": {"n": position}, "changes": changes}).to_string(),
        };
        Event { position, tenant: TenantId(1), event }
    }

    #[test]
    fn a_run_of_updates_is_told_as_its_last_with_all_changes() {
        use EventKind::{LearnerDeactivated, LearnerUpdated};
        let told = coalesce(vec![
            event(1, LearnerUpdated, json!([{"path": "a", "old": 1, "new": 2}, {"path": "b", "new": 1}])),
            event(2, LearnerUpdated, json!([{"path": "a", "old": 2, "new": 3}, {"path": "b", "old": 1}])),
            event(3, LearnerDeactivated, json!([{"path": "active", "old": true, "new": false}])),
            event(4, LearnerUpdated, json!([{"path": "a", "old": 3, "new": 4}])),
        ]);
        assert_eq!(told.iter().map(|e| e.position).collect::<Vec<_>>(), [2, 3, 4]);
        let data: Value = serde_json::from_str(&told[0].event.data).unwrap();
        assert_eq!(data["changes"], json!([{"path": "a", "old": 1, "new": 3}]), "b came and went");
        assert_eq!(data["profile"], json!({"n": 2}));
    }
}
