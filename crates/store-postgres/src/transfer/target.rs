//! A schema that a directory goes into.

use async_trait::async_trait;
use store::transfer::{Chunk, Side, Standing, State, TABLES, Table, Target};
use store::{StoreError, StoreResult};

use super::rows::{self, Writing};
use super::{Reading, catalogue, connect};
use crate::fault::{Done, internal};
use crate::link::Link;
use crate::options::Options;
use crate::target::Target as Address;
use crate::text::Text;
use crate::{migrate, standing};

/// A place for a directory in PostgreSQL.
#[derive(Debug)]
pub struct PostgresTarget {
    name: String,
    db: Link,
    options: Options,
    writing: Option<Writing>,
    reading: Option<Reading>,
}

impl PostgresTarget {
    /// Connects to the database at a `postgres://` address. Nothing is made yet.
    ///
    /// # Errors
    /// As [`crate::PostgresStore::open`].
    pub async fn open(url: &str, options: Options) -> StoreResult<Self> {
        let address = Address::read(url, options.connect)?;
        let db = connect(&address, &options).await?;
        Ok(Self { name: address.name(), db, options, writing: None, reading: None })
    }

    async fn ready(&self, of: &str, from: &str) -> Done<()> {
        // For as long as this connection lives. The lock's number is the schema's.
        let sql = "SELECT pg_try_advisory_lock((3::bigint << 60) | hashtext(current_schema())::bigint & 4294967295)";
        let ours = self.db.first(sql, &[]).await?.is_some_and(|row| row.get(0));
        if !ours {
            let detail = format!("another move fills {}", self.name);
            return Err(StoreError::Unavailable(detail).into());
        }
        let left = standing::read(&self.db).await?;
        if left.as_ref().is_some_and(|left| left.state == State::Moved) {
            return Err(StoreError::NotEmpty(self.name.clone()).into());
        }
        migrate::migrate(&self.db, self.options.clock.now()).await?;
        catalogue::check(&self.db).await?;
        self.db.batch("BEGIN").await?;
        self.lock("SHARE ROW EXCLUSIVE").await?;
        if left.is_none() && !self.is_empty().await? {
            return Err(StoreError::NotEmpty(self.name.clone()).into());
        }
        self.mark(State::Filling, of, from).await?;
        self.db.batch("COMMIT").await?;
        self.db.batch("BEGIN").await?;
        self.lock("ACCESS EXCLUSIVE").await?;
        let all: Vec<_> = catalogue::tables().collect();
        // Emptied and filled in one transaction, so that rows need not be looked at again to learn that they are old.
        self.db.batch(&format!("TRUNCATE {}", all.join(", "))).await?;
        self.db.batch("INSERT INTO feed_head (one, last, trimmed) VALUES (1, 0, 0)").await
    }

    async fn lock(&self, mode: &str) -> Done<()> {
        let all: Vec<_> = catalogue::tables().collect();
        self.db.batch(&format!("LOCK TABLE {} IN {mode} MODE", all.join(", "))).await
    }

    async fn is_empty(&self) -> Done<bool> {
        let tables = TABLES.iter().filter(|table| table.name != "mark");
        let looks: Vec<_> = tables.map(|table| format!("EXISTS (SELECT FROM {})", table.name)).collect();
        let row = self.db.first(&format!("SELECT {}", looks.join(" OR ")), &[]).await?;
        Ok(row.is_some_and(|row| !row.get::<_, bool>(0)))
    }

    async fn mark(&self, state: State, of: &str, from: &str) -> Done<()> {
        self.db
            .query(
                "INSERT INTO standing (one, state, of, other) VALUES (1, $1, $2, $3)
                 ON CONFLICT (one) DO UPDATE SET state = $1, of = $2, other = $3",
                &[&state.code(), &Text::from(of), &Text::from(from)],
            )
            .await?;
        Ok(())
    }

    async fn finish(&self, of: &str, from: &str) -> Done<()> {
        self.mark(State::Whole, of, from).await?;
        self.db.batch("COMMIT").await?;
        // Statements of the first requests are planned by what is there.
        self.db.batch(&format!("ANALYZE {}", catalogue::tables().collect::<Vec<_>>().join(", "))).await
    }
}

#[async_trait]
impl Side for PostgresTarget {
    fn name(&self) -> String {
        self.name.clone()
    }

    async fn standing(&mut self) -> StoreResult<Option<Standing>> {
        Ok(standing::read(&self.db).await?)
    }

    async fn count(&mut self, table: &'static Table) -> StoreResult<u64> {
        Ok(rows::count(&self.db, table).await?)
    }

    async fn read(&mut self, table: &'static Table) -> StoreResult<()> {
        self.reading = Some(Reading::begin(&self.db, table).await?);
        Ok(())
    }

    async fn next(&mut self) -> StoreResult<Option<Chunk>> {
        let Some(reading) = &mut self.reading else { return Ok(None) };
        Ok(reading.next().await?)
    }
}

#[async_trait]
impl Target for PostgresTarget {
    async fn prepare(&mut self, of: &str, from: &str) -> StoreResult<()> {
        let ready = self.ready(of, from).await;
        if ready.is_err() {
            // Nothing of ours stays; the failure is the one to be told.
            let _ = self.db.batch("ROLLBACK").await;
        }
        Ok(ready?)
    }

    async fn begin(&mut self, table: &'static Table) -> StoreResult<()> {
        self.writing = Some(Writing::begin(&self.db, table).await?);
        Ok(())
    }

    async fn put(&mut self, chunk: Chunk) -> StoreResult<()> {
        let writing = self.writing.as_mut().ok_or_else(|| internal("no table was begun"))?;
        Ok(writing.put(&self.db, &chunk).await?)
    }

    async fn end(&mut self) -> StoreResult<()> {
        let writing = self.writing.take().ok_or_else(|| internal("no table was begun"))?;
        Ok(writing.end(&self.db).await?)
    }

    async fn put_shared_key(&mut self, name: &str, key: &[u8]) -> StoreResult<()> {
        self.db.query("INSERT INTO shared_key (name, key) VALUES ($1, $2)", &[&name, &key]).await?;
        Ok(())
    }

    async fn keep(&mut self, of: &str, from: &str) -> StoreResult<()> {
        self.reading = None;
        Ok(self.finish(of, from).await?)
    }

    async fn open_up(&mut self) -> StoreResult<()> {
        self.db.query("DELETE FROM standing", &[]).await?;
        Ok(())
    }
}
