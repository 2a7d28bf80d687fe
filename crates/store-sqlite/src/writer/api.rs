//! What the REST API keeps: its keys, setup links, requests that named themselves.

use base::Timestamp;
use rusqlite::params;
use store::code::Code;
use store::{ApiKey, Conflict, Replay, SetupLink, TenantId};

use super::Writer;
use crate::fault::Done;

impl Writer {
    /// Makes or changes an API key.
    pub(crate) fn put_api_key(&mut self, key: &ApiKey) -> Done<()> {
        let sql = "SELECT 1 FROM api_key WHERE digest = ?1 AND id <> ?2";
        let other: Option<i64> = self.first(sql, (key.digest, &key.id), |row| row.get(0))?;
        if other.is_some() {
            return Err(Conflict::NameTaken(key.id.clone()).into());
        }
        if let Some(tenant) = key.tenant
            && self.revision(tenant)?.is_none()
        {
            return Err(Conflict::Gone(format!("tenant {}", tenant.0)).into());
        }
        self.run_sql(
            "INSERT INTO api_key (id, tenant, name, scope, digest, created, expires, revoked, last_used)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (id) DO UPDATE SET tenant = excluded.tenant, name = excluded.name, scope = excluded.scope,
                digest = excluded.digest, expires = excluded.expires, revoked = excluded.revoked,
                last_used = max(coalesce(last_used, excluded.last_used), coalesce(excluded.last_used, last_used))",
            params![
                key.id,
                key.tenant.map(|t| t.0),
                key.name,
                key.scope.code(),
                key.digest,
                key.created.as_micros(),
                key.expires.map(|t| t.as_micros()),
                key.revoked.map(|t| t.as_micros()),
                key.last_used.map(|t| t.as_micros()),
            ],
        )?;
        Ok(())
    }

    /// When API keys were last used. A use noted late does not turn the clock back.
    pub(crate) fn note_api_key_use(&mut self, uses: &[(String, Timestamp)]) -> Done<()> {
        for (id, at) in uses {
            self.run_sql(
                "UPDATE api_key SET last_used = max(coalesce(last_used, ?2), ?2) WHERE id = ?1",
                (id, at.as_micros()),
            )?;
        }
        Ok(())
    }

    /// Makes or changes a setup link.
    pub(super) fn put_setup_link(&mut self, tenant: TenantId, link: &SetupLink) -> Done<()> {
        let other: Option<i64> = self.first(
            "SELECT 1 FROM setup_link WHERE digest = ?1 AND (tenant <> ?2 OR id <> ?3)",
            (link.digest, tenant.0, &link.id),
            |row| row.get(0),
        )?;
        if other.is_some() {
            return Err(Conflict::NameTaken(link.id.clone()).into());
        }
        let connection: Option<i64> = self.first(
            "SELECT 1 FROM connection WHERE tenant = ?1 AND id = ?2",
            (tenant.0, link.connection.0),
            |row| row.get(0),
        )?;
        if connection.is_none() {
            return Err(Conflict::Gone(format!("connection of setup link {}", link.id)).into());
        }
        self.run_sql(
            "INSERT INTO setup_link (tenant, id, connection, name, digest, created, expires, revoked, opened)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (tenant, id) DO UPDATE SET connection = excluded.connection, name = excluded.name,
                digest = excluded.digest, expires = excluded.expires, revoked = excluded.revoked,
                opened = coalesce(opened, excluded.opened)",
            params![
                tenant.0,
                link.id,
                link.connection.0,
                link.name,
                link.digest,
                link.created.as_micros(),
                link.expires.as_micros(),
                link.revoked.map(|t| t.as_micros()),
                link.opened.map(|t| t.as_micros()),
            ],
        )?;
        Ok(())
    }

    /// Notes that a named request is about to be done; gives the one that is known instead, if it is young enough.
    pub(crate) fn claim_replay(&mut self, new: &Replay, since: Timestamp) -> Done<Option<Replay>> {
        let known = self.first(
            "SELECT fingerprint, at, answer FROM replay WHERE owner = ?1 AND name = ?2 AND at >= ?3",
            (&new.owner, &new.name, since.as_micros()),
            |row| {
                Ok(Replay {
                    owner: new.owner.clone(),
                    name: new.name.clone(),
                    fingerprint: row.get(0)?,
                    at: Timestamp::from_micros(row.get(1)?),
                    answer: row.get(2)?,
                })
            },
        )?;
        if known.is_none() {
            self.run_sql(
                "INSERT OR REPLACE INTO replay (owner, name, fingerprint, at, answer) VALUES (?1, ?2, ?3, ?4, ?5)",
                (&new.owner, &new.name, new.fingerprint, new.at.as_micros(), &new.answer),
            )?;
        }
        Ok(known)
    }

    /// Keeps a named request's answer, or forgets the request.
    pub(crate) fn settle_replay(
        &mut self,
        owner: &str,
        name: &str,
        begun: Timestamp,
        answer: Option<&str>,
    ) -> Done<()> {
        let whose = (owner, name, begun.as_micros());
        match answer {
            Some(answer) => self.run_sql(
                "UPDATE replay SET answer = ?4 WHERE owner = ?1 AND name = ?2 AND at = ?3",
                (whose.0, whose.1, whose.2, answer),
            )?,
            None => self.run_sql("DELETE FROM replay WHERE owner = ?1 AND name = ?2 AND at = ?3", whose)?,
        };
        Ok(())
    }

    /// Deletes named requests that are older.
    pub(crate) fn drop_replays(&mut self, before: Timestamp, limit: u32) -> Done<u64> {
        let dropped = self.run_sql(
            "DELETE FROM replay WHERE (owner, name) IN (SELECT owner, name FROM replay WHERE at < ?1 LIMIT ?2)",
            (before.as_micros(), limit),
        )?;
        Ok(dropped as u64)
    }

    /// Deletes old events from the beginning of the feed.
    pub(crate) fn trim_events(&mut self, before: Timestamp, limit: u32) -> Done<u64> {
        let times: Vec<(i64, i64)> =
            self.all("SELECT position, at FROM event ORDER BY position LIMIT ?1", [limit], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        let last = times.iter().take_while(|(_, at)| *at < before.as_micros()).last();
        let Some((through, _)) = last else { return Ok(0) };
        // Positions stay given although the events go.
        self.run_sql(
            "UPDATE feed SET trimmed = max(trimmed, ?1), floor = max(floor, ?2)",
            (through, self.memory.position),
        )?;
        Ok(self.run_sql("DELETE FROM event WHERE position <= ?1", [through])? as u64)
    }
}
