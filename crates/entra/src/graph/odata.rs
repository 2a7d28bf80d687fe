//! `$filter`: comparisons and `contains`, joined by `and`.

use std::cmp::Ordering;

use base::Timestamp;
use serde_json::Value as Json;

use super::GraphFault;

/// A filter; all its clauses must hold. One without clauses lets everything pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    clauses: Vec<Clause>,
    case: Case,
}

/// Whether texts that differ in case alone are the same: they are among objects of the directory, not in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Folded,
    Exact,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Clause {
    property: String,
    operator: Operator,
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Contains,
    StartsWith,
}

impl Operator {
    const COMPARISONS: [(&'static str, Self); 6] = [
        ("eq", Self::Equal),
        ("ne", Self::NotEqual),
        ("gt", Self::Greater),
        ("ge", Self::GreaterOrEqual),
        ("lt", Self::Less),
        ("le", Self::LessOrEqual),
    ];

    fn holds(self, actual: &str, wanted: &str, case: Case) -> bool {
        let fold = |text: &str| if case == Case::Folded { text.to_lowercase() } else { text.to_owned() };
        match self {
            Self::Contains => return fold(actual).contains(&fold(wanted)),
            Self::StartsWith => return fold(actual).starts_with(&fold(wanted)),
            _ => {}
        }
        let ordering = match (actual.parse::<Timestamp>(), wanted.parse::<Timestamp>()) {
            (Ok(actual), Ok(wanted)) => actual.as_micros().cmp(&wanted.as_micros()),
            _ => match (actual.parse::<f64>(), wanted.parse::<f64>()) {
                (Ok(actual), Ok(wanted)) => actual.total_cmp(&wanted),
                _ => fold(actual).cmp(&fold(wanted)),
            },
        };
        match self {
            Self::Equal => ordering == Ordering::Equal,
            Self::NotEqual => ordering != Ordering::Equal,
            Self::Greater => ordering == Ordering::Greater,
            Self::GreaterOrEqual => ordering != Ordering::Less,
            Self::Less => ordering == Ordering::Less,
            Self::LessOrEqual => ordering != Ordering::Greater,
            Self::Contains | Self::StartsWith => false,
        }
    }
}

impl Filter {
    /// Reads a `$filter` over these properties.
    pub(super) fn parse(text: Option<&str>, properties: &[&str], case: Case) -> Result<Self, GraphFault> {
        let parts = clauses(text.unwrap_or_default().trim()).into_iter();
        let clauses = parts.map(|text| clause(text, properties)).collect::<Result<_, _>>()?;
        Ok(Self { clauses, case })
    }

    pub(super) fn matches(&self, object: &Json) -> bool {
        self.clauses.iter().all(|clause| clause.holds(object, self.case))
    }

