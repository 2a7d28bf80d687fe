//! From text to a tree: recursive descent over RFC 7644 Figure 1 with errata 7319 and 7322.
//!
//! ```text
//! or    = and *(SP "or" SP and)
//! and   = term *(SP "and" SP term)
//! term  = ["not"] "(" or ")" / attrPath "[" or "]" / attrPath SP "pr" / attrPath SP op SP literal
//! ```
//!
//! `not` binds tighter than `and`, `and` tighter than `or`. Inside brackets no further brackets may stand, because
//! a sub-attribute is never complex. What clients write beside the grammar is accepted where the dialect has the
//! quirk for it (A-39); it leaves no trace in the tree.

use super::lexer::{Lexer, Operator, Read};
use super::{AttrPath, CompareOp, Expr, Filter, Limits, Parsed};
use crate::dialect::{Dialect, Quirk};
use crate::error::{Result, ScimError, ScimType};

/// Reads a filter.
///
/// # Errors
/// 400 `invalidFilter`: says at which character, what stands there, what was expected, and often what to write
/// instead (S-FILTER-01).
pub fn parse(text: &str, dialect: &Dialect, limits: &Limits) -> Result<Filter<Parsed>> {
    if text.len() > limits.length {
        let detail = format!(
            "The filter has {} bytes; at most {} are read. Ask in several requests.",
            text.len(),
            limits.length
        );
        return Err(ScimError::bad(ScimType::InvalidFilter, detail));
    }
    let mut lexer = Lexer::new(text, dialect, limits, ScimType::InvalidFilter);
    whole(&mut lexer).map(|expr| Filter { expr }).map_err(|problem| problem.into_error("filter", text))
}

fn whole(lexer: &mut Lexer<'_>) -> Read<Expr<Parsed>> {
    lexer.spaces();
    let expr = or(lexer, Scope::Resource)?;
    lexer.spaces();
    if lexer.rest().is_empty() { Ok(expr) } else { Err(unjoined(lexer)) }
}

/// What attribute names are relative to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Resource,
    /// Inside brackets.
    Element,
}

pub(crate) fn or(lexer: &mut Lexer<'_>, scope: Scope) -> Read<Expr<Parsed>> {
    let first = and(lexer, scope)?;
    if !joined(lexer, "or")? {
        return Ok(first);
    }
    let mut terms = Vec::new();
    Expr::flatten_or(&mut terms, first);
    loop {
        Expr::flatten_or(&mut terms, and(lexer, scope)?);
        if !joined(lexer, "or")? {
            return Ok(Expr::Or(terms));
        }
    }
}

fn and(lexer: &mut Lexer<'_>, scope: Scope) -> Read<Expr<Parsed>> {
    let first = term(lexer, scope)?;
    if !joined(lexer, "and")? {
        return Ok(first);
    }
    let mut terms = Vec::new();
    Expr::flatten_and(&mut terms, first);
    loop {
        Expr::flatten_and(&mut terms, term(lexer, scope)?);
        if !joined(lexer, "and")? {
            return Ok(Expr::And(terms));
        }
    }
}

/// Whether the word comes next; if so, reads it and the spaces around it.
fn joined(lexer: &mut Lexer<'_>, word: &str) -> Read<bool> {
    let start = lexer.at();
    let before = lexer.spaces();
    if !lexer.is_next(word) {
        lexer.back_to(start);
        return Ok(false);
    }
    let at = lexer.at();
    lexer.skip(word.len());
    // At the end of the text, what is missing is the next condition, not the space.
    let after = lexer.spaces() || lexer.rest().is_empty();
    if (!before || !after) && !lexer.has(Quirk::MissingSpace) {
        let at = if before { lexer.at() } else { at };
        return Err(lexer.problem(at, format!("a space on both sides of \"{word}\"")));
    }
    Ok(true)
}

fn term(lexer: &mut Lexer<'_>, scope: Scope) -> Read<Expr<Parsed>> {
    if lexer.peek() == Some(b'(') {
        return group(lexer, scope);
    }
    if lexer.is_next("not") {
        let start = lexer.at();
        lexer.skip(3);
        lexer.spaces();
        if lexer.peek() == Some(b'(') {
            return group(lexer, scope).map(|inner| Expr::Not(Box::new(inner)));
        }
        // An attribute may be called `not`.
        let operator_follows = lexer.operator().is_ok();
        if !operator_follows {
            return Err(lexer.problem(lexer.at(), "a parenthesis").hint("Negation is written not (…)."));
        }
        lexer.back_to(start);
    }
    condition(lexer, scope)
}

fn group(lexer: &mut Lexer<'_>, scope: Scope) -> Read<Expr<Parsed>> {
    let open = lexer.at();
    lexer.enter(open)?;
    lexer.skip(1);
    lexer.spaces();
    let inner = or(lexer, scope)?;
    close(lexer, open, b')')?;
    lexer.leave();
    Ok(inner)
}

