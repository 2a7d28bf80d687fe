//! Filters as text, in one canonical form: reading it gives the same tree again.

use std::fmt::{Display, Formatter, Result};

use super::{AttrPath, CompareOp, Expr, Filter, Literal, Operand, Stage};

impl CompareOp {
    /// The operator as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Co => "co",
            Self::Sw => "sw",
            Self::Ew => "ew",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }
}

impl Display for CompareOp {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(self.as_str())
    }
}

impl Display for AttrPath {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if let Some(urn) = &self.urn {
            write!(f, "{urn}:")?;
        }
        f.write_str(&self.name)?;
        match &self.sub {
            Some(sub) => write!(f, ".{sub}"),
            None => Ok(()),
        }
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::String(text) => string(f, text),
        }
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Decimal(number) => write!(f, "{number:?}"),
            Self::Instant(micros) => write!(f, "\"{}\"", crate::text::format_millis(*micros)),
            Self::Exact(text) | Self::Folded(text) => string(f, text),
        }
    }
}

fn string(f: &mut Formatter<'_>, text: &str) -> Result {
    f.write_str(&serde_json::to_string(text).map_err(|_| std::fmt::Error)?)
}

impl<S: Stage> Display for Filter<S>
where
    S::Attr: Display,
    S::Value: Display,
{
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.expr.fmt(f)
    }
}

impl<S: Stage> Display for Expr<S>
where
    S::Attr: Display,
    S::Value: Display,
{
    /// Parentheses only where the precedence needs them. [`Expr::Nothing`], which no text means, prints as `false`.
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::And(terms) => joined(f, terms, " and "),
            Self::Or(terms) => joined(f, terms, " or "),
            Self::Not(inner) => write!(f, "not ({inner})"),
            Self::Compare(attr, op, value) => write!(f, "{attr} {op} {value}"),
            Self::Present(attr) => write!(f, "{attr} pr"),
            Self::Element(attr, inner) => write!(f, "{attr}[{inner}]"),
            Self::Nothing => f.write_str("false"),
        }
    }
}

fn joined<S: Stage>(f: &mut Formatter<'_>, terms: &[Expr<S>], by: &str) -> Result
where
    S::Attr: Display,
    S::Value: Display,
{
    for (count, term) in terms.iter().enumerate() {
        if count > 0 {
            f.write_str(by)?;
        }
        match term {
            // Within a conjunction only a disjunction binds looser.
            Expr::Or(_) => write!(f, "({term})")?,
            _ => term.fmt(f)?,
        }
    }
    Ok(())
}
