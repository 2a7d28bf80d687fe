//! `provost move`.

use std::path::PathBuf;

use base::{Entropy, SystemEntropy};
use serde_json::{Map, json};
use store::StoreError;
use store::transfer::{Moved, Progress, Source, Step, Target, run as run_move};
use store_postgres::{PostgresSource, PostgresTarget};
use store_sqlite::{SqliteSource, SqliteTarget};

use crate::cli::Move;
use crate::failure::Failure;
use crate::printer::Printer;

/// A place that a directory can be at.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// A database file.
    File(PathBuf),
    /// A database URL.
    Postgres(String),
}

/// Moves a whole directory, or takes one that was moved away into use again.
pub(super) async fn run(args: &Move, printer: Printer) -> Result<(), Failure> {
    if let Some(left) = &args.reopen {
        return reopen(&place(left.expose())?, printer).await;
    }
    let (Some(from), Some(to)) = (&args.from, &args.to) else {
        return Err(Failure::input("a move needs --from and --to"));
    };
    let mut source = source(&place(from.expose())?).await?;
    let mut target = target(place(to.expose())?).await?;
    let bar = printer.progress(0, "copying");
    let mut watch = |progress: Progress| {
        bar.set_message(match progress.step {
            Step::Copying => "copying",
            Step::Checking => "checking",
        });
        bar.set_length(progress.total);
        bar.set_position(progress.done);
    };
    let moved = run_move(source.as_mut(), target.as_mut(), &name(), &mut watch).await;
    bar.finish_and_clear();
    told(&moved?, &source.name(), &target.name(), printer);
    Ok(())
}

/// A name that no other move has.
fn name() -> String {
    let mut bytes = [0; 16];
    SystemEntropy::new().fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// What `--from` and `--to` say.
fn place(url: &str) -> Result<Place, Failure> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Place::Postgres(url.to_owned()));
    }
    let Some(path) = url.strip_prefix("sqlite://").filter(|path| !path.is_empty()) else {
        // What it is may hold a password.
        return Err(Failure::input("that is no place for a directory")
            .hint("write sqlite:// and the data directory, or postgres://user:password@host/database"));
    };
    let path = PathBuf::from(path);
    match path.file_name() {
        Some(name) if name == "provost.db" => Ok(Place::File(path)),
        Some(name) if path.is_file() => {
            let name = name.display().to_string();
            Err(Failure::input(format!("{name} is a file, but no data directory"))
                .hint("name the folder; the database in it is always provost.db"))
        }
        _ => Ok(Place::File(path.join("provost.db"))),
    }
}

async fn source(place: &Place) -> Result<Box<dyn Source>, Failure> {
    match place {
        Place::File(path) => {
            if !path.exists() {
                return Err(Failure::input(format!("there is no {}", path.display()))
                    .hint("name the data directory: sqlite:// and its path"));
            }
            Ok(Box::new(SqliteSource::open(path, &store_sqlite::Options::default())?))
        }
        Place::Postgres(url) => {
            let opened = PostgresSource::open(url, &store_postgres::Options::default()).await;
            Ok(Box::new(opened.map_err(|error| reached(error, "--from"))?))
        }
    }
}

async fn target(place: Place) -> Result<Box<dyn Target>, Failure> {
    match place {
        Place::File(path) => Ok(Box::new(SqliteTarget::new(&path, store_sqlite::Options::default()))),
        Place::Postgres(url) => {
            let opened = PostgresTarget::open(&url, store_postgres::Options::default()).await;
            Ok(Box::new(opened.map_err(|error| reached(error, "--to"))?))
        }
    }
}

fn reached(error: StoreError, flag: &str) -> Failure {
    match error {
        StoreError::Unavailable(detail) | StoreError::Internal(detail) => {
            Failure::input(detail).hint(format!("check {flag} and that PostgreSQL runs"))
        }
        other => other.into(),
    }
}

async fn reopen(place: &Place, printer: Printer) -> Result<(), Failure> {
    match place {
        Place::File(path) => SqliteSource::open(path, &store_sqlite::Options::default())?.reopen().await?,
        Place::Postgres(url) => {
            let options = store_postgres::Options::default();
            let opened = PostgresSource::open(url, &options).await;
            opened.map_err(|error| reached(error, "--reopen"))?.reopen().await?;
        }
    }
    printer.say("the directory can be used again; what was written where it had been moved to is not in it");
    Ok(())
}

fn told(moved: &Moved, from: &str, to: &str, printer: Printer) {
    let rows: u64 = moved.tables.iter().map(|(_, rows)| rows).sum();
    if printer.json {
        let tables: Map<_, _> =
            moved.tables.iter().map(|(name, rows)| ((*name).to_owned(), json!(rows))).collect();
        printer.value(
            &json!({"from": from, "to": to, "rows": rows, "tables": tables, "was_done": moved.was_done}),
        );
        return;
    }
    if moved.was_done {
        printer.say(&format!("{to} held everything already; it is open now"));
    } else {
        let of =
            |table: &str| moved.tables.iter().find(|(name, _)| *name == table).map_or(0, |(_, rows)| *rows);
        printer.say(&format!(
            "{to} holds the whole directory: {} tenants, {} resources, {} events; {rows} rows were read back and compared",
            of("tenant"),
            of("resource"),
            of("event")
        ));
    }
    printer.say(&format!("  {from} takes no more writes; start `provost serve` on the new place"));
    printer
        .say("  ids, versions, tokens and cursors are the same; nothing is to be changed at the providers");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_named_as_the_commands_name_them() {
        let file = |path: &str| Place::File(PathBuf::from(path));
        assert_eq!(place("sqlite://./data").unwrap(), file("./data/provost.db"));
        assert_eq!(place("sqlite:///var/lib/provost").unwrap(), file("/var/lib/provost/provost.db"));
        assert_eq!(
            place("sqlite:///var/lib/provost/provost.db").unwrap(),
            file("/var/lib/provost/provost.db")
        );
        let url = "postgres://u:hush@h/d";
        assert_eq!(place(url).unwrap(), Place::Postgres(url.to_owned()));
        for wrong in ["mysql://u:hush@h/d", "./data", "sqlite://", ""] {
            let told = place(wrong).unwrap_err().render();
            assert!(told.contains("hint: write sqlite://") && !told.contains("hush"), "{told}");
        }
    }
}
