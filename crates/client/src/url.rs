//! Addresses: the Tenant URL as pasted, and the URLs under it.

use std::fmt;
use std::str::FromStr;

use hyper::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// All but what `application/x-www-form-urlencoded` leaves alone; the space is `+`.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'*').remove(b' ');

/// How parameters are written into a query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueryEncoding {
    /// RFC 3986: a space is `%20`, a plus `%2B`.
    #[default]
    Percent,
    /// As HTML forms, and Entra, write it: a space is `+`.
    Form,
}

impl QueryEncoding {
    /// Writes one name or value.
    #[must_use]
    pub fn encode(self, text: &str) -> String {
        match self {
            Self::Percent => utf8_percent_encode(text, RESERVED).to_string(),
            Self::Form => utf8_percent_encode(text, FORM).to_string().replace(' ', "+"),
        }
    }
}

/// Writes text as one segment of a path: an id may hold a slash or a question mark.
pub(crate) fn encode_segment(text: &str) -> String {
    match text {
        // Segments of their own meaning: a dot must not walk up the tree.
        "." => "%2E".into(),
        ".." => "%2E%2E".into(),
        _ => utf8_percent_encode(text, RESERVED).to_string(),
    }
}

/// A Tenant URL: where a server's SCIM endpoints are. May carry a query, which then goes with every request, as
/// Entra's `?aadOptscim062020` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    origin: String,
    host: String,
    path: String,
    query: Option<String>,
    https: bool,
}

impl BaseUrl {
    /// Scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The host alone, an IPv6 address without its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether the connection is encrypted.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// The URL of a path under this one, with the given query (already encoded) before the base's own.
    #[must_use]
    pub fn join(&self, path: &str, query: &[String]) -> String {
        let mut url = format!("{}{}", self.origin, self.path);
        let path = path.trim_start_matches('/');
        if !path.is_empty() {
            url.push('/');
            url.push_str(path);
        }
        let mut mark = if path.contains('?') { '&' } else { '?' };
        for part in query.iter().chain(&self.query).filter(|part| !part.is_empty()) {
            url.push(mark);
            url.push_str(part);
            mark = '&';
        }
        url
    }

    /// Whether a URL has this one's scheme, host and port.
    #[must_use]
    pub(crate) fn is_origin_of(&self, uri: &Uri) -> bool {
        match (uri.scheme_str(), uri.authority()) {
            (Some(scheme), Some(authority)) => {
                origin(scheme, authority.host(), authority.port_u16()) == self.origin
            }
            _ => false,
        }
    }
}

/// Scheme and host in lower case, the port only where it is not the scheme's own.
fn origin(scheme: &str, host: &str, port: Option<u16>) -> String {
    let usual = if scheme == "https" { 443 } else { 80 };
    let host = host.to_ascii_lowercase();
    match port {
        Some(port) if port != usual => format!("{scheme}://{host}:{port}"),
        _ => format!("{scheme}://{host}"),
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |problem| BaseUrlError { text: text.chars().take(200).collect(), problem };
        let scheme = text.trim().split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        let https = match scheme.as_deref() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(wrong("it must start with https:// (or http://)")),
        };
        let uri: Uri = text.trim().parse().map_err(|_| wrong("it is no URL"))?;
        let authority = uri.authority().ok_or_else(|| wrong("it names no host"))?;
        if authority.as_str().contains('@') {
            // Not repeated in the message: what stands before the @ is a password.
            return Err(BaseUrlError {
                text: "…@…".into(),
                problem: "it must not hold a user name or password",
            });
        }
        let host = authority.host();
        Ok(Self {
            origin: origin(if https { "https" } else { "http" }, host, authority.port_u16()),
            host: host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase(),
            path: uri.path().trim_end_matches('/').to_owned(),
            query: uri.query().filter(|q| !q.is_empty()).map(str::to_owned),
            https,
        })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.join("", &[]))
    }
}

/// A text that is no Tenant URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` cannot be a Tenant URL: {problem}")]
pub struct BaseUrlError {
    text: String,
    problem: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(base: &str, path: &str, query: &[&str]) -> String {
        let query: Vec<_> = query.iter().map(|q| (*q).to_owned()).collect();
        base.parse::<BaseUrl>().unwrap().join(path, &query)
    }

    #[test]
    fn joins_with_exactly_one_slash_and_carries_the_bases_query() {
        assert_eq!(join("https://h/scim", "Users", &[]), "https://h/scim/Users");
        assert_eq!(join("https://h/scim/", "/Users", &[]), "https://h/scim/Users");
        assert_eq!(join("https://h", "Users", &["a=1", "b=2"]), "https://h/Users?a=1&b=2");
        assert_eq!(
            join("https://h/scim?aadOptscim062020", "Users", &["startIndex=1"]),
            "https://h/scim/Users?startIndex=1&aadOptscim062020"
        );
        assert_eq!(join("https://h/scim?x", "Users?y=1", &["z"]), "https://h/scim/Users?y=1&z&x");
        assert_eq!(join("http://H:80/s/?", "", &[]), "http://h/s");
        assert_eq!(join("http://[::1]:8080/s", "Me", &[]), "http://[::1]:8080/s/Me");
    }

    #[test]
    fn refuses_what_is_no_tenant_url_and_says_why() {
        for (text, words) in [
            ("h/scim", "https://"),
            ("ftp://h/scim", "https://"),
            ("", "https://"),
            ("https://a b/", "no URL"),
            ("https://", "no URL"),
            ("https://me:secret@h/", "user name"),
        ] {
            let error = text.parse::<BaseUrl>().unwrap_err().to_string();
            assert!(error.contains(words) && !error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn knows_its_own_origin() {
        let base: BaseUrl = "https://Scim.example/v2".parse().unwrap();
        for (url, own) in [
            ("https://scim.example/x", true),
            ("https://scim.example:443/", true),
            ("http://scim.example/", false),
            ("https://scim.example:8443/", false),
            ("https://scim.example.evil/", false),
            ("/relative", false),
        ] {
            assert_eq!(base.is_origin_of(&url.parse().unwrap()), own, "{url}");
        }
        assert_eq!("http://[::1]:1/".parse::<BaseUrl>().unwrap().host(), "::1");
    }

    #[test]
    fn both_encodings_come_back_whole() {
        // S-CLI-05: encoded once, `%20` and never `+`, unless the form encoding is asked for.
        let text = r#"userName eq "a+b&c é*~""#;
        assert_eq!(QueryEncoding::Percent.encode(text), "userName%20eq%20%22a%2Bb%26c%20%C3%A9%2A~%22");
        assert_eq!(QueryEncoding::Form.encode(text), "userName+eq+%22a%2Bb%26c+%C3%A9*%7E%22");
        assert_eq!(encode_segment("a/b?c"), "a%2Fb%3Fc");
        assert_eq!(encode_segment(".."), "%2E%2E");
    }
}
