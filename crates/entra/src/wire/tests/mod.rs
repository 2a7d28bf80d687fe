//! The real bytes on the wire, for every row of the fact sheet's §1 to §3.

mod bytes;
mod laws;
mod people;
mod waiting;

use client::Request;
use serde_json::Value as Json;

use crate::expression::Flowed;
use crate::mapping::{
    AttributeMapping, AttributeType, Flow, FlowBehavior, FlowType, ObjectMapping, Source, TargetAttribute,
};
use crate::model::{Kind, Value};
use crate::scope::ScopeFilter;
use crate::testing::{Listener, Reply};
use crate::wire::{Dialect, Switches, Wire};

pub(super) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub(super) const MANAGER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
pub(super) const CUSTOM: &str = "urn:ietf:params:scim:schemas:extension:Contoso:2.0:User:badge";

/// A mapping of these targets, the matching one first.
pub(crate) fn mapping(kind: Kind, targets: &[(&str, AttributeType)]) -> ObjectMapping {
    let announced: &[&str] = match kind {
        Kind::User => &["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        Kind::Group => &[
            "urn:ietf:params:scim:schemas:core:2.0:Group",
            "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group",
        ],
    };
    ObjectMapping {
        kind,
        enabled: true,
        create: true,
        update: true,
        delete: true,
        scope: ScopeFilter::default(),
        attributes: targets.iter().map(|(target, type_)| attribute(target, *type_)).collect(),
        matching: vec![0],
        announced: announced.iter().map(|urn| (*urn).to_owned()).collect(),
    }
}

fn attribute(target: &str, type_: AttributeType) -> AttributeMapping {
    AttributeMapping {
        target: target.parse().unwrap(),
        attribute: TargetAttribute {
            type_,
            case_exact: false,
            multivalued: ["roles", "tags"].contains(&target),
            required: false,
            referenced: Vec::new(),
        },
        source: Source::None,
        default_value: None,
        flow_type: FlowType::Always,
        flow_behavior: FlowBehavior::FlowWhenChanged,
        matching_priority: 0,
        export_missing_references: false,
        reference: None,
        redacted: false,
    }
}

/// The default mapping's user attributes (§4.5).
pub(super) fn users() -> ObjectMapping {
    let mut targets = vec![
        ("userName", AttributeType::String),
        ("active", AttributeType::Boolean),
        ("displayName", AttributeType::String),
        ("title", AttributeType::String),
        ("emails[type eq \"work\"].value", AttributeType::String),
        ("preferredLanguage", AttributeType::String),
        ("name.givenName", AttributeType::String),
        ("name.familyName", AttributeType::String),
        ("name.formatted", AttributeType::String),
        ("addresses[type eq \"work\"].formatted", AttributeType::String),
        ("addresses[type eq \"work\"].streetAddress", AttributeType::String),
        ("addresses[type eq \"work\"].locality", AttributeType::String),
        ("addresses[type eq \"work\"].region", AttributeType::String),
        ("addresses[type eq \"work\"].postalCode", AttributeType::String),
        ("addresses[type eq \"work\"].country", AttributeType::String),
        ("phoneNumbers[type eq \"work\"].value", AttributeType::String),
        ("phoneNumbers[type eq \"mobile\"].value", AttributeType::String),
        ("phoneNumbers[type eq \"fax\"].value", AttributeType::String),
        ("externalId", AttributeType::String),
    ];
    let (number, department) = (format!("{ENTERPRISE}:employeeNumber"), format!("{ENTERPRISE}:department"));
    targets.extend([(number.as_str(), AttributeType::String), (&department, AttributeType::String)]);
    targets.extend([
        (CUSTOM, AttributeType::Integer),
        ("nickName", AttributeType::String),
        ("roles[primary eq \"True\"].value", AttributeType::String),
        ("roles", AttributeType::String),
        ("tags", AttributeType::String),
        ("hireDate", AttributeType::DateTime),
    ]);
    mapping(Kind::User, &targets)
}

pub(super) fn groups() -> ObjectMapping {
    mapping(Kind::Group, &[("displayName", AttributeType::String), ("externalId", AttributeType::String)])
}

/// The flows that give these values to these targets.
pub(super) fn flows<'m>(mapping: &'m ObjectMapping, values: &[(&str, Value)]) -> Vec<Flow<'m>> {
    let flow = |(target, value): &(&str, Value)| Flow {
        mapping: mapping.attributes.iter().find(|m| m.target.as_str() == *target).unwrap(),
        outcome: Ok(Flowed::Value(value.clone())),
        defaulted: false,
    };
    values.iter().map(flow).collect()
}

pub(super) fn texts<'m>(mapping: &'m ObjectMapping, values: &[(&str, &str)]) -> Vec<Flow<'m>> {
    let values: Vec<_> = values.iter().map(|(target, text)| (*target, Value::from(*text))).collect();
    flows(mapping, &values)
}

pub(super) fn wire(dialect: Dialect) -> Wire {
    Wire::new(dialect).unwrap().at("https://h/scim")
}

/// The same with one switch turned.
pub(super) fn turned(dialect: Dialect, name: &str, value: &str) -> Wire {
    let mut switches = Switches::of(dialect);
    switches.set(name, value).unwrap();
    Wire::with(dialect, switches).unwrap().at("https://h/scim")
}

/// The raw bytes of requests, each under its title, as they come over a socket.
pub(super) async fn sent(rows: Vec<(&str, Wire, Request)>) -> String {
    let mut text = String::new();
    for (title, wire, request) in rows {
        let listener = Listener::always(Reply::new(204, &[], "")).await;
        let client = wire.client(&listener.url("/scim")).bearer("t0ken".into()).build().unwrap();
        client.send(request).await.unwrap();
        let [came] = &listener.take()[..] else { panic!("one request") };
        text.push_str(&format!("## {title}\n{}\n\n", came.replace("\r\n", "\n")));
    }
    text
}

/// The body of a request, read.
pub(super) async fn body(wire: &Wire, request: Request) -> Json {
    let text = sent(vec![("", wire.clone(), request)]).await;
    serde_json::from_str(text.split_once("\n\n").unwrap().1.trim()).unwrap()
}
