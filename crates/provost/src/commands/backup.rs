//! `provost backup`.

use std::path::Path;

use serde_json::json;

use crate::cli::Backup;
use crate::failure::Failure;
use crate::printer::Printer;

/// Copies the embedded database to one file, also while a server runs on it, and looks whether the copy is whole.
pub(super) async fn run(args: Backup, printer: Printer) -> Result<(), Failure> {
    if args.directory.database_url.is_some() {
        return Err(Failure::input("a directory in PostgreSQL is backed up by PostgreSQL's own means")
            .hint("pg_dump --format=custom --file=provost.dump \"$PROVOST_DATABASE_URL\", or base backups with a WAL archive"));
    }
    let source = args.directory.data_dir.join("provost.db");
    if !source.exists() {
        return Err(Failure::input(format!("there is no {}", source.display()))
            .hint("name the folder with --data-dir"));
    }
    if args.file.exists() {
        return Err(Failure::input(format!("{} is there already", args.file.display()))
            .hint("choose another name: a backup is never written over another one"));
    }
    let file = args.file.clone();
    let bytes = tokio::task::spawn_blocking(move || copy_checked(&source, &args.file, printer))
        .await
        .map_err(|error| Failure::unexpected("the copy did not come to an end").caused_by(&error))??;
    if printer.json {
        printer.value(&json!({"file": file, "bytes": bytes}));
    } else {
        printer.say(&format!(
            "{} holds the whole directory, {} MiB",
            file.display(),
            bytes.div_ceil(1 << 20)
        ));
    }
    Ok(())
}

/// Copies a database file beside its place, checks the copy, and gives it its name only then: whatever is found under that
/// name is whole. The size in bytes.
pub(super) fn copy_checked(from: &Path, to: &Path, printer: Printer) -> Result<u64, Failure> {
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = tempfile::Builder::new()
        .prefix(".provost-copy")
        .tempfile_in(folder)
        .map_err(|error| Failure::file(folder, &error))?
        .into_temp_path();
    let bar = printer.progress(0, "copying");
    store_sqlite::backup(from, &draft, &mut |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    let seen = store_sqlite::inspect(&draft, true)?;
    if let Some(damage) = seen.damage.first() {
        return Err(Failure::input(format!("{} is damaged: {damage}", from.display()))
            .hint("the copy was thrown away; go back to an earlier backup"));
    }
    if seen.schema == 0 {
        return Err(Failure::input(format!("{} is no directory of Provost", from.display())));
    }
    if seen.schema > seen.known {
        return Err(store::StoreError::SchemaTooNew { found: seen.schema, known: seen.known }.into());
    }
    // Linked, not renamed, so that a file that came to be there meanwhile stays.
    std::fs::hard_link(&draft, to).map_err(|error| Failure::file(to, &error))?;
    let synced = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| Failure::file(folder, &error))?;
    let bytes = std::fs::metadata(to).map_err(|error| Failure::file(to, &error))?.len();
    Ok(bytes)
}
