//! What holds whatever the values and switches are.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{CUSTOM, body, flows, groups, mapping, texts, turned, users, wire};
use crate::expression::Flowed;
use crate::mapping::{AttributeType, Flow, FlowBehavior, FlowType};
use crate::model::{Kind, Value};
use crate::wire::{Dialect, Operation, Switches, Wire};

#[test]
fn what_was_created_is_not_changed_again() {
    let users = users();
    let values: Vec<_> = super::people::ANN.iter().copied().chain([(CUSTOM, "42")]).collect();
    let flows = texts(&users, &values);
    for dialect in [Dialect::EntraDefault, Dialect::Entra2020, Dialect::EntraGallery] {
        for seed in 0..20 {
            let wire = Wire::with(dialect, Switches::of(dialect).vary(seed)).unwrap();
            let request = wire.create(&users, &flows);
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let text = runtime.block_on(body(&wire, request)).to_string();
            // A service that knows Microsoft's malformed URN answers with the right one.
            let stored: Json = serde_json::from_str(&text.replace("2.0User\"", "2.0:User\"")).unwrap();
            assert!(
                wire.changes(&flows, &stored).is_empty(),
                "seed {seed}: {:?}",
                wire.changes(&flows, &stored)
            );
        }
    }
}

#[test]
fn only_a_real_difference_is_a_change() {
    let users = users();
    let wire = wire(Dialect::EntraDefault);
    let change = |target: &str, value: &str, there: Json| {
        let changes = wire.changes(&texts(&users, &[(target, value)]), &there);
        changes.into_iter().next().map(|c| (c.op, c.old, c.new))
    };
    assert_eq!(change("displayName", "ANN", json!({"displayName": "Ann"})), None, "caseExact is off");
    assert_eq!(change("active", "True", json!({"Active": "true"})), None);
    assert_eq!(
        change("active", "False", json!({"active": true})),
        Some((Operation::Replace, Some(json!(true)), json!("False")))
    );
    for nothing in [json!({}), json!({"title": null}), json!({"title": ""})] {
        assert_eq!(change("title", "T", nothing), Some((Operation::Add, None, json!("T"))));
    }
    assert_eq!(
        change("hireDate", "2026-01-01T00:00:00Z", json!({"hireDate": "2026-01-01T00:00:00.000Z"})),
        None
    );
    let other = json!({"emails": [{"type": "home", "value": "a@b"}]});
    assert_eq!(
        change("emails[type eq \"work\"].value", "a@b", other),
        Some((Operation::Add, None, json!("a@b")))
    );
}

#[test]
fn nulls_defaults_failures_and_flow_types_that_are_for_creation_change_nothing() {
    let mut users =
        mapping(Kind::User, &[("userName", AttributeType::String), ("title", AttributeType::String)]);
    let wire = wire(Dialect::EntraDefault);
    let there = json!({"userName": "a", "title": "old"});
    let flow = |users: &crate::mapping::ObjectMapping, outcome, defaulted| {
        wire.changes(&[Flow { mapping: &users.attributes[1], outcome: Ok(outcome), defaulted }], &there).len()
    };
    assert_eq!(flow(&users, Flowed::Null, false), 0);
    assert_eq!(flow(&users, Flowed::Ignored, false), 0);
    assert_eq!(flow(&users, Flowed::Value("new".into()), true), 0);
    assert_eq!(flow(&users, Flowed::Value("new".into()), false), 1);
    for (flow_type, changes) in [
        (FlowType::ObjectAddOnly, 0),
        (FlowType::AttributeAddOnly, 0),
        (FlowType::MultiValueAddOnly, 0),
        (FlowType::ValueAddOnly, 1),
    ] {
        users.attributes[1].flow_type = flow_type;
        assert_eq!(flow(&users, Flowed::Value("new".into()), false), changes, "{flow_type:?}");
    }
}

#[test]
fn what_always_flows_goes_along_but_causes_nothing() {
    let mut users =
        mapping(Kind::User, &[("userName", AttributeType::String), ("title", AttributeType::String)]);
    users.attributes[0].flow_behavior = FlowBehavior::FlowAlways;
    let wire = wire(Dialect::EntraDefault);
    let flows = texts(&users, &[("userName", "a"), ("title", "T")]);
    assert!(wire.changes(&flows, &json!({"userName": "a", "title": "T"})).is_empty());
    let changes = wire.changes(&flows, &json!({"userName": "a", "title": "old"}));
    assert_eq!(changes.iter().map(|c| c.path.as_str()).collect::<Vec<_>>(), ["title", "userName"]);
}

