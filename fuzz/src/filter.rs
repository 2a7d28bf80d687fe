use std::sync::LazyLock;

use scim::filter::eval::matches;
use scim::filter::{self, Expr, Filter, Limits, Parsed};
use scim::schema::ENTERPRISE_USER;
use scim::{Dialect, ResourceType};
use serde_json::{Map, Value, json};

use crate::REGISTRY;

/// What is asked about: a person as shown, with something everywhere, and one with next to nothing.
static PEOPLE: LazyLock<Vec<Map<String, Value>>> = LazyLock::new(|| {
    let full = json!({
        "schemas": [scim::schema::USER, ENTERPRISE_USER], "id": "0190b5c2-0000-7000-8000-000000000001",
        "externalId": "e", "userName": "Ann", "active": true, "title": "", "displayName": "Groß 𠮷",
        "name": {"givenName": "Zoë", "familyName": "Groß"},
        "emails": [{"value": "a@x", "type": "work", "primary": true}, {"value": "b@x", "type": "home"}, {"type": "other"}],
        "groups": [{"value": "g", "type": "direct"}],
        ENTERPRISE_USER: {"department": "D", "manager": {"value": "m", "displayName": "M"}},
        crate::ACME: {"hired": "2026-05-13T04:42:34.5Z", "level": 3, "rate": 0.5, "tags": ["a", "b"],
                      "days": ["2026-05-13T04:42:34Z"], "courses": [{"code": "c", "done": true}]},
        "meta": {"created": "2026-05-13T04:42:34.123Z", "lastModified": "2026-05-13T04:42:34.123Z", "resourceType": "User"},
    });
    [full, json!({"id": "x", "userName": "b"})]
        .into_iter()
        .filter_map(|one| one.as_object().cloned())
        .collect()
});

/// A filter from outside. What is read is printed in the one form that every dialect reads as the same filter; what
/// passes the check is true or false of everybody, and `not` of it the opposite.
pub fn filter(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for dialect in crate::dialects() {
        let Ok(read) = filter::parse(text, &dialect, &Limits::default()) else {
            continue;
        };
        let printed = read.to_string();
        // The canonical form may be longer than what was sent, but no deeper.
        let limits = Limits { length: usize::MAX, ..Limits::default() };
        let again = filter::parse(&printed, &Dialect::strict(), &limits);
        assert_eq!(again.as_ref(), Ok(&read), "{text:?} is printed as {printed:?}");
        for rt in REGISTRY.types() {
            asked(&read, rt, &dialect, text);
        }
        let types: Vec<&ResourceType> = REGISTRY.types().iter().map(AsRef::as_ref).collect();
        if let Ok(checked) = read.check_any(&types, &dialect) {
            assert_eq!(checked.len(), types.len(), "one filter for each type");
        }
    }
}

fn asked(read: &Filter<Parsed>, rt: &ResourceType, dialect: &Dialect, text: &str) {
    let opposite = Filter { expr: Expr::Not(Box::new(read.expr.clone())) };
    let (Ok(checked), Ok(opposite)) = (read.check(rt, dialect), opposite.check(rt, dialect)) else {
        assert!(
            read.check(rt, dialect).is_err(),
            "a filter passes the check, but not its opposite: {text:?}"
        );
        return;
    };
    for person in PEOPLE.iter() {
        assert_ne!(matches(&checked, person), matches(&opposite, person), "{text:?} and its opposite");
    }
    let mut never = false;
    if checked.is_never() {
        never = PEOPLE.iter().any(|person| matches(&checked, person));
    }
    assert!(!never, "{text:?} is said never to hold, and does");
}
