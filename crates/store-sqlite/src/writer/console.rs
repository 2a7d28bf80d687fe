//! Who may open the console.

use base::Timestamp;
use rusqlite::params;
use store::{ConsoleSession, LoginLink};

use super::Writer;
use crate::fault::Done;

impl Writer {
    /// Makes a one-time link.
    pub(crate) fn put_login_link(&mut self, link: &LoginLink) -> Done<()> {
        self.run_sql(
            "INSERT INTO login_link (digest, name, created, expires) VALUES (?1, ?2, ?3, ?4)",
            (link.digest, &link.name, link.created.as_micros(), link.expires.as_micros()),
        )?;
        Ok(())
    }

    /// Uses up a link.
    pub(crate) fn take_login_link(&mut self, digest: &[u8; 32], now: Timestamp) -> Done<Option<LoginLink>> {
        let found = self.first(
            "SELECT name, created, expires FROM login_link WHERE digest = ?1 AND expires > ?2",
            (digest, now.as_micros()),
            |row| {
                Ok(LoginLink {
                    digest: *digest,
                    name: row.get(0)?,
                    created: Timestamp::from_micros(row.get(1)?),
                    expires: Timestamp::from_micros(row.get(2)?),
                })
            },
        )?;
        if found.is_some() {
            self.run_sql("DELETE FROM login_link WHERE digest = ?1", [digest])?;
        }
        Ok(found)
    }

    /// Makes or changes a session.
    pub(crate) fn put_console_session(&mut self, session: &ConsoleSession) -> Done<()> {
        self.run_sql(
            "INSERT INTO console_session (id, name, digest, previous, rotated, proof, created, seen, expires)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, digest = excluded.digest, previous = excluded.previous,
                rotated = excluded.rotated, proof = excluded.proof, created = excluded.created, seen = excluded.seen,
                expires = excluded.expires",
            params![
                session.id,
                session.name,
                session.digest,
                session.previous,
                session.rotated.as_micros(),
                session.proof,
                session.created.as_micros(),
                session.seen.as_micros(),
                session.expires.as_micros(),
            ],
        )?;
        Ok(())
    }

    /// Gives a session another digest.
    pub(crate) fn rotate_console_session(
        &mut self,
        id: &str,
        old: &[u8; 32],
        new: &[u8; 32],
        now: Timestamp,
    ) -> Done<bool> {
        let turned = self.run_sql(
            "UPDATE console_session SET digest = ?3, previous = ?2, rotated = ?4 WHERE id = ?1 AND digest = ?2",
            (id, old, new, now.as_micros()),
        )?;
        Ok(turned > 0)
    }

    /// When a session was last seen.
    pub(crate) fn touch_console_session(&mut self, id: &str, seen: Timestamp) -> Done<()> {
        self.run_sql(
            "UPDATE console_session SET seen = max(seen, ?2) WHERE id = ?1",
            (id, seen.as_micros()),
        )?;
        Ok(())
    }

    /// Ends a session.
    pub(crate) fn end_console_session(&mut self, id: &str) -> Done<()> {
        self.run_sql("DELETE FROM console_session WHERE id = ?1", [id])?;
        Ok(())
    }

    /// Deletes links and sessions whose time is over.
    pub(crate) fn drop_console_access(&mut self, now: Timestamp, idle: Timestamp, limit: u32) -> Done<u64> {
        let links = self.run_sql(
            "DELETE FROM login_link WHERE digest IN (SELECT digest FROM login_link WHERE expires <= ?1 LIMIT ?2)",
            (now.as_micros(), limit),
        )?;
        let sessions = self.run_sql(
            "DELETE FROM console_session WHERE id IN
                (SELECT id FROM console_session WHERE expires <= ?1 OR seen < ?2 LIMIT ?3)",
            (now.as_micros(), idle.as_micros(), limit),
        )?;
        Ok((links + sessions) as u64)
    }
}
