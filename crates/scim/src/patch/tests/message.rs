//! S-PATCH-02, S-MSG-01, A-17.

use serde_json::{Value, json};

use super::super::*;
use crate::{Dialect, Quirk, ScimType};

fn body(operations: Value) -> Value {
    json!({"schemas": [PATCH_OP], "Operations": operations})
}

fn only(quirk: Quirk) -> Dialect {
    let mut dialect = Dialect::strict();
    dialect.set(quirk, true);
    dialect
}

#[test]
fn s_patch_02_a_message_is_read_as_it_stands() {
    let body = json!({"Operations": [
        {"op": "add", "path": "title", "value": "T"},
        {"op": "replace", "value": {"title": null}},
        {"path": "title", "op": "remove"},
        {"op": "replace", "path": null, "value": null}],
        "schemas": ["URN:ietf:params:scim:api:messages:2.0:patchop"]});
    let request = parse(body, &Dialect::strict()).unwrap();
    let path = Some("title".to_owned());
    assert_eq!(
        request.operations,
        [
            Operation { op: Op::Add, path: path.clone(), value: Some(json!("T")) },
            Operation { op: Op::Replace, path: None, value: Some(json!({"title": null})) },
            Operation { op: Op::Remove, path, value: None },
            Operation { op: Op::Replace, path: None, value: Some(Value::Null) },
        ]
    );
}

#[test]
fn s_patch_02_what_is_no_message_is_refused_in_every_dialect() {
    for dialect in [Dialect::strict(), Dialect::entra(), Dialect::okta()] {
        for operations in [
            json!({}),
            json!("add"),
            json!(["add"]),
            json!([{"path": "title", "value": "T"}]),
            json!([{"op": 1, "path": "title"}]),
            json!([{"op": "move", "path": "title"}]),
            json!([{"op": "test", "path": "title", "value": "T"}]),
            json!([{"op": "remove", "path": ["title"]}]),
        ] {
            let error = parse(body(operations.clone()), &dialect).unwrap_err();
            assert_eq!(error.scim_type, Some(ScimType::InvalidSyntax), "{operations}");
        }
        for whole in
            [json!([]), json!({"schemas": [PATCH_OP]}), json!({"schemas": ["urn:x"], "Operations": []})]
        {
            assert_eq!(parse(whole, &dialect).unwrap_err().scim_type, Some(ScimType::InvalidSyntax));
        }
    }
    let error = parse(body(json!([{"op": "add"}, {"op": "copy"}])), &Dialect::entra()).unwrap_err();
    assert_eq!(error.path.as_deref(), Some("Operations[1].op"));
    assert!(error.detail.starts_with("Operation 2: `copy`"), "{}", error.detail);
}

#[test]
fn op_case() {
    let sent = json!({"schemas": [PATCH_OP], "operations": [{"Op": "Add", "Path": "title", "VALUE": "T"}]});
    let request = parse(sent.clone(), &only(Quirk::OpCase)).unwrap();
    assert_eq!(
        request.operations,
        [Operation { op: Op::Add, path: Some("title".to_owned()), value: Some(json!("T")) }]
    );
    assert!(parse(sent, &Dialect::strict()).is_err());
    assert!(parse(body(json!([{"op": "Add", "path": "title", "value": "T"}])), &Dialect::strict()).is_err());
    let twice = body(json!([{"op": "add", "Op": "remove", "path": "title"}]));
    assert_eq!(parse(twice, &only(Quirk::OpCase)).unwrap_err().scim_type, Some(ScimType::InvalidSyntax));
}

#[test]
fn empty_operations() {
    assert!(parse(body(json!([])), &only(Quirk::EmptyOperations)).unwrap().operations.is_empty());
    assert!(parse(body(json!([])), &Dialect::strict()).is_err());
}

#[test]
fn missing_message_schema() {
    for schemas in [json!(null), json!([])] {
        let sent = json!({"schemas": schemas, "Operations": [{"op": "remove", "path": "title"}]});
        assert!(parse(sent.clone(), &only(Quirk::MissingMessageSchema)).is_ok());
        let error = parse(sent, &Dialect::strict()).unwrap_err();
        assert_eq!(error.path.as_deref(), Some("schemas"));
    }
}

#[test]
fn s_http_12_operations_have_a_limit() {
    let many = |n: usize| body(Value::Array(vec![json!({"op": "remove", "path": "title"}); n]));
    assert!(parse(many(1000), &Dialect::strict()).is_ok());
    assert_eq!(parse(many(1001), &Dialect::strict()).unwrap_err().status, 413);
}
