//! Filters: the text an identity provider sends, the tree it means, and whether a document satisfies it
//! (RFC 7644 §3.4.2.2).
//!
//! A filter passes through two stages. [`Parsed`] knows only grammar. [`Checked`] has found every attribute in a
//! schema and brought every literal into comparable form; only a checked filter may reach storage.

pub(crate) mod check;
pub mod eval;
pub(crate) mod lexer;
pub(crate) mod locate;
mod operand;
pub(crate) mod parse;
mod print;
pub(crate) mod problem;
#[cfg(test)]
mod tests;
mod tree;

use std::fmt::Debug;

pub use operand::operand_of;
pub use parse::parse;

use crate::schema::Resolved;

/// A stage in the life of a filter.
pub trait Stage: Clone + Debug + PartialEq {
    /// How an attribute is named at this stage.
    type Attr: Clone + Debug + PartialEq;
    /// How a literal stands at this stage.
    type Value: Clone + Debug + PartialEq;
}

/// Grammar is known to be right; names are not looked up yet.
#[derive(Debug, Clone, PartialEq)]
pub enum Parsed {}

/// Every attribute exists, every operator fits, every literal is comparable.
#[derive(Debug, Clone, PartialEq)]
pub enum Checked {}

impl Stage for Parsed {
    type Attr = AttrPath;
    type Value = Literal;
}

impl Stage for Checked {
    type Attr = Resolved;
    type Value = Operand;
}

/// How much of a filter is read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest text, in bytes.
    pub length: usize,
    /// Deepest nesting of parentheses, negations and brackets.
    pub depth: u32,
}

impl Default for Limits {
    /// 8 KiB and 32 levels.
    fn default() -> Self {
        Self { length: 8 * 1024, depth: 32 }
    }
}

/// A filter at some stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter<S: Stage> {
    /// The tree. `And` and `Or` hold at least two terms and never a term of their own kind.
    pub expr: Expr<S>,
}

/// A node of a filter.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr<S: Stage> {
    /// Every term holds.
    And(Vec<Expr<S>>),
    /// Some term holds.
    Or(Vec<Expr<S>>),
    /// The term does not hold.
    Not(Box<Expr<S>>),
    /// `attr op literal`. Inside [`Expr::Element`], attributes are relative to the element.
    Compare(S::Attr, CompareOp, S::Value),
    /// `attr pr`.
    Present(S::Attr),
    /// `attr[filter]`: one and the same element satisfies the inner filter.
    Element(S::Attr, Box<Expr<S>>),
    /// An attribute this resource type does not have (queries over several types): no value, so `false`.
    Nothing,
}

/// The comparison operators of RFC 7644 Table 3, without `pr`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// Equal.
    Eq,
    /// Not equal; true of an unassigned attribute.
    Ne,
    /// Contains.
    Co,
    /// Starts with.
    Sw,
    /// Ends with.
    Ew,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
}

/// An attribute as it was written: `[urn:]name[.sub]`, in the sender's spelling.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AttrPath {
    /// Schema URN, when the name is fully qualified.
    pub urn: Option<String>,
    /// Attribute name.
    pub name: String,
    /// Sub-attribute name.
    pub sub: Option<String>,
}

/// A literal as it was written.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A JSON number.
    Number(serde_json::Number),
    /// A string, unescaped.
    String(String),
}

/// A literal in comparable form: the same form that keys and stored values take (see [`operand_of`]).
///
/// There is no null among them: `eq null` and `ne null` are checked into absence and presence.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A boolean.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A decimal, compared as `f64`.
    Decimal(f64),
    /// Microseconds since the epoch, UTC.
    Instant(i64),
    /// Text compared exactly (`caseExact`).
    Exact(String),
    /// Text that has been folded (see [`crate::text::fold`]); compare with folded text.
    Folded(String),
}
