//! From text to a path.

use super::{Path, PathTarget};
use crate::dialect::Dialect;
use crate::error::{Result, ScimError, ScimType};
use crate::filter::lexer::{Lexer, Read, is_urn};
use crate::filter::parse::{brackets, operation};
use crate::filter::{AttrPath, Expr, Limits, Parsed};

/// Reads a path: of a PATCH operation, or a key such as `name.givenName` in its value.
///
/// Besides the grammar of RFC 7644 Figure 7, `schemas eq "urn:…"` is read as `schemas[value eq "urn:…"]`: the only
/// way to point at one value of a list of simple values (erratum 7122).
///
/// # Errors
/// 400 `invalidPath`, or `invalidFilter` for what stands inside the brackets (S-PATCH-03), with position and hint.
pub fn parse(text: &str, dialect: &Dialect) -> Result<Path<Parsed>> {
    let limits = Limits::default();
    if text.len() > limits.length {
        let detail = format!("The path has {} bytes; at most {} are read.", text.len(), limits.length);
        return Err(ScimError::bad(ScimType::InvalidPath, detail));
    }
    let mut lexer = Lexer::new(text, dialect, &limits, ScimType::InvalidPath);
    target(&mut lexer).map(|target| Path { target }).map_err(|problem| problem.into_error("path", text))
}

fn target(lexer: &mut Lexer<'_>) -> Read<PathTarget<Parsed>> {
    lexer.spaces();
    let start = lexer.at();
    let attr = match lexer.attr_path() {
        Ok(attr) => attr,
        Err(problem) => {
            // A URN that ends in something no attribute is called, such as a version.
            lexer.back_to(start);
            let word = lexer.word();
            lexer.spaces();
            let bare = is_urn(word) && lexer.rest().is_empty();
            return if bare { Ok(PathTarget::Schema(word.to_owned())) } else { Err(problem) };
        }
    };
    if lexer.peek() == Some(b'[') {
        return element(lexer, attr);
    }
    lexer.spaces();
    if lexer.rest().is_empty() {
        return Ok(PathTarget::Attr(attr));
    }
    value_of_list(lexer, attr)
}

/// `attr[filter]` or `attr[filter].sub`, from the bracket.
fn element(lexer: &mut Lexer<'_>, attr: AttrPath) -> Read<PathTarget<Parsed>> {
    let open = lexer.at();
    if attr.sub.is_some() {
        let problem = lexer.problem(open, "the end of the path");
        return Err(problem.hint("Brackets follow the attribute itself: emails[type eq \"work\"].value."));
    }
    let index = lexer.rest()[1..].split(']').next().unwrap_or_default().trim();
    if !index.is_empty() && index.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
        let problem = lexer.problem(open + 1, "a filter");
        return Err(
            problem.hint("Elements have no numbers; select one by its values: emails[type eq \"work\"].")
        );
    }
    lexer.kind = ScimType::InvalidFilter;
    let filter = Box::new(brackets(lexer)?);
    lexer.kind = ScimType::InvalidPath;
    let sub = if lexer.eat(b'.') {
        let at = lexer.at();
        let path = lexer.attr_path()?;
        if path.urn.is_some() || path.sub.is_some() {
            return Err(lexer.problem(at, "a sub-attribute name"));
        }
        Some(path.name)
    } else {
        None
    };
    end(lexer)?;
    Ok(PathTarget::Element { attr, filter, sub })
}

/// `schemas eq "urn:…"`.
fn value_of_list(lexer: &mut Lexer<'_>, attr: AttrPath) -> Read<PathTarget<Parsed>> {
    let at = lexer.at();
    let whole = lexer.problem(at, "the end of the path");
    // The space before the operator was skipped.
    lexer.back_to(at - 1);
    let value = AttrPath { urn: None, name: "value".to_owned(), sub: None };
    match operation(lexer, value) {
        Ok(compare @ Expr::Compare(..)) if attr.sub.is_none() => {
            end(lexer)?;
            Ok(PathTarget::Element { attr, filter: Box::new(compare), sub: None })
        }
        _ => Err(whole.hint("A condition stands in brackets: emails[type eq \"work\"].value.")),
    }
}

fn end(lexer: &mut Lexer<'_>) -> Read<()> {
    lexer.spaces();
    if lexer.rest().is_empty() {
        return Ok(());
    }
    let problem = lexer.problem(lexer.at(), "a dot and a sub-attribute, or the end of the path");
    Err(problem)
}
