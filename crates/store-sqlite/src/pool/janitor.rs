//! Ends snapshots that nobody uses any more: an open one keeps the write-ahead log from being used again.

use std::sync::Arc;

use super::Shared;
use super::reader::FRESH;

/// Starts the thread. It sleeps while no idle connection has a snapshot open, and ends when the pool does.
pub(super) fn start(shared: &Arc<Shared>) -> std::io::Result<()> {
    let shared = Arc::clone(shared);
    std::thread::Builder::new().name("sqlite-janitor".to_owned()).spawn(move || run(&shared)).map(drop)
}

fn run(shared: &Shared) {
    let mut idle = shared.idle.lock();
    while !idle.closed {
        if idle.watched {
            // Woken early only by the end.
            shared.wake.wait_for(&mut idle, FRESH * 2);
            let commits = shared.commits();
            // A connection that cannot end its transaction is closed rather than used again.
            idle.readers.retain_mut(|reader| reader.is_fresh(commits) || reader.end().is_ok());
            idle.watched = idle.readers.iter().any(super::reader::Reader::is_open);
        } else {
            shared.wake.wait(&mut idle);
        }
    }
}
