//! `provost migrate`.

use serde_json::json;

use crate::cli::Migrate;
use crate::failure::Failure;
use crate::printer::Printer;

/// Opens the directory, which brings its schema up to date, and says which version it has.
pub(super) async fn run(args: &Migrate, printer: Printer) -> Result<(), Failure> {
    let opened = super::open(&args.directory).await?;
    let version = opened.service.health().await?;
    if printer.json {
        printer.value(&json!({"schema_version": version}));
    } else {
        printer.say(&format!("the database has schema version {version}"));
    }
    opened.close().await
}
