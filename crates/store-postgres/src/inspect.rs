//! A look at a database that changes nothing in it.

use base::Timestamp;
use store::StoreResult;

use crate::fault::Done;
use crate::link::Link;
use crate::migrate;
use crate::options::Options;
use crate::target::Target;

/// What a look at a database found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The version of its schema; 0 when it holds none.
    pub schema: i64,
    /// The version that this program writes.
    pub known: i64,
    /// The database's own clock.
    pub now: Timestamp,
    /// The server's version, such as `16.4`.
    pub server: String,
    /// Settings without which an acknowledged write may be lost, and that are off.
    pub undurable: Vec<String>,
    /// Whether it is a standby, which takes no writes.
    pub standby: bool,
}

/// Looks at the database at a `postgres://` address without bringing its schema up to date.
///
/// # Errors
/// As [`crate::PostgresStore::open`].
pub async fn inspect(url: &str, options: &Options) -> StoreResult<Inspection> {
    let target = Target::read(url, options.connect)?;
    Ok(look(&target, options).await?)
}

async fn look(target: &Target, options: &Options) -> Done<Inspection> {
    let db = Link::connect(target, options.connect, options.connect).await?;
    let schema = if migrate::is_known(&db).await? { migrate::version(&db).await? } else { 0 };
    let sql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
                      current_setting('server_version'), pg_is_in_recovery()";
    let row = db.first(sql, &[]).await?;
    let (now, server, standby) = match row {
        Some(row) => (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?),
        None => (0, String::new(), false),
    };
    let sql = "SELECT name FROM pg_settings
               WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off' ORDER BY name";
    let undurable = db.query(sql, &[]).await?.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    Ok(Inspection {
        schema,
        known: migrate::CURRENT,
        now: Timestamp::from_micros(now),
        server,
        undurable,
        standby,
    })
}
