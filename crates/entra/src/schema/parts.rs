//! The typed parts of a schema.

/// One directory: the source's or the target's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// By which rules name it.
    pub name: String,
    /// The kinds of objects in it.
    pub objects: Vec<ObjectDefinition>,
}

/// One kind of object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectDefinition {
    /// `User`, `Group`, or a SCIM schema's URN.
    pub name: String,
    /// Its attributes.
    pub attributes: Vec<AttributeDefinition>,
}

/// One attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeDefinition {
    /// The attribute's name, or its place in a SCIM resource.
    pub name: String,
    /// What kind of value it holds.
    pub type_: AttributeType,
    /// Whether it identifies the object.
    pub anchor: bool,
    /// Whether a change of case alone is a change.
    pub case_exact: bool,
    /// Whether an object cannot be created without it.
    pub required: bool,
    /// Whether it has several values.
    pub multivalued: bool,
    /// Whether and when it may be written.
    pub mutability: Mutability,
    /// Whether null may flow into it.
    pub flow_null_values: bool,
    /// Which objects a reference can point to.
    pub referenced_objects: Vec<String>,
}

/// The types of attributes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AttributeType {
    /// Text.
    #[default]
    String,
    /// A truth value.
    Boolean,
    /// A whole number.
    Integer,
    /// A date and time.
    DateTime,
    /// Bytes.
    Binary,
    /// Another object.
    Reference,
}

impl AttributeType {
    pub(super) const NAMES: [(&'static str, Self); 6] = [
        ("String", Self::String),
        ("Boolean", Self::Boolean),
        ("Integer", Self::Integer),
        ("DateTime", Self::DateTime),
        ("Binary", Self::Binary),
        ("Reference", Self::Reference),
    ];
}

/// Whether and when an attribute may be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mutability {
    /// Always.
    #[default]
    ReadWrite,
    /// Never.
    ReadOnly,
    /// Only when the object is created.
    Immutable,
    /// Always, but it is never returned.
    WriteOnly,
}

impl Mutability {
    pub(super) const NAMES: [(&'static str, Self); 4] = [
        ("ReadWrite", Self::ReadWrite),
        ("ReadOnly", Self::ReadOnly),
        ("Immutable", Self::Immutable),
        ("WriteOnly", Self::WriteOnly),
    ];
}

/// What is synchronised from where to where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SynchronizationRule {
    /// Its `id`: `ruleId` of provision on demand.
    pub id: Option<String>,
    /// What people call it.
    pub name: Option<String>,
    /// The order among rules, lowest first.
    pub priority: i64,
    /// The source directory's name.
    pub source_directory: String,
    /// The target directory's name.
    pub target_directory: String,
    /// The kinds of objects that flow.
    pub object_mappings: Vec<ObjectMappingDefinition>,
    /// Where it stands in the document.
    pub pointer: String,
}

/// How one kind of object flows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectMappingDefinition {
    /// What people call it.
    pub name: Option<String>,
    /// Whether it is processed.
    pub enabled: bool,
    /// Whether objects are created, updated and deleted (`flowTypes`).
    pub flow_types: FlowTypes,
    /// The source object's name.
    pub source_object: String,
    /// The target object's name.
    pub target_object: String,
    /// The scoping filter.
    pub scope: Option<FilterDefinition>,
    /// The attribute mappings.
    pub attribute_mappings: Vec<AttributeMappingDefinition>,
    /// Where it stands in the document.
    pub pointer: String,
}

/// Which target object actions are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowTypes {
    /// *Create*, `Add`.
    pub create: bool,
    /// *Update*.
    pub update: bool,
    /// *Delete*.
    pub delete: bool,
}

impl FlowTypes {
    /// All three.
    pub const ALL: Self = Self { create: true, update: true, delete: true };
}

/// How one target attribute gets its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeMappingDefinition {
    /// What flows when the source is null.
    pub default_value: Option<String>,
    /// `exportMissingReferences`; "for internal use only".
    pub export_missing_references: bool,
    /// Whether it is written although it did not change.
    pub flow_behavior: FlowBehavior,
    /// In which circumstances it is written.
    pub flow_type: FlowType,
    /// Above 0: used for matching, the lowest first.
    pub matching_priority: u32,
    /// Where the value comes from.
    pub source: Option<SourceDefinition>,
    /// Where it goes.
    pub target_attribute: String,
    /// Where it stands in the document.
    pub pointer: String,
}

/// In which circumstances an attribute is written (Graph `attributeFlowType`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FlowType {
    /// Always.
    #[default]
    Always,
    /// Only when the object is created (*Only during object creation*).
    ObjectAddOnly,
    /// Only to add values to a multi-valued attribute.
    MultiValueAddOnly,
    /// Values are added, never removed.
    ValueAddOnly,
    /// Only while the target has no value.
    AttributeAddOnly,
}

impl FlowType {
    pub(super) const NAMES: [(&'static str, Self); 5] = [
        ("Always", Self::Always),
        ("ObjectAddOnly", Self::ObjectAddOnly),
        ("MultiValueAddOnly", Self::MultiValueAddOnly),
        ("ValueAddOnly", Self::ValueAddOnly),
        ("AttributeAddOnly", Self::AttributeAddOnly),
    ];
}

/// Whether an attribute is written although it did not change (Graph `attributeFlowBehavior`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FlowBehavior {
    /// Only a change is written.
    #[default]
    FlowWhenChanged,
    /// Written each time the object is.
    FlowAlways,
}

impl FlowBehavior {
    pub(super) const NAMES: [(&'static str, Self); 2] =
        [("FlowWhenChanged", Self::FlowWhenChanged), ("FlowAlways", Self::FlowAlways)];
}

/// Where a value comes from, as the schema writes it: a tree of functions and their parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceDefinition {
    /// Attribute, constant or function.
    pub type_: SourceType,
    /// The attribute's or function's name, or the constant.
    pub name: Option<String>,
    /// The same as an expression.
    pub expression: Option<String>,
    /// A function's parameters by name.
    pub parameters: Vec<(String, SourceDefinition)>,
    /// Where it stands in the document.
    pub pointer: String,
}

/// What a source is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SourceType {
    /// An attribute of the source object.
    #[default]
    Attribute,
    /// A constant.
    Constant,
    /// A function.
    Function,
}

impl SourceType {
    pub(super) const NAMES: [(&'static str, Self); 3] =
        [("Attribute", Self::Attribute), ("Constant", Self::Constant), ("Function", Self::Function)];
}

/// A scoping filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilterDefinition {
    /// Who leaves these groups is deprovisioned.
    pub groups: Vec<ClauseGroup>,
    /// Who leaves these is no longer looked at.
    pub input_filter_groups: Vec<ClauseGroup>,
    /// Experimental: which objects this mapping is for.
    pub category_filter_groups: Vec<ClauseGroup>,
}

/// Clauses that must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClauseGroup {
    /// What the admin called the filter.
    pub name: Option<String>,
    /// The clauses.
    pub clauses: Vec<Clause>,
}

/// A condition on one attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clause {
    /// The attribute.
    pub attribute: String,
    /// The operator's name.
    pub operator: String,
    /// What it is compared with.
    pub values: Vec<String>,
    /// Where it stands in the document.
    pub pointer: String,
}
