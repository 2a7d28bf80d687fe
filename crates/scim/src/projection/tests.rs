//! Tests of projection and rendering.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::*;
use crate::document::{Document, read};
use crate::schema::{ENTERPRISE_USER, Registry, ResourceType, Schema, USER};

const ACME: &str = "urn:acme:params:scim:schemas:extension:acme:2.0:User";
const MICROS: i64 = 1_772_352_930_123_456;

fn registry() -> Registry {
    let mut registry = Registry::builtin();
    let schema = json!({"id": ACME, "attributes": [
        {"name": "hint", "returned": "request"},
        {"name": "pin", "returned": "never"},
        {"name": "kept", "returned": "always"},
        {"name": "level"},
        {"name": "badge", "type": "complex", "subAttributes": [
            {"name": "code"}, {"name": "secret", "returned": "request"}, {"name": "site", "returned": "always"}]}
    ]});
    registry.add_schema(Schema::from_json(&schema).unwrap()).unwrap();
    registry.extend("User", ACME, false).unwrap();
    registry
}

fn envelope() -> Envelope<'static> {
    Envelope {
        id: "u1",
        external_id: Some("e\"1"),
        resource_type: "User",
        created: MICROS,
        modified: MICROS + 1_000_000,
        version: "W/\"3\"",
        location: "https://pool.example/scim_v2/Users/u1",
    }
}

fn body() -> Value {
    json!({
        "userName": "ann", "name": {"givenName": "Ann", "familyName": "Lee"}, "title": "\"manager\":{\"x\":1}}",
        "emails": [{"value": "a@x", "type": "work"}, {"type": "home"}],
        ENTERPRISE_USER: {"department": "R}&D", "manager": {"value": "m1"}},
        ACME: {"hint": "h", "pin": "p", "kept": "k", "level": "l", "badge": {"code": "c", "secret": "s", "site": "t"}}
    })
}

fn document(registry: &Registry, name: &str, body: Value) -> (Arc<ResourceType>, Document) {
    let rt = registry.resource_type(name).unwrap().clone();
    let document = read(&rt, registry, body, &Dialect::entra()).unwrap().document;
    (rt, document)
}

fn computed() -> Map<String, Value> {
    let value = json!({
        "groups": [{"value": "g1", "display": "G"}],
        ENTERPRISE_USER: {"manager": {"$ref": "https://pool.example/scim_v2/Users/m1", "displayName": "Mia"}}
    });
    value.as_object().unwrap().clone()
}

fn parse(only: &[&str], without: &[&str], dialect: &Dialect) -> Result<Projection> {
    let own = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
    Projection::parse(&own(only), &own(without), dialect)
}

fn shown(only: &[&str], without: &[&str]) -> Value {
    let registry = registry();
    let (rt, document) = document(&registry, "User", body());
    let projection = parse(only, without, &Dialect::entra()).unwrap();
    let text = render(&View::new(&rt, &projection), &document, &envelope(), &computed());
    let mut value: Value = serde_json::from_str(&text).unwrap();
    // S-ATTR-02, A-28, S-ATTR-10: these do not depend on the projection.
    assert_eq!(value["schemas"], json!([USER, ENTERPRISE_USER, ACME]));
    assert_eq!(value["id"], "u1");
    let map = value.as_object_mut().unwrap();
    map.shift_remove("schemas");
    map.shift_remove("id");
    value
}

#[test]
fn by_default_everything_is_shown_that_its_schema_shows() {
    let value = shown(&[], &[]);
    assert_eq!(value["externalId"], "e\"1");
    assert_eq!(value["groups"], json!([{"value": "g1", "display": "G"}]));
    assert_eq!(
        value[ENTERPRISE_USER]["manager"],
        json!({"value": "m1", "$ref": "https://pool.example/scim_v2/Users/m1", "displayName": "Mia"})
    );
    // S-SCHEMA-06
    assert_eq!(value[ACME], json!({"kept": "k", "level": "l", "badge": {"code": "c", "site": "t"}}));
    // S-TYPE-02, S-COMMON-05
    assert_eq!(
        value["meta"],
        json!({"resourceType": "User", "created": "2026-03-01T08:15:30.123Z", "lastModified": "2026-03-01T08:15:31.123Z",
               "location": "https://pool.example/scim_v2/Users/u1", "version": "W/\"3\""})
    );
}

