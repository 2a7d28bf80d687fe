//! Reads the smallest parts of filters and paths: words, spaces, operators; names and literals in the submodules.

mod hint;
mod literal;
mod name;

use std::borrow::Cow;

pub(crate) use name::is_urn;

use super::problem::Problem;
use super::{CompareOp, Limits};
use crate::dialect::{Dialect, Quirk};
use crate::error::ScimType;

/// A place in the text. All of it is borrowed; only names and literals are copied out.
pub(crate) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    dialect: &'t Dialect,
    /// Groups, negations and brackets that may still be opened.
    room: u32,
    /// Which error the present part of the text gives.
    pub(crate) kind: ScimType,
}

pub(crate) type Read<T> = Result<T, Problem>;

/// What may follow an attribute name.
pub(crate) enum Operator {
    Compare(CompareOp),
    Present,
}

impl<'t> Lexer<'t> {
    pub(crate) fn new(text: &'t str, dialect: &'t Dialect, limits: &Limits, kind: ScimType) -> Self {
        Self { text, at: 0, dialect, room: limits.depth, kind }
    }

    pub(crate) fn has(&self, quirk: Quirk) -> bool {
        self.dialect.has(quirk)
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Takes back what was read since `at`.
    pub(crate) fn back_to(&mut self, at: usize) {
        self.at = at;
    }

    pub(crate) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Skips spaces and says whether there were any. The grammar has exactly one; more do no harm.
    pub(crate) fn spaces(&mut self) -> bool {
        let start = self.at;
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        self.at > start
    }

    /// Everything up to a space, bracket, parenthesis or double quote.
    pub(crate) fn word(&mut self) -> &'t str {
        let rest = self.rest();
        let end = rest.bytes().position(is_boundary).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// A problem with the word, literal or sign at `at`.
    pub(crate) fn problem(&self, at: usize, expected: impl Into<Cow<'static, str>>) -> Problem {
        let rest = &self.text[at..];
        let end = match rest.bytes().next() {
            None => at,
            Some(b'"') => at + rest[1..].find('"').map_or(rest.len(), |quote| quote + 2),
            Some(byte) if is_boundary(byte) => at + 1,
            Some(_) => at + rest.bytes().position(is_boundary).unwrap_or(rest.len()),
        };
        Problem { kind: self.kind, at, end, expected: expected.into(), hint: None }
    }

    /// One level deeper; give it back with [`Self::leave`].
    pub(crate) fn enter(&mut self, at: usize) -> Read<()> {
        match self.room.checked_sub(1) {
            Some(room) => {
                self.room = room;
                Ok(())
            }
            None => Err(self.problem(at, "no deeper nesting").hint("Write it with fewer parentheses.")),
        }
    }

    pub(crate) fn leave(&mut self) {
        self.room += 1;
    }

    /// `eq`, `pr`, …, in any case.
    pub(crate) fn operator(&mut self) -> Read<Operator> {
        let start = self.at;
        let rest = self.rest();
        let letters = rest.bytes().position(|b| !b.is_ascii_alphabetic()).unwrap_or(rest.len());
        let after = rest.as_bytes().get(letters).copied();
        let ends = after.is_none_or(|b| is_boundary(b) || b == b'\'');
        let known = if ends { operator(&rest[..letters]) } else { None };
        match known {
            Some(operator) => {
                self.at += letters;
                Ok(operator)
            }
            None => {
                let problem = self.problem(start, OPERATORS);
                Err(match hint::for_operator(&rest[..problem.end - start]) {
                    Some(hint) => problem.hint(hint),
                    None => problem,
                })
            }
        }
    }

    /// `and`, `or` or `not`, whatever its case.
    pub(crate) fn is_next(&self, keyword: &str) -> bool {
        let rest = self.rest().as_bytes();
        rest.len() >= keyword.len()
            && rest[..keyword.len()].eq_ignore_ascii_case(keyword.as_bytes())
            && rest.get(keyword.len()).is_none_or(|b| is_boundary(*b))
    }

    /// Whether `and` or `or` follows without a space, and may.
    pub(crate) fn is_joined_tightly(&self) -> bool {
        self.is_next("and") || self.is_next("or")
    }

    /// The number of the character at this byte, counted from one.
    pub(crate) fn position(&self, at: usize) -> usize {
        self.text[..at].chars().count() + 1
    }

    /// The text between two bytes.
    pub(crate) fn since(&self, start: usize, end: usize) -> &'t str {
        &self.text[start..end]
    }

    pub(crate) fn skip(&mut self, bytes: usize) {
        self.at += bytes;
    }
}

impl Problem {
    pub(crate) fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

pub(crate) const OPERATORS: &str = "an operator (eq, ne, co, sw, ew, gt, ge, lt, le or pr)";

/// What ends a word.
const fn is_boundary(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'(' | b')' | b'[' | b']' | b'"') || byte < 0x20
}

fn operator(word: &str) -> Option<Operator> {
    let &[a, b] = word.as_bytes() else { return None };
    let op = match &[a.to_ascii_lowercase(), b.to_ascii_lowercase()] {
        b"eq" => CompareOp::Eq,
        b"ne" => CompareOp::Ne,
        b"co" => CompareOp::Co,
        b"sw" => CompareOp::Sw,
        b"ew" => CompareOp::Ew,
        b"gt" => CompareOp::Gt,
        b"ge" => CompareOp::Ge,
        b"lt" => CompareOp::Lt,
        b"le" => CompareOp::Le,
        b"pr" => return Some(Operator::Present),
        _ => return None,
    };
    Some(Operator::Compare(op))
}
