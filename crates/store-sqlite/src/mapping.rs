//! One memory mapping for the life of a read connection.
//!
//! SQLite gives a mapping up whenever somebody has committed since the connection's last transaction, because on some
//! systems a mapping does not survive that another process cuts the file and lets it grow again. On Linux it does: a
//! shared mapping is the page cache itself. Giving it up costs a large directory ten milliseconds and then a page fault
//! for every page that it touches again, after every commit, on every connection; so it is kept.
#![expect(unsafe_code, reason = "SQLite's file methods are reached through its C interface only")]

use std::ffi::c_int;
use std::ptr;
use std::sync::OnceLock;

use rusqlite::{Connection, ffi};

/// The file methods of SQLite's own file system, with our `xUnfetch`.
struct Methods {
    /// Where the file system keeps its table: another one has its own.
    table: usize,
    theirs: ffi::sqlite3_io_methods,
    ours: ffi::sqlite3_io_methods,
}

static METHODS: OnceLock<Methods> = OnceLock::new();

/// Has a connection keep its mapping. Where it has another file system than the first connection had, or an older one,
/// nothing changes.
pub(crate) fn keep(db: &Connection) {
    if !cfg!(target_os = "linux") {
        return;
    }
    let mut file: *mut ffi::sqlite3_file = ptr::null_mut();
    // SAFETY: the handle lives as long as `db`; the call stores the file's address and nothing else. The file's methods
    // are a static table of the file system, and all that is put in their place is another static table whose entries
    // are the same functions, but for `unfetch`, which keeps their contract.
    unsafe {
        let told = ffi::sqlite3_file_control(
            db.handle(),
            c"main".as_ptr(),
            ffi::SQLITE_FCNTL_FILE_POINTER,
            (&raw mut file).cast(),
        );
        if told != ffi::SQLITE_OK || file.is_null() || (*file).pMethods.is_null() {
            return;
        }
        let table = (*file).pMethods.addr();
        let theirs = *(*file).pMethods;
        if theirs.iVersion < 3 || theirs.xUnfetch.is_none() {
            return;
        }
        let methods = METHODS.get_or_init(|| Methods {
            table,
            theirs,
            ours: ffi::sqlite3_io_methods { xUnfetch: Some(unfetch), ..theirs },
        });
        if methods.table == table {
            (*file).pMethods = &raw const methods.ours;
        }
    }
}

/// Gives a page back; asked for no page, SQLite means the whole mapping, which stays.
unsafe extern "C" fn unfetch(
    file: *mut ffi::sqlite3_file,
    offset: ffi::sqlite3_int64,
    page: *mut std::ffi::c_void,
) -> c_int {
    match METHODS.get().and_then(|m| m.theirs.xUnfetch) {
        // SAFETY: the arguments are what SQLite gave for its own function of the same file.
        Some(theirs) if !page.is_null() => unsafe { theirs(file, offset, page) },
        _ => ffi::SQLITE_OK,
    }
}
