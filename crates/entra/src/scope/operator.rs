//! The operators of scoping filters, and when they hold.

use regex::Regex;

use crate::schema::AttributeType;

/// An operator by its names: the portal's, and how Graph and scripts spell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equals,
    NotEquals,
    IsTrue,
    IsFalse,
    IsNull,
    IsNotNull,
    RegexMatch,
    NotRegexMatch,
    GreaterThan,
    GreaterThanOrEquals,
    Includes,
    EndsWith,
    BitsIn,
    BitsNotIn,
}

impl Operator {
    /// Each with its name in the portal.
    pub(super) const ALL: [(&'static str, Self); 14] = [
        ("EQUALS", Self::Equals),
        ("NOT EQUALS", Self::NotEquals),
        ("IS TRUE", Self::IsTrue),
        ("IS FALSE", Self::IsFalse),
        ("IS NULL", Self::IsNull),
        ("IS NOT NULL", Self::IsNotNull),
        ("REGEX MATCH", Self::RegexMatch),
        ("NOT REGEX MATCH", Self::NotRegexMatch),
        ("Greater_Than", Self::GreaterThan),
        ("Greater_Than_OR_EQUALS", Self::GreaterThanOrEquals),
        ("Includes", Self::Includes),
        ("ENDS_WITH", Self::EndsWith),
        ("&", Self::BitsIn),
        ("!&", Self::BitsNotIn),
    ];

    /// The operator of this name. Case, spaces and underscores make no difference: `IS NOT NULL`, `IS_NOT_NULL` and
    /// `isNotNull` are one.
    pub(super) fn find(name: &str) -> Option<Self> {
        let wanted = plain(name);
        Self::ALL.into_iter().find(|(name, _)| plain(name) == wanted).map(|(_, operator)| operator)
    }

    /// Whether it needs nothing to compare with.
    pub(super) const fn is_unary(self) -> bool {
        matches!(self, Self::IsTrue | Self::IsFalse | Self::IsNull | Self::IsNotNull)
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, ' ' | '_')).flat_map(char::to_lowercase).collect()
}

/// What an attribute is asked, ready to be answered.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// One of these, or, negated, none of them.
    Equals {
        values: Vec<String>,
        kind: AttributeType,
        negated: bool,
    },
    Truth(bool),
    Null(bool),
    Regex {
        pattern: Regex,
        negated: bool,
    },
    /// Greater than this, or as great.
    Greater {
        bound: i128,
        or_equal: bool,
    },
    Includes(Vec<String>),
    EndsWith(Vec<String>),
    Bits {
        values: Vec<String>,
        negated: bool,
    },
}

impl Test {
    /// The test of an operator and what it is given; the error is a sentence without its full stop.
    pub(super) fn new(operator: Operator, values: &[String], kind: AttributeType) -> Result<Self, String> {
        if operator.is_unary() {
            return Ok(match operator {
                Operator::IsTrue => Self::Truth(true),
                Operator::IsFalse => Self::Truth(false),
                Operator::IsNull => Self::Null(true),
                _ => Self::Null(false),
            });
        }
        let [first, ..] = values else { return Err("`targetOperand` gives no value to compare with".into()) };
        let values = values.to_vec();
        Ok(match operator {
            Operator::Equals => Self::Equals { values, kind, negated: false },
            Operator::NotEquals => Self::Equals { values, kind, negated: true },
            Operator::RegexMatch | Operator::NotRegexMatch => {
                let pattern = crate::expression::compile(first)?;
                Self::Regex { pattern, negated: operator == Operator::NotRegexMatch }
            }
            Operator::GreaterThan | Operator::GreaterThanOrEquals => match integer(first) {
                Some(bound) => Self::Greater { bound, or_equal: operator == Operator::GreaterThanOrEquals },
                None => return Err(format!("the value must be a whole number, not `{first}`")),
            },
            Operator::Includes => Self::Includes(values),
            Operator::EndsWith => Self::EndsWith(values),
            Operator::BitsIn => Self::Bits { values, negated: false },
            _ => Self::Bits { values, negated: true },
        })
    }

    /// Whether it holds for this value. Of null only `IS NULL` does; the empty text is null here. Several values to
    /// compare with are alternatives (unverified).
    pub(super) fn holds(&self, value: Option<&str>) -> bool {
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            return matches!(self, Self::Null(true));
        };
        match self {
            Self::Null(wanted) => !wanted,
            Self::Truth(wanted) => value.eq_ignore_ascii_case(if *wanted { "true" } else { "false" }),
            Self::Equals { values, kind, negated } => {
                values.iter().any(|v| same(value, v, *kind)) != *negated
            }
            // .NET's `IsMatch`: anywhere in the value (unverified that Entra does not ask for the whole of it).
            Self::Regex { pattern, negated } => pattern.is_match(value) != *negated,
            Self::Greater { bound, or_equal } => {
                integer(value).is_some_and(|value| value > *bound || (*or_equal && value == *bound))
            }
            Self::Includes(values) => values.iter().any(|wanted| value.contains(wanted.as_str())),
            Self::EndsWith(values) => values.iter().any(|wanted| value.ends_with(wanted.as_str())),
            Self::Bits { values, negated } => values.iter().any(|v| shares(value, v)) != *negated,
        }
    }
}

/// Exactly equal; truth values and whole numbers by what they mean where the attribute is of that type.
fn same(value: &str, wanted: &str, kind: AttributeType) -> bool {
    match kind {
        AttributeType::Boolean => value.eq_ignore_ascii_case(wanted),
        AttributeType::Integer => match (integer(value), integer(wanted)) {
            (Some(a), Some(b)) => a == b,
            _ => value == wanted,
        },
        _ => value == wanted,
    }
}

/// Two numbers share a bit; of other values, the attribute's is in the given one, as Microsoft's page has it.
fn shares(value: &str, given: &str) -> bool {
    match (integer(value), integer(given)) {
        (Some(a), Some(b)) => a & b != 0,
        _ => given.contains(value),
    }
}

fn integer(text: &str) -> Option<i128> {
    // 30 digits are more than any attribute has, and cannot overflow.
    if text.len() > 30 { None } else { text.trim().parse().ok() }
}
