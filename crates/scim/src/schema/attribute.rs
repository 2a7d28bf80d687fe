//! An attribute and its characteristics (RFC 7643 §2.2, §7).

use std::sync::Arc;

/// Data type (RFC 7643 §2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AttributeType {
    /// Unicode text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A number with a fraction.
    Decimal,
    /// A whole number; held as `i64`.
    Integer,
    /// `xsd:dateTime`.
    DateTime,
    /// Base64 text.
    Binary,
    /// A URI.
    Reference,
    /// An object of sub-attributes.
    Complex,
}

/// Who may write it, and when (RFC 7643 §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mutability {
    /// Set by the service only.
    ReadOnly,
    /// Free to read and write.
    ReadWrite,
    /// Written once.
    Immutable,
    /// Written, never read.
    WriteOnly,
}

/// When it is shown (RFC 7643 §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Returned {
    /// In every answer.
    Always,
    /// Never.
    Never,
    /// Unless excluded.
    Default,
    /// Only when asked for.
    Request,
}

/// Within what bounds a value may stand only once (RFC 7643 §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Uniqueness {
    /// No bounds.
    None,
    /// Within the tenant's resources of this type.
    Server,
    /// Globally.
    Global,
}

/// One attribute definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Name in canonical spelling.
    pub name: String,
    /// Data type.
    pub ty: AttributeType,
    /// Whether it holds a list.
    pub multi_valued: bool,
    /// What it means.
    pub description: String,
    /// Whether a resource without it is refused.
    pub required: bool,
    /// Suggested values.
    pub canonical_values: Vec<String>,
    /// Whether a value outside `canonical_values` is refused; off unless the schema says so (S-SCHEMA-05).
    pub enforce_canonical: bool,
    /// Whether text is compared exactly; `false` compares folded (see [`crate::text`]).
    pub case_exact: bool,
    /// Who may write it.
    pub mutability: Mutability,
    /// When it is shown.
    pub returned: Returned,
    /// Within what bounds it is unique.
    pub uniqueness: Uniqueness,
    /// What a reference may point at: `User`, `Group`, `external`, `uri`.
    pub reference_types: Vec<String>,
    /// Sub-attributes of a complex attribute.
    pub sub_attributes: Vec<Arc<Attribute>>,
}

impl Attribute {
    /// The sub-attribute of this name, whatever its case (RFC 7643 §2.1).
    #[must_use]
    pub fn sub(&self, name: &str) -> Option<&Arc<Attribute>> {
        self.sub_attributes.iter().find(|a| a.name.eq_ignore_ascii_case(name))
    }

    /// Whether what is sent for it is dropped without a word: what nobody may read, such as a password, is not kept.
    #[must_use]
    pub fn is_discarded(&self) -> bool {
        self.mutability == Mutability::WriteOnly
    }

    /// Whether a create gives it a value when the client gives none, and no later write takes it away: `active`
    /// (ruling 5). It is published as required, so that nobody expects to unassign it.
    #[must_use]
    pub fn has_default(&self) -> bool {
        self.required && self.ty == AttributeType::Boolean && self.name == "active"
    }

    /// Whether values of this type are compared as text.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(self.ty, AttributeType::String | AttributeType::Reference | AttributeType::Binary)
    }
}

impl AttributeType {
    /// The keyword as it stands in a schema.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Boolean => "boolean",
            Self::Decimal => "decimal",
            Self::Integer => "integer",
            Self::DateTime => "dateTime",
            Self::Binary => "binary",
            Self::Reference => "reference",
            Self::Complex => "complex",
        }
    }

    /// The value of this keyword; case matters.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "string" => Self::String,
            "boolean" => Self::Boolean,
            "decimal" => Self::Decimal,
            "integer" => Self::Integer,
            "dateTime" => Self::DateTime,
            "binary" => Self::Binary,
            "reference" => Self::Reference,
            "complex" => Self::Complex,
            _ => return None,
        })
    }
}

impl Mutability {
    /// The keyword as it stands in a schema.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "readOnly",
            Self::ReadWrite => "readWrite",
            Self::Immutable => "immutable",
            Self::WriteOnly => "writeOnly",
        }
    }

    /// The value of this keyword; case matters.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "readOnly" => Self::ReadOnly,
            "readWrite" => Self::ReadWrite,
            "immutable" => Self::Immutable,
            "writeOnly" => Self::WriteOnly,
            _ => return None,
        })
    }
}

impl Returned {
    /// The keyword as it stands in a schema.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Never => "never",
            Self::Default => "default",
            Self::Request => "request",
        }
    }

    /// The value of this keyword; case matters.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "always" => Self::Always,
            "never" => Self::Never,
            "default" => Self::Default,
            "request" => Self::Request,
            _ => return None,
        })
    }
}

impl Uniqueness {
    /// The keyword as it stands in a schema.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Server => "server",
            Self::Global => "global",
        }
    }

    /// The value of this keyword; case matters.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "none" => Self::None,
            "server" => Self::Server,
            "global" => Self::Global,
            _ => return None,
        })
    }
}
