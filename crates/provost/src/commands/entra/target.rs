//! The target: a client that speaks as Entra does, signed in.

use std::sync::Arc;

use client::Client;
use entra::connection_test::Report;
use entra::signin::SignIn;
use entra::wire::{Dialect, Switches, Wire};
use serde_json::{Map, Value, json};

use super::sign_in;
use crate::cli::EntraTarget;
use crate::failure::Failure;
use crate::printer::Printer;

/// Where requests go, how they look, and who signs them.
pub(super) struct Target {
    pub(super) url: String,
    pub(super) wire: Wire,
    pub(super) client: Client,
    pub(super) sign_in: Arc<dyn SignIn>,
}

impl Target {
    /// Sets it up; asks nobody yet.
    pub(super) fn of(args: &EntraTarget, printer: Printer) -> Result<Self, Failure> {
        let Some(url) = args.tenant_url.clone() else {
            return Err(Failure::input("there is no Tenant URL")
                .hint("give it with --tenant-url or as PROVOST_TENANT_URL, as it goes into Entra"));
        };
        let asked = Dialect::asked_for_by(&url);
        let dialect = args.dialect.or(asked).unwrap_or(Dialect::EntraDefault);
        let wire = Wire::with(dialect, switches(args, dialect)?).map_err(|e| {
            Failure::input(e.to_string()).hint("use entra-default or entra-2020 to run a job")
        })?;
        let turned = wire.switches.turned(dialect);
        if printer.json && (args.vary.is_some() || !turned.is_empty()) {
            let switches: Map<_, _> =
                turned.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))).collect();
            printer.value(&json!({"dialect": dialect.to_string(), "vary": args.vary, "turned": switches}));
        } else if !turned.is_empty() {
            let turned: Vec<_> = turned.iter().map(|(name, value)| format!("{name}={value}")).collect();
            printer.say(&format!("turned: {}", turned.join(", ")));
        }
        let wire = wire.at(&url);
        let client = wire.client(&url).build().map_err(|e| Failure::told(&e))?;
        Ok(Self { sign_in: sign_in::of(args)?, url, wire, client })
    }

    /// Signs in, for what the job does not do itself.
    ///
    /// # Errors
    /// The report of a test that had no token to begin with.
    pub(super) async fn sign_in(&self) -> Result<(), Box<Report>> {
        let token =
            self.sign_in.authorize().await.map_err(|e| Box::new(Report::of_sign_in(&self.url, &e)))?;
        // A token that no header can carry is found out when the connection is tested: it is refused there.
        if let Err(error) = self.client.set_bearer(&token) {
            tracing::warn!(%error, "the token cannot be sent");
        }
        Ok(())
    }
}

fn switches(args: &EntraTarget, dialect: Dialect) -> Result<Switches, Failure> {
    let mut switches = Switches::of(dialect);
    if let Some(seed) = args.vary {
        switches = switches.vary(seed);
    }
    for setting in &args.switches {
        let Some((name, value)) = setting.split_once('=') else {
            return Err(Failure::input(format!("--switch {setting}: it must be NAME=VALUE"))
                .hint("for example --switch op-case=lower"));
        };
        switches
            .set(name.trim(), value.trim())
            .map_err(|e| Failure::input(format!("--switch {setting}: {e}")))?;
    }
    Ok(switches)
}
