//! Word from other nodes, with `LISTEN` and `NOTIFY`.
//!
//! It is sent when the transaction is committed that changed a setting, so whoever hears it finds the change, and before the
//! change is acknowledged. It cannot be relied upon: a connection may be lost, a pooler that gives each transaction another
//! connection brings no word at all, and some engines that speak PostgreSQL's protocol know none. So what nodes keep in memory
//! has a short age all the same.
//!
//! That age may be longer as long as word is known to come. A node that listens calls itself, a few times a second, on a
//! channel of its own: when it hears that, it has heard everything that anybody said before. A connection that died without a
//! word, a pooler, or a function that the role may not call, all show in that nothing is heard.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::poll_fn;
use parking_lot::Mutex;
use tokio::task::JoinHandle;
use tokio_postgres::AsyncMessage;

use crate::fault::{Done, Fault, unavailable};
use crate::link::Link;
use crate::pool::Pool;
use crate::write::Locks;

/// How long a node that lost its connection waits before it makes another.
const PAUSE: Duration = Duration::from_secs(1);

/// How long after a node heard itself it calls again.
const CALL: Duration = Duration::from_millis(200);

/// How long telling other nodes may hold a commit up that is done.
const TELLING: Duration = Duration::from_secs(1);

/// Tells every node that settings have changed. Nothing fails when it does: see above.
pub(crate) async fn tell(pool: &Pool, db: &Link, locks: Locks) {
    let sql = format!("SELECT pg_notify('{}', '')", locks.channel());
    let again = async { pool.extra().await?.batch_within(TELLING, &sql).await };
    let told = match db.batch_within(TELLING, &sql).await {
        // The connection is no more; the change is, so others are to hear of it.
        Err(fault) if !db.is_usable() => tokio::time::timeout(TELLING, again).await.unwrap_or(Err(fault)),
        told => told,
    };
    if let Err(fault) = told {
        tracing::debug!(?fault, "other nodes were not told of changed settings");
    }
}

type Hear = Box<dyn Fn() + Send + Sync>;

/// How well somebody hears.
#[derive(Debug, Default)]
pub(crate) struct Hearing {
    /// What was said before this was heard; `None` while nothing is known.
    until: Mutex<Option<Instant>>,
    /// The latest call, and when it was sent.
    call: Mutex<(u64, Option<Instant>)>,
}

impl Hearing {
    /// How long ago the moment is before which everything said has been heard.
    pub(crate) fn age(&self) -> Option<Duration> {
        self.until.lock().map(|until| until.elapsed())
    }

    fn call(&self) -> u64 {
        let mut call = self.call.lock();
        *call = (call.0.wrapping_add(1), Some(Instant::now()));
        call.0
    }

    fn heard(&self, number: &str) {
        let (latest, sent) = *self.call.lock();
        if number.parse() == Ok(latest) {
            *self.until.lock() = sent;
        }
    }

    fn lost(&self) {
        *self.until.lock() = None;
    }
}

/// Calls `hear` whenever there is word, on a connection of its own, until it is aborted.
pub(crate) fn start(
    pool: &Arc<Pool>,
    channel: String,
    hear: Hear,
    hearing: Arc<Hearing>,
) -> Option<JoinHandle<()>> {
    if !pool.options().listen {
        return None;
    }
    let pool = Arc::clone(pool);
    Some(tokio::spawn(async move {
        while !pool.is_closed() {
            if let Err(fault) = listen(&pool, &channel, &hear, &hearing).await {
                tracing::debug!(?fault, "no word from other nodes now");
            }
            hearing.lost();
            tokio::time::sleep(PAUSE).await;
        }
    }))
}

/// Listens until the connection ends.
async fn listen(pool: &Pool, channel: &str, hear: &Hear, hearing: &Hearing) -> Done<()> {
    let target = pool.target();
    let limit = pool.options().connect.saturating_mul(target.hosts());
    let made = tokio::time::timeout(limit, target.config.connect(target.tls.clone())).await;
    let (client, mut connection) = made.map_err(|_| unavailable("the database does not answer"))??;
    let listening = async {
        let row = client.query_one("SELECT pg_backend_pid()", &[]).await?;
        let own = format!("{channel}_{}", row.try_get::<_, i32>(0)?);
        client.batch_execute(&format!("LISTEN {channel}; LISTEN {own}")).await?;
        // What was said before this moment is not repeated.
        hear();
        loop {
            let call = format!("SELECT pg_notify('{own}', '{}')", hearing.call());
            if let Err(error) = client.batch_execute(&call).await {
                let fault = Fault::from(error);
                if fault.is_loss() {
                    return Err(fault);
                }
                // It will not be heard the next time either. Others may be.
                tracing::debug!(?fault, "whether word comes from other nodes cannot be known");
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(CALL).await;
        }
    };
    let messages = async {
        let mut messages = poll_fn(move |cx| connection.poll_message(cx));
        while let Some(message) = messages.next().await {
            if let AsyncMessage::Notification(word) = message? {
                if word.channel() == channel { hear() } else { hearing.heard(word.payload()) }
            }
        }
        Done::Ok(())
    };
    tokio::select! {
        ended = listening => ended,
        ended = messages => ended,
    }
}
