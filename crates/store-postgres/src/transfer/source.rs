//! A schema that a directory comes from.

use async_trait::async_trait;
use store::transfer::{Chunk, Side, Source, Standing, State, Table};
use store::{StoreError, StoreResult};

use super::{Reading, catalogue, connect, rows};
use crate::fault::Done;
use crate::link::Link;
use crate::options::Options;
use crate::sequencer::PLACE;
use crate::target::Target as Address;
use crate::text::Text;
use crate::{migrate, standing};

/// A directory in PostgreSQL, to be moved elsewhere.
#[derive(Debug)]
pub struct PostgresSource {
    name: String,
    db: Link,
    reading: Option<Reading>,
}

impl PostgresSource {
    /// Connects to the database at a `postgres://` address and brings its schema up to date.
    ///
    /// # Errors
    /// As [`crate::PostgresStore::open`]; `Unavailable` when there is no directory.
    pub async fn open(url: &str, options: &Options) -> StoreResult<Self> {
        let address = Address::read(url, options.connect)?;
        let db = connect(&address, options).await?;
        if !migrate::is_known(&db).await? {
            return Err(StoreError::Unavailable(format!("{} holds no directory", address.name())));
        }
        if standing::read(&db).await?.is_none() {
            migrate::migrate(&db, options.clock.now()).await?;
        }
        Ok(Self { name: address.name(), db, reading: None })
    }

    /// Takes a directory that was moved into use again.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn reopen(self) -> StoreResult<()> {
        Ok(self.let_in().await?)
    }

    async fn let_in(&self) -> Done<()> {
        let mut all = vec!["BEGIN".to_owned()];
        all.extend(catalogue::tables().map(|table| format!("DROP TRIGGER IF EXISTS moved ON {table}")));
        all.push("DROP FUNCTION IF EXISTS directory_moved()".to_owned());
        all.push(format!("DELETE FROM standing WHERE state = {}", State::Moved.code()));
        all.push("COMMIT".to_owned());
        self.db.batch(&all.join("; ")).await
    }

    async fn lock(&self) -> Done<()> {
        let tables: Vec<_> = catalogue::tables().collect();
        self.db.batch("BEGIN ISOLATION LEVEL READ COMMITTED").await?;
        // In the order of the sequencer, which would otherwise wait for the tables with this row in its hands.
        self.db.query("SELECT 1 FROM feed_head FOR UPDATE", &[]).await?;
        // From here on nobody else commits anything, so every statement sees the same.
        self.db.batch(&format!("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", tables.join(", "))).await?;
        self.db.query(PLACE, &[]).await?;
        catalogue::check(&self.db).await
    }

    async fn shut(&self, of: &str, to: &str) -> Done<()> {
        self.db
            .batch(&format!(
                "CREATE OR REPLACE FUNCTION directory_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    RAISE EXCEPTION 'the directory was moved to %', TG_ARGV[0] USING ERRCODE = '{}';
                 END $$",
                standing::MOVED
            ))
            .await?;
        let quoted = to.replace('\'', "''").replace('\\', "\\\\");
        for table in catalogue::tables() {
            self.db
                .batch(&format!(
                    "CREATE TRIGGER moved BEFORE INSERT OR UPDATE OR DELETE ON {table}
                     FOR EACH STATEMENT EXECUTE FUNCTION directory_moved(E'{quoted}')"
                ))
                .await?;
        }
        self.db
            .query(
                "INSERT INTO standing (one, state, of, other) VALUES (1, $1, $2, $3)",
                &[&State::Moved.code(), &Text::from(of), &Text::from(to)],
            )
            .await?;
        self.db.batch("COMMIT").await
    }
}

#[async_trait]
impl Side for PostgresSource {
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
impl Source for PostgresSource {
    async fn hold(&mut self) -> StoreResult<()> {
        self.lock().await.map_err(|fault| match StoreError::from(fault) {
            StoreError::Unavailable(detail) => {
                StoreError::Unavailable(format!("{} is being written to: {detail}", self.name))
            }
            other => other,
        })
    }

    async fn shared_keys(&mut self) -> StoreResult<Vec<(String, Vec<u8>)>> {
        let rows = self.db.query("SELECT name, key FROM shared_key ORDER BY name", &[]).await?;
        let key = |row: &tokio_postgres::Row| -> Done<_> { Ok((row.try_get(0)?, row.try_get(1)?)) };
        Ok(rows.iter().map(key).collect::<Done<_>>()?)
    }

    async fn leave(&mut self, of: &str, to: &str) -> StoreResult<()> {
        Ok(self.shut(of, to).await?)
    }
}
