//! From a schema to a mapping that can run.

use std::collections::HashSet;

use super::{AttributeMapping, AttributeType, Mapping, ObjectMapping, Reference, Source, TargetAttribute};
use crate::expression::{Expression, ExpressionFault};
use crate::model::{Kind, TargetPath};
use crate::schema::{
    AttributeMappingDefinition, ObjectDefinition, ObjectMappingDefinition, Schema, SchemaFault,
    SourceDefinition, SynchronizationRule,
};
use crate::scope::{ScopeFilter, nearest};

const CORE_USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const CORE_GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const MICROSOFT_GROUP: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";

/// What the engine computes beside what the source's directory lists.
const COMPUTED: [&str; 2] = ["IsSoftDeleted", "appRoleAssignments"];

impl Mapping {
    /// Checks a schema and makes it ready to run.
    ///
    /// # Errors
    /// Everything that is wrong with it: unknown functions and attributes, operators and values that do not fit, target
    /// attributes that are mapped twice or not defined, no attribute that matches.
    pub fn check(schema: &Schema) -> Result<Self, Vec<SchemaFault>> {
        let mut faults = Vec::new();
        let mut find = |kind: Kind| {
            let (rule, definition) = mapped(schema, kind)?;
            Some((rule, object_mapping(schema, rule, definition, kind, &mut faults)))
        };
        let (users, groups) = (find(Kind::User), find(Kind::Group));
        match users {
            Some((rule, users)) if faults.is_empty() => {
                let rule = rule.id.clone().unwrap_or_default();
                Ok(Self { rule, users, groups: groups.map(|(_, groups)| groups) })
            }
            Some(_) => Err(faults),
            None => {
                let hint = "An object mapping whose `sourceObjectName` is User is needed.";
                faults.push(fault("/synchronizationRules", "no rule maps users", Some(hint.into())));
                Err(faults)
            }
        }
    }
}

fn fault(pointer: &str, message: impl Into<String>, hint: Option<String>) -> SchemaFault {
    SchemaFault { pointer: pointer.to_owned(), message: message.into(), hint, expression: None }
}

/// The first mapping of these objects, by the priority of rules.
fn mapped(schema: &Schema, kind: Kind) -> Option<(&SynchronizationRule, &ObjectMappingDefinition)> {
    let all =
        schema.rules.iter().flat_map(|rule| rule.object_mappings.iter().map(move |mapping| (rule, mapping)));
    all.into_iter().find(|(_, mapping)| mapping.source_object.eq_ignore_ascii_case(kind.name()))
}

fn object_mapping(
    schema: &Schema,
    rule: &SynchronizationRule,
    definition: &ObjectMappingDefinition,
    kind: Kind,
    faults: &mut Vec<SchemaFault>,
) -> ObjectMapping {
    // An object without attributes, as shortened documents have them, says nothing about what there is.
    let object = |directory: &str, name: &str| {
        schema.directory(directory)?.object(name).filter(|object| !object.attributes.is_empty())
    };
    let source = object(&rule.source_directory, &definition.source_object);
    let target = object(&rule.target_directory, &definition.target_object);
    let scope = definition.scope.as_ref().map(|filter| ScopeFilter::new(filter, source)).transpose();
    let scope = scope.unwrap_or_else(|wrong| {
        faults.extend(wrong);
        None
    });
    let mut seen = HashSet::new();
    let mut attributes = Vec::with_capacity(definition.attribute_mappings.len());
    for mapping in &definition.attribute_mappings {
        if !seen.insert(mapping.target_attribute.to_lowercase()) {
            let at = format!("{}/targetAttributeName", mapping.pointer);
            faults.push(fault(&at, format!("`{}` is mapped twice", mapping.target_attribute), None));
        }
        attributes.extend(attribute_mapping(mapping, kind, source, target, faults));
    }
    let mut matching: Vec<usize> =
        (0..attributes.len()).filter(|i| attributes[*i].matching_priority > 0).collect();
    matching.sort_by_key(|index| attributes[*index].matching_priority);
    let broken = definition.attribute_mappings.len() > attributes.len();
    if matching.is_empty() && !broken {
        let hint =
            "Set `matchingPriority` to 1 for the attribute that identifies the object, such as userName.";
        faults.push(fault(&definition.pointer, "no attribute mapping matches objects", Some(hint.into())));
    }
    ObjectMapping {
        kind,
        enabled: definition.enabled,
        create: definition.flow_types.create,
        update: definition.flow_types.update,
        delete: definition.flow_types.delete,
        scope: scope.unwrap_or_default(),
        attributes,
        matching,
        announced: announced(kind, &definition.target_object),
    }
}

/// Both URNs of a user, though nothing of the extension be sent; of a group, Microsoft's own beside the standard's.
fn announced(kind: Kind, target_object: &str) -> Vec<String> {
    let mut urns = match kind {
        Kind::User => vec![CORE_USER.to_owned()],
        Kind::Group => vec![CORE_GROUP.to_owned(), MICROSOFT_GROUP.to_owned()],
    };
    if kind == Kind::User && target_object != CORE_USER {
        let urn = if target_object.starts_with("urn:") { target_object } else { ENTERPRISE_USER };
        urns.push(urn.to_owned());
    }
    urns
}

