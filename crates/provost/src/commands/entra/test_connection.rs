//! `provost entra test-connection`.

use base::{Clock, SystemClock, SystemEntropy};
use entra::connection_test::{self, Report};
use entra::signin::TokenOrigin;

use super::mapping;
use super::target::Target;
use crate::cli::EntraTestConnection;
use crate::failure::Failure;
use crate::printer::Printer;

/// Asks what Entra asks, and shows what came of it.
pub(super) async fn run(args: &EntraTestConnection, printer: Printer) -> Result<(), Failure> {
    let mapping = mapping::of(&args.mapping)?;
    let target = Target::of(&args.target, printer)?;
    let report = test(&target, &mapping).await;
    if printer.json {
        printer.value(&report.to_json());
    } else {
        printer.data(report.to_string().trim_end());
    }
    if report.passed() {
        return Ok(());
    }
    // The target says no more than that it refuses the token; what is wrong with it may be plain to see.
    if let Some(shown) = target.sign_in.shown().filter(|_| target.sign_in.origin() == TokenOrigin::Entra) {
        printer.say(&format!("What the application must accept of Entra's token: {shown}; `provost entra jwks` prints the keys."));
    } else if target.sign_in.origin() == TokenOrigin::Pasted
        && let Ok(token) = target.sign_in.authorize().await
        && let Some(wrong) = connection_test::look_at_token(&token, SystemClock.now())
    {
        printer.say(&format!("Look at the Secret Token first: {wrong}."));
    }
    Err(Failure::silent())
}

/// The test, signing in included.
pub(super) async fn test(target: &Target, mapping: &entra::mapping::Mapping) -> Report {
    if let Err(report) = target.sign_in().await {
        return *report;
    }
    let report = connection_test::run(&target.client, &target.wire, mapping, &SystemEntropy::new()).await;
    report.signed_in_by(target.sign_in.origin())
}
