//! An expression as a tree, and how it is written.

use std::fmt;

use regex::Regex;

use super::functions::Function;

/// A part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// `[name]`.
    Attribute(String),
    /// `"text"`.
    Text(String),
    /// A number as it was written: `7`, `-10`, `&HF`.
    Number(String),
    /// `vbTextCompare` or `vbBinaryCompare`.
    Word(&'static str),
    /// An argument that was left out.
    Empty,
    /// A function and its arguments.
    Call(Box<Invocation>),
    /// A comparison, `"True"` or `"False"`.
    Compare(Box<Comparison>),
}

/// A function with its arguments.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    pub(crate) function: &'static Function,
    pub(crate) arguments: Vec<Node>,
    /// Where its name begins, in characters from one. No part of what the expression means.
    pub(crate) position: usize,
    /// A constant regular expression among the arguments, compiled once.
    pub(crate) pattern: Option<Regex>,
}

impl PartialEq for Invocation {
    fn eq(&self, other: &Self) -> bool {
        self.function.name == other.function.name && self.arguments == other.arguments
    }
}

/// Two operands and what is asked of them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Comparison {
    pub(crate) left: Node,
    pub(crate) operator: Operator,
    pub(crate) right: Node,
}

/// How two operands are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    /// In an order in which no one is the beginning of a later one.
    pub(crate) const ALL: [Self; 6] =
        [Self::NotEqual, Self::LessOrEqual, Self::GreaterOrEqual, Self::Equal, Self::Less, Self::Greater];

    pub(crate) const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

impl Node {
    /// Calls `seen` with every attribute named in here, in the order of writing.
    pub(crate) fn attributes<'n>(&'n self, seen: &mut dyn FnMut(&'n str)) {
        match self {
            Self::Attribute(name) => seen(name),
            Self::Call(call) => call.arguments.iter().for_each(|argument| argument.attributes(seen)),
            Self::Compare(comparison) => {
                comparison.left.attributes(seen);
                comparison.right.attributes(seen);
            }
            Self::Text(_) | Self::Number(_) | Self::Word(_) | Self::Empty => {}
        }
    }

    /// Whether this function is called anywhere in here.
    pub(crate) fn calls(&self, name: &str) -> bool {
        match self {
            Self::Call(call) => {
                call.function.name == name || call.arguments.iter().any(|argument| argument.calls(name))
            }
            Self::Compare(comparison) => comparison.left.calls(name) || comparison.right.calls(name),
            _ => false,
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute(name) => write!(f, "[{name}]"),
            Self::Text(text) => {
                f.write_str("\"")?;
                for piece in text.split_inclusive(['"', '\\']) {
                    match piece.strip_suffix(['"', '\\']) {
                        Some(head) => write!(f, "{head}\\{}", &piece[head.len()..])?,
                        None => f.write_str(piece)?,
                    }
                }
                f.write_str("\"")
            }
            Self::Number(text) => f.write_str(text),
            Self::Word(word) => f.write_str(word),
            Self::Empty => Ok(()),
            Self::Call(call) => {
                write!(f, "{}(", call.function.name)?;
                for (index, argument) in call.arguments.iter().enumerate() {
                    write!(f, "{}{argument}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str(")")
            }
            Self::Compare(comparison) => {
                write!(f, "{} {} {}", comparison.left, comparison.operator.sign(), comparison.right)
            }
        }
    }
}
