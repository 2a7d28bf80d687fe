//! Who may open the console.

use std::sync::Arc;

use base::Timestamp;
use store::{ConsoleSession, LoginLink};

use crate::fault::Done;
use crate::link::Link;
use crate::pool::Pool;
use crate::row;
use crate::text::{Text, unpack};

/// Makes a one-time link.
pub(super) async fn put_link(pool: &Arc<Pool>, link: &LoginLink) -> Done<()> {
    let sql = "INSERT INTO login_link (digest, name, created, expires) VALUES ($1, $2, $3, $4)";
    let (created, expires) = (link.created.as_micros(), link.expires.as_micros());
    let db = pool.writer().await?;
    db.query(sql, &[&link.digest.as_slice(), &Text::from(&link.name), &created, &expires]).await?;
    Ok(())
}

/// Uses up a link: of several nodes at once, one deletes it.
pub(super) async fn take_link(
    pool: &Arc<Pool>,
    digest: &[u8; 32],
    now: Timestamp,
) -> Done<Option<LoginLink>> {
    let sql = "DELETE FROM login_link WHERE digest = $1 AND expires > $2 RETURNING name, created, expires";
    let db = pool.writer().await?;
    let Some(row) = db.first(sql, &[&digest.as_slice(), &now.as_micros()]).await? else { return Ok(None) };
    Ok(Some(LoginLink {
        digest: *digest,
        name: unpack(row.try_get(0)?),
        created: Timestamp::from_micros(row.try_get(1)?),
        expires: Timestamp::from_micros(row.try_get(2)?),
    }))
}

/// Makes or changes a session.
pub(super) async fn put_session(pool: &Arc<Pool>, session: &ConsoleSession) -> Done<()> {
    let db = pool.writer().await?;
    db.query(
        "INSERT INTO console_session (id, name, digest, previous, rotated, proof, created, seen, expires)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, digest = excluded.digest, previous = excluded.previous,
            rotated = excluded.rotated, proof = excluded.proof, created = excluded.created, seen = excluded.seen,
            expires = excluded.expires",
        &[
            &Text::from(&session.id),
            &Text::from(&session.name),
            &session.digest.as_slice(),
            &session.previous.as_ref().map(|digest| digest.as_slice()),
            &session.rotated.as_micros(),
            &session.proof.as_slice(),
            &session.created.as_micros(),
            &session.seen.as_micros(),
            &session.expires.as_micros(),
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn session(db: &Link, digest: &[u8; 32]) -> Done<Option<ConsoleSession>> {
    let sql = "SELECT id, name, digest, previous, rotated, proof, created, seen, expires FROM console_session
         WHERE digest = $1 OR previous = $1";
    db.first(sql, &[&digest.as_slice()]).await?.map(|row| row::console_session(&row)).transpose()
}

/// Gives a session another digest.
pub(super) async fn rotate(
    pool: &Arc<Pool>,
    id: &str,
    old: &[u8; 32],
    new: &[u8; 32],
    now: Timestamp,
) -> Done<bool> {
    let sql = "UPDATE console_session SET digest = $3, previous = $2, rotated = $4
         WHERE id = $1 AND digest = $2 RETURNING 1";
    let db = pool.writer().await?;
    let turned =
        db.first(sql, &[&Text::from(id), &old.as_slice(), &new.as_slice(), &now.as_micros()]).await?;
    Ok(turned.is_some())
}

/// When a session was last seen.
pub(super) async fn touch(pool: &Arc<Pool>, id: &str, seen: Timestamp) -> Done<()> {
    let sql = "UPDATE console_session SET seen = greatest(seen, $2) WHERE id = $1";
    pool.writer().await?.query(sql, &[&Text::from(id), &seen.as_micros()]).await?;
    Ok(())
}

/// Ends a session.
pub(super) async fn end(pool: &Arc<Pool>, id: &str) -> Done<()> {
    let sql = "DELETE FROM console_session WHERE id = $1";
    pool.writer().await?.query(sql, &[&Text::from(id)]).await?;
    Ok(())
}

/// Deletes links and sessions whose time is over.
pub(super) async fn drop_old(pool: &Arc<Pool>, now: Timestamp, idle: Timestamp, limit: u32) -> Done<u64> {
    let db = pool.writer().await?;
    let gone = db
        .first(
            "WITH links AS (
                DELETE FROM login_link WHERE digest = ANY(ARRAY(
                    SELECT digest FROM login_link WHERE expires <= $1 LIMIT $3)) RETURNING 1
             ), sessions AS (
                DELETE FROM console_session WHERE id = ANY(ARRAY(
                    SELECT id FROM console_session WHERE expires <= $1 OR seen < $2 LIMIT $3))
                    AND (expires <= $1 OR seen < $2) RETURNING 1
             )
             SELECT (SELECT count(*) FROM links) + (SELECT count(*) FROM sessions)",
            &[&now.as_micros(), &idle.as_micros(), &i64::from(limit)],
        )
        .await?;
    Ok(gone.map(|row| row.try_get::<_, i64>(0)).transpose()?.unwrap_or(0).unsigned_abs())
}
