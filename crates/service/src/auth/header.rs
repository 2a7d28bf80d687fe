//! The `Authorization` header (RFC 6750 §2.1).

/// What came after `Bearer`, or `None` when the header is absent or of another scheme.
///
/// The scheme's name is matched in any case and any number of spaces may follow it (RFC 9110 §11.4). Nothing else is
/// forgiven here: what is wrong with the rest is for the token's own diagnosis to say. Tokens are taken from this
/// header only, never from the query string (S-AUTH-06).
pub(crate) fn bearer(authorization: Option<&str>) -> Option<&str> {
    let header = authorization?.trim_start_matches(' ');
    let (scheme, rest) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| rest.trim_start_matches(' '))
}

#[cfg(test)]
mod tests {
    use super::bearer;

    #[test]
    fn takes_what_follows_the_scheme_in_any_case() {
        assert_eq!(bearer(Some("Bearer pvt_x")), Some("pvt_x"));
        assert_eq!(bearer(Some("bearer   pvt_x")), Some("pvt_x"));
        assert_eq!(bearer(Some("BEARER \"pvt_x\"")), Some("\"pvt_x\""));
        assert_eq!(bearer(Some("Bearer Bearer pvt_x")), Some("Bearer pvt_x"));
    }

    #[test]
    fn is_nothing_without_the_scheme() {
        for header in
            [None, Some(""), Some("pvt_x"), Some("Bearer"), Some("Basic cHZ0"), Some("Bearerpvt_x y")]
        {
            assert_eq!(bearer(header), None, "{header:?}");
        }
    }
}
