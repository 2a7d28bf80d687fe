//! Generated people, as bodies that any provider could send.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Text as it occurs in names: several scripts, combining marks, quotes, backslashes, emoji.
pub(super) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z' -]{1,16}",
        "[À-ÿĀ-ž]{1,10}",
        "[а-яА-Я]{1,10}",
        "[ぁ-んァ-ン一-龠]{1,6}",
        Just("e\u{301}\u{323}".to_owned()),
        Just("Straße \"quoted\" \\ %_".to_owned()),
        Just("👩‍🏫".to_owned()),
    ]
}

/// A user body without `userName`, which the caller makes unique.
pub(super) fn person() -> impl Strategy<Value = Map<String, Value>> {
    let email = (text(), prop_oneof![Just("work"), Just("home"), Just("other")], any::<bool>());
    (
        option::of(text()),
        option::of((option::of(text()), option::of(text()))),
        vec(email, 0..4),
        option::of(any::<bool>()),
        option::of(text()),
        option::of(text()),
        option::of("[0-9]{1,6}"),
    )
        .prop_map(|(display, name, emails, active, title, department, number)| {
            let mut body = Map::new();
            let mut set = |key: &str, value: Option<Value>| {
                if let Some(value) = value {
                    body.insert(key.to_owned(), value);
                }
            };
            set("displayName", display.map(Value::from));
            set("name", name.map(|(given, family)| json!({"givenName": given, "familyName": family})));
            set("active", active.map(Value::from));
            set("title", title.map(Value::from));
            let mut primary_given = false;
            let emails: Vec<Value> = emails
                .into_iter()
                .map(|(value, kind, primary)| {
                    // Two primaries are refused, which is another test's matter.
                    let primary = primary && !primary_given;
                    primary_given |= primary;
                    json!({"value": format!("{value}@law.example"), "type": kind, "primary": primary})
                })
                .collect();
            set("emails", (!emails.is_empty()).then(|| Value::from(emails)));
            if department.is_some() || number.is_some() {
                set(ENTERPRISE, Some(json!({"department": department, "employeeNumber": number})));
            }
            body
        })
}
