//! `provost demo`: a server of its own on loopback, and the customer's side played against it.

use std::sync::Arc;

use provost_http::{App, Server, ServerOptions};
use serde_json::json;
use service::{DEFAULT, NewToken};
use store::Actor;
use tokio_util::sync::CancellationToken;

use super::serve::{default_url, wait_for_signal};
use crate::cli::{Demo, Directory};
use crate::compose;
use crate::demo::{Stage, play};
use crate::failure::Failure;
use crate::printer::{DIM, Printer, VALUE, styled};

/// Plays, sums up, and serves on unless told to end.
pub(super) async fn run(args: Demo, printer: Printer) -> Result<(), Failure> {
    let folder =
        tempfile::tempdir().map_err(|e| Failure::unexpected("no temporary directory").caused_by(&e))?;
    let server = Server::bind(ServerOptions::plain(args.listen)).await?;
    let url = default_url(server.address(), false);
    let opened = compose::open(&Directory::in_folder(folder.path()), &url).await?;
    let stop = CancellationToken::new();
    let sweeper = compose::background(Arc::clone(&opened.service), stop.clone());
    let serving = tokio::spawn(server.run(App::new(Arc::clone(&opened.service)).router(), stop.clone()));

    let operator = opened.service.operator(Actor::Cli, DEFAULT, DEFAULT).await?;
    let token = opened
        .service
        .token_create(&operator, &NewToken { name: Some("demo".into()), ..NewToken::default() })
        .await?;
    let tenant_url = format!("{url}/scim_v2");
    let service = Arc::clone(&opened.service);
    let stage = Stage {
        tenant_url: tenant_url.clone(),
        token: token.secret.expose().clone(),
        groups: Box::new(move |on| {
            let service = Arc::clone(&service);
            Box::pin(async move {
                let operator = service.operator(Actor::Cli, DEFAULT, DEFAULT).await?;
                super::connection::set_groups(&service, &operator, on).await
            })
        }),
    };
    let played = play(&stage, args.learners, printer).await;
    if let Ok(summary) = &played {
        if printer.json {
            printer.value(&json!({
                "tenant_url": tenant_url, "learners": summary.learners, "groups": summary.groups,
                "requests": summary.requests, "seconds": summary.seconds, "requests_per_second": summary.per_second,
                "p50_ms": summary.p50_ms, "p99_ms": summary.p99_ms,
            }));
        }
        if !args.exit {
            printer.say(&format!("\n  It serves on at {}", styled(VALUE, &tenant_url)));
            printer.say(&styled(
                DIM,
                &format!(
                    "      curl -H 'Authorization: Bearer {}' '{tenant_url}/Users?count=1'",
                    stage.token
                ),
            ));
            printer.say("  Press Ctrl-C to end; the demo's database goes with it.");
            wait_for_signal().await;
        }
    }
    stop.cancel();
    for task in [serving, sweeper] {
        if let Err(error) = task.await {
            tracing::warn!(%error, "a task ended badly");
        }
    }
    opened.close().await?;
    played.map(drop)
}
