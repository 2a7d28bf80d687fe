//! A thread of its own for deliveries, which gives way to requests.
//!
//! Telling a backlog takes all the processor that it can get. A request has somebody who waits for it, and an event that is
//! told a moment later has not; so where processors are short, the system's scheduler serves requests first. How busy the
//! machine is, and with what, it knows better than a measure of ours would.

use std::io;
use std::thread::Builder;

use tokio::sync::oneshot;

/// How far below requests (`nice`). It is no promise of idle time only: a machine whose processors are all busy still gives
/// deliveries about a tenth of one.
#[cfg(target_os = "linux")]
const BELOW: i32 = 10;

/// Runs work to its end on a thread and a runtime of its own; what is given back ends with it.
///
/// # Errors
/// When the system gives no thread.
pub fn aside<F: Future<Output = ()>>(
    work: impl FnOnce() -> F + Send + 'static,
) -> io::Result<oneshot::Receiver<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (over, ended) = oneshot::channel();
    Builder::new().name("delivery".to_owned()).spawn(move || {
        give_way();
        runtime.block_on(async { work().await });
        // Who does not wait for the end needs no word of it.
        let _ = over.send(());
    })?;
    Ok(ended)
}

/// Threads that this one starts, for looking up names, give way as it does.
#[cfg(target_os = "linux")]
fn give_way() {
    // Of the calling thread: Linux keeps a priority for each.
    if let Err(error) = rustix::process::setpriority_process(None, BELOW) {
        tracing::warn!(%error, "deliveries do not give way to requests");
    }
}

/// Elsewhere a priority is the whole process's.
#[cfg(not(target_os = "linux"))]
fn give_way() {}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Linux says of the calling thread: the 19th field, the 17th behind the name.
    #[cfg(target_os = "linux")]
    fn nice() -> i32 {
        let text = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        text.rsplit_once(')').unwrap().1.split_whitespace().nth(16).unwrap().parse().unwrap()
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn work_gives_way_and_who_started_it_does_not() {
        let own = nice();
        let (tell, told) = oneshot::channel();
        let ended = aside(|| async move {
            tokio::task::yield_now().await;
            tell.send((nice(), tokio::task::spawn_blocking(nice).await.unwrap())).unwrap();
        });
        ended.unwrap().await.unwrap();
        let below = (own + BELOW).min(19);
        assert_eq!((told.await.unwrap(), nice()), ((below, below), own));
    }
}