// S-ATTR-02, S-ATTR-05, S-ATTR-06, S-ATTR-08, A-28
#[test]
fn attributes_show_what_they_name_and_what_is_always_shown() {
    let kept = json!({"kept": "k"});
    let cases = [
        (vec!["userName"], json!({"userName": "ann", ACME: kept})),
        (
            vec!["USERNAME, Name.GivenName"],
            json!({"userName": "ann", "name": {"givenName": "Ann"}, ACME: kept}),
        ),
        (vec!["emails.value"], json!({"emails": [{"value": "a@x"}], ACME: kept})),
        (vec!["emails.display"], json!({ACME: kept})),
        (
            vec!["meta.version", "externalId"],
            json!({"externalId": "e\"1", ACME: kept, "meta": {"version": "W/\"3\""}}),
        ),
        (vec!["groups.value"], json!({"groups": [{"value": "g1"}], ACME: kept})),
        (
            vec!["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName"],
            json!({ENTERPRISE_USER: {"manager": {"displayName": "Mia"}}, ACME: kept}),
        ),
        (vec!["urn:ietf:params:scim:schemas:core:2.0:User:userName"], json!({"userName": "ann", ACME: kept})),
        (vec![ACME], json!({ACME: {"kept": "k", "level": "l", "badge": {"code": "c", "site": "t"}}})),
        (
            vec!["urn:acme:params:scim:schemas:extension:acme:2.0:User:hint", "pin"],
            json!({ACME: {"hint": "h", "kept": "k"}}),
        ),
        (vec!["badge.secret"], json!({ACME: {"kept": "k", "badge": {"secret": "s", "site": "t"}}})),
        (
            vec!["badge", "badge.secret"],
            json!({ACME: {"kept": "k", "badge": {"code": "c", "secret": "s", "site": "t"}}}),
        ),
        (vec!["unknown", "members", "name.unknown"], json!({ACME: kept})),
    ];
    for (only, expected) in cases {
        assert_eq!(shown(&only, &[]), expected, "{only:?}");
    }
    let core = shown(&[USER], &[]);
    assert!(core.get("title").is_some() && core.get("meta").is_none() && core.get(ENTERPRISE_USER).is_none());
}

// S-ATTR-03, A-26
#[test]
fn excluded_attributes_are_missing_unless_always_shown() {
    let value = shown(
        &[],
        &["id", "userName", "emails.type,badge.site,badge.code", ENTERPRISE_USER, "kept", "meta", "nothing"],
    );
    assert_eq!(
        value,
        json!({"externalId": "e\"1", "name": {"givenName": "Ann", "familyName": "Lee"}, "title": "\"manager\":{\"x\":1}}",
               "emails": [{"value": "a@x"}], ACME: {"kept": "k", "level": "l", "badge": {"site": "t"}},
               "groups": [{"value": "g1", "display": "G"}]})
    );
}

// S-ATTR-04, S-ATTR-07, A-26, A-27, S-HTTP-12
#[test]
fn odd_projections_are_a_matter_of_dialect() {
    let (entra, strict) = (Dialect::entra(), Dialect::strict());
    let both = parse(&["userName"], &["id"], &entra).unwrap();
    assert_eq!((both.kind, both.names), (Kind::Only, vec!["userName".to_owned()]));
    assert_eq!(parse(&["a"], &["b"], &strict).unwrap_err().scim_type, Some(ScimType::InvalidValue));
    let bracket = ["emails[type eq \"wo,rk\"], userName"];
    assert_eq!(parse(&bracket, &[], &entra).unwrap().names, ["emails", "userName"]);
    assert_eq!(parse(&bracket, &[], &strict).unwrap_err().scim_type, Some(ScimType::InvalidPath));
    assert!(parse(&[" ,, "], &[""], &strict).unwrap().is_default());
    assert!(parse(&["user name"], &[], &entra).is_err());
    assert!(parse(&[&"a,".repeat(200)], &[], &entra).is_ok());
    assert!(parse(&[&"a,".repeat(201)], &[], &entra).is_err());
}

// S-ATTR-09
#[test]
fn what_is_not_wanted_need_not_be_fetched() {
    let registry = registry();
    let group = registry.resource_type("Group").unwrap();
    let user = registry.resource_type("User").unwrap();
    let view = |rt: &'static str, only: &[&str], without: &[&str]| {
        let rt = if rt == "User" { user } else { group };
        View::new(rt, &parse(only, without, &Dialect::entra()).unwrap())
    };
    assert!(view("Group", &[], &[]).wants(None, "members"));
    assert!(!view("Group", &[], &["members"]).wants(None, "members"));
    assert!(!view("Group", &["displayName"], &[]).wants(None, "members"));
    assert!(view("Group", &["members.value"], &[]).wants(None, "members"));
    assert!(!view("Group", &["members.value"], &[]).wants_sub(None, "members", "display"));
    assert!(view("Group", &[], &["members.value"]).wants_sub(None, "members", "display"));
    assert!(!view("User", &[], &["groups"]).wants(None, "groups"));
    assert!(!view("User", &["id"], &[]).wants(None, "groups"));
    assert!(!view("User", &["manager.value"], &[]).wants_sub(
        Some(ENTERPRISE_USER),
        "manager",
        "displayName"
    ));
    assert!(!view("User", &[], &[]).wants(Some(ACME), "pin"));
    assert!(!view("User", &[], &[]).wants(None, "nothing"));
}

