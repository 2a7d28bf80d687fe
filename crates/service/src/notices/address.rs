//! A mail address as it stands behind `mailto:`.

use std::fmt;
use std::str::FromStr;

/// Longest address, and longest part before the `@` (RFC 5321 §4.5.3.1).
const LONGEST: usize = 254;
const LONGEST_LOCAL: usize = 64;

/// One address, `ops@example.org`: the plain form of RFC 5322 (`dot-atom@domain`), in ASCII. It cannot hold what would mean
/// something else in a header or in a command of SMTP: no space, quote, comma, angle bracket or line break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAddress(String);

impl MailAddress {
    /// What stands behind `mailto:` in a webhook's URL; `None` when it does not begin so.
    #[must_use]
    pub fn of_url(url: &str) -> Option<Result<Self, &'static str>> {
        Some(url.strip_prefix("mailto:")?.parse())
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for MailAddress {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (local, domain) = text.split_once('@').ok_or("has no @")?;
        if text.len() > LONGEST || local.len() > LONGEST_LOCAL {
            return Err("is too long");
        }
        let atom = |c: char| c.is_ascii_alphanumeric() || "!#$&'*+-/=^_`{|}~".contains(c);
        let label = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let parts = |text: &str, fits: &dyn Fn(char) -> bool| {
            text.split('.').all(|part| !part.is_empty() && part.chars().all(fits))
        };
        if !parts(local, &atom) || !parts(domain, &label) {
            return Err("is not one plain address; lists, names and parameters cannot be given");
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_plain_address_is_taken_and_nothing_else() {
        for good in ["ops@example.org", "a.b+c@mail.example.org", "root@localhost"] {
            assert_eq!(good.parse::<MailAddress>().map(|a| a.to_string()), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "ops",
            "@example.org",
            "ops@",
            "ops@example..org",
            ".ops@example.org",
            "a@b@example.org",
            "a@example.org,b@example.org",
            "a@example.org?cc=b@example.org",
            "a%40b@example.org?subject=x",
            "Ops <ops@example.org>",
            "ops@example.org>\r\nRCPT TO:<b@example.org",
            "\"a b\"@example.org",
            "ops@[127.0.0.1]",
            "öps@example.org",
        ] {
            assert!(bad.parse::<MailAddress>().is_err(), "{bad}");
        }
        assert!(MailAddress::of_url("https://example.org").is_none());
        assert_eq!(MailAddress::of_url("mailto:a@b.c").unwrap().unwrap().domain(), "b.c");
    }

    proptest! {
        #[test]
        fn no_address_ends_a_line_or_a_command(text in "\\PC{0,20}@\\PC{0,20}|[ -~\r\n]{0,40}") {
            if let Ok(address) = text.parse::<MailAddress>() {
                prop_assert!(!address.as_str().contains(|c: char| c.is_control() || " <>\",;:\\%".contains(c)));
                prop_assert_eq!(address.as_str().matches('@').count(), 1);
            }
        }
    }
}
