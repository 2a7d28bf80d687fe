//! Reads the smallest parts of expressions: names, attributes, texts, numbers.

use std::borrow::Cow;

use super::fault::ExpressionFault;

/// A place in the text.
pub(crate) struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

/// What is wrong at a byte of the text.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) at: usize,
    pub(crate) message: String,
    pub(crate) hint: Option<Cow<'static, str>>,
}

pub(crate) type Read<T> = Result<T, Problem>;

impl Problem {
    pub(crate) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn into_fault(self, text: &str) -> ExpressionFault {
        ExpressionFault {
            position: position(text, self.at),
            message: self.message,
            hint: self.hint,
            text: text.to_owned(),
        }
    }
}

/// The number of the character at this byte, counted from one.
pub(crate) fn position(text: &str, at: usize) -> usize {
    text.get(..at).map_or(0, |before| before.chars().count()) + 1
}

impl<'t> Lexer<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(crate) fn position(&self, at: usize) -> usize {
        position(self.text, at)
    }

    pub(crate) fn spaces(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    pub(crate) fn eat(&mut self, sign: &str) -> bool {
        let found = self.rest().starts_with(sign);
        self.at += if found { sign.len() } else { 0 };
        found
    }

    /// What stands here, for a message: a name, or a character.
    pub(crate) fn found(&self) -> String {
        let rest = self.rest();
        let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        let end = if end > 0 { end } else { rest.chars().next().map_or(0, char::len_utf8) };
        if end == 0 { "the end".to_owned() } else { format!("`{}`", &rest[..end]) }
    }

    /// A function's name or another bare word; empty when none stands here.
    pub(crate) fn name(&mut self) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// `"text"`, at its opening quote. A backslash takes the next character as it is; before any but a quote or a
    /// backslash it is itself a part of the text (unverified: Microsoft's reference asks to escape every backslash).
    pub(crate) fn text(&mut self) -> Read<String> {
        let open = self.at;
        self.at += 1;
        let mut value = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((offset, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += offset + 1;
                    return Ok(value);
                }
                '\\' => match chars.next() {
                    Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                    Some((_, other)) => value.extend(['\\', other]),
                    None => break,
                },
                c => value.push(c),
            }
        }
        let hint = "Close it with a straight double quote; a quote inside the text is written \\\".";
        Err(Problem::new(open, "a text is opened and never closed").hint(hint))
    }

    /// `[name]`, at its opening bracket.
    pub(crate) fn attribute(&mut self) -> Read<String> {
        let open = self.at;
        let inner = &self.text[open + 1..];
        let close = inner.find(']');
        // A sign that no name has, before the bracket closes: the bracket of an earlier name was forgotten.
        let stray = inner.find(['[', '(', ')', ',', '"', '\n']);
        match close {
            Some(close) if stray.is_none_or(|stray| close < stray) => {
                self.at += close + 2;
                attribute_name(&inner[..close]).ok_or_else(|| {
                    Problem::new(open, "the brackets name no attribute")
                        .hint("Write [givenName], for example.")
                })
            }
            _ => Err(Problem::new(open, "a bracket is opened and never closed")
                .hint("An attribute is written [name], with the name as the schema has it.")),
        }
    }

    /// `7`, `-10`, `1.5` or `&HF`; `None` when no number stands here.
    pub(crate) fn number(&mut self) -> Read<Option<String>> {
        let rest = self.rest();
        let hex = rest.get(..2).is_some_and(|p| p.eq_ignore_ascii_case("&H"));
        let signed = rest.strip_prefix(['-', '+']).unwrap_or(rest);
        if !hex && !signed.starts_with(|c: char| c.is_ascii_digit()) {
            return Ok(None);
        }
        let end = rest
            .char_indices()
            .find(|&(at, c)| !(is_name(c) || c == '.' || (at == 0 && matches!(c, '-' | '+' | '&'))))
            .map_or(rest.len(), |(at, _)| at);
        let text = &rest[..end];
        let right = match hex {
            true => i64::from_str_radix(&text[2..], 16).is_ok(),
            false => is_decimal(text),
        };
        if !right {
            return Err(Problem::new(self.at, format!("`{text}` is no number"))
                .hint("Put text in double quotes; a number is written 7, -7 or &H7."));
        }
        self.at += end;
        Ok(Some(text.to_owned()))
    }
}

/// Whether this is a decimal number of at most 18 digits before the point and 9 after it.
pub(crate) fn is_decimal(text: &str) -> bool {
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    match text.split_once('.') {
        Some((whole, fraction)) => digits(whole, 18) && digits(fraction, 9),
        None => digits(text, 18),
    }
}

/// The name as it is looked up, if something that can stand in brackets is one.
pub(crate) fn attribute_name(text: &str) -> Option<String> {
    let name = text.trim();
    let right = !name.is_empty() && !name.contains(['[', ']', '(', ')', ',', '"', '\n']);
    right.then(|| name.to_owned())
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
