//! Where SCIM is mounted: `/scim_v2`, `/scim_v2/v2`, `/scim`, `/scim/v2`, each also under `/t/{tenant}` (ruling 14).

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use scim::{ScimError, ScimType};

/// A SCIM request's path, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mount<'a> {
    /// The tenant in the path, if it names one.
    pub(super) tenant: Option<Cow<'a, str>>,
    /// Segments after the mount and version, decoded; a trailing slash leaves none.
    pub(super) segments: Vec<Cow<'a, str>>,
}

impl<'a> Mount<'a> {
    /// Takes a path apart; `None` when it is not a SCIM path.
    ///
    /// # Errors
    /// 400 `invalidVers` for a version other than 2 (S-VER-01), `invalidSyntax` for bytes that are not UTF-8 or controls.
    pub(super) fn of(path: &'a str) -> Result<Option<Self>, ScimError> {
        let mut rest = path.strip_prefix('/').unwrap_or(path);
        let mut tenant = None;
        if let Some(after) = rest.strip_prefix("t/") {
            let (name, tail) = after.split_once('/').unwrap_or((after, ""));
            tenant = Some(decode(name)?);
            rest = tail;
        }
        let (mount, tail) = rest.split_once('/').unwrap_or((rest, ""));
        if mount != "scim_v2" && mount != "scim" {
            return Ok(None);
        }
        let mut segments = Vec::with_capacity(2);
        for segment in tail.split('/').filter(|s| !s.is_empty()) {
            segments.push(decode(segment)?);
        }
        if segments.first().is_some_and(|s| is_version(s)) {
            let version = segments.remove(0);
            if !version.eq_ignore_ascii_case("v2") {
                let detail =
                    format!("Protocol version {version} is not supported. Use v2, or leave the version out.");
                return Err(ScimError::bad(ScimType::InvalidVers, detail));
            }
        }
        Ok(Some(Self { tenant, segments }))
    }
}

fn is_version(segment: &str) -> bool {
    let mut bytes = segment.bytes();
    matches!(bytes.next(), Some(b'v' | b'V'))
        && segment.len() > 1
        && bytes.all(|b| b.is_ascii_digit() || b == b'.')
}

fn decode(segment: &str) -> Result<Cow<'_, str>, ScimError> {
    let text = percent_decode_str(segment).decode_utf8().map_err(|_| {
        ScimError::syntax("The address holds bytes that are not UTF-8. Percent-encode it as UTF-8.")
    })?;
    if text.chars().any(char::is_control) {
        return Err(ScimError::syntax("The address holds a control character. Remove it."));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(path: &str) -> Option<Vec<String>> {
        Mount::of(path).unwrap().map(|m| m.segments.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn every_alias_reaches_the_same_endpoint() {
        for path in
            ["/scim_v2/Users", "/scim_v2/v2/Users", "/scim/Users", "/scim/v2/Users/", "/t/acme/scim_v2/Users"]
        {
            assert_eq!(segments(path), Some(vec!["Users".to_owned()]), "{path}");
        }
        assert_eq!(segments("/other/Users"), None);
        assert_eq!(segments("/scim_v2"), Some(vec![]));
        assert_eq!(Mount::of("/t/acme/scim/v2/Users").unwrap().unwrap().tenant.as_deref(), Some("acme"));
    }

    #[test]
    fn s_ver_01_another_version_is_refused_by_name() {
        let error = Mount::of("/scim/v9/Users").unwrap_err();
        assert_eq!(error.scim_type, Some(ScimType::InvalidVers));
        assert!(error.detail.contains("v9"));
    }

    #[test]
    fn urns_and_controls_in_the_path() {
        let found = segments("/scim_v2/Schemas/urn%3Aietf%3Aparams:x").unwrap();
        assert_eq!(found, ["Schemas", "urn:ietf:params:x"]);
        assert!(Mount::of("/scim_v2/Users/a%00b").is_err());
        assert!(Mount::of("/scim_v2/Users/%ff").is_err());
    }
}