    /// The value that a property must have.
    pub(super) fn equal(&self, property: &str) -> Option<&str> {
        let clause = self.clauses.iter().find(|c| c.operator == Operator::Equal && c.property == property);
        clause.map(|clause| clause.value.as_str())
    }
}

impl Clause {
    fn holds(&self, object: &Json, case: Case) -> bool {
        let mut place = object;
        for step in self.property.split('/') {
            // A collection of one, such as `servicePrincipal` of a log entry.
            place = match place {
                Json::Array(list) => list.first().map_or(&Json::Null, |first| &first[step]),
                other => &other[step],
            };
        }
        match place {
            Json::Null => self.operator == Operator::NotEqual,
            Json::String(text) => self.operator.holds(text, &self.value, case),
            other => self.operator.holds(&other.to_string(), &self.value, case),
        }
    }
}

/// Splits at each ` and ` that stands outside quotes.
fn clauses(text: &str) -> Vec<&str> {
    let (mut parts, mut from, mut quoted) = (Vec::new(), 0, false);
    for (at, character) in text.char_indices() {
        quoted ^= character == '\'';
        if !quoted
            && at >= from
            && text.get(at..at + 5).is_some_and(|word| word.eq_ignore_ascii_case(" and "))
        {
            parts.extend(text.get(from..at));
            from = at + 5;
        }
    }
    parts.extend(text.get(from..));
    parts.retain(|part| !(part.is_empty() && from == 0));
    parts
}

fn clause(text: &str, properties: &[&str]) -> Result<Clause, GraphFault> {
    let wrong = |why: &str| {
        GraphFault::new(
            400,
            "BadRequest",
            format!(
                "Invalid filter clause: '{text}' {why}. Write a property, one of eq, ne, gt, ge, lt, le, and a value (text in single quotes), or contains(property,'text'); join several with and. Properties: {}.",
                properties.join(", ")
            ),
        )
    };
    let text = text.trim();
    let (property, operator, value) = match text.split_once('(') {
        Some((name, rest)) if !name.contains(['\'', ' ']) => {
            let operator = match name {
                "contains" => Operator::Contains,
                "startswith" => Operator::StartsWith,
                _ => return Err(wrong("has a function that is not known")),
            };
            let inner = rest.strip_suffix(')').ok_or_else(|| wrong("lacks its last parenthesis"))?;
            let (property, value) =
                inner.split_once(',').ok_or_else(|| wrong("lacks the text to look for"))?;
            (property, operator, value)
        }
        _ => {
            let mut words = text.splitn(3, char::is_whitespace);
            let (Some(property), Some(word), Some(value)) = (words.next(), words.next(), words.next()) else {
                return Err(wrong("has not three parts"));
            };
            let operator = Operator::COMPARISONS.iter().find(|(name, _)| *name == word);
            (property, operator.ok_or_else(|| wrong("has no operator that is known"))?.1, value)
        }
    };
    let property = property.trim();
    let known = properties.iter().find(|known| **known == property);
    let property = (*known.ok_or_else(|| wrong("names a property that cannot be filtered on"))?).to_owned();
    let value = literal(value.trim()).ok_or_else(|| wrong("has no value that can be read"))?;
    Ok(Clause { property, operator, value })
}

/// A text in single quotes (a quote in it stands twice), or a bare date, number or truth value.
fn literal(text: &str) -> Option<String> {
    match text.strip_prefix('\'') {
        Some(rest) => {
            let inner = rest.strip_suffix('\'')?;
            let plain = inner.replace("''", "\u{0}");
            (!plain.contains('\'')).then(|| plain.replace('\u{0}', "'"))
        }
        None => (!text.is_empty() && !text.contains([' ', '\'', '(', ')'])).then(|| text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(filter: &str, object: &Json) -> bool {
        let properties = ["displayName", "at", "count", "status/code", "principal/id", "on"];
        Filter::parse(Some(filter), &properties, Case::Folded).unwrap().matches(object)
    }

    #[test]
    fn clauses_are_and_and_compare_by_what_the_values_are() {
        let object = json!({"displayName": "Ann and 'Bob'", "at": "2026-01-01T00:00:00.5Z", "count": 10, "on": true,
            "status": {"code": "success"}, "principal": [{"id": "sp"}]});
        for good in [
            "",
            "displayName eq 'Ann and ''Bob'''",
            "displayName eq 'ann AND ''bob''' and status/code eq 'success'",
            "at gt 2026-01-01T00:00:00Z and at lt 2026-01-02T00:00:00Z",
            "count ge 9 and count ne 9",
            "contains(displayName,'and')",
            "startswith(displayName, 'Ann') and principal/id eq 'sp'",
            "on eq true",
        ] {
            assert!(holds(good, &object), "{good}");
        }
        for bad in ["at lt 2026-01-01T00:00:00Z", "count le 9", "status/code eq 'failure' and on eq true"] {
            assert!(!holds(bad, &object), "{bad}");
        }
    }

    #[test]
    fn the_log_is_compared_with_case() {
        let filter = |text| Filter::parse(Some(text), &["displayName"], Case::Exact).unwrap();
        assert!(filter("displayName eq 'Ann'").matches(&json!({"displayName": "Ann"})));
        assert!(!filter("displayName eq 'ann'").matches(&json!({"displayName": "Ann"})));
        assert!(!filter("contains(displayName,'a')").matches(&json!({"displayName": "Ann"})));
    }

    #[test]
    fn what_cannot_be_read_is_told_and_not_passed_over() {
        for bad in [
            "displayName",
            "displayName eq Ann Lee",
            "displayName eq 'Ann",
            "displayName like 'Ann'",
            "surname eq 'Lee'",
            "displayName eq 'a' or displayName eq 'b'",
            "endswith(displayName,'e')",
            "contains(displayName,'e'",
            "displayName eq 'a' and ",
            "(displayName eq 'a')",
        ] {
            let fault = Filter::parse(Some(bad), &["displayName"], Case::Folded).unwrap_err();
            assert_eq!((fault.status, fault.code), (400, "BadRequest"), "{bad}");
        }
    }
}