/// The closing sign of what was opened at `open`.
fn close(lexer: &mut Lexer<'_>, open: usize, sign: u8) -> Read<()> {
    lexer.spaces();
    if lexer.eat(sign) {
        return Ok(());
    }
    if lexer.rest().is_empty() {
        let problem = lexer.problem(lexer.at(), format!("a closing {}", char::from(sign)));
        return Err(problem.hint(format!("It closes the one at character {}.", lexer.position(open))));
    }
    Err(unjoined(lexer))
}

/// Something stands where only `and`, `or` or the end may.
fn unjoined(lexer: &Lexer<'_>) -> super::problem::Problem {
    let problem = lexer.problem(lexer.at(), "\"and\", \"or\" or the end");
    match lexer.peek() {
        Some(b')' | b']') => problem.hint("Nothing is open that it could close."),
        Some(b'&' | b'|' | b',') => problem.hint("Conditions are joined by \"and\" or \"or\"."),
        _ => problem.hint("Join conditions by \"and\" or \"or\"; put text that has spaces in double quotes."),
    }
}

fn condition(lexer: &mut Lexer<'_>, scope: Scope) -> Read<Expr<Parsed>> {
    let start = lexer.at();
    let attr = lexer.attr_path()?;
    if lexer.peek() == Some(b'[') {
        if scope == Scope::Element {
            let problem = lexer.problem(lexer.at(), "an operator");
            return Err(problem.hint("Brackets cannot stand inside brackets."));
        }
        if attr.sub.is_some() {
            let problem = lexer.problem(lexer.at(), "an operator");
            return Err(problem.hint("Brackets follow the attribute itself: emails[type eq \"work\"]."));
        }
        let inner = brackets(lexer)?;
        return after_brackets(lexer, start, attr, inner);
    }
    operation(lexer, attr)
}

/// ` op literal` or ` pr` after an attribute.
pub(crate) fn operation(lexer: &mut Lexer<'_>, attr: AttrPath) -> Read<Expr<Parsed>> {
    if !lexer.spaces() {
        let problem = lexer.problem(lexer.at(), format!("a space and {}", super::lexer::OPERATORS));
        return Err(problem);
    }
    match lexer.operator()? {
        Operator::Present => Ok(Expr::Present(attr)),
        Operator::Compare(op) => compare(lexer, attr, op),
    }
}

fn compare(lexer: &mut Lexer<'_>, attr: AttrPath, op: CompareOp) -> Read<Expr<Parsed>> {
    let spaced = lexer.spaces();
    if !spaced && !lexer.rest().is_empty() && !lexer.has(Quirk::MissingSpace) {
        return Err(lexer.problem(lexer.at(), "a space before the value"));
    }
    let literal = lexer.literal()?;
    // A literal ends at a space, a closing sign or the end: `"a"b` is a slip, not two things.
    if !matches!(lexer.peek(), None | Some(b' ' | b'\t' | b')' | b']')) && !lexer.is_joined_tightly() {
        return Err(unjoined(lexer));
    }
    Ok(Expr::Compare(attr, op, literal))
}

/// `[ … ]`, from the opening bracket.
pub(crate) fn brackets(lexer: &mut Lexer<'_>) -> Read<Expr<Parsed>> {
    let open = lexer.at();
    lexer.enter(open)?;
    lexer.skip(1);
    lexer.spaces();
    let inner = or(lexer, Scope::Element)?;
    close(lexer, open, b']')?;
    lexer.leave();
    Ok(inner)
}

/// `emails[type eq "work"].value eq "x"` means `emails[type eq "work" and value eq "x"]` (S-FILTER-09).
fn after_brackets(
    lexer: &mut Lexer<'_>,
    start: usize,
    attr: AttrPath,
    inner: Expr<Parsed>,
) -> Read<Expr<Parsed>> {
    let dot = lexer.at();
    if !lexer.eat(b'.') {
        return Ok(Expr::Element(attr, Box::new(inner)));
    }
    if !lexer.has(Quirk::ElementSubInFilter) {
        let selected = lexer.since(start, dot - 1);
        let problem = lexer.problem(dot, "\"and\", \"or\" or the end");
        return Err(problem.hint(format!("Put the condition inside: {selected} and value eq \"…\"].")));
    }
    let at = lexer.at();
    let sub = lexer.attr_path()?;
    if sub.urn.is_some() || sub.sub.is_some() {
        return Err(lexer.problem(at, "a sub-attribute name"));
    }
    let mut terms = Vec::new();
    Expr::flatten_and(&mut terms, inner);
    Expr::flatten_and(&mut terms, operation(lexer, sub)?);
    Ok(Expr::Element(attr, Box::new(Expr::And(terms))))
}
