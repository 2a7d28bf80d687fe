//! `provost admin`.

use serde_json::json;

use super::checked_url;
use crate::cli::Admin as Command;
use crate::compose;
use crate::failure::Failure;
use crate::printer::Printer;

/// Runs the subcommand.
pub(super) async fn run(command: Command, printer: Printer) -> Result<(), Failure> {
    let Command::LoginLink { name, public_url, directory } = command;
    let opened = compose::open(&directory, &checked_url(&public_url)?).await?;
    let made = opened.service.login_link_create(&name).await?;
    if printer.json {
        printer.value(&json!({"url": made.url.expose(), "name": name, "expires": made.expires.to_string()}));
    } else {
        printer.data(made.url.expose());
        printer.say("This link opens the console once, within ten minutes. Whoever has it is let in.");
    }
    opened.close().await
}
