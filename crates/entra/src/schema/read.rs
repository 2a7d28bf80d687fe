//! From the document to its typed parts, with every fault collected.

use serde_json::Value as Json;

use super::SchemaFault;
use super::parts::{
    AttributeDefinition, AttributeMappingDefinition, AttributeType, Clause, ClauseGroup, Directory,
    FilterDefinition, FlowBehavior, FlowType, FlowTypes, Mutability, ObjectDefinition,
    ObjectMappingDefinition, SourceDefinition, SourceType, SynchronizationRule,
};

/// Functions inside functions that are looked at; the parser of expressions has the same bound.
const DEEPEST: u32 = 64;

/// A value of the document and where it stands.
struct Place<'j> {
    json: &'j Json,
    pointer: String,
}

/// What has been found wrong so far.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) faults: Vec<SchemaFault>,
}

pub(super) fn directories(reader: &mut Reader, document: &Json) -> Vec<Directory> {
    let root = Place { json: document, pointer: String::new() };
    let directories = reader.list(&root, "directories");
    directories.iter().map(|place| reader.directory(place)).collect()
}

pub(super) fn rules(reader: &mut Reader, document: &Json) -> Vec<SynchronizationRule> {
    let root = Place { json: document, pointer: String::new() };
    if document.get("synchronizationRules").is_none() {
        let hint = match document.get("schema") {
            Some(_) => "This looks like a template or a job: give what stands under `schema`.",
            None => {
                "Download the schema from the app's provisioning page, or GET …/synchronization/jobs/{id}/schema."
            }
        };
        reader.faults.push(SchemaFault {
            pointer: String::new(),
            message: "there are no `synchronizationRules`, so this is no synchronization schema".into(),
            hint: Some(hint.into()),
            expression: None,
        });
    }
    let rules = reader.list(&root, "synchronizationRules");
    let mut rules: Vec<_> = rules.iter().map(|place| reader.rule(place)).collect();
    rules.sort_by_key(|rule| rule.priority);
    rules
}

impl<'j> Place<'j> {
    /// A member that is there and not null.
    fn member(&self, name: &str) -> Option<Place<'j>> {
        let json = self.json.get(name).filter(|json| !json.is_null())?;
        Some(Place { json, pointer: format!("{}/{name}", self.pointer) })
    }
}

impl Reader {
    fn fault(&mut self, pointer: &str, message: String) {
        self.faults.push(SchemaFault { pointer: pointer.to_owned(), message, hint: None, expression: None });
    }

    fn wrong_type(&mut self, place: &Place<'_>, wanted: &str) {
        let found = match place.json {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::String(_) => "text",
            Json::Array(_) => "a list",
            Json::Object(_) => "an object",
        };
        self.fault(&place.pointer, format!("{wanted} was expected, not {found}"));
    }

