//! Literals: JSON values, and what clients write in their place.

use super::{Lexer, Read};
use crate::dialect::Quirk;
use crate::filter::Literal;

impl Lexer<'_> {
    /// `null`, `true`, `false`, a number or a string.
    pub(crate) fn literal(&mut self) -> Read<Literal> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => return Ok(Literal::String(self.string(b'"')?)),
            Some(b'\'') if self.has(Quirk::SingleQuotes) => return Ok(Literal::String(self.string(b'\'')?)),
            _ => {}
        }
        let word = self.word();
        if word.is_empty() {
            return Err(self.problem(start, "a value").hint("Text stands in double quotes: eq \"value\"."));
        }
        if let Some(keyword) = keyword(word) {
            return Ok(keyword);
        }
        if let Some(number) = number(word) {
            return Ok(Literal::Number(number));
        }
        let meant =
            !word.starts_with('\'') && !word.eq_ignore_ascii_case("and") && !word.eq_ignore_ascii_case("or");
        if meant && self.has(Quirk::UnquotedLiteral) {
            return Ok(Literal::String(word.to_owned()));
        }
        Err(self
            .problem(start, "a value: \"text\", a number, true, false or null")
            .hint("Put text in double quotes: eq \"value\"."))
    }

    /// A JSON string (RFC 8259 §7). Single-quoted ones know `\'` besides (S-FILTER-19).
    fn string(&mut self, quote: u8) -> Read<String> {
        let open = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.rest();
            let plain = rest.bytes().position(|b| b == quote || b == b'\\' || b < 0x20).unwrap_or(rest.len());
            out.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b) if b == quote => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape(quote)?),
                Some(_) => {
                    let problem = self.problem(self.at, "a printable character");
                    return Err(problem.hint("Write control characters as \\u escapes."));
                }
                None => {
                    let end = self.text.len();
                    let problem = self.problem(end, "a closing quote");
                    let opened = self.position(open);
                    return Err(problem.hint(format!("The text opened at character {opened} is not closed.")));
                }
            }
        }
    }

    /// What follows a backslash (S-FILTER-20).
    fn escape(&mut self, quote: u8) -> Read<char> {
        let start = self.at;
        let problem = |lexer: &Self, hint: &'static str| {
            let mut problem =
                lexer.problem(start, "an escape (\\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u and four digits)");
            let rest = &lexer.text[start..];
            problem.end = start + rest.char_indices().nth(2).map_or(rest.len(), |(end, _)| end);
            problem.hint(hint)
        };
        self.at += 1;
        let byte = self.peek();
        self.at += usize::from(byte.is_some_and(|b| b.is_ascii()));
        Ok(match byte {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'\'') if quote == b'\'' => '\'',
            Some(b'u') => {
                let unit = self.hex().ok_or_else(|| problem(self, "\\u takes four hexadecimal digits."))?;
                let code = match unit {
                    0xD800..=0xDBFF => {
                        let low = if self.rest().starts_with("\\u") {
                            self.at += 2;
                            self.hex()
                        } else {
                            None
                        };
                        match low {
                            Some(low @ 0xDC00..=0xDFFF) => {
                                0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
                            }
                            _ => return Err(problem(self, "Half of a surrogate pair stands alone.")),
                        }
                    }
                    0 => return Err(problem(self, "U+0000 cannot be part of a value.")),
                    _ => unit,
                };
                char::from_u32(code).ok_or_else(|| problem(self, "Half of a surrogate pair stands alone."))?
            }
            _ => return Err(problem(self, "A backslash itself is written \\\\.")),
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}

/// Literal keywords, in any case (S-FILTER-02).
fn keyword(word: &str) -> Option<Literal> {
    if word.eq_ignore_ascii_case("true") {
        Some(Literal::Bool(true))
    } else if word.eq_ignore_ascii_case("false") {
        Some(Literal::Bool(false))
    } else if word.eq_ignore_ascii_case("null") {
        Some(Literal::Null)
    } else {
        None
    }
}

/// A JSON number, its digits kept as they are.
fn number(word: &str) -> Option<serde_json::Number> {
    let begins = word.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    if begins { word.parse().ok() } else { None }
}
