//! Entity tags: resource versions in HTTP headers (RFC 7644 §3.14, RFC 9110 §8.8.3, §13.1).
//!
//! A tag is `W/"3"`: weak, because the projections of one version differ in their bytes. Tags are compared weakly for
//! both `If-Match` and `If-None-Match`, as the RFC's own examples need it.

use crate::dialect::{Dialect, Quirk};
use crate::error::{Result, ScimError};

/// The tag of a version, as it stands in `ETag` and in `meta.version` (S-ETAG-01).
#[must_use]
pub fn format(version: u64) -> String {
    format!("W/\"{version}\"")
}

/// The value of `If-Match` or `If-None-Match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tags {
    /// `*`: whatever version there is.
    Any,
    /// Opaque tags, without `W/` and quotes.
    List(Vec<String>),
}

impl Tags {
    /// Reads the header. Several header lines count as one, joined by commas.
    ///
    /// # Errors
    /// 400 `invalidSyntax` when it is no list of entity tags. Dialects may take tags without quotes, and a lower-case
    /// `w/`.
    pub fn parse(header: &str, dialect: &Dialect) -> Result<Self> {
        let header = header.trim();
        if header == "*" {
            return Ok(Self::Any);
        }
        let loose = dialect.has(Quirk::LooseEtag);
        let mut tags = Vec::new();
        let mut rest = header;
        loop {
            rest = rest.trim_start_matches([' ', '\t', ',']);
            if rest.is_empty() {
                break;
            }
            let (tag, after) = one(rest, loose).ok_or_else(|| {
                let shown: String = header.chars().take(100).collect();
                ScimError::syntax(format!(
                    "`{shown}` is no list of entity tags. Send a version as the ETag header gave it: W/\"3\"."
                ))
            })?;
            tags.push(tag.to_owned());
            rest = after.trim_start();
            if !rest.is_empty() && !rest.starts_with(',') {
                return Err(ScimError::syntax("Entity tags must be separated by commas."));
            }
        }
        if tags.is_empty() {
            return Err(ScimError::syntax(
                "The header lists no entity tag. Send one, or leave the header out.",
            ));
        }
        Ok(Self::List(tags))
    }

    /// Whether the version is among them.
    #[must_use]
    pub fn holds(&self, version: u64) -> bool {
        match self {
            Self::Any => true,
            Self::List(tags) => {
                tags.iter().any(|tag| tag.parse() == Ok(version) && !tag.starts_with(['+', '0']))
            }
        }
    }
}

/// Checks `If-Match` against the version that is there (S-ETAG-02).
///
/// # Errors
/// 400 for a malformed header, 412 when the version is not among the tags.
pub fn if_match(header: Option<&str>, version: u64, dialect: &Dialect) -> Result<()> {
    match header {
        Some(header) if !Tags::parse(header, dialect)?.holds(version) => Err(ScimError::plain(
            412,
            "The resource has changed since it was read. Read it again and repeat the change.",
        )),
        _ => Ok(()),
    }
}

/// Whether a GET may be answered with 304: `If-None-Match` lists the version that is there (S-GET-03).
///
/// # Errors
/// 400 for a malformed header.
pub fn not_modified(header: Option<&str>, version: u64, dialect: &Dialect) -> Result<bool> {
    match header {
        Some(header) => Ok(Tags::parse(header, dialect)?.holds(version)),
        None => Ok(false),
    }
}

/// The first tag of a list and what follows it.
fn one(text: &str, loose: bool) -> Option<(&str, &str)> {
    let weak = text.strip_prefix("W/").or_else(|| if loose { text.strip_prefix("w/") } else { None });
    let text = weak.unwrap_or(text);
    if let Some(quoted) = text.strip_prefix('"') {
        return quoted.split_once('"');
    }
    if !loose {
        return None;
    }
    let end = text.find([',', ' ', '\t', '"']).unwrap_or(text.len());
    if end == 0 { None } else { Some(text.split_at(end)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(header: &str, dialect: &Dialect) -> Option<bool> {
        Tags::parse(header, dialect).ok().map(|tags| tags.holds(3))
    }

    // S-ETAG-01, S-COMMON-08
    #[test]
    fn a_version_is_a_weak_tag_that_matches_itself() {
        assert_eq!(format(3), "W/\"3\"");
        assert_eq!(holds(&format(3), &Dialect::strict()), Some(true));
        assert_eq!(holds(&format(u64::MAX), &Dialect::strict()), Some(false));
    }

    // S-ETAG-02, A-24
    #[test]
    fn lists_and_stars_are_compared_weakly() {
        let cases = [
            ("*", Some(true)),
            (" * ", Some(true)),
            ("\"3\"", Some(true)),
            ("W/\"2\", W/\"3\"", Some(true)),
            ("\"2\" ,, \"a,b\",\"3\"", Some(true)),
            ("W/\"2\"", Some(false)),
            ("\"03\"", Some(false)),
            ("\"+3\"", Some(false)),
            ("\"\"", Some(false)),
            ("", None),
            (" , ", None),
            ("\"3", None),
            ("\"2\" \"3\"", None),
            ("3\"", None),
        ];
        for (header, expected) in cases {
            assert_eq!(holds(header, &Dialect::strict()), expected, "{header}");
        }
    }

    #[test]
    fn tags_without_quotes_are_a_quirk() {
        for header in ["3", "W/3", "w/\"3\"", "2,3"] {
            assert_eq!(holds(header, &Dialect::entra()), Some(true), "{header}");
            assert_eq!(holds(header, &Dialect::strict()), None, "{header}");
        }
        assert_eq!(holds("W/", &Dialect::entra()), None);
        assert_eq!(holds("3\"", &Dialect::entra()), None);
    }

    #[test]
    fn conditions_are_checked_against_the_current_version() {
        let strict = Dialect::strict();
        assert!(if_match(None, 3, &strict).is_ok() && if_match(Some("W/\"3\""), 3, &strict).is_ok());
        assert_eq!(if_match(Some("W/\"2\""), 3, &strict).unwrap_err().status, 412);
        assert_eq!(if_match(Some("x"), 3, &strict).unwrap_err().status, 400);
        assert_eq!(not_modified(Some("W/\"3\""), 3, &strict), Ok(true));
        assert_eq!(not_modified(Some("W/\"2\""), 3, &strict), Ok(false));
        assert_eq!(not_modified(None, 3, &strict), Ok(false));
    }
}
