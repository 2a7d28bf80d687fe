//! `provost serve`.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use provost_http::{App, Server, ServerOptions};
use serde_json::json;
use service::Config;
use tokio_util::sync::CancellationToken;

use super::token::age;
use crate::branding;
use crate::capture::Capture;
use crate::cli::Serve;
use crate::compose;
use crate::failure::Failure;
use crate::printer::{Printer, VALUE, styled};

/// Serves until it is asked to end.
pub(super) async fn run(args: Serve, printer: Printer) -> Result<(), Failure> {
    let mut options = ServerOptions::plain(args.listen);
    if let (Some(cert), Some(key)) = (&args.tls_cert, &args.tls_key) {
        let config = base::tls::load_server_config(cert, key).map_err(|e| {
            Failure::input("TLS cannot be set up")
                .caused_by(&e)
                .hint("give PEM files with --tls-cert and --tls-key")
        })?;
        options.tls = Some(config);
    }
    let secure = options.tls.is_some();
    let server = Server::bind(options).await?;
    let address = server.address();
    let public_url = match args.public_url {
        Some(url) => checked_url(&url)?,
        None => default_url(address, secure),
    };
    let webhooks = delivery::Options {
        schedule: args.webhook_schedule,
        disable_after: age(&args.webhook_disable_after)?,
        timeout: age(&args.webhook_timeout)?.clamp(Duration::from_secs(1), Duration::from_secs(60)),
        ..delivery::Options::default()
    };
    let mail = crate::mail::server(&args.mail)?;
    let brand = branding::brand(&args.branding)?;
    let mut config = Config::new(&public_url);
    config.rate_limit = NonZeroU32::new(args.rate_limit);
    config.quiet = age(&args.cycle_quiet)?.max(Duration::from_secs(1));
    let opened = compose::open_with(&args.directory, config).await?;
    let tenant_url = format!("{public_url}/scim_v2");
    if printer.json {
        printer.value(
            &json!({"address": address.to_string(), "public_url": public_url, "tenant_url": tenant_url}),
        );
    } else {
        printer.say(&format!("Provost listens on {address}"));
        printer.say(&format!("  Tenant URL    {}", styled(VALUE, &tenant_url)));
        printer.say("  Secret Token  make one with `provost token create`");
        if !address.ip().is_loopback() && !secure && !public_url.starts_with("https://") {
            printer.say("warning: this is plain HTTP on a public address; use --tls-cert and --tls-key, or a proxy that speaks TLS and --public-url https://…");
        }
    }
    let stop = CancellationToken::new();
    let teller = compose::delivery(&opened.service, webhooks, mail, stop.clone())
        .map_err(|e| Failure::unexpected("there is no thread for webhooks").caused_by(&e))?;
    let sweeper = compose::background(opened.service.clone(), stop.clone());
    let capture = args.capture.as_deref().map(|folder| Capture::start(folder, args.capture_limit, printer));
    let capture = capture.transpose()?;
    let app = App::new(opened.service.clone()).branded(brand);
    let ended = stop.clone();
    let service = opened.service.clone();
    tokio::spawn(async move {
        wait_for_signal().await;
        // Otherwise the end would wait for those who wait for events.
        service.stop_waiting();
        ended.cancel();
    });
    let router = match &capture {
        Some(capture) => provost_http::tapped(app.router(), capture.tap()),
        None => app.router(),
    };
    server.run(router, stop.clone()).await;
    if let Some(capture) = capture {
        capture.finish();
    }
    stop.cancel();
    if let Err(error) = sweeper.await {
        tracing::warn!(%error, "background work ended badly");
    }
    if teller.await.is_err() {
        tracing::warn!("telling webhooks ended badly");
    }
    opened.close().await
}

/// The URL of a server that nobody gave one: its own address.
pub(super) fn default_url(address: SocketAddr, secure: bool) -> String {
    let scheme = if secure { "https" } else { "http" };
    if address.ip().is_unspecified() {
        return format!("{scheme}://127.0.0.1:{}", address.port());
    }
    format!("{scheme}://{address}")
}

/// A public URL must be something that a browser and a provider can use as a prefix.
///
/// # Errors
/// When it is not, with what is wrong.
pub(crate) fn checked_url(url: &str) -> Result<String, Failure> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.map(|r| r.split('/').next().unwrap_or(""));
    let bad = |why: &str| {
        Failure::input(format!("--public-url {url}: {why}"))
            .hint("for example --public-url https://scim.example.com")
    };
    match host {
        None => Err(bad("it must begin with https:// or http://")),
        Some("") => Err(bad("it names no host")),
        Some(host) if host.contains('@') => Err(bad("it must not hold a user name or password")),
        Some(_) if url.contains(['?', '#']) || url.contains(char::is_whitespace) => {
            Err(bad("it must have no query, fragment or space"))
        }
        Some(_) => Ok(url.trim_end_matches('/').to_owned()),
    }
}

/// Interrupt or terminate.
pub(super) async fn wait_for_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::warn!(%error, "cannot listen for an interrupt");
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_urls_are_checked_before_anything_starts() {
        assert_eq!(checked_url("https://scim.example.com/").unwrap(), "https://scim.example.com");
        assert_eq!(checked_url("https://example.com/prefix").unwrap(), "https://example.com/prefix");
        for bad in ["scim.example.com", "https://", "https://user:pw@host", "https://host/?x", "https://a b"]
        {
            assert!(checked_url(bad).is_err(), "{bad}");
        }
    }
}
