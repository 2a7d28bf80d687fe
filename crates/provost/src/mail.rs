//! The mail server, from flags, environment and file.

use std::time::Duration;

use delivery::MailServer;
use service::MailAddress;

use crate::cli::{Mail, MailSecurity};
use crate::commands::age;
use crate::failure::Failure;

/// Longest time for one mail.
const LONGEST: Duration = Duration::from_secs(120);

/// The mail server; `None` when none is configured.
///
/// # Errors
/// When it cannot work as it is configured.
pub(crate) fn server(args: &Mail) -> Result<Option<MailServer>, Failure> {
    let Some(host) = &args.mail_host else {
        if args.mail_from.is_some() || args.mail_user.is_some() {
            let failure = Failure::input("a mail server is configured without its host");
            return Err(failure.hint("set host in [mail] of provost.toml, PROVOST_MAIL_HOST, or --mail-host"));
        }
        return Ok(None);
    };
    let security = match args.mail_security {
        MailSecurity::Tls => delivery::MailSecurity::Tls,
        MailSecurity::Starttls => delivery::MailSecurity::StartTls,
        MailSecurity::None => delivery::MailSecurity::None,
    };
    let extra_roots = match &args.mail_ca {
        Some(file) => base::load_certificates(file).map_err(|e| Failure::told(&e))?,
        None => Vec::new(),
    };
    let server = MailServer {
        host: host.clone(),
        port: args.mail_port.unwrap_or(security.port()),
        security,
        login: login(args)?,
        from: sender(args)?,
        timeout: age(&args.mail_timeout)?.clamp(Duration::from_secs(1), LONGEST),
        extra_roots,
    };
    let checked = server.checked().map_err(|e| {
        Failure::input(e.to_string())
            .hint("see \"Notices by e-mail\": provost docs ask \"notices by e-mail\"")
    })?;
    Ok(Some(checked))
}

fn sender(args: &Mail) -> Result<MailAddress, Failure> {
    let hint = "set from in [mail] of provost.toml, PROVOST_MAIL_FROM, or --mail-from: an address that the mail server lets you \
                send from";
    let Some(from) = &args.mail_from else {
        return Err(Failure::input("mail has no sender").hint(hint));
    };
    from.parse().map_err(|why| Failure::input(format!("the sender's address {why}")).hint(hint))
}

fn login(args: &Mail) -> Result<Option<(String, base::Secret<String>)>, Failure> {
    let password = match (&args.mail_password, &args.mail_password_file) {
        (Some(_), Some(_)) => {
            return Err(Failure::input("the mail server's password is given twice")
                .hint("give mail-password or mail-password-file, not both"));
        }
        (Some(password), None) => Some(password.clone()),
        (None, Some(file)) => {
            let text = std::fs::read_to_string(file).map_err(|e| Failure::file(file, &e))?;
            Some(text.trim_end_matches(['\r', '\n']).into())
        }
        (None, None) => None,
    };
    match (&args.mail_user, password) {
        (None, None) => Ok(None),
        (Some(user), Some(password)) => Ok(Some((user.clone(), password))),
        (Some(_), None) => Err(Failure::input("the mail server's user has no password")
            .hint("set PROVOST_MAIL_PASSWORD, or mail-password-file in provost.toml")),
        (None, Some(_)) => Err(Failure::input("the mail server's password has no user")
            .hint("set user in [mail] of provost.toml, PROVOST_MAIL_USER, or --mail-user")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args() -> Mail {
        Mail {
            mail_host: Some("mail.example.org".into()),
            mail_port: None,
            mail_security: MailSecurity::Tls,
            mail_user: None,
            mail_password: None,
            mail_password_file: None,
            mail_from: Some("provost@example.org".into()),
            mail_timeout: "30s".into(),
            mail_ca: None,
        }
    }

    #[test]
    fn a_mail_server_is_configured_wholly_or_not_at_all() {
        let port = |args: &Mail| server(args).unwrap().map(|server| server.port);
        assert_eq!(port(&args()), Some(465));
        assert_eq!(port(&Mail { mail_security: MailSecurity::Starttls, ..args() }), Some(587));
        assert_eq!(port(&Mail { mail_host: None, mail_from: None, ..args() }), None);
        for bad in [
            Mail { mail_host: None, ..args() },
            Mail { mail_from: None, ..args() },
            Mail { mail_from: Some("Provost <provost@example.org>".into()), ..args() },
            Mail { mail_user: Some("u".into()), ..args() },
            Mail { mail_password: Some("p".into()), ..args() },
            Mail { mail_security: MailSecurity::None, ..args() },
            Mail { mail_timeout: "soon".into(), ..args() },
        ] {
            assert!(server(&bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_password_may_stand_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "s3cret \n").unwrap();
        let with = Mail { mail_user: Some("u".into()), mail_password_file: Some(file), ..args() };
        let (user, password) = server(&with).unwrap().unwrap().login.unwrap();
        assert_eq!((user.as_str(), password.expose().as_str()), ("u", "s3cret "));
        assert!(server(&Mail { mail_password: Some("p".into()), ..with }).is_err(), "twice");
    }
}
