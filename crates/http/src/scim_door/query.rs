//! Query parameters of a SCIM request: decoded once, as a form (`+` is a space, A-36), unknown ones ignored.

use percent_encoding::percent_decode_str;
use scim::ScimError;
use service::{Projected, QueryParams};

/// Reads the parameters that SCIM defines.
///
/// # Errors
/// 400 `invalidSyntax` when one that may stand once stands twice (S-QUERY-08), or is not UTF-8.
pub(super) fn read(query: Option<&str>) -> Result<QueryParams, ScimError> {
    let mut params = QueryParams::default();
    for pair in query.unwrap_or("").split('&').filter(|p| !p.is_empty()) {
        let (raw_name, raw_value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(raw_name)?;
        let slot = match name.as_str() {
            "filter" => &mut params.filter,
            "sortBy" => &mut params.sort_by,
            "sortOrder" => &mut params.sort_order,
            // Microsoft's sample requests spell it in lower case.
            "startIndex" | "startindex" => &mut params.start_index,
            "count" => &mut params.count,
            "cursor" => &mut params.cursor,
            "attributes" => {
                push_names(&mut params.projected.attributes, &decode(raw_value)?);
                continue;
            }
            "excludedAttributes" => {
                push_names(&mut params.projected.excluded, &decode(raw_value)?);
                continue;
            }
            _ => continue,
        };
        if slot.is_some() {
            return Err(ScimError::syntax(format!("The parameter {name} stands twice. Send it once.")));
        }
        *slot = Some(decode(raw_value)?);
    }
    Ok(params)
}

/// Only the projection, for requests that answer with one resource.
///
/// # Errors
/// As [`read`].
pub(super) fn projected(query: Option<&str>) -> Result<Projected, ScimError> {
    match query {
        None | Some("") => Ok(Projected::default()),
        Some(_) => Ok(read(query)?.projected),
    }
}

/// Whether a `filter` parameter stands in the query (discovery endpoints refuse it, S-DISC-04).
pub(super) fn has_filter(query: Option<&str>) -> bool {
    query.is_some_and(|q| q.split('&').any(|p| p == "filter" || p.starts_with("filter=")))
}

/// Splits at commas outside brackets and quotes: `emails[type eq "a,b"],userName` is two names.
fn push_names(names: &mut Vec<String>, list: &str) {
    let mut start = 0;
    let mut depth = 0_u32;
    let mut quoted = false;
    for (at, byte) in list.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'[' if !quoted => depth += 1,
            b']' if !quoted => depth = depth.saturating_sub(1),
            b',' if !quoted && depth == 0 => {
                push_name(names, &list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    push_name(names, &list[start..]);
}

fn push_name(names: &mut Vec<String>, name: &str) {
    let name = name.trim();
    if !name.is_empty() {
        names.push(name.to_owned());
    }
}

fn decode(text: &str) -> Result<String, ScimError> {
    let spaced;
    let text = if text.contains('+') {
        spaced = text.replace('+', " ");
        &spaced
    } else {
        text
    };
    percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned).map_err(|_| {
        ScimError::syntax("A query parameter holds bytes that are not UTF-8. Percent-encode it as UTF-8.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_36_the_query_is_decoded_exactly_once() {
        let params = read(Some("filter=userName+eq+%22a%2Bb%2540x.example%22&aadOptscim062020")).unwrap();
        assert_eq!(params.filter.as_deref(), Some("userName eq \"a+b%40x.example\""));
    }

    #[test]
    fn s_query_08_a_repeated_parameter_is_refused_and_attributes_are_joined() {
        assert!(read(Some("filter=a&filter=b")).is_err());
        let params = read(Some("attributes=userName,%20emails&attributes=name")).unwrap();
        assert_eq!(params.projected.attributes, ["userName", "emails", "name"]);
    }

    #[test]
    fn s_http_06_unknown_parameters_are_ignored() {
        assert_eq!(read(Some("foo=1&&bar")).unwrap(), QueryParams::default());
    }

    #[test]
    fn s_cur_01_a_bare_cursor_begins_a_walk() {
        assert_eq!(read(Some("cursor")).unwrap().cursor.as_deref(), Some(""));
        assert_eq!(read(Some("cursor=&count=10")).unwrap().cursor.as_deref(), Some(""));
    }

    #[test]
    fn commas_inside_brackets_do_not_split() {
        let params = read(Some("attributes=emails%5Btype%20eq%20%22a,b%22%5D,userName")).unwrap();
        assert_eq!(params.projected.attributes, ["emails[type eq \"a,b\"]", "userName"]);
    }
}
