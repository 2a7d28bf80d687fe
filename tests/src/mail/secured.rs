//! TLS from the first byte or by STARTTLS, with a certificate that is checked, and a password that goes over nothing else.

use std::time::Duration;

use delivery::{MailSecurity, MailServer};
use service::Attempt;
use testkit::TestServer;

use super::server::{MailHost, Speaks};
use super::{address, settings, work};

/// A test mail to this host with these settings.
async fn tried(host: &MailHost, change: impl FnOnce(&mut MailServer)) -> Attempt {
    let server = TestServer::start().await;
    let mut mail = settings(host);
    mail.host = "localhost".to_owned();
    mail.timeout = Duration::from_secs(5);
    mail.login = Some(("provost".to_owned(), "pass word".into()));
    change(&mut mail);
    let _working = work(&server, Some(mail.checked().unwrap()));
    let id = address(&server, None, "ops@learn.example", 0).await;
    server.service.webhook_test(None, &id).await.unwrap()
}

#[tokio::test]
async fn the_mail_server_must_have_a_certificate_that_is_trusted() {
    base::install_crypto_provider();
    for (speaks, security) in [(Speaks::Tls, MailSecurity::Tls), (Speaks::StartTls, MailSecurity::StartTls)] {
        let folder = tempfile::tempdir().unwrap();
        let host = MailHost::with_tls(folder.path(), speaks).await;
        let roots = base::load_certificates(&folder.path().join("cert.pem")).unwrap();
        let wary = tried(&host, |mail| mail.security = security).await;
        assert_eq!(wary.outcome.as_str(), "unreachable");
        assert!(wary.detail.as_ref().unwrap().contains("certificate"), "{wary:?}");
        let misnamed = tried(&host, |mail| {
            (mail.security, mail.extra_roots, mail.host) = (security, roots.clone(), "127.0.0.1".to_owned());
        });
        assert_eq!(misnamed.await.outcome.as_str(), "unreachable", "it is for localhost");
        assert!(host.mails().is_empty());
        let trusting = tried(&host, |mail| (mail.security, mail.extra_roots) = (security, roots)).await;
        assert_eq!(trusting.outcome.as_str(), "delivered", "{trusting:?}");
        let mail = host.taken(1).await.remove(0);
        // Base64 of NUL provost NUL "pass word".
        assert_eq!((mail.secure, mail.login.as_deref()), (true, Some("AHByb3Zvc3QAcGFzcyB3b3Jk")));
        assert!(
            mail.body.contains("This is a test") && mail.body.contains("connection.quarantined"),
            "{}",
            mail.body
        );
    }
}

#[tokio::test]
async fn a_server_that_offers_no_starttls_gets_neither_mail_nor_password() {
    let host = MailHost::start().await;
    let attempt = tried(&host, |mail| mail.security = MailSecurity::StartTls).await;
    assert_eq!(attempt.outcome.as_str(), "unreachable");
    assert!(attempt.detail.as_ref().unwrap().contains("no STARTTLS"), "{attempt:?}");
    assert!(host.mails().is_empty());
}
