//! Numbers that are read at a glance.

use maud::{Markup, html};

/// One number with its name.
#[derive(Debug, Clone)]
pub struct Figure<'a> {
    /// What is counted.
    pub name: &'a str,
    /// How many, already written.
    pub value: String,
    /// What explains it.
    pub note: Option<Markup>,
    /// Where it leads.
    pub href: Option<String>,
}

/// A row of numbers.
#[must_use]
pub fn figures(list: &[Figure<'_>]) -> Markup {
    html! {
        dl.figures {
            @for figure in list {
                div {
                    dt { (figure.name) }
                    dd {
                        @if let Some(href) = &figure.href { a href=(href) { (figure.value) } }
                        @else { (figure.value) }
                        @if let Some(note) = &figure.note { small { (note) } }
                    }
                }
            }
        }
    }
}

/// A number with its thousands apart: `1,000,000`.
#[must_use]
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_000), "1,000");
        assert_eq!(number(1_234_567), "1,234,567");
    }
}
