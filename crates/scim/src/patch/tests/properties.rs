//! What holds whatever is asked.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::kit::*;
use crate::{Dialect, document};

fn text() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "A", "b", "c@x", "ß"]).prop_map(str::to_owned)
}

fn element() -> impl Strategy<Value = Value> {
    (text(), prop::option::of(prop::sample::select(vec!["work", "home"])), prop::option::of(any::<bool>()))
        .prop_map(|(value, kind, primary)| {
            let mut out = json!({"value": value});
            if let Some(kind) = kind {
                out["type"] = json!(kind);
            }
            if let Some(primary) = primary {
                out["primary"] = json!(primary);
            }
            out
        })
}

/// A path and a value that fits it.
fn place() -> impl Strategy<Value = (String, Value)> {
    prop_oneof![
        ("(title|displayName|department|externalId)", text()).prop_map(|(p, v)| (p, json!(v))),
        ("name\\.(givenName|familyName)", text()).prop_map(|(p, v)| (p, json!(v))),
        text().prop_map(|v| ("name".to_owned(), json!({"givenName": v}))),
        prop::collection::vec(element(), 1..4).prop_map(|v| ("emails".to_owned(), json!(v))),
        prop::collection::vec(text(), 1..4).prop_map(|v| ("tags".to_owned(), json!(v))),
        ("emails\\[type eq \"(work|home)\"\\]\\.(value|display)", text()).prop_map(|(p, v)| (p, json!(v))),
        ("emails\\[type eq \"(work|home)\"\\]", element()),
        any::<bool>().prop_map(|v| ("active".to_owned(), json!(v))),
        Just(("emails.display".to_owned(), json!("D"))),
    ]
}

fn operation() -> impl Strategy<Value = Value> {
    (place(), 0..4_u8).prop_map(|((path, value), kind)| match kind {
        0 | 1 => json!({"op": "add", "path": path, "value": value}),
        2 => json!({"op": "replace", "path": path, "value": value}),
        _ => json!({"op": "remove", "path": path}),
    })
}

fn state() -> impl Strategy<Value = crate::Document> {
    prop::collection::vec(operation(), 0..5).prop_map(|operations| {
        let mut document = user(json!({}));
        for operation in operations {
            if let Ok(patched) = run(&document, json!([operation]), &Dialect::entra()) {
                document = patched.document;
            }
        }
        document
    })
}

fn is_add(operation: &Value) -> bool {
    operation["op"] == "add"
}

proptest! {
    // S-PATCH-05, S-PATCH-13
    #[test]
    fn many_operations_do_what_they_do_one_by_one(before in state(), operations in prop::collection::vec(operation(), 1..5)) {
        let mut document = before.clone();
        let mut failed = false;
        for operation in &operations {
            match run(&document, json!([operation]), &Dialect::entra()) {
                Ok(patched) => document = patched.document,
                Err(_) => failed = true,
            }
        }
        match run(&before, json!(operations), &Dialect::entra()) {
            Ok(patched) => {
                prop_assert_eq!(patched.changed, patched.document != before);
                let registry = registry();
                prop_assert!(document::validate(registry.resource_type("User").unwrap(), &patched.document).is_ok());
                // Elements that say nothing are dropped at the end of a request only.
                if !failed && operations.iter().all(is_add) {
                    prop_assert_eq!(patched.document, document);
                }
            }
            Err(_) => prop_assert!(failed),
        }
    }

    // S-PATCH-06
    #[test]
    fn one_failing_operation_fails_all(before in state(), operations in prop::collection::vec(operation(), 0..4), at in 0..4_usize) {
        let mut operations = operations;
        let bad = json!({"op": "add", "path": "userName", "value": 5});
        operations.insert(at.min(operations.len()), bad);
        let kept = before.clone();
        prop_assert!(run(&before, json!(operations), &Dialect::entra()).is_err());
        prop_assert_eq!(before, kept);
    }

    // S-PATCH-11, A-45
    #[test]
    fn adding_twice_is_adding_once(before in state(), operation in operation().prop_filter("adds", is_add)) {
        if let Ok(once) = run(&before, json!([operation]), &Dialect::entra()) {
            let twice = run(&once.document, json!([operation]), &Dialect::entra()).unwrap();
            prop_assert_eq!(&twice.document, &once.document);
            prop_assert!(!twice.changed);
        }
    }

    #[test]
    fn replacing_and_removing_twice_is_doing_it_once(before in state(), operation in operation().prop_filter("no add", |o| !is_add(o))) {
        if let Ok(once) = run(&before, json!([operation]), &Dialect::entra()) {
            let twice = run(&once.document, json!([operation]), &Dialect::entra());
            // An element may have been replaced by one that the path does not select.
            if let Ok(twice) = twice && !operation["path"].as_str().unwrap().ends_with(']') {
                prop_assert_eq!(&twice.document, &once.document);
                prop_assert!(!twice.changed);
            }
        }
    }

    //
    #[test]
    fn writing_what_is_there_changes_nothing(before in state()) {
        let mut whole = before.as_map().clone();
        whole.shift_remove("schemas");
        for op in ["add", "replace"] {
            let patched = run(&before, json!([{"op": op, "value": whole}]), &Dialect::strict()).unwrap();
            prop_assert!(!patched.changed, "{:?}", patched.document);
        }
    }

    // The strict outcome is never another one than the lenient one: quirks accept more, they do not mean otherwise.
    #[test]
    fn what_strict_accepts_means_the_same_in_every_dialect(before in state(), operations in prop::collection::vec(operation(), 1..4)) {
        if let Ok(strict) = run(&before, json!(operations), &Dialect::strict()) {
            let lenient = run(&before, json!(operations), &Dialect::entra()).unwrap();
            prop_assert_eq!(strict, lenient);
        }
    }
}
