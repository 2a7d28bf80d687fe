//! Scoping filters: which objects a mapping is for (entra.md §4.2).
//!
//! The clauses of a group must all hold; one group that holds is enough. Who leaves `groups` is deprovisioned; who leaves
//! `inputFilterGroups` is no longer looked at and stays as it is in the target.

mod operator;
#[cfg(test)]
mod tests;

use crate::expression::{Lookup, distance};
use crate::model::Value;
use crate::schema::{AttributeType, Clause, ClauseGroup, FilterDefinition, ObjectDefinition, SchemaFault};
use operator::{Operator, Test};

/// A scoping filter, ready to run. The default one lets everything pass.
#[derive(Clone, Debug, Default)]
pub struct ScopeFilter {
    groups: Vec<Group>,
    /// Input filters and category filters: sets of groups that must each pass.
    input: Vec<Vec<Group>>,
}

#[derive(Clone, Debug)]
struct Group {
    name: String,
    clauses: Vec<Condition>,
}

#[derive(Clone, Debug)]
struct Condition {
    attribute: String,
    operator: String,
    expected: String,
    test: Test,
}

/// What a scoping filter says about one object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the object is in scope, as far as filters decide it.
    pub passes: bool,
    /// The clauses that did not hold, of all groups; empty when it passes.
    pub failed: Vec<ClauseReport>,
    /// Whether it was an input filter that it failed: then it is left alone, and not deprovisioned.
    pub input_filter_failed: bool,
}

/// A clause that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseReport {
    /// The group's name, as the admin called the filter; empty where it has none.
    pub group: String,
    /// The attribute.
    pub attribute: String,
    /// The operator, as the schema spells it.
    pub operator: String,
    /// What was asked for.
    pub expected: String,
    /// What the object has; `None` is null.
    pub actual: Option<String>,
}

impl ScopeFilter {
    /// Makes a filter of the schema's. `object` is the source object's definition, where the schema has one.
    ///
    /// # Errors
    /// Every clause that cannot be evaluated, and why.
    pub fn new(
        filter: &FilterDefinition,
        object: Option<&ObjectDefinition>,
    ) -> Result<Self, Vec<SchemaFault>> {
        let mut faults = Vec::new();
        let mut set = |groups: &[ClauseGroup]| -> Vec<Group> {
            groups.iter().map(|group| Group::new(group, object, &mut faults)).collect()
        };
        let (groups, input, category) =
            (set(&filter.groups), set(&filter.input_filter_groups), set(&filter.category_filter_groups));
        let input = [input, category].into_iter().filter(|set| !set.is_empty()).collect();
        if faults.is_empty() { Ok(Self { groups, input }) } else { Err(faults) }
    }

    /// The attributes it asks about, each once.
    #[must_use]
    pub fn sources(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for group in self.groups.iter().chain(self.input.iter().flatten()) {
            for clause in &group.clauses {
                if !names.contains(&clause.attribute.as_str()) {
                    names.push(&clause.attribute);
                }
            }
        }
        names
    }

    /// Looks at one object.
    #[must_use]
    pub fn evaluate(&self, attributes: &dyn Lookup) -> Verdict {
        for set in &self.input {
            if let Err(failed) = any(set, attributes) {
                return Verdict { passes: false, failed, input_filter_failed: true };
            }
        }
        match any(&self.groups, attributes) {
            Ok(()) => Verdict { passes: true, ..Verdict::default() },
            Err(failed) => Verdict { passes: false, failed, input_filter_failed: false },
        }
    }
}

/// Whether any group holds; none at all holds. The error tells why each did not.
fn any(groups: &[Group], attributes: &dyn Lookup) -> Result<(), Vec<ClauseReport>> {
    if groups.is_empty()
        || groups.iter().any(|group| group.clauses.iter().all(|clause| clause.holds(attributes)))
    {
        return Ok(());
    }
    let report = |group: &Group, clause: &Condition| ClauseReport {
        group: group.name.clone(),
        attribute: clause.attribute.clone(),
        operator: clause.operator.clone(),
        expected: clause.expected.clone(),
        actual: clause.actual(attributes),
    };
    let failed = groups.iter().flat_map(|group| {
        group
            .clauses
            .iter()
            .filter(|clause| !clause.holds(attributes))
            .map(move |clause| report(group, clause))
    });
    Err(failed.collect())
}

impl Condition {
    fn holds(&self, attributes: &dyn Lookup) -> bool {
        match attributes.get(&self.attribute).as_deref() {
            None => self.test.holds(None),
            Some(Value::Text(text)) => self.test.holds(Some(text)),
            // Filters do not see into several values; that there are some is all that can be asked.
            Some(Value::Many(_) | Value::Complex(_)) => matches!(self.test, Test::Null(false)),
        }
    }

    fn actual(&self, attributes: &dyn Lookup) -> Option<String> {
        let value = attributes.get(&self.attribute)?;
        Some(value.as_text().map_or_else(|| value.to_json().to_string(), str::to_owned))
    }
}

impl Group {
    fn new(group: &ClauseGroup, object: Option<&ObjectDefinition>, faults: &mut Vec<SchemaFault>) -> Self {
        let clauses = group
            .clauses
            .iter()
            .filter_map(|clause| Condition::new(clause, object).map_err(|fault| faults.push(*fault)).ok());
        Self { clauses: clauses.collect(), name: group.name.clone().unwrap_or_default() }
    }
}

impl Condition {
    fn new(clause: &Clause, object: Option<&ObjectDefinition>) -> Result<Self, Box<SchemaFault>> {
        let fault = |member: &str, message: String, hint: Option<String>| {
            let pointer = format!("{}/{member}", clause.pointer);
            Box::new(SchemaFault { pointer, message, hint, expression: None })
        };
        let definition =
            object.and_then(|object| object.attributes.iter().find(|a| a.name == clause.attribute));
        if let (Some(object), None) = (object, definition) {
            let hint = nearest(&clause.attribute, object.attributes.iter().map(|a| a.name.as_str()))
                .map(|name| format!("Did you mean {name}?"));
            let message = format!("the source has no attribute `{}`", clause.attribute);
            return Err(fault("sourceOperandName", message, hint));
        }
        if definition.is_some_and(|d| d.multivalued || d.type_ == AttributeType::Reference) {
            let message = format!(
                "`{}` is multi-valued or a reference, on which Entra does not filter",
                clause.attribute
            );
            return Err(fault("sourceOperandName", message, None));
        }
        let Some(operator) = Operator::find(&clause.operator) else {
            let names = Operator::ALL.map(|(name, _)| name).join(", ");
            let message = format!("there is no operator `{}`", clause.operator);
            return Err(fault("operatorName", message, Some(format!("The operators are {names}."))));
        };
        let kind = definition.map_or(AttributeType::String, |definition| definition.type_);
        match Test::new(operator, &clause.values, kind) {
            Ok(test) => Ok(Self {
                attribute: clause.attribute.clone(),
                operator: clause.operator.clone(),
                expected: clause.values.join(", "),
                test,
            }),
            Err(message) => Err(fault("targetOperand", message, None)),
        }
    }
}

/// The name that was most likely meant.
pub(crate) fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let lower = name.to_lowercase();
    let most = (lower.chars().count() / 3).max(1);
    names
        .map(|candidate| (distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
