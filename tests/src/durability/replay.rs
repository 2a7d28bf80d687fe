//! Rebuilds files from a trace as a disk would hold them after a power cut.

use std::path::Path;

/// A database file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum File {
    /// `provost.db`.
    Database = 1,
    /// `provost.db-wal`.
    Log = 2,
}

/// One recorded call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Op {
    /// Bytes at an offset.
    Write(File, usize, Vec<u8>),
    /// A new length.
    Truncate(File, usize),
    /// Everything so far is on the disk.
    Sync(File),
    /// The file is gone.
    Unlink(File),
}

/// Reads a trace; a record that the kill cut off is ignored.
pub(super) fn read(trace: &[u8]) -> Vec<Op> {
    let mut ops = Vec::new();
    let mut rest = trace;
    while rest.len() >= 14 {
        let file = if rest[1] == 1 { File::Database } else { File::Log };
        let offset = u64::from_le_bytes(rest[2..10].try_into().expect("eight bytes")) as usize;
        let length = u32::from_le_bytes(rest[10..14].try_into().expect("four bytes")) as usize;
        let op = rest[0];
        rest = &rest[14..];
        match op {
            1 if rest.len() < length => break,
            1 => {
                ops.push(Op::Write(file, offset, rest[..length].to_vec()));
                rest = &rest[length..];
            }
            2 => ops.push(Op::Truncate(file, offset)),
            3 => ops.push(Op::Sync(file)),
            4 => ops.push(Op::Unlink(file)),
            other => panic!("the trace is damaged: operation {other}"),
        }
    }
    ops
}

/// A file on the disk: what is safe, and what only the page cache has.
#[derive(Debug, Default, Clone)]
struct OnDisk {
    safe: Vec<u8>,
    unsynced: Vec<Op>,
}

impl OnDisk {
    fn apply(safe: &mut Vec<u8>, op: &Op) {
        match op {
            Op::Write(_, offset, data) => {
                if safe.len() < offset + data.len() {
                    safe.resize(offset + data.len(), 0);
                }
                safe[*offset..offset + data.len()].copy_from_slice(data);
            }
            Op::Truncate(_, length) => safe.resize(*length, 0),
            Op::Unlink(_) => safe.clear(),
            Op::Sync(_) => {}
        }
    }
}

/// What a power cut leaves.
#[derive(Debug)]
pub(super) struct AfterPowerCut {
    database: Vec<u8>,
    log: Vec<u8>,
    /// Writes that were lost.
    pub(super) lost: usize,
}

/// Replays a trace. Of what was not synced, each write reaches the disk only where `survives` says so: a disk may write
/// in any order, or not at all.
pub(super) fn power_cut(ops: &[Op], mut survives: impl FnMut() -> bool) -> AfterPowerCut {
    let mut files = [OnDisk::default(), OnDisk::default()];
    for op in ops {
        let file = match op {
            Op::Write(file, ..) | Op::Truncate(file, _) | Op::Sync(file) | Op::Unlink(file) => *file,
        };
        let on_disk = &mut files[file as usize - 1];
        if *op == Op::Sync(file) {
            for done in std::mem::take(&mut on_disk.unsynced) {
                OnDisk::apply(&mut on_disk.safe, &done);
            }
        } else {
            on_disk.unsynced.push(op.clone());
        }
    }
    let mut lost = 0;
    for on_disk in &mut files {
        for op in std::mem::take(&mut on_disk.unsynced) {
            if survives() {
                OnDisk::apply(&mut on_disk.safe, &op);
            } else {
                lost += 1;
            }
        }
    }
    let [database, log] = files.map(|f| f.safe);
    AfterPowerCut { database, log, lost }
}

impl AfterPowerCut {
    /// Writes the files into a data directory, in place of what is there.
    pub(super) fn write(&self, data: &Path) {
        for name in ["provost.db", "provost.db-wal", "provost.db-shm"] {
            let _ = std::fs::remove_file(data.join(name));
        }
        std::fs::write(data.join("provost.db"), &self.database).expect("the database can be written");
        if !self.log.is_empty() {
            std::fs::write(data.join("provost.db-wal"), &self.log).expect("the log can be written");
        }
    }
}

#[test]
fn only_what_was_synced_survives() {
    let write = |at: usize, text: &str| Op::Write(File::Log, at, text.as_bytes().to_vec());
    let ops = [write(0, "safe"), Op::Sync(File::Log), write(4, " gone"), Op::Truncate(File::Log, 2)];
    let cut = power_cut(&ops, || false);
    assert_eq!((cut.log.as_slice(), cut.lost), (&b"safe"[..], 2));
    let cut = power_cut(&ops, || true);
    assert_eq!((cut.log.as_slice(), cut.lost), (&b"sa"[..], 0));
}