    /// A list of objects; nothing where it is missing.
    fn list<'j>(&mut self, place: &Place<'j>, name: &str) -> Vec<Place<'j>> {
        let Some(list) = place.member(name) else { return Vec::new() };
        let Json::Array(items) = list.json else {
            self.wrong_type(&list, "a list");
            return Vec::new();
        };
        let mut places = Vec::with_capacity(items.len());
        for (index, json) in items.iter().enumerate() {
            let item = Place { json, pointer: format!("{}/{index}", list.pointer) };
            match json {
                Json::Object(_) => places.push(item),
                _ => self.wrong_type(&item, "an object"),
            }
        }
        places
    }

    fn text(&mut self, place: &Place<'_>, name: &str) -> Option<String> {
        let member = place.member(name)?;
        match member.json {
            Json::String(text) => Some(text.clone()),
            _ => {
                self.wrong_type(&member, "text");
                None
            }
        }
    }

    fn needed(&mut self, place: &Place<'_>, name: &str) -> String {
        match place.member(name) {
            Some(_) => self.text(place, name).unwrap_or_default(),
            None => {
                self.fault(&place.pointer, format!("`{name}` is missing"));
                String::new()
            }
        }
    }

    fn boolean(&mut self, place: &Place<'_>, name: &str, default: bool) -> bool {
        let Some(member) = place.member(name) else { return default };
        client::lenient::boolean(member.json).unwrap_or_else(|| {
            self.wrong_type(&member, "a boolean");
            default
        })
    }

    fn integer(&mut self, place: &Place<'_>, name: &str) -> i64 {
        let Some(member) = place.member(name) else { return 0 };
        member.json.as_i64().unwrap_or_else(|| {
            self.wrong_type(&member, "a whole number");
            0
        })
    }

    /// One of some names, whatever its case: Graph writes `String` in one version and `string` in another.
    fn choice<T: Copy + Default>(&mut self, place: &Place<'_>, name: &str, choices: &[(&str, T)]) -> T {
        let Some(text) = self.text(place, name) else { return T::default() };
        match choices.iter().find(|(choice, _)| choice.eq_ignore_ascii_case(&text)) {
            Some((_, value)) => *value,
            None => {
                let names: Vec<_> = choices.iter().map(|(choice, _)| *choice).collect();
                self.fault(
                    &format!("{}/{name}", place.pointer),
                    format!("`{text}` is none of {}", names.join(", ")),
                );
                T::default()
            }
        }
    }

    fn directory(&mut self, place: &Place<'_>) -> Directory {
        let objects = self.list(place, "objects");
        Directory {
            name: self.needed(place, "name"),
            objects: objects
                .iter()
                .filter(|place| place.json != &Json::Object(Default::default()))
                .map(|p| self.object(p))
                .collect(),
        }
    }

    fn object(&mut self, place: &Place<'_>) -> ObjectDefinition {
        let attributes = self.list(place, "attributes");
        ObjectDefinition {
            name: self.needed(place, "name"),
            attributes: attributes.iter().map(|place| self.attribute(place)).collect(),
        }
    }

    fn attribute(&mut self, place: &Place<'_>) -> AttributeDefinition {
        let referenced = self.list(place, "referencedObjects");
        AttributeDefinition {
            name: self.needed(place, "name"),
            type_: self.choice(place, "type", &AttributeType::NAMES),
            anchor: self.boolean(place, "anchor", false),
            case_exact: self.boolean(place, "caseExact", false),
            required: self.boolean(place, "required", false),
            multivalued: self.boolean(place, "multivalued", false),
            mutability: self.choice(place, "mutability", &Mutability::NAMES),
            flow_null_values: self.boolean(place, "flowNullValues", false),
            referenced_objects: referenced
                .iter()
                .filter_map(|place| self.text(place, "referencedObjectName"))
                .collect(),
        }
    }

    fn rule(&mut self, place: &Place<'_>) -> SynchronizationRule {
        let mappings = self.list(place, "objectMappings");
        SynchronizationRule {
            id: self.text(place, "id"),
            name: self.text(place, "name"),
            priority: self.integer(place, "priority"),
            source_directory: self.text(place, "sourceDirectoryName").unwrap_or_default(),
            target_directory: self.text(place, "targetDirectoryName").unwrap_or_default(),
            object_mappings: mappings.iter().map(|place| self.object_mapping(place)).collect(),
            pointer: place.pointer.clone(),
        }
    }

    fn object_mapping(&mut self, place: &Place<'_>) -> ObjectMappingDefinition {
        let mappings = self.list(place, "attributeMappings");
        ObjectMappingDefinition {
            name: self.text(place, "name"),
            enabled: self.boolean(place, "enabled", true),
            flow_types: self.flow_types(place),
            source_object: self.needed(place, "sourceObjectName"),
            target_object: self.needed(place, "targetObjectName"),
            scope: place.member("scope").map(|scope| self.filter(&scope)),
            attribute_mappings: mappings.iter().map(|place| self.attribute_mapping(place)).collect(),
            pointer: place.pointer.clone(),
        }
    }

    /// `Add, Update, Delete`; all three where the member is missing. `None` is none.
    fn flow_types(&mut self, place: &Place<'_>) -> FlowTypes {
        let Some(text) = self.text(place, "flowTypes") else { return FlowTypes::ALL };
        let mut types = FlowTypes { create: false, update: false, delete: false };
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            match word.to_ascii_lowercase().as_str() {
                "add" => types.create = true,
                "update" => types.update = true,
                "delete" => types.delete = true,
                "none" => {}
                _ => {
                    let message = format!("`{word}` is none of Add, Update, Delete");
                    self.fault(&format!("{}/flowTypes", place.pointer), message);
                }
            }
        }
        types
    }

    fn attribute_mapping(&mut self, place: &Place<'_>) -> AttributeMappingDefinition {
        let priority = self.integer(place, "matchingPriority");
        AttributeMappingDefinition {
            default_value: self.text(place, "defaultValue"),
            export_missing_references: self.boolean(place, "exportMissingReferences", false),
            flow_behavior: self.choice(place, "flowBehavior", &FlowBehavior::NAMES),
            flow_type: self.choice(place, "flowType", &FlowType::NAMES),
            matching_priority: u32::try_from(priority).unwrap_or_else(|_| {
                self.fault(&format!("{}/matchingPriority", place.pointer), "a priority is 0 or more".into());
                0
            }),
            source: place.member("source").map(|source| self.source(&source, DEEPEST)),
            target_attribute: self.needed(place, "targetAttributeName"),
            pointer: place.pointer.clone(),
        }
    }

    fn source(&mut self, place: &Place<'_>, room: u32) -> SourceDefinition {
        let mut parameters = Vec::new();
        if let Some(room) = room.checked_sub(1) {
            for pair in self.list(place, "parameters") {
                let key = self.needed(&pair, "key");
                match pair.member("value") {
                    Some(value) => parameters.push((key, self.source(&value, room))),
                    None => self.fault(&pair.pointer, "`value` is missing".into()),
                }
            }
        } else {
            self.fault(&place.pointer, format!("functions are nested more than {DEEPEST} deep"));
        }
        SourceDefinition {
            type_: self.choice(place, "type", &SourceType::NAMES),
            name: self.text(place, "name"),
            expression: self.text(place, "expression"),
            parameters,
            pointer: place.pointer.clone(),
        }
    }

    fn filter(&mut self, place: &Place<'_>) -> FilterDefinition {
        FilterDefinition {
            groups: self.clause_groups(place, "groups"),
            input_filter_groups: self.clause_groups(place, "inputFilterGroups"),
            category_filter_groups: self.clause_groups(place, "categoryFilterGroups"),
        }
    }

    fn clause_groups(&mut self, place: &Place<'_>, name: &str) -> Vec<ClauseGroup> {
        let groups = self.list(place, name);
        let group = |place: &Place<'_>| {
            let clauses = self.list(place, "clauses");
            ClauseGroup {
                name: self.text(place, "name"),
                clauses: clauses.iter().map(|place| self.clause(place)).collect(),
            }
        };
        groups.iter().map(group).collect()
    }

    fn clause(&mut self, place: &Place<'_>) -> Clause {
        let mut values = Vec::new();
        let list = place.member("targetOperand").and_then(|operand| operand.member("values"));
        match list.as_ref().map(|list| list.json) {
            Some(Json::Array(items)) => {
                for item in items.iter().filter(|item| !item.is_null()) {
                    values.push(item.as_str().map_or_else(|| item.to_string(), str::to_owned));
                }
            }
            Some(_) => list.iter().for_each(|list| self.wrong_type(list, "a list")),
            None => {}
        }
        Clause {
            attribute: self.needed(place, "sourceOperandName"),
            operator: self.needed(place, "operatorName"),
            values,
            pointer: place.pointer.clone(),
        }
    }
}
