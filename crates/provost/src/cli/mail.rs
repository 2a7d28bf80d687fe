//! What is said about the mail server.

use std::path::PathBuf;

use base::Secret;
use clap::{Args, ValueEnum};

use super::secret;

/// The mail server that takes notices by e-mail; in the file also as the table `[mail]`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Mail server")]
pub(crate) struct Mail {
    /// Mail server for notices by e-mail, a name or an address. Without it, no mail is sent.
    #[arg(long, env = "PROVOST_MAIL_HOST", value_name = "HOST")]
    pub(crate) mail_host: Option<String>,
    /// Its port; by default 465, with starttls 587, without TLS 25.
    #[arg(long, env = "PROVOST_MAIL_PORT", value_name = "PORT")]
    pub(crate) mail_port: Option<u16>,
    /// How the connection to it is kept: tls from the first byte, starttls, or none, for a server on this machine only.
    #[arg(long, env = "PROVOST_MAIL_SECURITY", value_enum, default_value = "tls", value_name = "HOW")]
    pub(crate) mail_security: MailSecurity,
    /// User it wants, if it wants one.
    #[arg(long, env = "PROVOST_MAIL_USER", value_name = "NAME")]
    pub(crate) mail_user: Option<String>,
    /// Password of the user; better in the environment or in a file.
    #[arg(
        long,
        env = "PROVOST_MAIL_PASSWORD",
        hide_env_values = true,
        hide_default_value = true,
        value_name = "TEXT",
        value_parser = secret
    )]
    pub(crate) mail_password: Option<Secret<String>>,
    /// File that holds the password.
    #[arg(long, env = "PROVOST_MAIL_PASSWORD_FILE", value_name = "FILE")]
    pub(crate) mail_password_file: Option<PathBuf>,
    /// Sender's address.
    #[arg(long, env = "PROVOST_MAIL_FROM", value_name = "ADDRESS")]
    pub(crate) mail_from: Option<String>,
    /// How long one mail may take, from 1s to 2m.
    #[arg(long, env = "PROVOST_MAIL_TIMEOUT", default_value = "30s", value_name = "AGE")]
    pub(crate) mail_timeout: String,
    /// Certificate of an authority, PEM, trusted for the mail server beside those of the machine.
    #[arg(long, env = "PROVOST_MAIL_CA", value_name = "FILE")]
    pub(crate) mail_ca: Option<PathBuf>,
}

/// How a connection to a mail server is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MailSecurity {
    /// TLS from the first byte.
    Tls,
    /// TLS by the command STARTTLS.
    Starttls,
    /// No TLS.
    None,
}
