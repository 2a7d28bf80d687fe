//! Writing down how far endpoints are: what waits together is written in one transaction.

use std::sync::Arc;
use std::time::Duration;

use service::{Service, SettledWebhook};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

/// Most in one transaction.
const GROUP: usize = 128;
/// Between two transactions, unless so many wait: each takes a turn of the writer and a wait for the disk from requests. After
/// a silence nobody waits.
const GATHER: Duration = Duration::from_millis(50);

type Waiting = (SettledWebhook, oneshot::Sender<bool>);

/// The way to the one who writes.
#[derive(Debug, Clone)]
pub(crate) struct Settler {
    queue: mpsc::Sender<Waiting>,
}

impl Settler {
    /// Starts it; it ends when the last way to it is gone.
    pub(crate) fn start(service: Arc<Service>, owner: String) -> Self {
        let (queue, mut waiting) = mpsc::channel::<Waiting>(GROUP);
        tokio::spawn(async move {
            let mut group = Vec::with_capacity(GROUP);
            let mut next = Instant::now();
            while waiting.recv_many(&mut group, GROUP).await > 0 {
                while group.len() < GROUP
                    && let Ok(Some(one)) = timeout_at(next, waiting.recv()).await
                {
                    group.push(one);
                }
                next = Instant::now() + GATHER;
                let (settled, answers): (Vec<_>, Vec<_>) = group.drain(..).unzip();
                let held = match service.settle_webhooks(&owner, &settled).await {
                    Ok(held) => held,
                    Err(error) => {
                        // It is told once more when the lease is over: rather twice than never.
                        tracing::warn!(%error, "deliveries cannot be written down");
                        vec![false; settled.len()]
                    }
                };
                for (answer, held) in answers.into_iter().zip(held) {
                    // A round that is gone needs no answer.
                    let _ = answer.send(held);
                }
            }
        });
        Self { queue }
    }

    /// Writes down how far an endpoint is; whether it was still held.
    pub(crate) async fn settle(&self, settled: SettledWebhook) -> bool {
        let (answer, held) = oneshot::channel();
        self.queue.send((settled, answer)).await.is_ok() && held.await.unwrap_or(false)
    }
}
