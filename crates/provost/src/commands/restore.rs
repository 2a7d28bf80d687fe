//! `provost restore`.

use serde_json::json;

use super::backup::copy_checked;
use crate::cli::Restore;
use crate::failure::Failure;
use crate::printer::Printer;

/// Puts a backup into an empty data directory.
pub(super) async fn run(args: Restore, printer: Printer) -> Result<(), Failure> {
    if args.directory.database_url.is_some() {
        return Err(Failure::input("a directory in PostgreSQL is restored by PostgreSQL's own means")
            .hint("pg_restore --dbname=\"$PROVOST_DATABASE_URL\" provost.dump"));
    }
    let folder = args.directory.data_dir.clone();
    let target = folder.join("provost.db");
    if target.exists() {
        return Err(Failure::input(format!("{} is there already", target.display()))
            .hint("stop the server and move the old directory away, or name an empty one with --data-dir"));
    }
    if !args.file.exists() {
        return Err(Failure::input(format!("there is no {}", args.file.display())));
    }
    std::fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;
    let bytes = tokio::task::spawn_blocking(move || copy_checked(&args.file, &target, printer))
        .await
        .map_err(|error| Failure::unexpected("the copy did not come to an end").caused_by(&error))??;
    if printer.json {
        printer.value(&json!({"data_dir": folder, "bytes": bytes}));
    } else {
        printer.say(&format!(
            "{} is as it was when the backup was made; start `provost serve`",
            folder.display()
        ));
        printer.say("  what happened since comes again when the admin chooses Restart provisioning in Entra");
    }
    Ok(())
}