// S-SCHEMA-06: a write answer shows what the client wrote, even if it is returned on request only.
#[test]
fn supplied_values_are_shown_once() {
    let registry = registry();
    let (rt, document) = document(&registry, "User", body());
    let mut view = View::new(&rt, &Projection::default());
    assert!(view.is_default());
    view.supplied(Some(ACME), "HINT");
    view.supplied(Some(ACME), "pin");
    assert!(!view.is_default());
    let value: Value = serde_json::from_str(&render(&view, &document, &envelope(), &Map::new())).unwrap();
    assert_eq!(value[ACME]["hint"], "h");
    assert!(value[ACME].get("pin").is_none());
}

// The fast way and the thorough way give the same resource.
#[test]
fn stored_text_renders_like_the_document() {
    let registry = Registry::builtin();
    let manager = "\"$ref\":\"https://pool.example/scim_v2/Users/m1\",\"displayName\":\"Mia\"";
    let elsewhere = json!({"userName": "a", "title": format!("{ENTERPRISE_USER}\":{{\"manager\":{{")});
    let bodies = [
        (body(), "\"groups\":[{\"value\":\"g1\",\"display\":\"G\"}]", manager, computed()),
        (json!({"userName": "a"}), "", "", Map::new()),
        (json!({}), "", "", Map::new()),
        (json!({"userName": "a", ENTERPRISE_USER: {"department": "d"}}), "", "", Map::new()),
        (elsewhere, "", "", Map::new()),
    ];
    for (body, extra, manager, computed) in bodies {
        let (rt, document) = document(&registry, "User", body);
        assert!(rt.is_plain());
        let slow = render(&View::new(&rt, &Projection::default()), &document, &envelope(), &computed);
        let mut fast = String::new();
        render_stored(&document.to_json(), &envelope(), extra, manager, &mut fast);
        let parse =
            |text: &str| crate::json::parse(text.as_bytes(), &crate::json::Limits::default()).unwrap();
        assert_eq!(parse(&fast), parse(&slow));
        assert!(fast.starts_with("{\"schemas\":[") && fast.contains("],\"id\":\"u1\","), "{fast}");
    }
    let mut odd = String::new();
    render_stored("{}", &envelope(), "", "", &mut odd);
    assert!(odd.starts_with("{\"id\":\"u1\",\"externalId\":"), "{odd}");
}

#[test]
fn the_manager_is_found_in_stored_text() {
    let registry = registry();
    let text = |body: Value| document(&registry, "User", body).1.to_json();
    assert_eq!(stored_manager(&text(body())), Some("m1"));
    assert_eq!(stored_manager(&text(json!({"userName": "a"}))), None);
    assert_eq!(stored_manager(&text(json!({"userName": "a", ENTERPRISE_USER: {"department": "}"}}))), None);
    let trap = format!("{ENTERPRISE_USER}\":{{\"manager\":{{\"value\":\"x\"}}");
    assert_eq!(stored_manager(&text(json!({"userName": "a", "title": trap}))), None);
    // An object of the same name in another extension is not the manager.
    let other = format!(
        "{{\"schemas\":[],\"{ENTERPRISE_USER}\":{{\"department\":\"d\"}},\"x\":{{\"manager\":{{\"value\":\"x\"}}}}}}"
    );
    assert_eq!(stored_manager(&other), None);
}

#[test]
fn instants_are_printed_with_milliseconds() {
    let printed = |micros: i64| {
        let mut out = String::new();
        let envelope = Envelope { created: micros, ..envelope() };
        envelope.write_meta(&mut out, |name| name == "created");
        serde_json::from_str::<Value>(&out).unwrap()["created"].as_str().unwrap().to_owned()
    };
    // A leap day, the ends of months and years, before the epoch: as jiff prints them.
    for micros in [
        0,
        -1,
        951_782_400_000_000,
        1_709_164_799_999_999,
        4_102_444_799_999_999,
        -62_135_596_800_000_000,
        MICROS,
    ] {
        let expected = jiff::Timestamp::from_microsecond(micros.div_euclid(1000) * 1000).unwrap();
        assert_eq!(printed(micros), format!("{expected:.3}"), "{micros}");
    }
    for day in (-200_000..200_000).step_by(37) {
        let micros = day * 86_400_000_000 + 1_000;
        assert_eq!(printed(micros), format!("{:.3}", jiff::Timestamp::from_microsecond(micros).unwrap()));
    }
}
