//! Scoping filters, operator by operator and as wholes.

use serde_json::{Value as Json, json};

use super::*;
use crate::model::Attributes;
use crate::schema::Schema;

fn clause(attribute: &str, operator: &str, value: &str) -> Json {
    json!({"sourceOperandName": attribute, "operatorName": operator, "targetOperand": {"values": [value]}})
}

/// The filter of the built-in schema's users, with this scope.
fn filter(scope: Json) -> Result<ScopeFilter, Vec<SchemaFault>> {
    let mut document = Schema::default_scim(Default::default()).to_json();
    document["synchronizationRules"][0]["objectMappings"][0]["scope"] = scope;
    let schema = Schema::from_json(document).unwrap();
    let scope = schema.rules[0].object_mappings[0].scope.clone().unwrap();
    ScopeFilter::new(&scope, schema.directories[0].object("User"))
}

fn groups(clauses: &[&[Json]]) -> Json {
    let group = |(index, clauses): (usize, &&[Json])| json!({"name": format!("filter {}", index + 1), "clauses": clauses});
    json!({"groups": clauses.iter().enumerate().map(group).collect::<Vec<_>>()})
}

fn object(attributes: &[(&str, &str)]) -> Attributes {
    crate::expression::tests::object(attributes)
}

#[track_caller]
fn holds(operator: &str, given: &str, value: &str) -> bool {
    let filter = filter(groups(&[&[clause("department", operator, given)]])).unwrap();
    filter.evaluate(&object(&[("department", value)])).passes
}

#[test]
fn each_operator_does_what_the_portal_says() {
    for (operator, given, value, wanted) in [
        ("EQUALS", "Sales", "Sales", true),
        ("EQUALS", "Sales", "sales", false),
        ("NOT EQUALS", "Sales", "sales", true),
        ("NOT EQUALS", "Sales", "Sales", false),
        ("IS TRUE", "", "True", true),
        ("IS TRUE", "", "false", false),
        ("IS FALSE", "", "False", true),
        ("IS FALSE", "", "0", false),
        ("IS NULL", "", "x", false),
        ("IS NOT NULL", "", "x", true),
        ("REGEX MATCH", r".*\@domain.com", "a@domain.com", true),
        ("REGEX MATCH", "([1-9][0-9])", "7", false),
        ("REGEX MATCH", "([1-9][0-9])", "77", true),
        ("REGEX MATCH", "^sales$", "Sales", false),
        ("NOT REGEX MATCH", r".*\@domain.com", "a@other.com", true),
        ("NOT REGEX MATCH", r".*\@domain.com", "a@domain.com", false),
        ("Greater_Than", "9", "10", true),
        ("Greater_Than", "10", "10", false),
        ("Greater_Than", "9", "ten", false),
        ("Greater_Than_OR_EQUALS", "10", "10", true),
        ("Greater_Than_OR_EQUALS", "11", "10", false),
        ("Includes", "ale", "Sales", true),
        ("Includes", "ALE", "Sales", false),
        ("ENDS_WITH", "les", "Sales", true),
        ("ENDS_WITH", "Sal", "Sales", false),
        ("&", "2", "514", true),
        ("&", "4", "514", false),
        ("!&", "4", "514", true),
        ("!&", "2", "514", false),
        ("&", "Sales,Marketing", "Sales", true),
        ("!&", "Sales,Marketing", "Sales", false),
        ("!&", "Sales,Marketing", "Legal", true),
    ] {
        assert_eq!(holds(operator, given, value), wanted, "{value} {operator} {given}");
    }
}

#[test]
fn of_null_only_is_null_holds() {
    for (name, operator) in Operator::ALL {
        for value in [None, Some("")] {
            let filter = filter(groups(&[&[clause("department", name, "1")]])).unwrap();
            let mut person = object(&[]);
            person.set("department", value.map(Value::from));
            assert_eq!(filter.evaluate(&person).passes, operator == Operator::IsNull, "{name} {value:?}");
        }
    }
}

#[test]
fn operators_are_known_in_every_spelling() {
    for (portal, others) in [
        ("NOT EQUALS", ["NOT_EQUALS", "notEquals"]),
        ("IS NOT NULL", ["IS_NOT_NULL", "isNotNull"]),
        ("NOT REGEX MATCH", ["NOT_REGEX_MATCH", "NotRegexMatch"]),
        ("Greater_Than_OR_EQUALS", ["GREATER_THAN_OR_EQUALS", "greaterThanOrEquals"]),
        ("ENDS_WITH", ["ENDS WITH", "endsWith"]),
    ] {
        for other in others {
            assert_eq!(Operator::find(other), Operator::find(portal), "{other}");
        }
    }
}

