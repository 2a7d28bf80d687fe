//! Filters, written safely (RFC 7644 §3.4.2.2).

use std::fmt;

use serde_json::Value;

/// A text as a filter's literal: a JSON string with its quotes, so that no name can break out of it.
#[must_use]
pub fn literal(text: &str) -> String {
    Value::from(text).to_string()
}

/// A filter under construction. Prints as it goes on the wire, before URL encoding.
///
/// ```
/// use provost_client::Filter;
/// let filter = Filter::eq("userName", "o\"hara").and(Filter::eq("active", true)).not();
/// assert_eq!(filter.to_string(), r#"not (userName eq "o\"hara" and active eq true)"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    text: String,
    binding: Binding,
}

/// How tightly the outermost operator holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Term,
}

impl Filter {
    /// Equal.
    #[must_use]
    pub fn eq(path: &str, value: impl Into<Value>) -> Self {
        Self::compare(path, "eq", value)
    }

    /// Contains.
    #[must_use]
    pub fn co(path: &str, text: &str) -> Self {
        Self::compare(path, "co", text)
    }

    /// Starts with.
    #[must_use]
    pub fn sw(path: &str, text: &str) -> Self {
        Self::compare(path, "sw", text)
    }

    /// Any comparison, by its operator.
    #[must_use]
    pub fn compare(path: &str, operator: &str, value: impl Into<Value>) -> Self {
        Self::term(format!("{path} {operator} {}", value.into()))
    }

    /// Present.
    #[must_use]
    pub fn present(path: &str) -> Self {
        Self::term(format!("{path} pr"))
    }

    /// A multi-valued attribute with an element that fits: `emails[type eq "work"]`.
    #[must_use]
    pub fn element(path: &str, within: Self) -> Self {
        Self::term(format!("{path}[{within}]"))
    }

    /// A filter as someone wrote it. It must be whole: it is put in parentheses where it is combined.
    #[must_use]
    pub fn raw(text: impl Into<String>) -> Self {
        Self { text: text.into(), binding: Binding::Or }
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.combine(other, "and", Binding::And)
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.combine(other, "or", Binding::Or)
    }

    /// Not this. (Also what the language calls `!`; written as the protocol writes it.)
    #[must_use]
    #[expect(
        clippy::should_implement_trait,
        reason = "reads as the protocol's own word beside `and` and `or`"
    )]
    pub fn not(self) -> Self {
        Self::term(format!("not ({})", self.text))
    }

    const fn term(text: String) -> Self {
        Self { text, binding: Binding::Term }
    }

    fn combine(self, other: Self, word: &str, binding: Binding) -> Self {
        let text = format!("{} {word} {}", self.within(binding), other.within(binding));
        Self { text, binding }
    }

    fn within(self, outer: Binding) -> String {
        if self.binding < outer { format!("({})", self.text) } else { self.text }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<Filter> for String {
    fn from(filter: Filter) -> Self {
        filter.text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parentheses_stand_where_precedence_needs_them() {
        // S-CLI-05
        let (a, b, c) = (Filter::eq("a", 1), Filter::present("b"), Filter::sw("c", "x"));
        let text = |f: Filter| f.to_string();
        assert_eq!(text(a.clone().or(b.clone()).and(c.clone())), r#"(a eq 1 or b pr) and c sw "x""#);
        assert_eq!(text(a.clone().and(b.clone()).or(c.clone())), r#"a eq 1 and b pr or c sw "x""#);
        assert_eq!(text(Filter::raw("x pr or y pr").and(b.clone())), "(x pr or y pr) and b pr");
        assert_eq!(
            text(Filter::element("emails", Filter::eq("type", "work")).not()),
            r#"not (emails[type eq "work"])"#
        );
        assert_eq!(
            text(Filter::eq("m", Value::Null).and(Filter::co("t", "\\"))),
            r#"m eq null and t co "\\""#
        );
    }

    proptest! {
        #[test]
        fn a_literal_is_the_text_and_nothing_else(text in any::<String>()) {
            let literal = literal(&text);
            prop_assert_eq!(serde_json::from_str::<String>(&literal).unwrap(), text);
        }
    }
}
