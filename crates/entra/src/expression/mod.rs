//! Attribute-mapping expressions: `Join(" ", [givenName], [surname])` (entra.md §4.6).
//!
//! ```text
//! expression = call / attribute / text / number
//! call       = name "(" [ argument *( "," argument ) ] ")"
//! argument   = [ operand [ ( "=" / "<>" / "<" / "<=" / ">" / ">=" ) operand ] ]
//! operand    = expression / "vbTextCompare" / "vbBinaryCompare"
//! attribute  = "[" name "]"
//! text       = DQUOTE *( char / "\" char ) DQUOTE
//! number     = [ "-" ] 1*DIGIT [ "." 1*DIGIT ] / "&H" 1*HEXDIG
//! ```
//!
//! An argument may be empty (`Switch([x], , "a", "b")`). Function names are compared with case. Everything is text, also
//! truth values (`"True"`, `"False"`), numbers and dates. What Microsoft's reference leaves open, above all what functions
//! make of null, is marked *unverified* where it is decided.

mod date;
mod eval;
mod fault;
pub mod functions;
mod hint;
mod lexer;
mod parse;
mod source;
mod tree;

#[cfg(test)]
pub(crate) mod tests;

pub use fault::{EvalFault, ExpressionFault};

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::env::Env;
use crate::model::Value;
use tree::Node;

pub(crate) use hint::distance;
pub(crate) use parse::compile;

/// Where an expression finds the attributes it names.
pub trait Lookup {
    /// The attribute's value; `None` is null.
    fn get(&self, name: &str) -> Option<Cow<'_, Value>>;
}

impl Lookup for crate::model::Attributes {
    fn get(&self, name: &str) -> Option<Cow<'_, Value>> {
        Self::get(self, name).map(Cow::Borrowed)
    }
}

/// What an expression gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flowed {
    /// A value.
    Value(Value),
    /// Null.
    Null,
    /// Nothing flows, not even null (`IgnoreFlowIfNullOrEmpty`).
    Ignored,
}

/// An expression that has been read, and can be evaluated any number of times.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    node: Node,
}

impl Expression {
    /// Reads an expression of at most 10,000 characters.
    ///
    /// # Errors
    /// Says at which character it is wrong and often what to write instead.
    pub fn parse(text: &str) -> Result<Self, ExpressionFault> {
        parse::whole(text).map(|node| Self { node }).map_err(|problem| problem.into_fault(text))
    }

    /// The attributes it names, each once, in the order of writing.
    #[must_use]
    pub fn sources(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.node.attributes(&mut |name| {
            if !names.contains(&name) {
                names.push(name);
            }
        });
        names
    }

    /// Whether it calls this function anywhere.
    #[must_use]
    pub fn calls(&self, function: &str) -> bool {
        self.node.calls(function)
    }

    /// The attribute, when it is nothing but one.
    #[must_use]
    pub fn as_attribute(&self) -> Option<&str> {
        match &self.node {
            Node::Attribute(name) => Some(name),
            _ => None,
        }
    }

    /// The text, when it is nothing but a constant.
    #[must_use]
    pub fn as_constant(&self) -> Option<&str> {
        match &self.node {
            Node::Text(text) | Node::Number(text) => Some(text),
            _ => None,
        }
    }

    /// The value for one object.
    ///
    /// # Errors
    /// When a function cannot be applied to what the object has: text where a number is needed, several values where
    /// one is, a null in the condition of `IIF`.
    pub fn eval(&self, attributes: &dyn Lookup, env: &Env) -> Result<Flowed, EvalFault> {
        eval::run(&self.node, attributes, env)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

impl FromStr for Expression {
    type Err = ExpressionFault;

    fn from_str(text: &str) -> Result<Self, ExpressionFault> {
        Self::parse(text)
    }
}
