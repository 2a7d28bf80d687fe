//! Work that no answer waits for.

use tokio_util::task::TaskTracker;

/// Tasks under way, so that a clean stop can wait for them.
#[derive(Debug, Default)]
pub(crate) struct Background {
    tasks: TaskTracker,
}

impl Background {
    /// Starts a task. Must be called within a runtime.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    /// Waits until every task started so far has ended; new ones may be started meanwhile and are waited for too.
    pub(crate) async fn settle(&self) {
        self.tasks.close();
        self.tasks.wait().await;
        self.tasks.reopen();
    }
}
