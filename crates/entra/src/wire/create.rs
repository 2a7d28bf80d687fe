//! The POST (entra.md §2.2, §3), printed without building a tree.

use std::borrow::Cow;
use std::cmp::Ordering;

use client::{Method, Request};
use serde_json::Value as Json;

use crate::expression::Flowed;
use crate::mapping::{AttributeMapping, AttributeType, Flow, ObjectMapping};
use crate::model::{ElementFilter, Kind, TargetPath, Value};
use crate::wire::body::Body;
use crate::wire::compare::is_role;
use crate::wire::switches::{BooleanForm, KeyOrder, PostForm, PrimaryMarks};
use crate::wire::{Dialect, Wire};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// The same without its last colon, as the documentation's second example has it.
const MALFORMED: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The type of an element made from an app role (§2.6).
const ROLE_TYPE: &str = "WindowsAzureActiveDirectoryRole";
/// What the documentation's second example writes as null, when it has no value.
const EXPLICIT_NULLS: [&str; 6] =
    ["addresses", "department", "manager", "phoneNumbers", "preferredLanguage", "title"];

/// One member of the body.
struct Member<'a> {
    extension: Option<&'a str>,
    name: &'a str,
    content: Content<'a>,
}

enum Content<'a> {
    Value(&'a AttributeMapping, &'a Value),
    Reference(&'a str),
    Meta,
    Empty,
    Null,
}

impl Member<'_> {
    fn order(&self, other: &Self) -> Ordering {
        // As captured: the names people are known by, then the alphabet, extensions last.
        let rank = |m: &Self| match m.name {
            "externalId" => 0,
            "userName" => 1,
            _ => 2,
        };
        let sub = |m: &Self| match &m.content {
            Content::Value(mapping, _) if mapping.target.element.is_none() => {
                mapping.target.sub.clone().map(|sub| (sub != "formatted", sub))
            }
            _ => None,
        };
        (self.extension, rank(self), self.name)
            .cmp(&(other.extension, rank(other), other.name))
            .then_with(|| sub(self).cmp(&sub(other)))
    }

    fn is_beside(&self, other: &Self) -> bool {
        (self.extension, self.name) == (other.extension, other.name)
    }
}

