//! Word from other nodes, with `LISTEN` and `NOTIFY`.
//!
//! It is sent when the transaction is committed that changed a setting, so whoever hears it finds the change. It cannot be
//! relied upon: a connection may be lost, a pooler that gives each transaction another connection brings no word at all, and
//! some engines that speak PostgreSQL's protocol know none. So it makes nodes prompt, and what they keep in memory has a short
//! age all the same.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::poll_fn;
use tokio::task::JoinHandle;
use tokio_postgres::AsyncMessage;

use crate::fault::{Done, unavailable};
use crate::link::Link;
use crate::pool::Pool;
use crate::write::Locks;

/// How long a node that lost its connection waits before it makes another.
const PAUSE: Duration = Duration::from_secs(1);

/// Tells every node that settings have changed. Nobody waits for it, and nothing fails when it does.
pub(crate) fn tell(db: &Link, locks: Locks) {
    db.send(&format!("SELECT pg_notify('{}', '')", locks.channel()));
}

type Hear = Box<dyn Fn() + Send + Sync>;

/// Calls `hear` whenever there is word, on a connection of its own, until it is aborted.
pub(crate) fn start(pool: &Arc<Pool>, channel: String, hear: Hear) -> Option<JoinHandle<()>> {
    if !pool.options().listen {
        return None;
    }
    let pool = Arc::clone(pool);
    Some(tokio::spawn(async move {
        while !pool.is_closed() {
            if let Err(fault) = listen(&pool, &channel, &hear).await {
                tracing::debug!(?fault, "no word from other nodes now");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }))
}

/// Listens until the connection ends.
async fn listen(pool: &Pool, channel: &str, hear: &Hear) -> Done<()> {
    let target = pool.target();
    let limit = pool.options().connect.saturating_mul(target.hosts());
    let made = tokio::time::timeout(limit, target.config.connect(target.tls.clone())).await;
    let (client, mut connection) = made.map_err(|_| unavailable("the database does not answer"))??;
    let listening = async {
        client.batch_execute(&format!("LISTEN {channel}")).await?;
        // What was said before this moment is not repeated.
        hear();
        // Nothing more is to be sent; the connection is kept for what comes.
        std::future::pending::<Done<()>>().await
    };
    let hearing = async {
        let mut messages = poll_fn(move |cx| connection.poll_message(cx));
        while let Some(message) = messages.next().await {
            if let AsyncMessage::Notification(_) = message? {
                hear();
            }
        }
        Done::Ok(())
    };
    tokio::select! {
        ended = listening => ended,
        ended = hearing => ended,
    }
}
