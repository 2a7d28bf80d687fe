//! The settings, by themselves.

use std::net::IpAddr;
use std::path::Path;

use base::AddressPolicy;

use super::Finding;
use crate::cli::Doctor;
use crate::commands::checked_url;

const PART: &str = "configuration";

/// The public URL, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// As it was given, without a slash at its end.
    pub(super) url: String,
    /// Whether it is `https`.
    pub(super) secure: bool,
    /// The host, an IPv6 address without its brackets.
    pub(super) host: String,
    /// The port, written or implied.
    pub(super) port: u16,
}

pub(super) fn look(args: &Doctor, file: Option<&Path>) -> Vec<Finding> {
    let mut found = vec![read_file(file), public_url(args)];
    found.extend(certificate_files(args));
    found
}

fn read_file(named: Option<&Path>) -> Finding {
    let usual = Path::new("provost.toml");
    // A file that cannot be read or holds a key that is none ends the command before it gets here.
    match named.or_else(|| usual.is_file().then_some(usual)) {
        Some(path) => {
            Finding::good(PART, format!("{} is read, and each of its keys is known", path.display()))
        }
        None => Finding::good(PART, "no configuration file; flags and environment alone"),
    }
}

fn public_url(args: &Doctor) -> Finding {
    let Some(url) = &args.public_url else {
        return Finding::advice(
            PART,
            "no public URL is set, so this server is known by its own address only",
            "before an identity provider uses it, give it one: --public-url https://scim.example.com",
        );
    };
    let place = match checked_url(url).map(|url| place(&url)) {
        Ok(Some(place)) => place,
        Ok(None) => {
            let todo = "give it as in --public-url https://scim.example.com";
            return Finding::fault(PART, format!("the public URL {url} cannot be read"), todo);
        }
        Err(failure) => {
            return Finding::fault(
                PART,
                failure.message().to_owned(),
                "give it as in --public-url https://scim.example.com",
            );
        }
    };
    if place.secure && ends_with_mount(&place.url) {
        let todo = "leave /scim_v2 out: Provost adds it";
        return Finding::fault(PART, format!("the public URL {url} ends with the path of SCIM"), todo);
    }
    if place.secure {
        return Finding::good(PART, format!("Tenant URL {}/scim_v2", place.url));
    }
    let todo = "Entra takes https:// only: get a certificate, and say --public-url https://…";
    if is_local(&place.host) {
        return Finding::advice(
            PART,
            format!("the public URL {url} is good for trying on this machine"),
            todo,
        );
    }
    Finding::fault(PART, format!("the public URL {url} is plain HTTP"), todo)
}

fn ends_with_mount(url: &str) -> bool {
    ["/scim_v2", "/scim", "/scim/v2"].iter().any(|mount| url.ends_with(mount))
}

fn is_local(host: &str) -> bool {
    host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|address| AddressPolicy::PublicOnly.permits(address).is_err())
}

fn certificate_files(args: &Doctor) -> Option<Finding> {
    let (Some(cert), Some(key)) = (&args.tls_cert, &args.tls_key) else { return None };
    Some(match base::tls::load_server_config(cert, key) {
        Ok(_) => Finding::good(PART, format!("{} and {} belong together", cert.display(), key.display())),
        Err(error) => {
            let todo = "give the whole chain with --tls-cert and its private key with --tls-key, both PEM";
            Finding::fault(PART, error.to_string(), todo)
        }
    })
}

/// Where the public URL points, if it can be read.
pub(super) fn public_place(args: &Doctor) -> Option<Place> {
    place(&checked_url(args.public_url.as_ref()?).ok()?)
}

fn place(url: &str) -> Option<Place> {
    let uri: http::Uri = url.parse().ok()?;
    let secure = uri.scheme_str() == Some("https");
    let host = uri.host()?.trim_start_matches('[').trim_end_matches(']').to_owned();
    let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
    Some(Place { url: url.to_owned(), secure, host, port })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_taken_apart() {
        let plain = place("https://scim.example.com/base").unwrap();
        assert_eq!((plain.secure, plain.host.as_str(), plain.port), (true, "scim.example.com", 443));
        let six = place("http://[::1]:8080").unwrap();
        assert_eq!((six.secure, six.host.as_str(), six.port), (false, "::1", 8080));
        assert!(is_local("localhost") && is_local("10.1.2.3") && !is_local("scim.example.com"));
        assert!(
            ends_with_mount("https://scim.example.com/scim_v2")
                && !ends_with_mount("https://scim.example.com")
        );
    }
}
