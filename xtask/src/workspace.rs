//! Where things are in this repository.

use std::path::PathBuf;

/// The workspace's root: the folder above this crate's. Cargo says where that is when it runs us.
pub(crate) fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.parent().map_or_else(|| here.clone(), PathBuf::from)
}
