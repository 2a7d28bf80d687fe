//! `provost entra serve`.

use std::sync::Arc;

use base::{Secret, SystemEntropy};
use entra::graph::{Face, FaceOptions, GraphFault, Observer};
use entra::job::{CycleReport, JobFault, RealTime, Rules};
use entra::wire::{Dialect, Wire};
use provost_http::{GraphDoor, Server, ServerOptions};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::parts;
use crate::cli::EntraServe;
use crate::commands::serve::wait_for_signal;
use crate::failure::Failure;
use crate::printer::{Printer, VALUE, styled};

/// Serves the face until it is asked to end; jobs that run are ended in order, and go on at the next start.
pub(super) async fn run(args: EntraServe, printer: Printer) -> Result<(), Failure> {
    if !args.listen.ip().is_loopback() {
        return Err(Failure::input(format!("--listen {}: that is not this machine alone", args.listen)).hint(
            "whoever reaches it can read the directory and send it anywhere: use 127.0.0.1 with a port, or [::1]",
        ));
    }
    let dialect = args.dialect.unwrap_or(Dialect::EntraDefault);
    Wire::new(dialect)
        .map_err(|e| Failure::input(e.to_string()).hint("use entra-default or entra-2020 to run jobs"))?;
    let source = parts::source(args.source.as_deref())?;
    let face = Face::open(FaceOptions {
        source,
        folder: Some(args.state_dir.clone()),
        dialect,
        switches: None,
        rate: args.rate,
        rules: Rules { interval: args.every, ..Rules::default() },
        env: parts::env(args.default_domain.as_deref()),
        sleeper: Arc::new(RealTime),
        observer: Some(Arc::new(Teller(printer))),
    });
    let face = Arc::new(face.map_err(|e| failure(&e))?);
    let server = Server::bind(ServerOptions::plain(args.listen)).await?;
    let url = format!("http://{}", server.address());
    // An empty variable names no token.
    let given = args.graph_token.filter(|token| !token.expose().trim().is_empty());
    let token = given.unwrap_or_else(new_token);
    let door = GraphDoor::new(Arc::clone(&face), token.clone(), &url);
    let graph_url = format!("{url}/v1.0");
    if printer.json {
        printer.value(&json!({"address": server.address().to_string(), "graph_url": graph_url, "token": token.expose()}));
    } else {
        printer.say(&format!("A face like Microsoft Graph's listens on {}", server.address()));
        printer.say(&format!("  GRAPH_URL    {}", styled(VALUE, &graph_url)));
        printer.say("  GRAPH_TOKEN  on standard output");
        printer.data(token.expose());
    }
    for (job, fault) in face.resume().await {
        printer.say(&format!("warning: the job {job} does not go on: {}", fault.message));
    }
    let stop = CancellationToken::new();
    let ended = stop.clone();
    tokio::spawn(async move {
        wait_for_signal().await;
        ended.cancel();
    });
    server.run(door.router(), stop).await;
    face.shut_down().await;
    Ok(())
}

fn new_token() -> Secret<String> {
    let bytes: [u8; 24] = base::random_bytes(&SystemEntropy::new());
    Secret::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn failure(fault: &GraphFault) -> Failure {
    Failure::input(fault.message.clone()).hint("mend the file, or choose another --state-dir")
}

/// Tells of cycles on stderr.
#[derive(Debug)]
struct Teller(Printer);

impl Observer for Teller {
    fn cycle_ended(&self, application: &str, result: &Result<CycleReport, JobFault>) {
        match result {
            Ok(report) => self.0.say(&line(application, report)),
            Err(fault) => self.0.say(&format!("{application}: {}", super::fault::job(fault).render())),
        }
    }
}

fn line(application: &str, report: &CycleReport) -> String {
    let tally = &report.tally;
    let which = if report.initial { "initial" } else { "incremental" };
    let mut text = format!("{application}: {which} cycle");
    let counts = [
        (tally.created, "created"),
        (tally.adopted, "adopted"),
        (tally.updated, "updated"),
        (tally.restored, "restored"),
        (tally.disabled, "disabled"),
        (tally.deleted, "deleted"),
        (tally.members_added, "members added"),
        (tally.members_removed, "members removed"),
        (tally.failed + tally.references_failed, "failed"),
    ];
    let told: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    text.push_str(&if told.is_empty() {
        ", nothing to do".to_owned()
    } else {
        format!(", {}", told.join(", "))
    });
    if report.stopped {
        text.push_str("; it was ended before it was through");
    }
    if let Some(quarantine) = &report.quarantine {
        text.push_str(&format!("; quarantine: {} → {}", quarantine.message, quarantine.recommendation));
    }
    text
}
