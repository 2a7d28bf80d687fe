use super::super::{Checked, Expr, Filter, Limits, parse};
use crate::dialect::{Dialect, Quirk};
use crate::error::{ScimError, ScimType};
use crate::schema::{Registry, ResourceType, Schema};
use serde_json::json;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn check(text: &str, dialect: &Dialect) -> crate::Result<Filter<Checked>> {
    let registry = Registry::builtin();
    let user = registry.resource_type("User").unwrap();
    parse(text, dialect, &Limits::default()).unwrap_or_else(|e| panic!("{text}: {e}")).check(user, dialect)
}

fn checked(text: &str) -> String {
    check(text, &Dialect::entra()).unwrap_or_else(|e| panic!("{text}: {e}")).to_string()
}

fn strictly(text: &str) -> String {
    check(text, &Dialect::strict()).unwrap_or_else(|e| panic!("{text}: {e}")).to_string()
}

fn refused(text: &str) -> ScimError {
    match check(text, &Dialect::entra()) {
        Ok(filter) => panic!("{text} was checked as {filter}"),
        Err(error) => {
            assert_eq!((error.status, error.scim_type), (400, Some(ScimType::InvalidFilter)), "{text}");
            error
        }
    }
}

// S-FILTER-02, S-FILTER-10, S-FILTER-11, S-MODEL-04
#[test]
fn names_are_brought_into_the_schemas_spelling() {
    assert_eq!(strictly(r#"USERNAME eq "Ann@Ex.ORG""#), r#"userName eq "ann@ex.org""#);
    assert_eq!(
        strictly(r#"URN:IETF:PARAMS:SCIM:SCHEMAS:CORE:2.0:USER:NAME.GIVENNAME eq "x""#),
        r#"name.givenName eq "x""#
    );
    let department = format!(r#"{ENTERPRISE}:department eq "x""#);
    assert_eq!(strictly(&department), department);
    assert_eq!(strictly(r#"Department eq "X""#), department);
}

// S-FILTER-06, A-42; entra.md §2.5: `id eq "u1" and manager eq "m1"`
#[test]
fn a_bare_complex_attribute_means_its_value() {
    assert_eq!(strictly(r#"emails co "X""#), r#"emails.value co "x""#);
    assert_eq!(
        strictly(r#"ID eq "u1" and manager eq "M1""#),
        format!(r#"id eq "u1" and {ENTERPRISE}:manager.value eq "M1""#)
    );
    assert_eq!(strictly("name pr"), "name pr");
    assert_eq!(strictly("emails pr"), "emails pr");
    assert!(refused(r#"name eq "x""#).detail.contains("givenName"));
    refused(r#"addresses eq "x""#);
}

// S-FILTER-08
#[test]
fn brackets_after_singular_complex_and_simple_lists() {
    assert_eq!(
        checked(r#"manager[value eq "m1" and displayName pr]"#),
        format!(
            r#"{ENTERPRISE}:manager pr and {ENTERPRISE}:manager.value eq "m1" and {ENTERPRISE}:manager.displayName pr"#
        )
    );
    let mut strict = Dialect::entra();
    strict.set(Quirk::SingularValueFilter, false);
    assert_eq!(
        check(r#"manager[value eq "m1"]"#, &strict).unwrap_err().scim_type,
        Some(ScimType::InvalidFilter)
    );
    assert_eq!(strictly(r#"schemas[value eq "urn:X"]"#), r#"schemas[value eq "urn:x"]"#);
    refused(r#"schemas[display eq "x"]"#);
    refused(r#"userName[value eq "x"]"#);
    refused(r#"emails[value.x eq "x"]"#);
    refused(r#"emails[urn:x:type eq "x"]"#);
}

#[test]
fn urns_of_old_clients_are_understood() {
    let right = format!(r#"{ENTERPRISE}:department eq "x""#);
    let cases = [
        (Quirk::UrnDot, format!(r#"{ENTERPRISE}.department eq "x""#)),
        (
            Quirk::MalformedEnterpriseUrn,
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0User:department eq "x""#.to_owned(),
        ),
    ];
    for (quirk, text) in cases {
        assert_eq!(checked(&text), right);
        let mut without = Dialect::entra();
        without.set(quirk, false);
        assert!(check(&text, &without).is_err(), "{text}");
    }
    assert_eq!(checked(&format!("{ENTERPRISE}.manager.value pr")), format!("{ENTERPRISE}:manager.value pr"));
    assert_eq!(
        checked(r#"urn:ietf:params:scim:schemas:core:2.0:User.userName eq "x""#),
        r#"userName eq "x""#
    );
}

// The comparison matrix of the requirements, A-51.
#[test]
fn every_type_knows_its_operators() {
    let literal = |attr: &str| match attr {
        "active" => "true",
        "count" | "ratio" => "1",
        "meta.created" => r#""2026-01-01T00:00:00Z""#,
        _ => r#""YQ==""#,
    };
    let matrix = [
        ("userName", "eq ne co sw ew gt ge lt le"),
        ("profileUrl", "eq ne co sw ew gt ge lt le"),
        ("x509Certificates.value", "eq ne co sw ew"),
        ("active", "eq ne"),
        ("count", "eq ne gt ge lt le"),
        ("ratio", "eq ne gt ge lt le"),
        ("meta.created", "eq ne gt ge lt le"),
    ];
    let registry = with_numbers();
    let user = registry.resource_type("User").unwrap();
    for (attr, known) in matrix {
        for op in "eq ne co sw ew gt ge lt le".split(' ') {
            let text = format!("{attr} {op} {}", literal(attr));
            for dialect in [Dialect::strict(), Dialect::entra()] {
                let result = parse(&text, &dialect, &Limits::default()).unwrap().check(user, &dialect);
                assert_eq!(result.is_ok(), known.contains(op), "{text}: {result:?}");
            }
        }
        for dialect in [Dialect::strict(), Dialect::entra()] {
            for text in [format!("{attr} pr"), format!("{attr} eq null"), format!("{attr} ne null")] {
                assert!(
                    parse(&text, &dialect, &Limits::default()).unwrap().check(user, &dialect).is_ok(),
                    "{text}"
                );
            }
            let text = format!("{attr} gt null");
            assert!(
                parse(&text, &dialect, &Limits::default()).unwrap().check(user, &dialect).is_err(),
                "{text}"
            );
        }
    }
}

/// The built-in types, and an extension of User with numbers and two clashing names.
pub(super) fn with_numbers() -> Registry {
    let mut registry = Registry::builtin();
    let mut user = json!({
        "name": "User", "endpoint": "/Users", "description": "", "schema": crate::schema::USER,
        "schemaExtensions": [{"schema": ENTERPRISE, "required": false}]
    });
    for (urn, attributes) in [
        (
            "urn:x:numbers",
            json!([
                {"name": "count", "type": "integer"},
                {"name": "ratio", "type": "decimal"},
                {"name": "tags", "multiValued": true},
                {"name": "badges", "type": "complex", "multiValued": true, "subAttributes": [
                    {"name": "value"}, {"name": "colours", "multiValued": true}, {"name": "since", "type": "dateTime"}
                ]},
                {"name": "pin", "mutability": "writeOnly", "returned": "never"},
                {"name": "shared"}
            ]),
        ),
        ("urn:x:other", json!([{"name": "shared"}])),
    ] {
        let schema = json!({"id": urn, "name": urn, "description": "", "attributes": attributes});
        registry.add_schema(Schema::from_json(&schema).unwrap()).unwrap();
        user["schemaExtensions"].as_array_mut().unwrap().push(json!({"schema": urn, "required": false}));
    }
    let mut fresh = Registry::default();
    for schema in registry.schemas() {
        fresh.add_schema((**schema).clone()).unwrap();
    }
    let user = ResourceType::from_json(&user, &fresh).unwrap();
    fresh.add_resource_type(user).unwrap();
    fresh
}

// A-15, S-FILTER-19
#[test]
fn literals_fit_their_attributes() {
    let registry = with_numbers();
    let user = registry.resource_type("User").unwrap();
    let check = |text: &str, dialect: &Dialect| {
        parse(text, dialect, &Limits::default()).unwrap().check(user, dialect).map(|f| f.to_string())
    };
    let lenient = [
        (Quirk::QuotedLiteral, r#"roles[primary eq "True"]"#, "roles[primary eq true]"),
        (Quirk::QuotedLiteral, r#"active eq "false""#, "active eq false"),
        (Quirk::QuotedLiteral, r#"count gt "3""#, "urn:x:numbers:count gt 3"),
        (Quirk::UnquotedLiteral, "title eq 7.10", r#"title eq "7.10""#),
    ];
    for (quirk, text, means) in lenient {
        let mut only = Dialect::strict();
        only.set(quirk, true);
        assert_eq!(check(text, &only).as_deref(), Ok(means), "{text}");
        assert!(check(text, &Dialect::strict()).is_err(), "{text}");
    }
    for text in [
        "active eq 1",
        r#"active eq "yes""#,
        r#"count eq "many""#,
        "title eq true",
        "meta.created gt 2026",
        r#"meta.created gt "2026-01-01""#,
        "ratio gt 1e999",
        "count eq true",
    ] {
        assert!(check(text, &Dialect::entra()).is_err(), "{text}");
    }
}

#[test]
fn integers_are_compared_with_whole_numbers() {
    let registry = with_numbers();
    let user = registry.resource_type("User").unwrap();
    let count = |condition: &str| {
        let text = format!("count {condition}");
        let filter = parse(&text, &Dialect::strict(), &Limits::default()).unwrap();
        filter.check(user, &Dialect::strict()).unwrap().to_string().replace("urn:x:numbers:", "")
    };
    for (condition, means) in [
        ("eq 5.0", "count eq 5"),
        ("eq 1e2", "count eq 100"),
        ("eq 2.5", "false"),
        ("ne 2.5", "not (false)"),
        ("gt 2.5", "count gt 2"),
        ("ge 2.5", "count gt 2"),
        ("lt -2.5", "count le -3"),
        ("le 2.5", "count le 2"),
        ("gt 9223372036854775807", "count gt 9223372036854775807"),
        ("lt 9223372036854775808", "count pr"),
        ("ge 1e30", "false"),
        ("gt -1e30", "count pr"),
        ("le -1e30", "false"),
    ] {
        assert_eq!(count(condition), means, "{condition}");
    }
}

// A-02
#[test]
fn null_means_unassigned() {
    assert_eq!(strictly("title eq null"), "not (title pr)");
    assert_eq!(strictly("title ne NULL"), "title pr");
    assert_eq!(strictly("emails[type eq null]"), "emails[not (type pr)]");
    assert_eq!(strictly("not (emails eq null)"), "emails pr");
}

// S-FILTER-12, S-FILTER-15, A-37
#[test]
fn unknown_and_secret_attributes_are_refused() {
    assert!(refused(r#"usrName eq "x""#).detail.contains("Did you mean `userName`?"));
    assert!(refused(r#"email.type eq "x""#).detail.contains("`emails.type`"));
    assert!(refused(r#"name.surname eq "x""#).detail.contains("familyName"));
    refused("members pr");
    refused("urn:x:y:title pr");
    let detail = refused(r#"password eq "hunter2""#).detail;
    assert!(!detail.contains("hunter2"), "{detail}");
    refused("password pr");
    let registry = with_numbers();
    let user = registry.resource_type("User").unwrap();
    let told = |text: &str| {
        let parsed = parse(text, &Dialect::entra(), &Limits::default()).unwrap();
        parsed.check(user, &Dialect::entra()).unwrap_err().detail
    };
    assert!(told("pin pr").contains("pin"));
    let detail = told("shared pr");
    assert!(detail.contains("urn:x:numbers:shared") && detail.contains("urn:x:other:shared"), "{detail}");
}

// S-QUERY-03, S-QUERY-04
#[test]
fn queries_over_several_types() {
    let registry = Registry::builtin();
    let types = [registry.resource_type("User").unwrap(), registry.resource_type("Group").unwrap()];
    let any = |text: &str| {
        let parsed = parse(text, &Dialect::strict(), &Limits::default()).unwrap();
        let types: Vec<&ResourceType> = types.iter().map(|t| &***t).collect();
        parsed
            .check_any(&types, &Dialect::strict())
            .map(|filters| filters.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    for (text, user, group) in [
        ("userName pr", "userName pr", "false"),
        ("not (userName pr)", "not (userName pr)", "not (false)"),
        (r#"userName ne "x""#, r#"userName ne "x""#, "not (false)"),
        ("userName eq null", "not (userName pr)", "not (false)"),
        (r#"meta.resourceType eq "User""#, "not (false)", "false"),
        (r#"meta.resourceType eq "user""#, "false", "false"),
        (r#"meta.resourceType ne "User" and displayName pr"#, "false", "displayName pr"),
        (r#"members[value eq "1"] or title eq "x""#, r#"title eq "x""#, r#"members[value eq "1"]"#),
        ("foo pr or displayName pr", "displayName pr", "displayName pr"),
        ("emails[foo pr] or id pr", "not (false)", "not (false)"),
    ] {
        assert_eq!(any(text), Ok(vec![user.to_owned(), group.to_owned()]), "{text}");
    }
    assert!(any("password pr").is_err());
    assert!(any("active gt true").is_err());
}

#[test]
fn a_checked_filter_reads_back_to_itself() {
    for text in [
        r#"userName eq "X" or not (emails[type eq "work" and value co "@"]) and active eq true"#,
        r#"meta.lastModified gt "2011-05-13T04:42:34+02:00" and schemas[value sw "urn:"]"#,
        r#"manager.$ref eq "https://h/scim/v2/Users/1""#,
    ] {
        let once = check(text, &Dialect::strict()).unwrap();
        assert_eq!(check(&once.to_string(), &Dialect::strict()), Ok(once), "{text}");
    }
    assert!(
        matches!(check("id pr", &Dialect::strict()).unwrap().expr, e if e.is_everything() && e != Expr::Nothing)
    );
}
