//! The disk that the embedded database lives on.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::Finding;
use crate::cli::Doctor;

const PART: &str = "disk";
/// Below this much free space, advice is given.
const ROOM: u64 = 4 << 30;
/// Below this much, the next large import may not fit.
const LITTLE: u64 = 256 << 20;

pub(super) fn look(args: &Doctor) -> Vec<Finding> {
    if args.directory.database_url.is_some() {
        return Vec::new();
    }
    let folder = nearest(&args.directory.data_dir);
    let mut found = vec![writing(&folder)];
    found.extend(room(&folder));
    found
}

/// The folder, or the nearest one above it that is there.
fn nearest(folder: &Path) -> PathBuf {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    absolute.ancestors().find(|path| path.is_dir()).unwrap_or(Path::new("/")).to_owned()
}

/// Writes a file and waits until it is on the disk, as a commit does; then removes it.
fn writing(folder: &Path) -> Finding {
    let attempt =
        tempfile::Builder::new().prefix(".provost-doctor").tempfile_in(folder).and_then(|mut file| {
            file.write_all(&[0; 4096])?;
            file.as_file().sync_all()
        });
    match attempt {
        Ok(()) => Finding::good(PART, format!("{} can be written to", folder.display())),
        Err(error) => Finding::fault(
            PART,
            format!("{} cannot be written to: {error}", folder.display()),
            "let the user that Provost runs as write there, or choose another folder with --data-dir",
        ),
    }
}

fn room(folder: &Path) -> Option<Finding> {
    let free = rustix::fs::statvfs(folder).ok().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize))?;
    let saw = format!("{} MiB are free in {}", free >> 20, folder.display());
    Some(if free < LITTLE {
        Finding::fault(
            PART,
            saw,
            "make room: writes are refused when the disk is full, and nothing is lost until then",
        )
    } else if free < ROOM {
        Finding::advice(
            PART,
            saw,
            "a million learners take about 3 GiB: make room before a large first cycle",
        )
    } else {
        Finding::good(PART, saw)
    })
}