#[test]
fn external_ids_change_unless_the_switch_says_otherwise() {
    let users = users();
    let flows = texts(&users, &[("externalId", "new")]);
    let there = json!({"externalId": "old"});
    assert_eq!(wire(Dialect::EntraDefault).changes(&flows, &there).len(), 1);
    assert!(turned(Dialect::EntraDefault, "external-id-in-patch", "off").changes(&flows, &there).is_empty());
}

#[test]
fn values_are_added_to_lists_that_only_grow() {
    let mut users = users();
    let tags = users.attributes.iter_mut().find(|m| m.target.as_str() == "tags").unwrap();
    tags.flow_type = FlowType::ValueAddOnly;
    let wire = wire(Dialect::EntraDefault);
    let flows = flows(&users, &[("tags", Value::Many(vec!["a".into(), "b".into()]))]);
    let changes = wire.changes(&flows, &json!({"tags": ["b", "c"]}));
    assert_eq!((changes.len(), changes[0].op, &changes[0].new), (1, Operation::Add, &json!(["a"])));
    assert!(wire.changes(&flows, &json!({"tags": ["c", "b", "a"]})).is_empty());
}

#[test]
fn dialects_without_an_engine_run_no_job() {
    for dialect in Dialect::ALL {
        assert_eq!(Wire::new(dialect).is_ok(), dialect.drives_jobs());
    }
    assert!(Wire::new(Dialect::Google).unwrap_err().to_string().contains("google"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// No text breaks out of a body, and none of it is lost.
    #[test]
    fn any_text_comes_over_whole(text in "\\PC{1,20}", seed in 0u64..50) {
        let groups = groups();
        let wire = Wire::with(Dialect::Entra2020, Switches::of(Dialect::Entra2020).vary(seed)).unwrap();
        let flows = texts(&groups, &[("displayName", &text), ("externalId", "x")]);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let created = runtime.block_on(body(&wire, wire.create(&groups, &flows)));
        prop_assert_eq!(&created["displayName"], &json!(text));
        let update = wire.update(Kind::Group, "1", &wire.changes(&flows, &json!({})));
        let patch = runtime.block_on(body(&wire, update));
        prop_assert!(patch.to_string().contains(&json!(text).to_string()));
    }

    /// However members are cut into operations and requests, each is added or removed exactly once.
    #[test]
    fn each_member_is_sent_once(adds in 0usize..12, removes in 0usize..12, per_op in 1usize..6, ops in 1usize..6, flag: bool) {
        let dialect = if flag { Dialect::Entra2020 } else { Dialect::EntraDefault };
        let mut switches = Switches::of(dialect);
        (switches.members_per_operation, switches.operations_per_patch) = (per_op, ops);
        let wire = Wire::with(dialect, switches).unwrap();
        let name = |prefix: &str, n: usize| (0..n).map(|i| format!("{prefix}{i}")).collect::<Vec<_>>();
        let (added, removed) = (name("a", adds), name("r", removes));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for request in wire.members("g", &added, &removed) {
            let patch = runtime.block_on(body(&wire, request));
            let operations = patch["Operations"].as_array().unwrap();
            prop_assert!((1..=ops).contains(&operations.len()));
            for operation in operations {
                let adds = operation["op"].as_str().unwrap().eq_ignore_ascii_case("add");
                let mut count = |id: &str| {
                    assert_eq!(adds, id.starts_with('a'));
                    *seen.entry(id.to_owned()).or_default() += 1;
                };
                match operation["value"].as_array() {
                    Some(values) => {
                        assert!((1..=per_op).contains(&values.len()));
                        values.iter().for_each(|v| count(v["value"].as_str().unwrap()));
                    }
                    None => count(operation["path"].as_str().unwrap().split('"').nth(1).unwrap()),
                }
            }
        }
        prop_assert_eq!(seen.len(), adds + removes);
        prop_assert!(seen.values().all(|n| *n == 1));
    }
}
