//! Mappings: what the default gives, what flows, and what is refused.

use serde_json::{Value as Json, json};

use super::*;
use crate::expression::Flowed;
use crate::expression::tests::{env, object};
use crate::model::{SourceObject, Value};
use crate::schema::{Schema, SchemaFault};

const USERS: &str = "/synchronizationRules/0/objectMappings/0";

fn default_document() -> Json {
    Schema::default_scim(Default::default()).to_json()
}

fn check(document: Json) -> Result<Mapping, Vec<SchemaFault>> {
    Mapping::check(&Schema::from_json(document).unwrap())
}

/// The default with the user mapping's attribute mappings after `edit`.
fn edited(edit: impl FnOnce(&mut Vec<Json>)) -> Result<Mapping, Vec<SchemaFault>> {
    let mut document = default_document();
    let mappings = document.pointer_mut(&format!("{USERS}/attributeMappings")).unwrap();
    edit(mappings.as_array_mut().unwrap());
    check(document)
}

fn mapping(target: &str, source: Json) -> Json {
    json!({"targetAttributeName": target, "source": source})
}

fn expression(text: &str) -> Json {
    json!({"expression": text, "type": "Function"})
}

fn person(attributes: &[(&str, &str)]) -> SourceObject {
    SourceObject {
        kind: Kind::User,
        id: "u1".into(),
        attributes: object(attributes),
        manager: Some("u0".into()),
        soft_deleted: false,
        enabled: true,
    }
}

fn told(result: Result<Mapping, Vec<SchemaFault>>) -> Vec<String> {
    let at = format!("{USERS}/attributeMappings");
    result.unwrap_err().iter().map(|fault| fault.to_string().replace(&at, "@")).collect()
}

#[test]
fn the_default_is_that_of_a_fresh_app() {
    let mapping = check(default_document()).unwrap();
    let rows = |mapping: &ObjectMapping| -> Vec<String> {
        let row = |m: &AttributeMapping| {
            let source = match &m.source {
                Source::Direct(name) => format!("[{name}]"),
                Source::Expression(expression) => expression.to_string(),
                other => format!("{other:?}"),
            };
            let reference = m.reference.map(|r| format!(" reference {r}")).unwrap_or_default();
            let matching = if m.matching_priority > 0 {
                format!(" match {}", m.matching_priority)
            } else {
                String::new()
            };
            format!("{} = {source} ({:?}){matching}{reference}", m.target, m.attribute.type_)
        };
        mapping.attributes.iter().map(row).collect()
    };
    let groups = mapping.groups.as_ref().unwrap();
    insta::assert_snapshot!(format!(
        "{:?}\n{}\n\n{:?}\n{}",
        mapping.users.announced,
        rows(&mapping.users).join("\n"),
        groups.announced,
        rows(groups).join("\n")
    ));
    assert_eq!(mapping.users.matching, [0]);
    assert!(mapping.users.create && mapping.users.update && mapping.users.delete && mapping.users.enabled);
    assert!(!mapping.rule.is_empty());
}

#[test]
fn values_flow_without_references() {
    let mapping = check(default_document()).unwrap();
    let person =
        person(&[("userPrincipalName", "ann@x"), ("givenName", "Ann"), ("surname", "Lee"), ("mobile", "1")]);
    let flows = mapping.users.flows(&person, Virtual::default(), &env());
    assert_eq!(flows.len(), mapping.users.attributes.len() - 1);
    let of = |target: &str| {
        flows.iter().find(|f| f.mapping.target.as_str() == target).unwrap().outcome.clone().unwrap()
    };
    let text = |text: &str| Flowed::Value(Value::from(text));
    assert_eq!(of("userName"), text("ann@x"));
    assert_eq!(of("name.formatted"), text("Ann Lee"));
    assert_eq!(of("active"), text("True"));
    assert_eq!(of("title"), Flowed::Null);
    assert_eq!(of("phoneNumbers[type eq \"mobile\"].value"), text("1"));
    let gone = Virtual { is_soft_deleted: true, ..Virtual::default() };
    let flows = mapping.users.flows(&person, gone, &env());
    assert_eq!(flows[1].outcome, Ok(text("False")));
}

#[test]
fn defaults_flow_for_null_and_are_told_from_values() {
    let mapping = edited(|mappings| {
        for (index, mapping) in mappings.iter_mut().enumerate().skip(1) {
            mapping["defaultValue"] = if index == 1 { "True".into() } else { "none".into() };
        }
        mappings[2]["source"] = Json::Null;
        mappings[3]["source"] = json!({"name": "Boss", "type": "Constant"});
        mappings[4]["source"] = expression("IgnoreFlowIfNullOrEmpty([mail])");
        mappings[5]["source"] = expression("CDate([preferredLanguage])");
        mappings[6]["source"] = expression("Redact(Coalesce([givenName]))");
        mappings[6]["flowType"] = "ObjectAddOnly".into();
    })
    .unwrap();
    let flows = |attributes: &[(&str, &str)]| -> Vec<(Result<Flowed, String>, bool)> {
        let person = person(attributes);
        let flows = mapping.users.flows(&person, Virtual::default(), &env());
        flows.into_iter().map(|f| (f.outcome.map_err(|e| e.to_string()), f.defaulted)).take(8).collect()
    };
    let text = |text: &str| Ok(Flowed::Value(Value::from(text)));
    let found = flows(&[("preferredLanguage", "de"), ("surname", "Lee")]);
    assert_eq!(found[0], (Ok(Flowed::Null), false), "no default");
    assert_eq!(found[1], (text("True"), false), "an expression that gives a value");
    assert_eq!(found[2], (text("none"), false), "no source: always the default");
    assert_eq!(found[3], (text("Boss"), false), "a constant");
    assert_eq!(found[4], (Ok(Flowed::Ignored), false), "ignored, default or not");
    assert_eq!(found[5], (Err("CDate at character 1: `de` is no date that can be read".into()), false));
    assert_eq!(found[6], (text("none"), true), "an expression that gives null");
    assert_eq!(found[7], (text("Lee"), false));
    let given = &mapping.users.attributes[6];
    assert!(
        given.redacted && given.flow_type == FlowType::ObjectAddOnly && !mapping.users.attributes[5].redacted
    );
}

