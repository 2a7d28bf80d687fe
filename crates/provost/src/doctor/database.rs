//! The database, without touching it.

use store::StoreError;

use super::Finding;
use super::clock::Reference;
use crate::cli::Doctor;

const PART: &str = "database";

/// What came of the look.
pub(super) struct Seen {
    pub(super) findings: Vec<Finding>,
    /// Times that the database knows of.
    pub(super) times: Vec<Reference>,
}

pub(super) async fn look(args: &Doctor) -> Seen {
    match &args.directory.database_url {
        Some(url) => postgres(url.expose()).await,
        None => embedded(args),
    }
}

fn embedded(args: &Doctor) -> Seen {
    let path = args.directory.data_dir.join("provost.db");
    if !path.exists() {
        let saw = format!("{} is not there yet; the first `provost serve` makes it", path.display());
        return Seen { findings: vec![Finding::good(PART, saw)], times: Vec::new() };
    }
    let seen = match store_sqlite::inspect(&path, args.thorough) {
        Ok(seen) => seen,
        Err(error) => {
            return unreadable(&error, "check that the file is Provost's and that this user may write to it");
        }
    };
    let mut findings = vec![version(&path.display().to_string(), seen.schema, seen.known)];
    if args.thorough {
        findings.push(match seen.damage.as_slice() {
            [] => Finding::good(PART, "every page of it was read, and nothing is damaged"),
            [first, ..] => Finding::fault(
                PART,
                format!("it is damaged: {first}"),
                "stop the server, keep a copy of the file, and go back to the latest backup",
            ),
        });
    }
    let times = seen.newest_event.map(|at| Reference::past("the newest event in the database", at));
    Seen { findings, times: times.into_iter().collect() }
}

async fn postgres(url: &str) -> Seen {
    let seen = match store_postgres::inspect(url, &store_postgres::Options::default()).await {
        Ok(seen) => seen,
        Err(error) => return unreadable(&error, "check --database-url and that PostgreSQL runs"),
    };
    let mut findings = vec![version(&format!("PostgreSQL {}", seen.server), seen.schema, seen.known)];
    if seen.standby {
        findings.push(Finding::fault(
            PART,
            "this server is a standby, which takes no writes",
            "name the primary in --database-url, or all hosts with target_session_attrs=read-write",
        ));
    }
    if !seen.undurable.is_empty() {
        findings.push(Finding::fault(
            PART,
            format!(
                "{} is off, so a crash of the server may lose what was acknowledged",
                seen.undurable.join(", ")
            ),
            "switch it on in postgresql.conf, or for this role and database",
        ));
    }
    Seen { findings, times: vec![Reference::now("PostgreSQL's clock", seen.now)] }
}

fn unreadable(error: &StoreError, todo: &str) -> Seen {
    Seen { findings: vec![Finding::fault(PART, error.to_string(), todo)], times: Vec::new() }
}

fn version(what: &str, found: i64, known: i64) -> Finding {
    if found > known {
        let saw = format!("{what} has schema version {found}; this program knows {known}");
        return Finding::fault(PART, saw, "run the version of Provost that made it, or a newer one");
    }
    if found == 0 {
        return Finding::good(
            PART,
            format!("{what} holds no directory yet; the first `provost serve` makes it"),
        );
    }
    if found < known {
        let saw = format!("{what} has schema version {found}; the next start brings it to {known}");
        return Finding::advice(PART, saw, "make a backup first: the way back is the backup");
    }
    Finding::good(PART, format!("{what} has schema version {found}, which is this program's"))
}
