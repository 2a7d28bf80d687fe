//! The provisioning log, refusals, the ring of traced reads, and traffic.

use rusqlite::params;
use store::code::{Code, to_json};
use store::{Action, NewLogEntry, Outcome, Refusal, TenantId, TraceEntry, TrafficMinute};

use super::Writer;
use crate::fault::Done;

/// Reads kept per connection while it is set up.
const RING: i64 = 200;

const MINUTE: i64 = 60_000_000;

impl Writer {
    /// A log entry; its sequence.
    pub(super) fn log(&mut self, tenant: TenantId, entry: &NewLogEntry) -> Done<i64> {
        let sequence = self.next_sequence(tenant)?;
        let paths = if entry.paths.is_empty() { None } else { Some(to_json(&entry.paths)) };
        self.run_sql(
            "INSERT INTO log_entry (tenant, sequence, at, connection, request, action, outcome, status, scim_type,
                subject_kind, subject, label, paths, code, detail, raw, times)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, 1)",
            params![
                tenant.0,
                sequence,
                entry.at.as_micros(),
                entry.connection.0,
                entry.request,
                entry.action.code(),
                entry.outcome.code(),
                entry.status,
                entry.scim_type,
                entry.subject.map(|(kind, _)| kind.0),
                entry.subject.as_ref().map(|(_, id)| id.0.as_bytes()),
                entry.label,
                paths,
                entry.code,
                entry.detail,
                entry.raw,
            ],
        )?;
        Ok(sequence)
    }

    fn next_sequence(&mut self, tenant: TenantId) -> Done<i64> {
        let last = match self.memory.sequences.get(&tenant) {
            Some(last) => *last,
            None => self
                .first("SELECT max(sequence) FROM log_entry WHERE tenant = ?1", [tenant.0], |row| row.get(0))?
                .flatten()
                .unwrap_or(0),
        };
        self.memory.sequences.insert(tenant, last + 1);
        Ok(last + 1)
    }

    /// A refused sign-in has an entry of its own only if it is the minute's first of its cause.
    pub(super) fn count_refusal(&mut self, tenant: TenantId, refusal: &Refusal) -> Done<()> {
        let minute = refusal.at.as_micros().div_euclid(MINUTE);
        let known: Option<i64> = self.first(
            "SELECT sequence FROM refusal WHERE tenant = ?1 AND connection = ?2 AND minute = ?3 AND code = ?4",
            (tenant.0, refusal.connection.0, minute, &refusal.code),
            |row| row.get(0),
        )?;
        if let Some(sequence) = known {
            self.run_sql(
                "UPDATE log_entry SET times = times + 1 WHERE tenant = ?1 AND sequence = ?2",
                (tenant.0, sequence),
            )?;
            return Ok(());
        }
        let sequence = self.log(
            tenant,
            &NewLogEntry {
                at: refusal.at,
                connection: refusal.connection,
                request: String::new(),
                action: Action::Authenticate,
                outcome: Outcome::Refused,
                status: refusal.status,
                scim_type: None,
                subject: None,
                label: String::new(),
                paths: Vec::new(),
                code: Some(refusal.code.clone()),
                detail: Some(refusal.detail.clone()),
                raw: None,
            },
        )?;
        self.run_sql(
            "INSERT INTO refusal (tenant, connection, minute, code, sequence) VALUES (?1, ?2, ?3, ?4, ?5)",
            (tenant.0, refusal.connection.0, minute, &refusal.code, sequence),
        )?;
        // Nodes' clocks differ by less than an hour.
        self.run_sql(
            "DELETE FROM refusal WHERE tenant = ?1 AND connection = ?2 AND minute < ?3",
            (tenant.0, refusal.connection.0, minute - 60),
        )?;
        Ok(())
    }

    /// A read enters the ring; the oldest leaves it.
    pub(super) fn trace(&mut self, tenant: TenantId, entry: &TraceEntry) -> Done<()> {
        let last: i64 = self
            .first(
                "SELECT max(sequence) FROM trace WHERE tenant = ?1 AND connection = ?2",
                (tenant.0, entry.connection.0),
                |row| row.get(0),
            )?
            .flatten()
            .unwrap_or(0);
        self.run_sql(
            "INSERT INTO trace (tenant, connection, sequence, at, body) VALUES (?1, ?2, ?3, ?4, ?5)",
            (tenant.0, entry.connection.0, last + 1, entry.at.as_micros(), &entry.body),
        )?;
        self.run_sql(
            "DELETE FROM trace WHERE tenant = ?1 AND connection = ?2 AND sequence <= ?3",
            (tenant.0, entry.connection.0, last + 1 - RING),
        )?;
        Ok(())
    }

    /// Requests are added to what is counted of their minutes.
    pub(super) fn count_traffic(&mut self, tenant: TenantId, minutes: &[TrafficMinute]) -> Done<()> {
        for minute in minutes {
            self.run_sql(
                "INSERT INTO traffic (tenant, connection, minute, reads, writes, failures)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT DO UPDATE SET reads = reads + excluded.reads, writes = writes + excluded.writes,
                    failures = failures + excluded.failures",
                (tenant.0, minute.connection.0, minute.minute, minute.reads, minute.writes, minute.failures),
            )?;
        }
        Ok(())
    }
}
