//! The mapping a job runs on: a synchronization schema, checked and taken apart for speed.
//!
//! [`Mapping::check`] reads a [`Schema`](crate::schema::Schema) and reports everything that is wrong with it at once, each
//! with a JSON pointer and, inside an expression, the character. What it gives holds parsed target paths, parsed
//! expressions and compiled scoping filters, so that running it for a person allocates little more than the values.

mod check;
mod flow;
mod target;

#[cfg(test)]
mod tests;

pub use flow::{AppRole, Flow, Seen, Virtual};

use std::fmt;

use crate::expression::Expression;
use crate::model::{Kind, TargetPath};
use crate::scope::ScopeFilter;

/// What the job does with users and with groups.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// `id` of the synchronization rule that was read: the `ruleId` of provision on demand. Empty where it has none.
    pub rule: String,
    /// How users flow. The portal does not let it be switched off; a schema can.
    pub users: ObjectMapping,
    /// How groups flow; `None` where the schema does not map them. One with `enabled == false` is there and off.
    pub groups: Option<ObjectMapping>,
}

impl Mapping {
    /// The mapping of this kind, where there is one and it is on.
    #[must_use]
    pub fn of(&self, kind: Kind) -> Option<&ObjectMapping> {
        let mapping = match kind {
            Kind::User => Some(&self.users),
            Kind::Group => self.groups.as_ref(),
        };
        mapping.filter(|mapping| mapping.enabled)
    }
}

/// How objects of one kind flow into the target.
#[derive(Clone, Debug)]
pub struct ObjectMapping {
    /// Users or groups.
    pub kind: Kind,
    /// Whether it is processed at all.
    pub enabled: bool,
    /// *Create* of the target object actions (`Add` of `flowTypes`).
    pub create: bool,
    /// *Update*.
    pub update: bool,
    /// *Delete*.
    pub delete: bool,
    /// Which objects are in scope.
    pub scope: ScopeFilter,
    /// The attribute mappings, in the schema's order.
    pub attributes: Vec<AttributeMapping>,
    /// Places in `attributes` of those that match objects, by ascending priority. Never empty.
    pub matching: Vec<usize>,
    /// The URNs that a create lists in `schemas`. An extension the admin added is not among them (entra.md §2.2).
    pub announced: Vec<String>,
}

/// How one target attribute gets its value.
#[derive(Clone, Debug)]
pub struct AttributeMapping {
    /// Where the value goes.
    pub target: TargetPath,
    /// What the target's directory says about the attribute.
    pub attribute: TargetAttribute,
    /// Where the value comes from.
    pub source: Source,
    /// What flows when the source gives null; see [`Flow::defaulted`].
    pub default_value: Option<String>,
    /// In which circumstances it is written.
    pub flow_type: FlowType,
    /// Whether it is written although it did not change.
    pub flow_behavior: FlowBehavior,
    /// Above 0: used to find the matching object, the lowest first.
    pub matching_priority: u32,
    /// `exportMissingReferences`.
    pub export_missing_references: bool,
    /// The reference this is, exported in the second pass; such mappings are not among the [flows](ObjectMapping::flows).
    pub reference: Option<Reference>,
    /// Whether logs show `[Redact]` instead of the value (`Redact(…)` in the expression).
    pub redacted: bool,
}

/// A target attribute's definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetAttribute {
    /// The type, by which text becomes a JSON value.
    pub type_: AttributeType,
    /// Whether a change of case alone is a change.
    pub case_exact: bool,
    /// Whether it has several values.
    pub multivalued: bool,
    /// Whether an object cannot be created without it.
    pub required: bool,
    /// The target objects a reference can point to.
    pub referenced: Vec<String>,
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// An attribute of the source object, as it is.
    Direct(String),
    /// Always this text.
    Constant(String),
    /// An expression.
    Expression(Box<Expression>),
    /// Nothing: the default value always flows.
    None,
}

pub use crate::schema::{AttributeType, FlowBehavior, FlowType};

/// A reference of the source that is exported after the objects themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// A user's manager.
    Manager,
    /// A group's members.
    Members,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Manager => "manager",
            Self::Members => "members",
        })
    }
}
