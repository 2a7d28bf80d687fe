//! What was written down of learners before their tenant forbade it, without that.

use scim::filter::Checked;
use scim::path::{Path, PathTarget};
use scim::schema::Resolved;
use serde_json::{Map, Value};
use store::NewLogEntry;

use super::Intake;
use crate::changes::FieldChange;
use crate::profile::Fed;
use crate::resources::redact;

/// What stands in place of a text that cannot be told apart.
const REMOVED: &str = "(removed)";

impl Intake {
    /// The payload of an event without what is never stored; `None` when there is nothing of that in it. `fed` says what of
    /// a profile comes from it.
    pub(super) fn retell(&self, data: &str, fed: &Fed) -> Option<String> {
        let before: Value = serde_json::from_str(data).ok()?;
        let mut after = before.clone();
        if let Some(changes) = after.get_mut("changes").and_then(Value::as_array_mut) {
            changes.iter_mut().for_each(|change| self.hush_value(change));
        }
        for pointer in ["/profile", "/merged/profile"] {
            if let Some(profile) = after.pointer_mut(pointer).and_then(Value::as_object_mut) {
                self.strip_profile(profile, fed);
            }
        }
        if fed.display
            && let Some(member) = after.get_mut("member").filter(|member| member["type"] == "User")
            && member["display"].is_string()
        {
            member["display"] = Value::String(String::new());
        }
        (after != before).then(|| after.to_string())
    }

    fn hush_value(&self, change: &mut Value) {
        let Ok(read) = serde_json::from_value::<FieldChange>(change.clone()) else { return };
        let mut hushed = [read.clone()];
        self.hush(&mut hushed);
        if hushed[0] != read {
            // Texts and JSON always serialise.
            *change = serde_json::to_value(&hushed[0]).unwrap_or_default();
        }
    }

    fn strip_profile(&self, profile: &mut Map<String, Value>, fed: &Fed) {
        for name in &fed.fields {
            profile.shift_remove(name);
        }
        if fed.email
            && let Some(manager) = profile.get_mut("manager").and_then(Value::as_object_mut)
        {
            manager.shift_remove("email");
        }
        let Some(custom) = profile.get_mut("custom").and_then(Value::as_object_mut) else { return };
        for key in &fed.custom {
            custom.shift_remove(key);
        }
        for never in &self.never {
            let Some(urn) = never.container.as_deref() else { continue };
            let Some(Value::Object(extension)) = custom.get(urn) else { continue };
            let mut extension = extension.clone();
            let Some(whole) = extension.shift_remove(&never.attribute.name) else { continue };
            if let Some(left) = never.sub.as_ref().and_then(|sub| super::rules::without(&whole, &sub.name)) {
                extension.insert(never.attribute.name.clone(), left);
            }
            custom.insert(urn.to_owned(), Value::Object(extension));
        }
        if custom.is_empty() {
            profile.shift_remove("custom");
        }
    }

    /// Detail and raw text of a log entry without what is never stored; `None` when there is nothing of that in them. Rather
    /// too much goes than too little.
    pub(super) fn rewrite(&self, entry: &NewLogEntry) -> Option<(Option<String>, Option<String>)> {
        let mentions = |text: &str| {
            let text = text.to_lowercase();
            self.never.iter().any(|never| text.contains(&never.leaf().name.to_lowercase()))
        };
        let detail = entry.detail.clone().filter(|text| !mentions(text));
        let raw = entry.raw.as_deref().map(|text| {
            let Ok(before) = serde_json::from_str::<Value>(text) else {
                return if mentions(text) { REMOVED.to_owned() } else { text.to_owned() };
            };
            let mut after = before.clone();
            match after.get_mut("body") {
                // It was cut off, or was no JSON.
                Some(Value::String(body)) if mentions(body) => REMOVED.clone_into(body),
                Some(body) => redact(body, &|name| self.hides(name)),
                None => {}
            }
            match after.pointer_mut("/answer/detail") {
                Some(Value::String(said)) if mentions(said) => REMOVED.clone_into(said),
                _ => {}
            }
            if after == before { text.to_owned() } else { after.to_string() }
        });
        (detail != entry.detail || raw != entry.raw).then_some((detail, raw))
    }

    /// Whether a path may give something of what is never stored.
    pub(super) fn gives(&self, path: &Path<Checked>) -> bool {
        let same = |at: &Resolved, sub: Option<&str>| {
            self.never.iter().any(|never| {
                let is_part = never.sub.as_ref().zip(sub).is_none_or(|(never, sub)| never.name == sub);
                never.container == at.container && never.attribute.name == at.attribute.name && is_part
            })
        };
        match &path.target {
            PathTarget::Schema(urn) => {
                self.never.iter().any(|never| never.container.as_deref() == Some(urn.as_str()))
            }
            PathTarget::Attr(at) => same(at, at.sub.as_ref().map(|sub| sub.name.as_str())),
            PathTarget::Element { attr, sub, .. } => same(attr, sub.as_deref()),
        }
    }
}

