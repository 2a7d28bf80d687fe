//! What identity providers send, as they send it: `fixtures/patch/*.json`.
//!
//! Each case names its quirks. The dialect must give the stated outcome; so must a strict dialect with those quirks
//! alone switched on, and no dialect that lacks one of them. `strict` is the outcome without any, or `"same"`.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::super::*;
use crate::document::refresh_schemas;
use crate::{Dialect, Document, Quirk, Registry, Result};

fn cases() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/patch");
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        out.extend(serde_json::from_str::<Vec<Value>>(&text).unwrap());
    }
    assert!(out.len() > 100, "only {} cases were found", out.len());
    out
}

/// The outcome in the form of a fixture.
fn outcome(case: &Value, dialect: &Dialect) -> Value {
    let registry = Registry::builtin();
    let rt = registry.resource_type(case["type"].as_str().unwrap_or("User")).unwrap();
    let mut before = Document::from_canonical(case["before"].as_object().unwrap().clone());
    refresh_schemas(rt, &mut before);
    let patched: Result<Patched> = parse(case["request"].clone(), dialect)
        .and_then(|request| apply(rt, &registry, &before, request, dialect));
    match patched {
        Ok(patched) => {
            assert_eq!(patched.changed, patched.document != before);
            let mut after = patched.document.as_map().clone();
            after.shift_remove("schemas");
            json!({"after": after, "relation": patched.relation.iter().map(change).collect::<Vec<_>>()})
        }
        Err(error) => {
            let mut out = Map::new();
            out.insert("status".to_owned(), json!(error.status));
            if let Some(kind) = error.scim_type {
                out.insert("scimType".to_owned(), json!(kind.as_str()));
            }
            if let Some(path) = error.path {
                out.insert("path".to_owned(), json!(path));
            }
            json!({ "error": out })
        }
    }
}

fn change(change: &RelationChange) -> Value {
    let ids = |members: &[Member]| members.iter().map(|m| json!(m.value)).collect::<Vec<_>>();
    match change {
        RelationChange::Add(members) => json!({"add": ids(members)}),
        RelationChange::Replace(members) => json!({"replace": ids(members)}),
        RelationChange::Remove(removed) => json!({"remove": removed}),
        RelationChange::RemoveWhere(_) => json!("remove where"),
        RelationChange::Clear => json!("clear"),
    }
}

/// Whether an outcome is the stated one. A stated error may leave out the path.
fn is(found: &Value, stated: &Value) -> bool {
    if let Some(error) = stated.get("error") {
        let found = found.get("error");
        return error.as_object().unwrap().iter().all(|(key, v)| found.and_then(|f| f.get(key)) == Some(v));
    }
    let relation = stated.get("relation").cloned().unwrap_or_else(|| json!([]));
    found.get("after") == stated.get("after") && found["relation"] == relation
}

fn quirks(case: &Value) -> Vec<Quirk> {
    let names = case["quirks"].as_array().unwrap();
    names
        .iter()
        .map(|name| Quirk::named(name.as_str().unwrap()).unwrap_or_else(|| panic!("{name}")))
        .collect()
}

#[test]
fn every_fixture_comes_out_as_stated() {
    let mut problems = Vec::new();
    for case in cases() {
        let name = format!("{} ({})", case["name"].as_str().unwrap(), case["source"].as_str().unwrap());
        let mut expect = |what: &str, dialect: &Dialect, stated: &Value, wanted: bool| {
            let found = outcome(&case, dialect);
            if is(&found, stated) != wanted {
                let not = if wanted { "" } else { "not " };
                problems.push(format!("{name}, {what}: {not}{stated}\n    but {found}"));
            }
        };
        let dialect = Dialect::named(case["dialect"].as_str().unwrap_or("entra")).unwrap();
        expect(&dialect.name, &dialect, &case, true);
        let mut least = Dialect::strict();
        quirks(&case).into_iter().for_each(|quirk| least.set(quirk, true));
        expect("its quirks alone", &least, &case, true);
        for quirk in quirks(&case) {
            let mut without = dialect.clone();
            without.set(quirk, false);
            expect(quirk.name(), &without, &case, false);
        }
        let strict = if case["strict"] == "same" { &case } else { &case["strict"] };
        expect("strict", &Dialect::strict(), strict, true);
        assert_eq!(
            case["strict"] == "same",
            quirks(&case).is_empty(),
            "{name}: `strict` and `quirks` disagree"
        );
    }
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}

/// Every quirk that PATCH is concerned with has a fixture.
#[test]
fn every_quirk_has_a_fixture() {
    let shown: BTreeSet<&str> = cases().iter().flat_map(quirks).map(Quirk::name).collect();
    let elsewhere: BTreeSet<&str> = [
        // Filters only.
        Quirk::UnquotedLiteral,
        Quirk::ElementSubInFilter,
        // Whole resources.
        Quirk::StringNumber,
        Quirk::UnannouncedExtension,
        Quirk::MissingSchemas,
        // Bulk, projection, headers and the service.
        Quirk::BulkPatchArray,
        Quirk::BothProjections,
        Quirk::BracketedProjection,
        Quirk::UniqueGroupName,
        Quirk::ForeignManager,
        Quirk::AlwaysScimJson,
        Quirk::EndpointCase,
        Quirk::LooseEtag,
    ]
    .map(Quirk::name)
    .into();
    let all: BTreeSet<&str> = Quirk::ALL.iter().map(|q| q.name()).collect();
    let missing: Vec<_> = all.difference(&shown).filter(|q| !elsewhere.contains(**q)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