impl Wire {
    /// The create. Elements of a multi-valued attribute are made one for each filter; null and empty values are left out.
    #[must_use]
    pub fn create(&self, mapping: &ObjectMapping, flows: &[Flow<'_>]) -> Request {
        self.create_with(mapping, flows, None)
    }

    /// The same with the manager's id in the target at its path, as text (`manager-at-create`).
    #[must_use]
    pub fn create_with(
        &self,
        mapping: &ObjectMapping,
        flows: &[Flow<'_>],
        manager: Option<(&TargetPath, &str)>,
    ) -> Request {
        let mut members = self.members_of(mapping.kind, flows);
        if let Some((path, id)) = manager {
            members.push(Member {
                extension: path.extension.as_deref(),
                name: &path.attribute,
                content: Content::Reference(id),
            });
            members.sort_by(Member::order);
        }
        let mut body = Body::with_capacity(1024);
        body.raw("{");
        if self.switches.key_order == KeyOrder::SchemasFirst {
            self.schemas(&mut body, mapping);
        }
        let mut extension = None;
        for beside in members.chunk_by(Member::is_beside) {
            if beside[0].extension != extension {
                if extension.is_some() {
                    body.raw("}");
                }
                extension = beside[0].extension;
                body.key(self.urn(extension.unwrap_or_default()));
                body.raw("{");
            }
            body.key(beside[0].name);
            self.attribute(&mut body, mapping.kind, beside);
        }
        if extension.is_some() {
            body.raw("}");
        }
        if self.switches.key_order == KeyOrder::SchemasLast {
            self.schemas(&mut body, mapping);
        }
        body.raw("}");
        Request::new(Method::POST, mapping.kind.endpoint()).body(body.into_bytes())
    }

    fn members_of<'a>(&self, kind: Kind, flows: &'a [Flow<'_>]) -> Vec<Member<'a>> {
        let mut members: Vec<Member<'a>> = Vec::with_capacity(flows.len() + 4);
        for flow in flows {
            match &flow.outcome {
                Ok(Flowed::Value(Value::Text(text))) if text.is_empty() => {}
                Ok(Flowed::Value(value)) => members.push(Member {
                    extension: flow.mapping.target.extension.as_deref(),
                    name: &flow.mapping.target.attribute,
                    content: Content::Value(flow.mapping, value),
                }),
                _ => {}
            }
        }
        let user = kind == Kind::User;
        let mut extra = |name: &'static str, content: Content<'a>, wanted: bool| {
            if wanted && !members.iter().any(|m| m.extension.is_none() && m.name == name) {
                members.push(Member { extension: None, name, content });
            }
        };
        extra("meta", Content::Meta, self.switches.meta_at_create);
        extra("roles", Content::Empty, user && self.switches.roles_at_create);
        extra("members", Content::Empty, !user && self.switches.members_at_create);
        for name in EXPLICIT_NULLS {
            extra(name, Content::Null, user && self.switches.post_form == PostForm::ExampleTwo);
        }
        members.sort_by(Member::order);
        members
    }

    fn schemas(&self, body: &mut Body, mapping: &ObjectMapping) {
        body.key("schemas");
        body.raw("[");
        for urn in &mapping.announced {
            // Jobs from before 2018 announce a group by Microsoft's own URN alone.
            if self.dialect == Dialect::EntraLegacyCustomappsso && urn == GROUP {
                continue;
            }
            body.comma();
            body.text(self.urn(urn));
        }
        body.raw("]");
    }

    fn urn<'u>(&self, urn: &'u str) -> &'u str {
        if urn == ENTERPRISE && self.switches.post_form == PostForm::ExampleTwo { MALFORMED } else { urn }
    }

    fn attribute(&self, body: &mut Body, kind: Kind, beside: &[Member<'_>]) {
        let (mapping, value) = match &beside[0].content {
            Content::Reference(id) => return body.text(id),
            Content::Meta => return body.raw(&format!("{{\"resourceType\":\"{}\"}}", kind.name())),
            Content::Empty => return body.raw("[]"),
            Content::Null => return body.raw("null"),
            Content::Value(mapping, value) => (*mapping, *value),
        };
        match (&mapping.target.element, &mapping.target.sub) {
            (None, None) => self.value(body, mapping, value),
            (None, Some(_)) => {
                body.raw("{");
                self.parts(body, beside, |m| m.target.element.is_none());
                body.raw("}");
            }
            (Some(_), _) => {
                body.raw("[");
                for (at, filter) in filters(beside).enumerate() {
                    body.comma();
                    self.element(body, beside, filter, at == 0);
                }
                body.raw("]");
            }
        }
    }

    fn element(&self, body: &mut Body, beside: &[Member<'_>], filter: &ElementFilter, first: bool) {
        let name = beside[0].name;
        body.raw("{");
        let marked = match self.switches.primary_marks {
            PrimaryMarks::Email => first && name == "emails",
            PrimaryMarks::FirstOfEach => first,
        };
        if filter.attribute == "primary" {
            body.key("primary");
            body.boolean(&filter.value, self.switches.primary);
            if name == "roles" {
                body.key("type");
                body.text(ROLE_TYPE);
            }
        } else {
            if marked {
                body.key("primary");
                body.boolean("True", self.switches.primary);
            }
            body.key(&filter.attribute);
            body.text(&filter.value);
        }
        self.parts(body, beside, |m| m.target.element.as_ref() == Some(filter));
        body.raw("}");
    }

    fn parts(&self, body: &mut Body, beside: &[Member<'_>], belongs: impl Fn(&AttributeMapping) -> bool) {
        for member in beside {
            if let Content::Value(mapping, value) = member.content
                && belongs(mapping)
            {
                body.key(mapping.target.sub.as_deref().unwrap_or("value"));
                self.value(body, mapping, value);
            }
        }
    }

    fn value(&self, body: &mut Body, mapping: &AttributeMapping, value: &Value) {
        let whole = mapping.target.element.is_none() && mapping.target.sub.is_none();
        match value {
            Value::Text(text) if is_role(&mapping.target) => body.text(&role_claim(text)),
            Value::Many(items) if whole || mapping.attribute.multivalued => self.list(body, mapping, items),
            // A place for one value takes the first.
            Value::Many(items) => match items.first() {
                Some(first) => self.value(body, mapping, first),
                None => body.raw("null"),
            },
            single if whole && mapping.attribute.multivalued => {
                self.list(body, mapping, std::slice::from_ref(single));
            }
            Value::Text(text) => scalar(body, mapping.attribute.type_, text, self.switches.boolean_at_create),
            Value::Complex(parts) => object(body, parts),
        }
    }

    fn list(&self, body: &mut Body, mapping: &AttributeMapping, items: &[Value]) {
        body.raw("[");
        for item in items {
            body.comma();
            match item {
                Value::Text(text) => {
                    scalar(body, mapping.attribute.type_, text, self.switches.boolean_at_create);
                }
                Value::Complex(parts) => object(body, parts),
                Value::Many(_) => body.json(&item.to_json()),
            }
        }
        body.raw("]");
    }
}

/// The element filters of an attribute, each once, in the mapping's order.
fn filters<'a>(beside: &'a [Member<'a>]) -> impl Iterator<Item = &'a ElementFilter> {
    let filter = |member: &'a Member<'a>| match member.content {
        Content::Value(mapping, _) => mapping.target.element.as_ref(),
        _ => None,
    };
    beside.iter().enumerate().filter_map(move |(at, member)| {
        let own = filter(member)?;
        (!beside[..at].iter().any(|earlier| filter(earlier) == Some(own))).then_some(own)
    })
}

fn object(body: &mut Body, parts: &serde_json::Map<String, Json>) {
    body.raw("{");
    for (name, part) in parts {
        body.key(name);
        body.json(part);
    }
    body.raw("}");
}

/// A single value by the attribute's type.
pub(super) fn scalar(body: &mut Body, type_: AttributeType, text: &str, form: BooleanForm) {
    match type_ {
        AttributeType::Boolean => body.boolean(text, form),
        AttributeType::Integer => body.integer(text),
        _ => body.text(text),
    }
}

/// The claim of an app role that may be told as JSON in text, `{"id":…,"value":…,"displayName":…}` (§2.6).
pub(super) fn role_claim(text: &str) -> Cow<'_, str> {
    let json = text.starts_with('{').then(|| serde_json::from_str::<Json>(text).ok()).flatten();
    match json.as_ref().and_then(|role| role.get("value")).and_then(Json::as_str) {
        Some(claim) => Cow::Owned(claim.to_owned()),
        None => Cow::Borrowed(text),
    }
}
