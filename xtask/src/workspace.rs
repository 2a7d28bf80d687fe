//! Where things are in this repository.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;

/// The workspace's root: the folder above this crate's. Cargo says where that is when it runs us.
pub(crate) fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.parent().map_or_else(|| here.clone(), PathBuf::from)
}

/// Where builds go, and with them what the chores keep between runs.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |folder| root().join(PathBuf::from(folder)))
}

/// A path as written in messages: relative to the root, with forward slashes.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// Every file below `folder` (relative to the root) that `wanted` accepts, in order of path. Build
/// output, version control and local data are passed over; a folder that is not there holds nothing.
pub(crate) fn files(folder: &str, wanted: impl Fn(&Path) -> bool) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        let problem = |error: std::io::Error| format!("{} cannot be listed: {error}", shown(&folder));
        for entry in fs::read_dir(&folder).map_err(problem)? {
            let path = entry.map_err(problem)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if !passed_over(&name) {
                    folders.push(path);
                }
            } else if wanted(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn passed_over(folder: &str) -> bool {
    matches!(folder, "target" | "node_modules" | "provost-data" | "corpus" | ".git")
}

/// Whether the file's name ends in `.` and one of these.
pub(crate) fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension().is_some_and(|extension| extensions.iter().any(|one| extension == *one))
}

/// The text of a file, with the file's name in the error.
pub(crate) fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", shown(path)))
}
