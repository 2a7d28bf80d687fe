//! The mail server, as the operator configures it.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use base::Secret;
use rustls::pki_types::CertificateDer;
use service::MailAddress;

/// How a connection is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MailSecurity {
    /// TLS from the first byte.
    #[default]
    Tls,
    /// TLS from the command `STARTTLS` on, and nothing before it that matters; a server without it is not used.
    StartTls,
    /// None, which is for a server on this machine.
    None,
}

impl MailSecurity {
    /// The usual port.
    #[must_use]
    pub fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

/// A mail server that takes our mail.
#[derive(Debug, Clone)]
pub struct MailServer {
    /// Name or address; its certificate must be for it.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is kept from others.
    pub security: MailSecurity,
    /// User and password, where it wants some.
    pub login: Option<(String, Secret<String>)>,
    /// The sender.
    pub from: MailAddress,
    /// Longest time for one mail, from connecting to the server's word that it has it.
    pub timeout: Duration,
    /// Authorities trusted beside those of the machine.
    pub extra_roots: Vec<CertificateDer<'static>>,
}

/// Settings of a mail server that cannot work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailServerError {
    /// The host is none.
    Host,
    /// Without TLS to another machine.
    Open,
    /// A password would go over a connection without TLS.
    OpenLogin,
}

impl fmt::Display for MailServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Host => "the mail server's host must be a name or an address, without scheme or port",
            Self::Open => "mail to another machine needs TLS: without it only a mail server on this machine is spoken to",
            Self::OpenLogin => "a mail server that wants a password needs TLS",
        })
    }
}

impl std::error::Error for MailServerError {}

impl MailServer {
    /// Settings that can work.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn checked(self) -> Result<Self, MailServerError> {
        let name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        let is_address = IpAddr::from_str(&self.host).is_ok();
        if self.host.is_empty() || (!is_address && !self.host.chars().all(name)) {
            return Err(MailServerError::Host);
        }
        if self.security == MailSecurity::None {
            if !self.is_own_machine() {
                return Err(MailServerError::Open);
            }
            if self.login.is_some() {
                return Err(MailServerError::OpenLogin);
            }
        }
        Ok(self)
    }

    fn is_own_machine(&self) -> bool {
        self.host == "localhost" || IpAddr::from_str(&self.host).is_ok_and(|address| address.is_loopback())
    }

    /// Host and port, to be dialled.
    pub(super) fn place(&self) -> String {
        match self.host.parse() {
            Ok(IpAddr::V6(address)) => format!("[{address}]:{}", self.port),
            _ => format!("{}:{}", self.host, self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(host: &str, security: MailSecurity, login: bool) -> MailServer {
        MailServer {
            host: host.to_owned(),
            port: security.port(),
            security,
            login: login.then(|| ("u".to_owned(), "p".into())),
            from: "provost@example.org".parse().unwrap(),
            timeout: Duration::from_secs(30),
            extra_roots: Vec::new(),
        }
    }

    #[test]
    fn without_tls_only_this_machine_is_spoken_to_and_never_with_a_password() {
        let checked =
            |host: &str, security, login| server(host, security, login).checked().map(|s| s.place());
        assert_eq!(checked("mail.example.org", MailSecurity::Tls, true).unwrap(), "mail.example.org:465");
        assert_eq!(checked("2001:db8::1", MailSecurity::StartTls, true).unwrap(), "[2001:db8::1]:587");
        for own in ["localhost", "127.0.0.1", "::1"] {
            assert!(checked(own, MailSecurity::None, false).is_ok(), "{own}");
            assert_eq!(checked(own, MailSecurity::None, true), Err(MailServerError::OpenLogin), "{own}");
        }
        assert_eq!(checked("mail.example.org", MailSecurity::None, false), Err(MailServerError::Open));
        for bad in ["", "smtp://mail.example.org", "mail.example.org:25", "a b", "a\r\nb"] {
            assert_eq!(checked(bad, MailSecurity::Tls, false), Err(MailServerError::Host), "{bad}");
        }
    }

    #[test]
    fn a_password_is_not_printed() {
        let shown = format!("{:?}", server("localhost", MailSecurity::Tls, true));
        assert!(shown.contains("****") && !shown.contains("\"p\""), "{shown}");
    }
}
