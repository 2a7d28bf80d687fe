//! Taking over what the source has now, and finding out what that changes.

use std::ops::ControlFlow;

use base::{Hinted, Timestamp};
use rusqlite::{Connection, params};

use crate::model::{Kind, Member, SourceObject, Value};
use crate::source::{Assignment, BadRecord, Place, Record, Source, SourceFault};
use crate::state::changed::Marks;
use crate::state::fault::Done;
use crate::state::{State, StateFault, changed, code, snapshot};

/// Records in one transaction.
const CHUNK: u64 = 5_000;

/// Bad records that are told one by one; more are counted.
const TOLD: usize = 1_000;

/// What an import found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Users read.
    pub users: u64,
    /// Groups read.
    pub groups: u64,
    /// Users and groups that are new.
    pub added: u64,
    /// Users and groups that are not as they were.
    pub changed: u64,
    /// Users and groups that were there the last time.
    pub missing: u64,
    /// Records passed over: the first thousand of them.
    pub bad: Vec<BadRecord>,
    /// All records passed over.
    pub bad_count: u64,
    /// Whether absence says nothing this time, because records could not be read and nobody knows whose they were.
    pub absences_ignored: bool,
}

/// Why an import came to nothing. What it took over until then does no harm.
#[derive(Debug, thiserror::Error)]
pub enum ImportFault {
    /// The source cannot be read to its end.
    #[error(transparent)]
    Source(#[from] SourceFault),
    /// The state fails.
    #[error(transparent)]
    State(#[from] StateFault),
}

impl Hinted for ImportFault {
    fn hints(&self) -> Vec<String> {
        match self {
            Self::Source(fault) => fault.hints(),
            Self::State(fault) => fault.hints(),
        }
    }
}

impl State {
    /// Reads the source and marks what has to be worked on. Blocks. `progress` is told how many records were read, now
    /// and then.
    ///
    /// An object that is missing counts as soft-deleted from `now` on (ruling 16).
    ///
    /// # Errors
    /// When the source cannot be read to its end: then nobody counts as missing.
    pub fn import(
        &self,
        source: &dyn Source,
        now: Timestamp,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Imported, ImportFault> {
        let db = self.db();
        let mut import = Import::begin(&db, now)?;
        let mut failed = None;
        let read = source.read(&mut |record| match import.take(record) {
            Ok(()) => {
                if import.records.is_multiple_of(1_000) {
                    progress(import.records);
                }
                ControlFlow::Continue(())
            }
            Err(fault) => {
                failed = Some(fault);
                ControlFlow::Break(())
            }
        });
        let result = match (read, failed) {
            (_, Some(fault)) => Err(fault.into()),
            (Err(fault), None) => Err(fault.into()),
            (Ok(()), None) => import.finish().map_err(ImportFault::from),
        };
        if result.is_err() && !db.is_autocommit() {
            db.execute_batch("ROLLBACK").map_err(StateFault::from)?;
        }
        result
    }
}

struct Import<'d> {
    db: &'d Connection,
    now: i64,
    records: u64,
    in_chunk: u64,
    has_assignments: bool,
    marks: Marks,
    found: Imported,
}

impl<'d> Import<'d> {
    fn begin(db: &'d Connection, now: Timestamp) -> Done<Self> {
        changed::prepare(db)?;
        db.execute_batch("BEGIN IMMEDIATE")?;
        Ok(Self {
            db,
            now: now.as_micros(),
            records: 0,
            in_chunk: 0,
            has_assignments: false,
            marks: Marks::default(),
            found: Imported::default(),
        })
    }

    fn take(&mut self, record: Record) -> Done<()> {
        self.records += 1;
        self.in_chunk += 1;
        match record {
            Record::Object(object, place) => self.object(&object, place)?,
            Record::Members { group, members } => self.members(&group, &members)?,
            Record::HasAssignments => self.has_assignments = true,
            Record::Assignment(assignment) => self.assignment(&assignment)?,
            Record::Bad(bad) => self.bad(bad)?,
        }
        if self.in_chunk >= CHUNK {
            self.in_chunk = 0;
            self.db.execute_batch("COMMIT; BEGIN IMMEDIATE")?;
        }
        Ok(())
    }

    fn object(&mut self, object: &SourceObject, place: Place) -> Done<()> {
        let kind = code(object.kind);
        let first = self
            .db
            .prepare_cached("INSERT OR IGNORE INTO temp.seen_object VALUES (?1, ?2)")?
            .execute(params![kind, object.id])?;
        if first == 0 {
            let why = format!("another {} has the same `objectId` {}", object.kind.name(), object.id);
            // It is there: the first record stands for it.
            return self.told(BadRecord { place, kind: Some(object.kind), id: Some(object.id.clone()), why });
        }
        match object.kind {
            Kind::User => self.found.users += 1,
            Kind::Group => self.found.groups += 1,
        }
        let attributes = snapshot::written(&object.attributes);
        let digest = digest(object, &attributes);
        let mut known =
            self.db.prepare_cached("SELECT digest, deleted_at FROM object WHERE kind = ?1 AND id = ?2")?;
        let mut rows = known.query(params![kind, object.id])?;
        let before: Option<(bool, Option<i64>)> = match rows.next()? {
            None => None,
            Some(row) => {
                let same = row.get_ref(0)?.as_blob().is_ok_and(|found| found == digest);
                Some((same, row.get(1)?))
            }
        };
        drop(rows);
        let deleted_at = match (object.soft_deleted, before) {
            (false, _) => None,
            (true, Some((_, Some(since)))) => Some(since),
            (true, _) => Some(self.told_deletion(object)),
        };
        match before {
            Some((true, since)) if since.is_some() == deleted_at.is_some() => return Ok(()),
            Some((_, since)) => {
                self.found.changed += 1;
                match object.kind {
                    // Who is assigned through a group is so no longer when the group is gone.
                    Kind::Group if since.is_some() != deleted_at.is_some() => {
                        changed::principal(self.db, &object.id)?;
                    }
                    Kind::User if since.is_some() && deleted_at.is_none() => {
                        changed::returned(self.db, &object.id)?;
                    }
                    _ => {}
                }
            }
            None => self.found.added += 1,
        }
        self.db
            .prepare_cached(
                "INSERT INTO object (kind, id, digest, attributes, manager, enabled, deleted_at, due, references_due)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, 1)
                 ON CONFLICT DO UPDATE SET digest = excluded.digest, attributes = excluded.attributes,
                     manager = excluded.manager, enabled = excluded.enabled, deleted_at = excluded.deleted_at,
                     due = 1, references_due = 1",
            )?
            .execute(params![
                kind,
                object.id,
                digest.as_slice(),
                attributes,
                object.manager,
                object.enabled,
                deleted_at
            ])?;
        Ok(())
    }

    /// When the source says that it was deleted; but not after now.
    fn told_deletion(&self, object: &SourceObject) -> i64 {
        let told = object.attributes.get("deletedDateTime").and_then(Value::as_text);
        let told = told.and_then(|text| text.parse::<Timestamp>().ok());
        told.map_or(self.now, |at| at.as_micros().min(self.now))
    }

    fn members(&mut self, group: &str, members: &[Member]) -> Done<()> {
        for member in members {
            let first = self
                .db
                .prepare_cached("INSERT OR IGNORE INTO temp.seen_member VALUES (?1, ?2)")?
                .execute(params![group, member.id])?;
            let new = self
                .db
                .prepare_cached("INSERT OR IGNORE INTO member VALUES (?1, ?2)")?
                .execute(params![group, member.id])?;
            if first > 0 && new > 0 {
                changed::member(self.db, group, &member.id)?;
            }
        }
        Ok(())
    }

    fn assignment(&mut self, assignment: &Assignment) -> Done<()> {
        let (principal, role) = (&assignment.principal, &assignment.role);
        self.db
            .prepare_cached("INSERT OR IGNORE INTO temp.seen_assignment VALUES (?1, ?2)")?
            .execute(params![principal, role.id])?;
        let new = self
            .db
            .prepare_cached(
                "INSERT INTO assignment VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET value = excluded.value, display_name = excluded.display_name
                     WHERE value IS NOT excluded.value OR display_name IS NOT excluded.display_name",
            )?
            .execute(params![principal, role.id, role.value, role.display_name])?;
        if new > 0 {
            changed::principal(self.db, principal)?;
        }
        Ok(())
    }

    fn bad(&mut self, bad: BadRecord) -> Done<()> {
        match (bad.kind, &bad.id) {
            (Some(kind), Some(id)) => {
                self.db
                    .prepare_cached("INSERT OR IGNORE INTO temp.kept VALUES (?1, ?2)")?
                    .execute(params![code(kind), id])?;
            }
            (Some(Kind::User), None) => self.marks.users_unknown = true,
            (Some(Kind::Group), None) => self.marks.groups_unknown = true,
            (None, _) => self.marks.assignments_unknown = true,
        }
        self.told(bad)
    }

    fn told(&mut self, bad: BadRecord) -> Done<()> {
        self.found.bad_count += 1;
        if self.found.bad.len() < TOLD {
            self.found.bad.push(bad);
        }
        Ok(())
    }

    fn finish(mut self) -> Done<Imported> {
        let marks = self.marks;
        self.found.absences_ignored =
            marks.users_unknown || marks.groups_unknown || marks.assignments_unknown;
        self.found.missing = changed::missing(self.db, self.now, marks)?;
        changed::mark(self.db, self.has_assignments)?;
        self.db.execute_batch("COMMIT")?;
        Ok(self.found)
    }
}

/// What must differ for an object to have changed.
fn digest(object: &SourceObject, attributes: &str) -> [u8; 16] {
    let mut text = String::with_capacity(attributes.len() + 64);
    text.push_str(attributes);
    text.push('\n');
    text.push_str(object.manager.as_deref().unwrap_or_default());
    text.push(if object.enabled { '+' } else { '-' });
    text.push(if object.soft_deleted { '-' } else { '+' });
    let mut short = [0; 16];
    short.copy_from_slice(&base::sha256(text.as_bytes())[..16]);
    short
}
