use std::collections::BTreeSet;

use super::*;

#[test]
fn every_operation_is_described_and_none_else() {
    let described: BTreeSet<(String, String)> = openapi()["paths"]
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flatten();
            methods.map(|(method, _)| (method.to_ascii_uppercase(), path.clone())).collect::<Vec<_>>()
        })
        .collect();
    let routed: BTreeSet<_> = table().iter().map(|e| (e.method.to_string(), e.path.to_owned())).collect();
    assert_eq!(described, routed);
}

#[test]
fn names_of_operations_and_what_is_said_of_them_are_there_once() {
    let table = table();
    let names: BTreeSet<_> = table.iter().map(|e| e.id).collect();
    assert_eq!(names.len(), table.len());
    for endpoint in &table {
        assert!(!endpoint.summary.is_empty() && !endpoint.answers.is_empty(), "{}", endpoint.id);
    }
}

#[test]
fn every_reference_resolves() {
    fn walk(value: &serde_json::Value, seen: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(map) => {
                seen.extend(map.get("$ref").and_then(|r| r.as_str()).map(str::to_owned));
                map.values().for_each(|v| walk(v, seen));
            }
            serde_json::Value::Array(list) => list.iter().for_each(|v| walk(v, seen)),
            _ => {}
        }
    }
    let document = openapi();
    let mut references = Vec::new();
    walk(&document, &mut references);
    assert!(references.len() > 50);
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}
