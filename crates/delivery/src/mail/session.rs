//! One conversation with the mail server, and what its answers mean.

use std::sync::Arc;

use base::tls::{client_config, trusting_nobody};
use mail_send::smtp::message::Message;
use mail_send::{Credentials, Error, SmtpClient, SmtpClientBuilder};
use service::{AttemptOutcome, MailAddress};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::server::{MailSecurity, MailServer};

/// Most of an answer that is kept.
const SHOWN: usize = 200;

/// Why a mail was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failed {
    pub(super) outcome: AttemptOutcome,
    /// The server's code.
    pub(super) code: Option<u16>,
    pub(super) detail: String,
}

/// A conversation.
pub(super) enum Session {
    Open(SmtpClient<TcpStream>),
    Kept(Box<SmtpClient<TlsStream<TcpStream>>>),
}

impl Session {
    /// Connects, and signs in where the server wants that.
    pub(super) async fn open(server: &MailServer) -> Result<Self, Failed> {
        let open = server.security == MailSecurity::None;
        // Made for each mail, so that certificates which the machine comes to trust count without a new start.
        let roots = server.extra_roots.clone();
        let made =
            tokio::task::spawn_blocking(move || if open { trusting_nobody() } else { client_config(roots) });
        let unusable =
            |e: String| Failed::new(AttemptOutcome::Unreachable, format!("TLS cannot be set up: {e}"));
        let config = made.await.map_err(|e| unusable(e.to_string()))?.map_err(|e| unusable(e.to_string()))?;
        let connector = TlsConnector::from(Arc::new(config));
        let mut builder =
            SmtpClientBuilder::new_with_tls_connector(server.host.clone(), server.port, connector)
                .implicit_tls(server.security == MailSecurity::Tls)
                .timeout(server.timeout);
        builder.addr = server.place();
        if let Some((user, password)) = &server.login {
            builder = builder.credentials(Credentials::new(user.clone(), password.expose().clone()));
        }
        if open {
            return Ok(Self::Open(builder.connect_plain().await?));
        }
        Ok(Self::Kept(Box::new(builder.connect().await?)))
    }

    /// How the connection is kept from others.
    pub(super) fn kept(&self) -> &'static str {
        match self {
            Self::Open(_) => "without TLS, on this machine",
            Self::Kept(_) => "with TLS, by a certificate that is trusted",
        }
    }

    /// Hands a message over.
    pub(super) async fn send(
        &mut self,
        from: &MailAddress,
        to: &MailAddress,
        text: &[u8],
    ) -> Result<(), Failed> {
        let message = Message::new(from.as_str(), [to.as_str()], text);
        match self {
            Self::Open(client) => client.send(message).await?,
            Self::Kept(client) => client.send(message).await?,
        };
        Ok(())
    }

    /// Says goodbye.
    pub(super) async fn quit(self) {
        // It does not matter what the server says to that.
        let _ = match self {
            Self::Open(client) => client.quit().await,
            Self::Kept(client) => client.quit().await,
        };
    }
}

impl Failed {
    pub(super) fn new(outcome: AttemptOutcome, detail: String) -> Self {
        Self { outcome, code: None, detail }
    }

    /// An answer: 4xx is for now, 5xx for this mail (RFC 5321 §4.2.1).
    fn answer(code: u16, said: &str, about: &str) -> Self {
        let said = said.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
        let said: String = said.collect::<Vec<_>>().join(" ").chars().take(SHOWN).collect();
        let outcome = match code {
            400..=499 => AttemptOutcome::Busy,
            _ => AttemptOutcome::Refused,
        };
        Self { outcome, code: Some(code), detail: format!("{about}{said}") }
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        let unreachable = |detail: String| Self::new(AttemptOutcome::Unreachable, detail);
        match error {
            Error::UnexpectedReply(reply) => Self::answer(reply.code(), reply.message(), ""),
            Error::AuthenticationFailed(reply) => {
                Self::answer(reply.code(), reply.message(), "the mail server refuses user or password: ")
            }
            Error::Timeout => Self::new(AttemptOutcome::TimedOut, "no answer in time".to_owned()),
            Error::Io(error) => unreachable(error.to_string().chars().take(SHOWN).collect()),
            Error::Tls(error) => unreachable(format!("TLS: {error}").chars().take(SHOWN).collect()),
            Error::MissingStartTls => unreachable(
                "the mail server offers no STARTTLS, and without it nothing is sent; `tls` may be what it speaks".to_owned(),
            ),
            Error::UnsupportedAuthMechanism => {
                unreachable("the mail server offers none of PLAIN and LOGIN to sign in with".to_owned())
            }
            Error::UnparseableReply => unreachable("the answer is none of a mail server, or broke off".to_owned()),
            other => unreachable(other.to_string().chars().take(SHOWN).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_for_now_is_told_from_what_is_refused_for_good() {
        let answer = |code, said: &str| Failed::answer(code, said, "");
        assert_eq!(answer(451, "try\r\n again").outcome, AttemptOutcome::Busy);
        assert_eq!(answer(451, "try\r\n again").detail, "try again");
        assert_eq!((answer(550, "no").outcome, answer(550, "no").code), (AttemptOutcome::Refused, Some(550)));
        assert_eq!(answer(550, &"x".repeat(999)).detail.len(), SHOWN);
        assert_eq!(Failed::from(Error::Timeout).outcome, AttemptOutcome::TimedOut);
        assert_eq!(Failed::from(Error::MissingStartTls).outcome, AttemptOutcome::Unreachable);
    }
}
