//! Schemas are read whole and written back as they came.

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// A small schema in the shapes that Graph's documentation shows: a lower-case type, defaults left out, members this
/// engine does not know.
const DOCUMENTED: &str = r##"{
  "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#schema",
  "id": "s1", "version": "5", "provisioningTaskIdentifier": null,
  "directories": [
    {"id": "d1", "name": "Azure Active Directory", "discoverabilities": "AttributeNames", "objects": [
      {"name": "User", "attributes": [
        {"name": "objectId", "type": "string", "anchor": true, "apiExpressions": []},
        {"name": "extensionAttribute10", "type": "String"},
        {"name": "manager", "type": "Reference", "referencedObjects": [{"referencedObjectName": "User", "referencedProperty": null}]}
      ]}
    ]},
    {"id": "d2", "name": "salesforce.com", "objects": [{}]}
  ],
  "synchronizationRules": [
    {"id": "r2", "name": "LATER", "priority": 2, "sourceDirectoryName": "a", "targetDirectoryName": "b", "objectMappings": []},
    {"editable": true, "id": "r1", "name": "USER_OUTBOUND_USER", "priority": 1,
     "sourceDirectoryName": "Azure Active Directory", "targetDirectoryName": "salesforce.com",
     "objectMappings": [{
       "attributeMappings": [
         {"source": {"name": "extensionAttribute10", "type": "Attribute"}, "targetAttributeName": "officeCode"},
         {"defaultValue": "en_US", "exportMissingReferences": false, "flowBehavior": "FlowAlways",
          "flowType": "objectAddOnly", "matchingPriority": 3, "source": null, "targetAttributeName": "LanguageLocaleKey"}
       ],
       "enabled": false, "flowTypes": "Add, Update",
       "metadata": [{"key": "EscrowBehavior", "value": "\"Default\""}],
       "name": "Synchronize", "scope": null, "sourceObjectName": "User", "targetObjectName": "User"
     }]}
  ]
}"##;

#[test]
fn what_was_read_is_written_back_in_its_order() {
    for text in [DOCUMENTED, DEFAULT] {
        let schema = Schema::read(text).unwrap();
        let document: Json = serde_json::from_str(text).unwrap();
        assert_eq!(schema.to_json().to_string(), document.to_string());
        assert_eq!(Schema::read(&schema.to_string()).unwrap().to_json().to_string(), document.to_string());
    }
}

#[test]
fn members_left_out_have_graphs_defaults() {
    let schema = Schema::read(&format!("\u{feff}{DOCUMENTED}")).unwrap();
    let user = schema.directory("Azure Active Directory").unwrap().object("User").unwrap();
    assert_eq!(user.attributes[0].type_, AttributeType::String);
    assert!(user.attributes[0].anchor && !user.attributes[1].anchor);
    assert_eq!(user.attributes[1].mutability, Mutability::ReadWrite);
    assert_eq!(user.attribute("MANAGER").unwrap().referenced_objects, ["User"]);
    assert!(schema.directory("salesforce.com").unwrap().objects.is_empty());
    assert_eq!(schema.rules[0].id.as_deref(), Some("r1"), "by priority");
    let mapping = &schema.rules[0].object_mappings[0];
    assert!(!mapping.enabled);
    assert_eq!(mapping.flow_types, FlowTypes { create: true, update: true, delete: false });
    let [office, locale] = mapping.attribute_mappings.as_slice() else { panic!() };
    assert_eq!((office.flow_type, office.flow_behavior), (FlowType::Always, FlowBehavior::FlowWhenChanged));
    assert_eq!((office.matching_priority, &office.default_value), (0, &None));
    assert_eq!((locale.flow_type, locale.flow_behavior), (FlowType::ObjectAddOnly, FlowBehavior::FlowAlways));
    assert_eq!((locale.matching_priority, locale.source.is_none()), (3, true));
    assert_eq!(
        office.source.as_ref().unwrap().pointer,
        "/synchronizationRules/1/objectMappings/0/attributeMappings/0/source"
    );
}

