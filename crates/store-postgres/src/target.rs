//! Where the database is: a `postgres://` address, and TLS as its `sslmode` asks.
//!
//! `sslmode` means what it means to PostgreSQL's own programs: `disable` never encrypts; `prefer` (the default) encrypts
//! where the server can, `require` always, both without looking at the certificate; `verify-ca` and `verify-full` look at
//! it too. They trust the certificates in `sslrootcert`, or what the machine trusts. Both look at the host name, as
//! `verify-full` does.

mod tls;

use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use store::{StoreError, StoreResult};
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

/// What a connection is made with.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) config: Config,
    pub(crate) tls: MakeRustlsConnect,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The driver's own form leaves the password out.
        f.debug_tuple("Target").field(&self.config).finish()
    }
}

impl Target {
    /// Reads an address.
    pub(crate) fn read(url: &str, connect: Duration) -> StoreResult<Self> {
        let (plain, asked) = split(url)?;
        let mut config: Config = plain.parse().map_err(|e: tokio_postgres::Error| {
            // What the driver says names a part of the address, never the password.
            unusable(&crate::fault::told(&e))
        })?;
        if let Some(mode) = asked.mode {
            config.ssl_mode(mode);
        }
        if config.get_application_name().is_none() {
            config.application_name("provost");
        }
        config.connect_timeout(connect);
        config.keepalives_idle(Duration::from_secs(10));
        // A server that vanishes without a word is noticed by what it leaves unanswered.
        config.tcp_user_timeout(Duration::from_secs(10));
        let tls = tls::config(asked.verify, asked.roots.as_deref())?;
        Ok(Self { config, tls: MakeRustlsConnect::new(tls) })
    }

    /// How many hosts are tried, one after the other.
    pub(crate) fn hosts(&self) -> u32 {
        u32::try_from(self.config.get_hosts().len().max(1)).unwrap_or(u32::MAX)
    }

    /// Host and database, for messages.
    pub(crate) fn name(&self) -> String {
        let host = self.config.get_hosts().first().map_or_else(
            || "localhost".to_owned(),
            |host| match host {
                tokio_postgres::config::Host::Tcp(name) => name.clone(),
                #[cfg(unix)]
                tokio_postgres::config::Host::Unix(path) => path.display().to_string(),
            },
        );
        let database = self.config.get_dbname().or(self.config.get_user()).unwrap_or("its default database");
        format!("PostgreSQL at {host}, {database}")
    }
}

/// What of an address the driver does not know.
#[derive(Debug, Default, PartialEq)]
struct Asked {
    mode: Option<SslMode>,
    verify: bool,
    roots: Option<PathBuf>,
}

/// Takes the parameters that the driver does not know out of the address.
fn split(url: &str) -> StoreResult<(String, Asked)> {
    let mut asked = Asked::default();
    let Some((address, query)) = url.split_once('?') else { return Ok((url.to_owned(), asked)) };
    let mut rest = Vec::new();
    for parameter in query.split('&').filter(|p| !p.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match (name, value) {
            ("sslmode", "verify-ca" | "verify-full") => {
                asked.mode = Some(SslMode::Require);
                asked.verify = true;
            }
            ("sslmode", "allow") => asked.mode = Some(SslMode::Prefer),
            ("sslmode", value) if !["disable", "prefer", "require"].contains(&value) => {
                return Err(unusable(&format!(
                    "sslmode is disable, prefer, require, verify-ca or verify-full, not {value:?}"
                )));
            }
            // Whatever the machine trusts.
            ("sslrootcert", "system") => asked.verify = true,
            ("sslrootcert", file) => {
                let file = percent_decode_str(file).decode_utf8_lossy().into_owned();
                asked.roots = Some(PathBuf::from(file));
                asked.verify = true;
            }
            _ => rest.push(parameter),
        }
    }
    let plain = if rest.is_empty() { address.to_owned() } else { format!("{address}?{}", rest.join("&")) };
    Ok((plain, asked))
}

fn unusable(detail: &str) -> StoreError {
    StoreError::Internal(format!(
        "the database URL cannot be used: {detail}; it looks like postgres://user:password@host/database"
    ))
}

#[cfg(test)]
mod tests {
    use super::{Asked, SslMode, Target, split};
    use std::time::Duration;

    fn read(url: &str) -> (String, Asked) {
        split(url).unwrap()
    }

    #[test]
    fn parameters_of_tls_are_read_as_libpq_reads_them() {
        let (plain, asked) = read("postgres://h/d?sslmode=verify-full&connect_timeout=3");
        assert_eq!(plain, "postgres://h/d?connect_timeout=3");
        assert_eq!(asked, Asked { mode: Some(SslMode::Require), verify: true, roots: None });
        let (plain, asked) = read("postgres://h/d?sslmode=require&sslrootcert=%2Fa%20b.pem");
        assert_eq!(plain, "postgres://h/d?sslmode=require");
        assert!(asked.verify && asked.roots.unwrap().to_str() == Some("/a b.pem"));
        let (_, asked) = read("postgres://h/d?sslmode=verify-full&sslrootcert=system");
        assert!(asked.verify && asked.roots.is_none());
        assert_eq!(read("postgres://h/d"), ("postgres://h/d".to_owned(), Asked::default()));
    }

    #[test]
    fn what_is_wrong_with_an_address_is_said_without_its_password() {
        for url in
            ["postgres://u:hush@h/d?sslmode=maybe", "postgres://u:hush@h/d?colour=red", "mysql://u:hush@h/d"]
        {
            let told = Target::read(url, Duration::from_secs(1)).unwrap_err().to_string();
            assert!(!told.contains("hush"), "{told}");
        }
        let target = Target::read("postgres://u:hush@h/d", Duration::from_secs(1)).unwrap();
        assert!(!format!("{target:?} {}", target.name()).contains("hush"));
    }
}
