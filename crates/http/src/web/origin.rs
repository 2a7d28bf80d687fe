//! Whether a form was sent by a page of ours. A browser says where a POST comes from, and no page can change that.

use axum::http::{HeaderMap, header};

/// Whether the request comes from our own pages, as far as its headers say: `Origin` is the address that was asked, or
/// the public one. Without `Origin` it comes from no browser of today; then the form's own proof decides alone.
pub(crate) fn is_own(headers: &HeaderMap, public_url: &str) -> bool {
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        return false;
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Some((scheme, host)) = origin.to_str().ok().and_then(|text| text.split_once("://")) else {
        return false;
    };
    let asked = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let public = public_url.split_once("://");
    let is_public = public.is_some_and(|(public_scheme, rest)| {
        let public_host = rest.split('/').next().unwrap_or(rest);
        public_scheme.eq_ignore_ascii_case(scheme) && public_host.eq_ignore_ascii_case(host)
    });
    is_public || asked.is_some_and(|asked| asked.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn own(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        is_own(&headers, "https://scim.example.com/sub")
    }

    #[test]
    fn a_form_of_another_site_is_known() {
        assert!(own(&[("host", "inner:8080"), ("origin", "https://scim.example.com")]), "through a proxy");
        assert!(own(&[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8080")]), "asked directly");
        assert!(own(&[("host", "inner:8080")]), "no browser");
        assert!(!own(&[("host", "scim.example.com"), ("origin", "https://evil.example")]));
        assert!(!own(&[("host", "scim.example.com"), ("origin", "null")]));
        assert!(!own(&[("host", "inner:8080"), ("origin", "http://scim.example.com")]), "another scheme");
        assert!(!own(&[("host", "inner:8080"), ("sec-fetch-site", "same-site")]));
    }
}