#[test]
fn every_fault_of_form_is_told_with_its_place() {
    let told = |document: Json| -> Vec<String> {
        Schema::from_json(document).unwrap_err().iter().map(ToString::to_string).collect()
    };
    assert_eq!(
        told(json!({
            "directories": [{"name": 1, "objects": {"a": 1}}, "x"],
            "synchronizationRules": [{"priority": "1", "objectMappings": [{
                "flowTypes": "Add, Upsert", "sourceObjectName": "User", "enabled": 3,
                "attributeMappings": [
                    {"flowType": "Sometimes", "matchingPriority": -1, "source": {"parameters": [{"key": "a"}]}},
                ],
            }]}],
        })),
        [
            "/directories/1: an object was expected, not text",
            "/directories/0/objects: a list was expected, not an object",
            "/directories/0/name: text was expected, not a number",
            "/synchronizationRules/0/priority: a whole number was expected, not text",
            "/synchronizationRules/0/objectMappings/0/enabled: a boolean was expected, not a number",
            "/synchronizationRules/0/objectMappings/0/flowTypes: `Upsert` is none of Add, Update, Delete",
            "/synchronizationRules/0/objectMappings/0: `targetObjectName` is missing",
            "/synchronizationRules/0/objectMappings/0/attributeMappings/0/flowType: `Sometimes` is none of Always, \
             ObjectAddOnly, MultiValueAddOnly, ValueAddOnly, AttributeAddOnly",
            "/synchronizationRules/0/objectMappings/0/attributeMappings/0/matchingPriority: a priority is 0 or more",
            "/synchronizationRules/0/objectMappings/0/attributeMappings/0/source/parameters/0: `value` is missing",
            "/synchronizationRules/0/objectMappings/0/attributeMappings/0: `targetAttributeName` is missing",
        ]
    );
    assert!(told(json!([]))[0].contains("no synchronization schema"));
    let template = Schema::from_json(json!({"id": "scim", "schema": {}})).unwrap_err();
    assert!(template[0].hint.as_deref().unwrap().contains("under `schema`"));
    let text = Schema::read("{\"directories\": [}").unwrap_err();
    assert!(text[0].to_string().contains("no JSON: expected value at line 1 column 18"), "{}", text[0]);
}

#[test]
fn the_default_can_send_the_object_id_as_external_id() {
    let source = |defaults: DefaultMapping| {
        let schema = Schema::default_scim(defaults);
        let users = &schema.rules[0].object_mappings[0];
        let mapping = users.attribute_mappings.iter().find(|m| m.target_attribute == "externalId").unwrap();
        mapping.source.clone().unwrap().expression.unwrap()
    };
    assert_eq!(source(DefaultMapping::default()), "[mailNickname]");
    assert_eq!(source(DefaultMapping { external_id: ExternalId::ObjectId }), "[objectId]");
}

#[test]
fn the_expressions_of_the_default_agree_with_their_parameters() {
    for rule in Schema::default_scim(DefaultMapping::default()).rules {
        for mapping in rule.object_mappings.iter().flat_map(|m| &m.attribute_mappings) {
            let source = mapping.source.as_ref().unwrap();
            let expression = crate::expression::Expression::from_source(source).unwrap();
            let built = crate::expression::Expression::from_source(&SourceDefinition {
                expression: None,
                ..bare(source)
            });
            assert_eq!(built.unwrap(), expression, "{}", mapping.target_attribute);
        }
    }
}

/// Without the texts of its parameters, too.
fn bare(source: &SourceDefinition) -> SourceDefinition {
    let parameters = source.parameters.iter().map(|(key, value)| (key.clone(), bare(value))).collect();
    SourceDefinition { expression: None, parameters, ..source.clone() }
}

/// JSON of whatever form.
fn anything() -> impl Strategy<Value = Json> {
    let names = [
        "directories",
        "objects",
        "name",
        "type",
        "synchronizationRules",
        "objectMappings",
        "attributeMappings",
        "source",
        "parameters",
        "key",
        "value",
        "scope",
        "groups",
        "clauses",
        "targetOperand",
        "values",
        "priority",
    ];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        "\\PC{0,6}".prop_map(Json::from),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        let name =
            prop_oneof![proptest::sample::select(names.to_vec()).prop_map(str::to_owned), "[a-z@.]{0,6}"];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            proptest::collection::vec((name, inner), 0..6)
                .prop_map(|pairs| Json::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_is_refused_with_places_that_exist_or_kept_whole(document in anything()) {
        match Schema::from_json(document.clone()) {
            Ok(schema) => prop_assert_eq!(schema.to_json().to_string(), document.to_string()),
            Err(faults) => {
                for fault in faults {
                    prop_assert!(document.pointer(&fault.pointer).is_some(), "{}", fault);
                }
            }
        }
    }

    #[test]
    fn members_unknown_to_the_engine_survive(extra in anything()) {
        let mut document: Json = serde_json::from_str(DOCUMENTED).unwrap();
        document["x-unknown"] = extra.clone();
        document["synchronizationRules"][1]["objectMappings"][0]["attributeMappings"][0]["x"] = extra;
        let schema = Schema::from_json(document.clone()).unwrap();
        prop_assert_eq!(schema.to_string(), serde_json::to_string_pretty(&document).unwrap());
    }
}
