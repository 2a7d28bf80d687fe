//! Operands and stored values as SQL values.

use std::sync::LazyLock;

use rusqlite::types::{Value as Sql, ValueRef};
use scim::filter::{Operand, operand_of};
use scim::schema::{Attribute, AttributeType, Mutability, Returned, Uniqueness};
use serde_json::Value;

/// What about an attribute decides how its values are compared. Its number stands in statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Exact = 0,
    Folded = 1,
    ExactLink = 2,
    FoldedLink = 3,
    Binary = 4,
    Boolean = 5,
    Integer = 6,
    Decimal = 7,
    Instant = 8,
    /// Complex: has no comparable form.
    None = 9,
}

const ALL: [Form; 10] = [
    Form::Exact,
    Form::Folded,
    Form::ExactLink,
    Form::FoldedLink,
    Form::Binary,
    Form::Boolean,
    Form::Integer,
    Form::Decimal,
    Form::Instant,
    Form::None,
];

/// One attribute of each form, to ask [`operand_of`] with.
static MODELS: LazyLock<[Attribute; 10]> = LazyLock::new(|| ALL.map(Form::model));

impl Form {
    pub(crate) fn of(attribute: &Attribute) -> Self {
        let link = attribute.reference_types.iter().any(|t| t != "uri" && t != "external");
        match (attribute.ty, attribute.case_exact) {
            (AttributeType::Reference, true) if link => Self::ExactLink,
            (AttributeType::Reference, false) if link => Self::FoldedLink,
            (AttributeType::String | AttributeType::Reference, true) => Self::Exact,
            (AttributeType::String | AttributeType::Reference, false) => Self::Folded,
            (AttributeType::Binary, _) => Self::Binary,
            (AttributeType::Boolean, _) => Self::Boolean,
            (AttributeType::Integer, _) => Self::Integer,
            (AttributeType::Decimal, _) => Self::Decimal,
            (AttributeType::DateTime, _) => Self::Instant,
            (AttributeType::Complex, _) => Self::None,
        }
    }

    fn model(self) -> Attribute {
        let ty = match self {
            Self::Exact | Self::Folded => AttributeType::String,
            Self::ExactLink | Self::FoldedLink => AttributeType::Reference,
            Self::Binary => AttributeType::Binary,
            Self::Boolean => AttributeType::Boolean,
            Self::Integer => AttributeType::Integer,
            Self::Decimal => AttributeType::Decimal,
            Self::Instant => AttributeType::DateTime,
            Self::None => AttributeType::Complex,
        };
        let link = matches!(self, Self::ExactLink | Self::FoldedLink);
        Attribute {
            name: String::new(),
            ty,
            multi_valued: false,
            description: String::new(),
            required: false,
            canonical_values: Vec::new(),
            enforce_canonical: false,
            case_exact: matches!(self, Self::Exact | Self::ExactLink | Self::Binary),
            mutability: Mutability::ReadWrite,
            returned: Returned::Default,
            uniqueness: Uniqueness::None,
            reference_types: if link { vec!["User".to_owned()] } else { Vec::new() },
            sub_attributes: Vec::new(),
        }
    }

    /// The comparable form of a stored value, given as JSON.
    pub(crate) fn of_json(form: i64, json: &str) -> Option<Sql> {
        // Nearly every value is a text without an escape.
        if let Some(text) = json.strip_prefix('"').and_then(|t| t.strip_suffix('"'))
            && !text.contains('\\')
        {
            return Self::of_text(form, text);
        }
        let value: Value = serde_json::from_str(json).ok()?;
        operand_of(model(form)?, &value).as_ref().map(operand_value)
    }

    /// The comparable form of a text.
    pub(crate) fn of_text(form: i64, text: &str) -> Option<Sql> {
        if form == Self::Exact as i64 {
            return Some(Sql::Text(text.to_owned()));
        }
        if form == Self::Folded as i64 {
            return Some(Sql::Text(scim::text::fold(text).into_owned()));
        }
        operand_of(model(form)?, &Value::String(text.to_owned())).as_ref().map(operand_value)
    }
}

fn model(form: i64) -> Option<&'static Attribute> {
    MODELS.get(usize::try_from(form).ok()?)
}

/// An operand as a parameter.
pub(crate) fn operand_value(operand: &Operand) -> Sql {
    match operand {
        Operand::Bool(value) => Sql::Integer(i64::from(*value)),
        Operand::Integer(value) | Operand::Instant(value) => Sql::Integer(*value),
        Operand::Decimal(value) => Sql::Real(*value),
        Operand::Exact(text) | Operand::Folded(text) => Sql::Text(text.clone()),
    }
}

/// The operand that a sort column holds.
pub(crate) fn read_operand(attribute: &Attribute, value: ValueRef<'_>) -> Option<Operand> {
    match (value, Form::of(attribute)) {
        (ValueRef::Integer(value), Form::Boolean) => Some(Operand::Bool(value != 0)),
        (ValueRef::Integer(value), Form::Instant) => Some(Operand::Instant(value)),
        (ValueRef::Integer(value), _) => Some(Operand::Integer(value)),
        (ValueRef::Real(value), _) => Some(Operand::Decimal(value)),
        (ValueRef::Text(text), Form::Folded | Form::FoldedLink) => {
            Some(Operand::Folded(String::from_utf8_lossy(text).into_owned()))
        }
        (ValueRef::Text(text), _) => Some(Operand::Exact(String::from_utf8_lossy(text).into_owned())),
        _ => None,
    }
}
