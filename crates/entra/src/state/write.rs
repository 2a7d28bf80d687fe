//! Writing down what came of the work.

use rusqlite::{Connection, TransactionBehavior, params};

use crate::log::Entry;
use crate::model::Kind;
use crate::state::fault::Done;
use crate::state::{Escrow, Link, Part, State, StateFault, code, escrow, log};

/// One thing to be remembered.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// The object has to be worked on.
    Due(Kind, String),
    /// The object needs no more work now.
    Settled(Kind, String),
    /// The object's references have to be looked at.
    ReferencesDue(Kind, String),
    /// They need no more work now.
    ReferencesSettled(Kind, String),
    /// The removal of the object is held back.
    Staged(Kind, String),
    /// What stands for the object in the target. Whoever it stood for before loses it.
    Link(Kind, String, Link),
    /// Nothing stands for it any more; what was sent of its references is forgotten, and that it was one.
    Unlink(Kind, String),
    /// The object is gone for good.
    Purge(Kind, String),
    /// A reference was sent: owner, referenced, the latter's id in the target. A user has one manager only.
    Sent(Kind, String, String, String),
    /// A reference was taken away: owner, referenced.
    Unsent(Kind, String, String),
    /// Something failed.
    Escrow(Kind, String, Part, Escrow),
    /// It does not wait any more.
    Release(Kind, String, Part),
    /// A log entry.
    Log(Box<Entry>),
}

impl State {
    /// Writes all of it or nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn write(&self, writes: &[Write]) -> Result<(), StateFault> {
        if writes.is_empty() {
            return Ok(());
        }
        let mut db = self.db();
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for one in writes {
            write(&tx, one)?;
        }
        tx.commit()?;
        Ok(())
    }
}

fn write(db: &Connection, write: &Write) -> Done<()> {
    let set = |sql: &str, kind: Kind, id: &str| -> Done<()> {
        db.prepare_cached(sql)?.execute(params![code(kind), id])?;
        Ok(())
    };
    match write {
        Write::Due(kind, id) => set("UPDATE object SET due = 1 WHERE kind = ?1 AND id = ?2", *kind, id),
        Write::Settled(kind, id) => {
            set("UPDATE object SET due = 0, staged = 0 WHERE kind = ?1 AND id = ?2", *kind, id)
        }
        Write::ReferencesDue(kind, id) => {
            set("UPDATE object SET references_due = 1 WHERE kind = ?1 AND id = ?2", *kind, id)
        }
        Write::ReferencesSettled(kind, id) => {
            set("UPDATE object SET references_due = 0 WHERE kind = ?1 AND id = ?2", *kind, id)
        }
        Write::Staged(kind, id) => set("UPDATE object SET staged = 1 WHERE kind = ?1 AND id = ?2", *kind, id),
        Write::Link(kind, id, link) => {
            db.prepare_cached("DELETE FROM link WHERE kind = ?1 AND target_id = ?2 AND source_id <> ?3")?
                .execute(params![code(*kind), link.target_id, id])?;
            db.prepare_cached("INSERT OR REPLACE INTO link VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![code(*kind), id, link.target_id, link.managed, link.active])?;
            Ok(())
        }
        Write::Unlink(kind, id) => {
            set("DELETE FROM link WHERE kind = ?1 AND source_id = ?2", *kind, id)?;
            forget(db, *kind, id)
        }
        Write::Purge(kind, id) => {
            for sql in [
                "DELETE FROM object WHERE kind = ?1 AND id = ?2",
                "DELETE FROM link WHERE kind = ?1 AND source_id = ?2",
                "DELETE FROM escrow WHERE kind = ?1 AND id = ?2",
                "DELETE FROM member WHERE ?1 = 1 AND grp = ?2",
            ] {
                set(sql, *kind, id)?;
            }
            forget(db, *kind, id)
        }
        Write::Sent(kind, owner, referenced, target) => {
            if *kind == Kind::User {
                set("DELETE FROM reference WHERE kind = ?1 AND owner = ?2", *kind, owner)?;
            }
            db.prepare_cached("INSERT OR REPLACE INTO reference VALUES (?1, ?2, ?3, ?4, 1)")?
                .execute(params![code(*kind), owner, referenced, target])?;
            Ok(())
        }
        Write::Unsent(kind, owner, referenced) => {
            db.prepare_cached("DELETE FROM reference WHERE kind = ?1 AND owner = ?2 AND referenced = ?3")?
                .execute(params![code(*kind), owner, referenced])?;
            Ok(())
        }
        Write::Escrow(kind, id, part, escrow) => escrow::put(db, *kind, id, *part, escrow),
        Write::Release(kind, id, part) => escrow::release(db, *kind, id, *part),
        Write::Log(entry) => log::append(db, entry),
    }
}

/// What is not in the target refers to nothing there and is referred to by nothing. Whoever referred to it is looked at
/// again: it may come back under another id.
fn forget(db: &Connection, kind: Kind, id: &str) -> Done<()> {
    db.prepare_cached("DELETE FROM reference WHERE kind = ?1 AND owner = ?2")?
        .execute(params![code(kind), id])?;
    for owners in [0, 1] {
        db.prepare_cached(
            "UPDATE object SET references_due = 1 WHERE kind = ?1
                 AND id IN (SELECT owner FROM reference WHERE kind = ?1 AND referenced = ?2)",
        )?
        .execute(params![owners, id])?;
    }
    db.prepare_cached("DELETE FROM reference WHERE referenced = ?1")?.execute([id])?;
    Ok(())
}