fn attribute_mapping(
    definition: &AttributeMappingDefinition,
    kind: Kind,
    source_object: Option<&ObjectDefinition>,
    target_object: Option<&ObjectDefinition>,
    faults: &mut Vec<SchemaFault>,
) -> Option<AttributeMapping> {
    let before = faults.len();
    let target = target(definition, kind, target_object).map_err(|wrong| faults.push(*wrong)).ok();
    let source = source(definition, source_object).map_err(|wrong| faults.extend(wrong)).ok();
    let ((target, attribute), (source, redacted)) = (target?, source?);
    for (text, member) in [
        (definition.default_value.as_deref(), "defaultValue"),
        (if let Source::Constant(text) = &source { Some(text.as_str()) } else { None }, "source"),
    ] {
        if let Some(wrong) = text.and_then(|text| misfit(attribute.type_, text)) {
            faults.push(fault(&format!("{}/{member}", definition.pointer), wrong, None));
        }
    }
    if definition.matching_priority > 0 && matches!(source, Source::Constant(_) | Source::None) {
        let message = "a constant cannot tell objects apart, so it cannot match them";
        faults.push(fault(&format!("{}/matchingPriority", definition.pointer), message, None));
    }
    let reference = match (&source, kind) {
        (Source::Direct(name), Kind::User) if name == "manager" => Some(Reference::Manager),
        (Source::Direct(name), Kind::Group) if name == "members" => Some(Reference::Members),
        _ => None,
    };
    (faults.len() == before).then(|| AttributeMapping {
        target,
        reference: reference.filter(|_| attribute.type_ == AttributeType::Reference),
        attribute,
        source,
        default_value: definition.default_value.clone(),
        flow_type: definition.flow_type,
        flow_behavior: definition.flow_behavior,
        matching_priority: definition.matching_priority,
        export_missing_references: definition.export_missing_references,
        redacted,
    })
}

fn target(
    definition: &AttributeMappingDefinition,
    kind: Kind,
    object: Option<&ObjectDefinition>,
) -> Result<(TargetPath, TargetAttribute), Box<SchemaFault>> {
    let name = &definition.target_attribute;
    let at = format!("{}/targetAttributeName", definition.pointer);
    let path: TargetPath = name
        .parse()
        .map_err(|wrong: crate::model::PathFault| Box::new(fault(&at, wrong.to_string(), None)))?;
    let Some(object) = object else {
        let attribute = TargetAttribute::well_known(kind, &path);
        return Ok((path, attribute));
    };
    match object.attribute(name) {
        Some(found) => Ok((path, TargetAttribute::defined(found))),
        None => {
            let near = nearest(name, object.attributes.iter().map(|a| a.name.as_str()));
            let hint = near.map_or_else(
                || format!("Add it to the attributes of `{}` in the target directory.", object.name),
                |near| format!("Did you mean {near}?"),
            );
            Err(Box::new(fault(&at, format!("the target has no attribute `{name}`"), Some(hint))))
        }
    }
}

/// The source and whether logs must not show its value.
fn source(
    definition: &AttributeMappingDefinition,
    object: Option<&ObjectDefinition>,
) -> Result<(Source, bool), Vec<SchemaFault>> {
    let Some(source) = &definition.source else { return Ok((Source::None, false)) };
    let expression = Expression::from_source(source).map_err(|wrong| {
        vec![SchemaFault {
            pointer: wrong.pointer.clone(),
            message: wrong.fault.to_string(),
            hint: None,
            expression: Some(Box::new(wrong.fault)),
        }]
    })?;
    let unknown = object.map_or_else(Vec::new, |object| unknown_attributes(source, &expression, object));
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let redacted = expression.calls("Redact");
    let source = match (expression.as_attribute(), expression.as_constant()) {
        (Some(name), _) => Source::Direct(name.to_owned()),
        (_, Some(text)) => Source::Constant(text.to_owned()),
        _ => Source::Expression(Box::new(expression)),
    };
    Ok((source, redacted))
}

fn unknown_attributes(
    source: &SourceDefinition,
    expression: &Expression,
    object: &ObjectDefinition,
) -> Vec<SchemaFault> {
    let known = |name: &str| COMPUTED.contains(&name) || object.attributes.iter().any(|a| a.name == name);
    let unknown = |name: &str| {
        let hint = nearest(name, object.attributes.iter().map(|a| a.name.as_str()).chain(COMPUTED));
        let message = format!("the source has no attribute `{name}`");
        // Where the expression itself says it, the place inside it can be shown.
        let text = source.expression.as_deref();
        let at = text.and_then(|text| text.find(&format!("[{name}")).map(|at| (text, at)));
        let inside = at.map(|(text, at)| {
            Box::new(ExpressionFault {
                message: message.clone(),
                position: text[..at].chars().count() + 2,
                hint: None,
                text: text.to_owned(),
            })
        });
        let member = if inside.is_some() { "expression" } else { "name" };
        SchemaFault {
            pointer: format!("{}/{member}", source.pointer),
            message: inside.as_ref().map_or(message, |inside| inside.to_string()),
            hint: hint.map(|near| format!("Did you mean {near}?")),
            expression: inside,
        }
    };
    expression.sources().into_iter().filter(|name| !known(name)).map(unknown).collect()
}

/// Why a text cannot become a value of this type.
fn misfit(type_: AttributeType, text: &str) -> Option<String> {
    let fits = match type_ {
        AttributeType::Boolean => text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false"),
        AttributeType::Integer => text.trim().parse::<i64>().is_ok(),
        _ => true,
    };
    (!fits).then(|| format!("`{text}` is no value of an attribute of type {type_:?}"))
}
