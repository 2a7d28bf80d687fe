//! Names of tenants and connections: they stand in URLs and on command lines.

use crate::{Code, ServiceError, ServiceResult};

/// Longest name.
const LONGEST: usize = 63;
/// Longest text for people.
const LONGEST_LABEL: usize = 200;

/// Checks a name: letters a to z, digits and inner hyphens, at most 63 of them (what a DNS label may be).
pub(super) fn check_name(what: &str, name: &str) -> ServiceResult<()> {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let good = !name.is_empty()
        && name.len() <= LONGEST
        && name.bytes().all(inner)
        && !name.starts_with('-')
        && !name.ends_with('-');
    if good {
        return Ok(());
    }
    let error = ServiceError::new(
        Code::Invalid,
        format!(
            "\"{}\" is no name for a {what}: use a to z, 0 to 9 and hyphens inside, at most {LONGEST}",
            name.chars().take(80).collect::<String>()
        ),
    );
    let near = suggestion(name);
    Err(if near.is_empty() { error } else { error.hint(format!("for example \"{near}\"")) })
}

/// The name that somebody who wrote this probably may have.
fn suggestion(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            _ if out.is_empty() || out.ends_with('-') => {}
            _ => out.push('-'),
        }
    }
    out.truncate(LONGEST);
    out.trim_end_matches('-').to_owned()
}

/// Checks a text for people: something in it, no control characters, not endless. Gives it trimmed.
pub(crate) fn check_label(what: &str, text: &str) -> ServiceResult<String> {
    let text = text.trim();
    let fault = if text.is_empty() {
        "is empty"
    } else if text.chars().any(char::is_control) {
        "holds control characters"
    } else if text.chars().count() > LONGEST_LABEL {
        "is longer than 200 characters"
    } else {
        return Ok(text.to_owned());
    };
    Err(ServiceError::new(Code::Invalid, format!("the {what} {fault}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_dns_labels() {
        for good in ["default", "a", "acme-2", &"x".repeat(63)] {
            assert!(check_name("tenant", good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "Acme", "a b", "ä", "a/b", "..", &"x".repeat(64)] {
            assert!(check_name("tenant", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_bad_name_comes_back_as_a_good_one() {
        let error = check_name("tenant", "  Acme & Söhne GmbH! ").unwrap_err();
        assert_eq!(error.hint.as_deref(), Some("for example \"acme-s-hne-gmbh\""));
        assert!(check_name("tenant", "日本").unwrap_err().hint.is_none());
    }

    #[test]
    fn labels_are_trimmed_and_printable() {
        assert_eq!(check_label("token name", " Entra\u{a0}ID ").unwrap(), "Entra\u{a0}ID");
        for bad in ["", " \t", "a\nb", &"x".repeat(201)] {
            assert!(check_label("token name", bad).is_err(), "{bad:?}");
        }
    }
}
