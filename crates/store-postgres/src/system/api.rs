//! What the REST API keeps, and when tokens and keys were last used.

use std::sync::Arc;

use base::Timestamp;
use store::code::Code;
use store::{ApiKey, Conflict, Connection, Replay, SetupLink, Tenant, TenantId};
use tokio_postgres::Row;

use crate::fault::{Done, Fault, damaged};
use crate::link::Link;
use crate::pool::Pool;
use crate::row;
use crate::text::{Text, unpack};

/// When tokens were last used. A use noted late does not turn the clock back. Each is a transaction of its own, so two
/// nodes never wait for each other.
pub(super) async fn note_token_use(pool: &Arc<Pool>, uses: &[(TenantId, String, Timestamp)]) -> Done<()> {
    let db = pool.writer().await?;
    for (tenant, id, at) in uses {
        db.query(
            "UPDATE token SET last_used = greatest(last_used, $3) WHERE tenant = $1 AND id = $2",
            &[&tenant.0, &Text::from(id), &at.as_micros()],
        )
        .await?;
    }
    Ok(())
}

/// The same for API keys.
pub(super) async fn note_key_use(pool: &Arc<Pool>, uses: &[(String, Timestamp)]) -> Done<()> {
    let db = pool.writer().await?;
    for (id, at) in uses {
        db.query(
            "UPDATE api_key SET last_used = greatest(last_used, $2) WHERE id = $1",
            &[&Text::from(id), &at.as_micros()],
        )
        .await?;
    }
    Ok(())
}

pub(super) async fn key(db: &Link, digest: &[u8; 32]) -> Done<Option<ApiKey>> {
    let sql = "SELECT id, tenant, name, scope, digest, created, expires, revoked, last_used FROM api_key
         WHERE digest = $1";
    db.first(sql, &[&digest.as_slice()]).await?.map(|row| row::api_key(&row)).transpose()
}

pub(super) async fn keys(db: &Link) -> Done<Vec<ApiKey>> {
    let sql = "SELECT id, tenant, name, scope, digest, created, expires, revoked, last_used FROM api_key
         ORDER BY created, id";
    db.query(sql, &[]).await?.iter().map(row::api_key).collect()
}

/// Makes or changes an API key.
pub(super) async fn put_key(pool: &Arc<Pool>, key: &ApiKey) -> Done<()> {
    let db = pool.writer().await?;
    let put = db
        .first(
            "WITH found AS MATERIALIZED (
                SELECT EXISTS (SELECT FROM api_key WHERE digest = $5 AND id <> $1) AS taken,
                    $2::bigint IS NOT NULL AND NOT EXISTS (SELECT FROM tenant WHERE id = $2 FOR KEY SHARE) AS lost
             ), put AS (
                INSERT INTO api_key (id, tenant, name, scope, digest, created, expires, revoked, last_used)
                SELECT $1::text, $2::bigint, $3::text, $4::smallint, $5::bytea, $6::bigint, $7::bigint, $8::bigint,
                    $9::bigint
                FROM found WHERE NOT taken AND NOT lost
                ON CONFLICT (id) DO UPDATE SET tenant = excluded.tenant, name = excluded.name,
                    scope = excluded.scope, digest = excluded.digest, expires = excluded.expires,
                    revoked = excluded.revoked, last_used = greatest(api_key.last_used, excluded.last_used)
             )
             SELECT taken, lost FROM found",
            &[
                &Text::from(&key.id),
                &key.tenant.map(|t| t.0),
                &Text::from(&key.name),
                &key.scope.code(),
                &key.digest.as_slice(),
                &key.created.as_micros(),
                &key.expires.map(|t| t.as_micros()),
                &key.revoked.map(|t| t.as_micros()),
                &key.last_used.map(|t| t.as_micros()),
            ],
        )
        .await;
    let taken = || Fault::from(Conflict::NameTaken(key.id.clone()));
    let row = match put {
        Ok(row) => row,
        // Another node put a key with this digest meanwhile.
        Err(fault) if fault.is_transient() => return Err(taken()),
        Err(fault) => return Err(fault),
    };
    let Some(row) = row else { return Ok(()) };
    if row.try_get(0)? {
        return Err(taken());
    }
    if row.try_get(1)? {
        let tenant = key.tenant.map_or(0, |t| t.0);
        return Err(Conflict::Gone(format!("tenant {tenant}")).into());
    }
    Ok(())
}

