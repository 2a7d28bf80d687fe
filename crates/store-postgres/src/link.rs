//! One connection, its prepared statements, and how several statements go out in one packet.

use std::collections::HashMap;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use parking_lot::Mutex;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, Statement};

use crate::fault::{Done, Fault, told, unavailable};
use crate::target::Target;

/// Prepared statements kept per connection. Filters make new ones; when there are more, all are prepared again.
const STATEMENTS: usize = 400;

/// Statements are planned once and used for long, often first on tables that are empty still. What they look for is in
/// indexes, so plans that read whole tables are for later a mistake, whatever the statistics say now.
const PLANS: &str =
    "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off";

/// The server notices as soon as we would (see [`Target::read`]) when the other side is no more. A node that lost its
/// power would otherwise keep its locks for hours, and with the row `feed_head` everybody's events.
const PEER: &str =
    "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 2; SET tcp_user_timeout = 10000";

/// A parameter.
pub(crate) type Param<'a> = &'a (dyn ToSql + Sync);

/// A connection.
pub(crate) struct Link {
    client: Client,
    statements: Mutex<HashMap<String, Statement>>,
    broken: AtomicBool,
    patience: Duration,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").field("usable", &self.is_usable()).finish_non_exhaustive()
    }
}

impl Link {
    /// Makes a connection.
    pub(crate) async fn connect(target: &Target, limit: Duration, patience: Duration) -> Done<Self> {
        // Each host of the address has its time: the first may be a primary that is no more.
        let limit = limit.saturating_mul(target.hosts());
        let made = tokio::time::timeout(limit, target.config.connect(target.tls.clone())).await;
        let (client, connection) = made
            .map_err(|_| unavailable(format!("{} does not answer", target.name())))?
            .map_err(|error| reached(target, error))?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error = told(&error), "a connection to the database has ended");
            }
        });
        let link = Self { client, statements: Mutex::default(), broken: AtomicBool::new(false), patience };
        link.send(PLANS);
        link.send(PEER);
        // Whoever waits for a lock gives up before we give the connection up: a server does not notice that while it waits.
        link.send(&format!("SET lock_timeout = {}", patience.as_millis() * 3 / 4));
        Ok(link)
    }

    /// The driver's connection, for what goes on for long: whole tables out and in.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Whether it can be used again.
    pub(crate) fn is_usable(&self) -> bool {
        !self.client.is_closed() && !self.broken.load(Ordering::Relaxed)
    }

    /// Sends a statement without waiting for it. What is sent after it is done after it, and if it fails, so does that.
    pub(crate) fn send(&self, sql: &str) {
        let _ = first_step(pin!(self.client.batch_execute(sql)));
    }

    /// Runs statements without parameters.
    pub(crate) async fn batch(&self, sql: &str) -> Done<()> {
        self.patiently(self.patience, async { Ok(self.client.batch_execute(sql).await?) }).await
    }

    /// The same, for so long at most.
    pub(crate) async fn batch_within(&self, limit: Duration, sql: &str) -> Done<()> {
        self.patiently(limit, async { Ok(self.client.batch_execute(sql).await?) }).await
    }

    /// All rows of a statement, which is prepared once.
    pub(crate) async fn query(&self, sql: &str, params: &[Param<'_>]) -> Done<Vec<Row>> {
        self.patiently(self.patience, self.ask(sql, params)).await
    }

    /// The same for a statement that may take long.
    pub(crate) async fn query_within(
        &self,
        limit: Duration,
        sql: &str,
        params: &[Param<'_>],
    ) -> Done<Vec<Row>> {
        self.patiently(limit.saturating_add(self.patience), self.ask(sql, params)).await
    }

    /// The first row, if any.
    pub(crate) async fn first(&self, sql: &str, params: &[Param<'_>]) -> Done<Option<Row>> {
        Ok(self.query(sql, params).await?.into_iter().next())
    }

    /// Runs several statements, all sent before the first answer is waited for: the answers before the first failure, and
    /// that failure.
    pub(crate) async fn pipeline(&self, steps: &[(&str, Vec<Param<'_>>)]) -> (Vec<Vec<Row>>, Option<Fault>) {
        let mut answers = Vec::with_capacity(steps.len());
        let failure = self.patiently(self.patience, self.together(steps, &mut answers)).await.err();
        (answers, failure)
    }

    async fn together(&self, steps: &[(&str, Vec<Param<'_>>)], answers: &mut Vec<Vec<Row>>) -> Done<()> {
        let mut statements = Vec::with_capacity(steps.len());
        for (sql, _) in steps {
            statements.push(self.prepare(sql).await?);
        }
        let mut waiting = Vec::with_capacity(steps.len());
        for (statement, (_, params)) in statements.iter().zip(steps) {
            let mut answer = Box::pin(self.client.query(statement, params));
            let early = first_step(answer.as_mut());
            waiting.push((answer, early));
        }
        for (answer, early) in waiting {
            answers.push(match early {
                Some(rows) => rows?,
                None => answer.await?,
            });
        }
        Ok(())
    }

    async fn ask(&self, sql: &str, params: &[Param<'_>]) -> Done<Vec<Row>> {
        let statement = self.prepare(sql).await?;
        Ok(self.client.query(&statement, params).await?)
    }

    async fn prepare(&self, sql: &str) -> Done<Statement> {
        if let Some(known) = self.statements.lock().get(sql) {
            return Ok(known.clone());
        }
        let statement = self.client.prepare(sql).await?;
        let mut statements = self.statements.lock();
        if statements.len() >= STATEMENTS {
            statements.clear();
        }
        statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    async fn patiently<T>(&self, limit: Duration, work: impl Future<Output = Done<T>>) -> Done<T> {
        let result = match tokio::time::timeout(limit, work).await {
            Ok(result) => result,
            Err(_) => {
                self.broken.store(true, Ordering::Relaxed);
                Err(unavailable("the database does not answer in time"))
            }
        };
        if result.as_ref().is_err_and(Fault::is_loss) {
            self.broken.store(true, Ordering::Relaxed);
        }
        result
    }
}

/// A refusal of the server to let us in is no outage that waiting helps.
fn reached(target: &Target, error: tokio_postgres::Error) -> Fault {
    let detail = format!("{}: {}", target.name(), told(&error));
    match error.code() {
        Some(code) if code.code().starts_with("28") || code.code().starts_with("3D") => {
            Fault::Store(store::StoreError::Internal(detail))
        }
        _ => unavailable(detail),
    }
}

/// Polls a future once. For the driver's futures that is when they send; an answer may be waited for later, or never.
fn first_step<F: Future>(future: Pin<&mut F>) -> Option<F::Output> {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
