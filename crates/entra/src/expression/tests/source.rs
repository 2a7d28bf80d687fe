//! Sources as exports write them.

use serde_json::{Value as Json, json};

use crate::expression::Expression;
use crate::schema::Schema;

/// The source of the only attribute mapping of a schema around it.
fn read(source: Json) -> Result<Expression, String> {
    let mapping = json!({"source": source, "targetAttributeName": "x"});
    let object =
        json!({"sourceObjectName": "User", "targetObjectName": "User", "attributeMappings": [mapping]});
    let schema = Schema::from_json(json!({"synchronizationRules": [{"objectMappings": [object]}]})).unwrap();
    let mapping = &schema.rules[0].object_mappings[0].attribute_mappings[0];
    Expression::from_source(mapping.source.as_ref().unwrap())
        .map_err(|wrong| format!("{}: {}", wrong.pointer, wrong.fault))
}

fn attribute(name: &str) -> Json {
    json!({"expression": format!("[{name}]"), "name": name, "parameters": [], "type": "Attribute"})
}

fn constant(text: &str) -> Json {
    json!({"expression": format!("\"{text}\""), "name": text, "parameters": [], "type": "Constant"})
}

fn function(name: &str, expression: &str, parameters: &[(&str, Json)]) -> Json {
    let parameters: Vec<_> =
        parameters.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    json!({"expression": expression, "name": name, "parameters": parameters, "type": "Function"})
}

/// The shapes that Microsoft's Graph documentation shows.
fn documented() -> Vec<Json> {
    vec![
        attribute("mail"),
        function("Not", "Not([IsSoftDeleted])", &[("source", attribute("IsSoftDeleted"))]),
        function(
            "Mid",
            "Mid([userPrincipalName], 1, 8)",
            &[
                ("source", attribute("userPrincipalName")),
                ("start", constant("1")),
                ("length", constant("8")),
            ],
        ),
        function(
            "Replace",
            "Replace([preferredLanguage], \"-\", , , \"_\", , )",
            &[
                ("source", attribute("preferredLanguage")),
                ("Find", constant("-")),
                ("Replacement", constant("_")),
            ],
        ),
        function(
            "SingleAppRoleAssignment",
            "SingleAppRoleAssignment([appRoleAssignments])",
            &[("source", attribute("appRoleAssignments"))],
        ),
    ]
}

#[test]
fn documented_sources_are_read_and_written_back_as_they_were() {
    for source in documented() {
        assert_eq!(read(source.clone()).unwrap().to_source(), source);
    }
}

#[test]
fn parameters_alone_say_the_same_as_the_expression() {
    for mut source in documented() {
        let wanted = read(source.clone()).unwrap();
        source["expression"] = Json::Null;
        let built = read(source).unwrap();
        // Constants among parameters have lost whether they were written as numbers, and what was left out at the end.
        let plain = |e: &Expression| e.to_string().replace(['"', ',', ' '], "");
        assert_eq!(plain(&built), plain(&wanted));
    }
    let switch = [
        ("source", attribute("a")),
        ("key", constant("1")),
        ("value", constant("x")),
        ("key", constant("2")),
        ("value", constant("y")),
    ];
    let mut source = function("Switch", "", &switch);
    assert_eq!(read(source.clone()).unwrap().to_string(), r#"Switch([a], , "1", "x", "2", "y")"#);
    source["parameters"][0]["key"] = "input".into();
    assert!(read(source).unwrap_err().contains("Switch takes"));
    let minimal = json!({"name": "extensionAttribute10", "type": "Attribute"});
    assert_eq!(read(minimal).unwrap().as_attribute(), Some("extensionAttribute10"));
    assert_eq!(read(json!({"name": "x\"y", "type": "Constant"})).unwrap().as_constant(), Some("x\"y"));
}

#[test]
fn faults_name_the_member() {
    let at = "/synchronizationRules/0/objectMappings/0/attributeMappings/0/source";
    let wrong = |source: Json, wanted: &str| {
        let told = read(source).unwrap_err();
        assert_eq!(told.replace(at, "@"), wanted);
    };
    wrong(function("Joni", "", &[]), "@/name: there is no function `Joni` at character 1");
    wrong(function("x", "Joni([a])", &[]), "@/expression: there is no function `Joni` at character 1");
    wrong(json!({"type": "Attribute"}), "@/name: the source names no attribute at character 1");
    let nested = function("Trim", "", &[("source", json!({"expression": "Trim(", "type": "Function"}))]);
    wrong(
        nested,
        "@/parameters/0/value/expression: the parenthesis of Trim is opened and never closed at character 5",
    );
}