#[test]
fn all_faults_of_meaning_are_told_at_once() {
    let result = edited(|mappings| {
        mappings[0]["source"] =
            json!({"expression": "[userPrincipalNmae]", "name": "x", "type": "Attribute"});
        mappings[1]["defaultValue"] = "yes".into();
        mappings[2]["targetAttributeName"] = "dispalyName".into();
        mappings[3]["targetAttributeName"] = "emails[type eq work].value".into();
        mappings[4]["source"] = expression("Joni([mail])");
        mappings[5]["source"] = expression("Append([mail], Trim([nickname]))");
        mappings[6]["targetAttributeName"] = "userName".into();
        mappings[7]["source"] = Json::Null;
        mappings[7]["matchingPriority"] = 2.into();
        mappings.push(mapping("active2", json!({"name": "Nonsense", "type": "Function"})));
    });
    assert_eq!(
        told(result),
        [
            "@/0/source/expression: the source has no attribute `userPrincipalNmae` at character 2",
            "@/1/defaultValue: `yes` is no value of an attribute of type Boolean",
            "@/2/targetAttributeName: the target has no attribute `dispalyName`",
            "@/3/targetAttributeName: `emails[type eq work].value` names no target attribute: only `attribute eq \
             \"value\"` can stand in brackets at character 7",
            "@/4/source/expression: there is no function `Joni` at character 1",
            "@/5/source/expression: the source has no attribute `nickname` at character 22",
            "@/6/targetAttributeName: `userName` is mapped twice",
            "@/7/matchingPriority: a constant cannot tell objects apart, so it cannot match them",
            "@/22/targetAttributeName: the target has no attribute `active2`",
            "@/22/source/name: there is no function `Nonsense` at character 1",
        ]
    );
    let hints = edited(|m| m[2]["targetAttributeName"] = "dispalyName".into()).unwrap_err();
    assert_eq!(base::Hinted::hints(&hints[0]), ["Did you mean displayName?"]);
    let unmatched = edited(|m| m[0]["matchingPriority"] = 0.into());
    assert_eq!(told(unmatched), [format!("{USERS}: no attribute mapping matches objects")]);
    let nobody = json!({"synchronizationRules": []});
    assert_eq!(told(check(nobody)), ["/synchronizationRules: no rule maps users"]);
}

#[test]
fn matching_goes_by_priority_and_groups_may_be_off() {
    let mut document = default_document();
    let objects = document.pointer_mut("/synchronizationRules/0/objectMappings").unwrap();
    objects[0]["attributeMappings"][0]["matchingPriority"] = 3.into();
    objects[0]["attributeMappings"][18]["matchingPriority"] = 1.into();
    objects[0]["flowTypes"] = "Add".into();
    objects[1]["enabled"] = false.into();
    let mapping = check(document.clone()).unwrap();
    assert_eq!(mapping.users.matching, [18, 0]);
    assert_eq!((mapping.users.create, mapping.users.update, mapping.users.delete), (true, false, false));
    assert!(
        mapping.of(Kind::User).is_some() && mapping.groups.is_some() && mapping.of(Kind::Group).is_none()
    );
    document.pointer_mut("/synchronizationRules/0/objectMappings").unwrap().as_array_mut().unwrap().pop();
    assert!(check(document).unwrap().groups.is_none());
}

#[test]
fn without_directories_scim_itself_says_what_attributes_are() {
    let mut document = default_document();
    document.as_object_mut().unwrap().remove("directories");
    let without = check(document).unwrap();
    let with = check(default_document()).unwrap();
    for (a, b) in
        [(&with.users, &without.users), (with.groups.as_ref().unwrap(), without.groups.as_ref().unwrap())]
    {
        for (a, b) in a.attributes.iter().zip(&b.attributes) {
            let known =
                |m: &AttributeMapping| TargetAttribute { referenced: Vec::new(), ..m.attribute.clone() };
            assert_eq!(known(a), known(b), "{}", a.target);
            assert_eq!(a.reference, b.reference);
        }
    }
    let custom = edited(|m| m[0]["targetAttributeName"] = "emails[type eq \"home\"].value".into()).unwrap();
    assert_eq!(custom.users.attributes[0].attribute.type_, AttributeType::String);
}

#[test]
fn a_scope_in_the_schema_is_the_mappings() {
    let mut document = default_document();
    *document.pointer_mut(&format!("{USERS}/scope")).unwrap() = json!({"groups": [{"clauses": [
        {"sourceOperandName": "country", "operatorName": "EQUALS", "targetOperand": {"values": ["DE"]}},
    ]}]});
    let mapping = check(document).unwrap();
    let passes = |country: &str| {
        let person = person(&[("country", country)]);
        mapping.users.scope.evaluate(&Seen { object: &person, computed: Virtual::default() }).passes
    };
    assert!(passes("DE") && !passes("FR"));
}