#[test]
fn types_of_attributes_decide_what_equal_is() {
    let deleted = filter(groups(&[&[clause("accountEnabled", "EQUALS", "true")]])).unwrap();
    assert!(deleted.evaluate(&object(&[("accountEnabled", "True")])).passes);
}

#[test]
fn clauses_are_and_and_groups_are_or() {
    let filter = filter(groups(&[
        &[clause("department", "EQUALS", "R&D"), clause("country", "EQUALS", "DE")],
        &[clause("jobTitle", "IS NOT NULL", "")],
    ]))
    .unwrap();
    assert!(filter.evaluate(&object(&[("department", "R&D"), ("country", "DE")])).passes);
    assert!(filter.evaluate(&object(&[("jobTitle", "Engineer")])).passes);
    let verdict = filter.evaluate(&object(&[("department", "R&D"), ("country", "FR")]));
    assert!(!verdict.passes && !verdict.input_filter_failed);
    let report =
        |group: &str, attribute: &str, operator: &str, expected: &str, actual: Option<&str>| ClauseReport {
            group: group.into(),
            attribute: attribute.into(),
            operator: operator.into(),
            expected: expected.into(),
            actual: actual.map(str::to_owned),
        };
    assert_eq!(
        verdict.failed,
        [
            report("filter 1", "country", "EQUALS", "DE", Some("FR")),
            report("filter 2", "jobTitle", "IS NOT NULL", "", None)
        ]
    );
    assert_eq!(filter.sources(), ["department", "country", "jobTitle"]);
    assert!(ScopeFilter::default().evaluate(&object(&[])).passes);
}

#[test]
fn an_input_filter_leaves_people_alone_instead_of_deprovisioning_them() {
    let scope = json!({
        "groups": [{"clauses": [clause("department", "EQUALS", "R&D")]}],
        "inputFilterGroups": [{"name": "members", "clauses": [clause("userType", "EQUALS", "Member")]}],
    });
    let filter = filter(scope).unwrap();
    let member = filter.evaluate(&object(&[("userType", "Member"), ("department", "Sales")]));
    assert!(!member.passes && !member.input_filter_failed);
    let guest = filter.evaluate(&object(&[("userType", "Guest"), ("department", "R&D")]));
    assert!(!guest.passes && guest.input_filter_failed);
    assert_eq!(guest.failed[0].group, "members");
    assert!(filter.evaluate(&object(&[("userType", "Member"), ("department", "R&D")])).passes);
}

#[test]
fn clauses_that_cannot_be_evaluated_are_all_told_with_their_places() {
    let mut unary = clause("jobTitle", "IS NOT NULL", "");
    unary["targetOperand"] = Json::Null;
    let mut nothing = clause("jobTitle", "EQUALS", "");
    nothing["targetOperand"]["values"] = json!([]);
    let scope = groups(&[
        &[unary, clause("departmant", "EQUALS", "x"), clause("department", "CONTAINS", "x")],
        &[nothing, clause("employeeId", "Greater_Than", "many"), clause("mail", "REGEX MATCH", "(")],
        &[clause("proxyAddresses", "EQUALS", "x"), clause("manager", "IS NULL", "")],
    ]);
    let at = "/synchronizationRules/0/objectMappings/0/scope/groups";
    let faults = filter(scope).unwrap_err();
    let told: Vec<String> = faults.iter().map(|fault| fault.to_string().replace(at, "")).collect();
    assert_eq!(
        told,
        [
            "/0/clauses/1/sourceOperandName: the source has no attribute `departmant`",
            "/0/clauses/2/operatorName: there is no operator `CONTAINS`",
            "/1/clauses/0/targetOperand: `targetOperand` gives no value to compare with",
            "/1/clauses/1/targetOperand: the value must be a whole number, not `many`",
            "/1/clauses/2/targetOperand: the regular expression cannot be read: unclosed group",
            "/2/clauses/0/sourceOperandName: `proxyAddresses` is multi-valued or a reference, on which Entra does not filter",
            "/2/clauses/1/sourceOperandName: `manager` is multi-valued or a reference, on which Entra does not filter",
        ]
    );
    assert_eq!(faults[0].hint.as_deref(), Some("Did you mean department?"));
    assert!(faults[1].hint.as_deref().unwrap().contains("Includes"));
}