pub(super) async fn setup_link(
    db: &Link,
    digest: &[u8; 32],
) -> Done<Option<(SetupLink, Connection, Tenant)>> {
    let row = db
        .first(
            "SELECT l.tenant, l.id, l.connection, l.name, l.digest, l.created, l.expires, l.revoked, l.opened,
                c.id, c.tenant, c.body, t.id, t.name, t.display_name, t.created, t.revision, t.settings
             FROM setup_link l JOIN connection c ON c.id = l.connection AND c.tenant = l.tenant
             JOIN tenant t ON t.id = l.tenant WHERE l.digest = $1",
            &[&digest.as_slice()],
        )
        .await?;
    let read = |row: Row| Ok((row::setup_link(&row)?, row::connection(&row, 9)?, row::tenant(&row, 12)?));
    row.map(read).transpose()
}

/// Notes that a named request is about to be done; gives the one that is known instead, if it is young enough.
pub(super) async fn claim_replay(pool: &Arc<Pool>, new: &Replay, since: Timestamp) -> Done<Option<Replay>> {
    let db = pool.writer().await?;
    let (owner, name) = (Text::from(&new.owner), Text::from(&new.name));
    loop {
        // Of several at once, one inserts and the others wait for it here.
        let claimed = db
            .first(
                "INSERT INTO replay (owner, name, fingerprint, at, answer) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (owner, name) DO UPDATE
                 SET fingerprint = excluded.fingerprint, at = excluded.at, answer = excluded.answer
                 WHERE replay.at < $6 RETURNING 1",
                &[
                    &owner,
                    &name,
                    &new.fingerprint.as_slice(),
                    &new.at.as_micros(),
                    &new.answer.as_ref().map(Text::from),
                    &since.as_micros(),
                ],
            )
            .await?;
        if claimed.is_some() {
            return Ok(None);
        }
        let known = db
            .first(
                "SELECT fingerprint, at, answer FROM replay WHERE owner = $1 AND name = $2",
                &[&owner, &name],
            )
            .await?;
        // It may have been forgotten between the two statements: then it is free again.
        let Some(row) = known else { continue };
        let fingerprint: &[u8] = row.try_get(0)?;
        return Ok(Some(Replay {
            owner: new.owner.clone(),
            name: new.name.clone(),
            fingerprint: fingerprint
                .try_into()
                .map_err(|_| damaged("replay", "fingerprint", "not 32 bytes"))?,
            at: Timestamp::from_micros(row.try_get(1)?),
            answer: row.try_get::<_, Option<&str>>(2)?.map(unpack),
        }));
    }
}

/// Keeps a named request's answer, or forgets the request.
pub(super) async fn settle_replay(
    pool: &Arc<Pool>,
    owner: &str,
    name: &str,
    begun: Timestamp,
    answer: Option<&str>,
) -> Done<()> {
    let db = pool.writer().await?;
    let (owner, name, begun) = (Text::from(owner), Text::from(name), begun.as_micros());
    match answer {
        Some(answer) => {
            let sql = "UPDATE replay SET answer = $4 WHERE owner = $1 AND name = $2 AND at = $3";
            db.query(sql, &[&owner, &name, &begun, &Text::from(answer)]).await?
        }
        None => {
            let sql = "DELETE FROM replay WHERE owner = $1 AND name = $2 AND at = $3";
            db.query(sql, &[&owner, &name, &begun]).await?
        }
    };
    Ok(())
}

/// Deletes named requests that are older.
pub(super) async fn drop_replays(pool: &Arc<Pool>, before: Timestamp, limit: u32) -> Done<u64> {
    let db = pool.writer().await?;
    let sql = "WITH gone AS (DELETE FROM replay WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM replay WHERE at < $1 LIMIT $2)) AND at < $1 RETURNING 1) SELECT count(*) FROM gone";
    let gone = db.first(sql, &[&before.as_micros(), &i64::from(limit)]).await?;
    Ok(gone.map(|row| row.try_get::<_, i64>(0)).transpose()?.unwrap_or(0).unsigned_abs())
}