#[cfg(test)]
mod tests {
    use base::Timestamp;
    use scim::Registry;
    use serde_json::json;
    use store::{Action, ConnectionId, Outcome};

    use super::*;
    use crate::IntakeSettings;
    use crate::profile::Mapping;

    const OWN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    fn rules(never: &[&str]) -> (Intake, Fed) {
        let registry = Registry::builtin();
        let rt = registry.resource_type("User").unwrap();
        let never_stored = never.iter().map(|path| (*path).to_owned()).collect();
        let settings = IntakeSettings { never_stored, ..IntakeSettings::default() };
        let intake = Intake::compile(&settings, rt).unwrap();
        let fed = Mapping::default().fed(rt, |path| intake.gives(path));
        (intake, fed)
    }

    fn retold(never: &[&str], data: Value) -> Option<Value> {
        let (intake, fed) = rules(never);
        let text = intake.retell(&data.to_string(), &fed)?;
        assert_eq!(intake.retell(&text, &fed), None, "once is enough");
        Some(serde_json::from_str(&text).unwrap())
    }

    #[test]
    fn an_event_keeps_everything_but_what_is_forbidden() {
        let data = json!({
            "profile": {"userName": "ann", "title": "Dr", "email": "a@x", "manager": {"id": "7", "email": "b@x"},
                "custom": {OWN: {"department": "Sales", "division": "North"}}},
            "changes": [{"path": "title", "old": "Ms", "new": "Dr"}, {"path": "userName", "new": "ann"}],
        });
        let without = retold(&["title", "emails", &format!("{OWN}:division")], data.clone()).unwrap();
        assert_eq!(
            without,
            json!({
                "profile": {"userName": "ann", "manager": {"id": "7"}, "custom": {OWN: {"department": "Sales"}}},
                "changes": [{"path": "title"}, {"path": "userName", "new": "ann"}],
            })
        );
        assert_eq!(retold(&["nickName"], data), None);
        let merged = json!({"profile": {"title": "Dr"}, "merged": {"id": "1", "profile": {"title": "Ms"}}});
        assert_eq!(
            retold(&["title"], merged),
            Some(json!({"profile": {}, "merged": {"id": "1", "profile": {}}}))
        );
        let joined = json!({"group": {"display": "Team"}, "member": {"type": "User", "display": "Ann"}});
        let hidden = json!({"group": {"display": "Team"}, "member": {"type": "User", "display": ""}});
        assert_eq!(retold(&["displayName"], joined.clone()), Some(hidden));
        assert_eq!(retold(&["title"], joined), None);
        // A purged event.
        assert_eq!(retold(&["title"], json!({})), None);
    }

    #[test]
    fn an_entry_of_the_log_keeps_no_request_with_it() {
        let (intake, _) = rules(&["title"]);
        let entry = |detail: &str, raw: Value| NewLogEntry {
            at: Timestamp::EPOCH,
            connection: ConnectionId(1),
            request: "r".to_owned(),
            action: Action::Create,
            outcome: Outcome::Refused,
            status: 400,
            scim_type: None,
            subject: None,
            label: String::new(),
            paths: Vec::new(),
            code: None,
            detail: Some(detail.to_owned()),
            raw: Some(raw.to_string()),
        };
        let body =
            json!({"userName": "ann", "Title": "Dr", "Operations": [{"path": "title", "value": "Dr"}]});
        let told = entry("`active` is wrong", json!({"request": "POST /Users", "body": body}));
        let (detail, raw) = intake.rewrite(&told).unwrap();
        assert_eq!(detail.as_deref(), Some("`active` is wrong"));
        assert!(
            !raw.as_deref().unwrap().contains("Dr") && raw.as_deref().unwrap().contains("ann"),
            "{raw:?}"
        );
        assert_eq!(intake.rewrite(&NewLogEntry { detail, raw, ..told }), None, "once is enough");
        // Cut off in the middle, it cannot be told apart.
        let cut = entry("`title` \"Dr\" is wrong", json!({"body": "{\"title\":\"Dr\",\"x…"}));
        assert_eq!(intake.rewrite(&cut), Some((None, Some(json!({"body": "(removed)"}).to_string()))));
        assert_eq!(intake.rewrite(&entry("fine", json!({"body": {"userName": "ann"}}))), None);
    }
}
