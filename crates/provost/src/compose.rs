//! Puts the parts together: backend, service, door.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base::{Clock, Entropy, SealingKey, SystemClock, SystemEntropy};
use service::{Config, Service};
use store::{Store, StoreError};
use store_postgres::PostgresStore;
use store_sqlite::SqliteStore;
use tokio_util::sync::CancellationToken;

use crate::cli::Directory;
use crate::failure::Failure;

/// An opened directory with its service.
pub(crate) struct Opened {
    /// The use cases.
    pub(crate) service: Arc<Service>,
    store: Arc<dyn Store>,
}

impl Opened {
    /// Writes what is still in memory and closes the database.
    pub(crate) async fn close(self) -> Result<(), Failure> {
        self.service.settle().await;
        self.store.close().await?;
        Ok(())
    }
}

/// Opens the directory; makes it, with tenant and connection `default`, when it is not there.
///
/// # Errors
/// When the database cannot be opened, is newer than this program, or is damaged.
pub(crate) async fn open(place: &Directory, public_url: &str) -> Result<Opened, Failure> {
    open_with(place, Config::new(public_url)).await
}

/// The same, with settings of the operator's.
///
/// # Errors
/// As [`open`].
pub(crate) async fn open_with(place: &Directory, mut config: Config) -> Result<Opened, Failure> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy::new());
    let (store, key): (Arc<dyn Store>, _) = match &place.database_url {
        Some(url) => {
            let mut fresh = [0; 32];
            entropy.fill(&mut fresh);
            let store = connect(url.expose(), place.wait_for_database, &clock).await?;
            // In the database, because a walk may go on at another node.
            let key = store.shared_key("cursor", fresh).await?;
            (Arc::new(store), key)
        }
        None => {
            let data_dir = &place.data_dir;
            std::fs::create_dir_all(data_dir).map_err(|e| Failure::file(data_dir, &e))?;
            let options = store_sqlite::Options { clock: Arc::clone(&clock), ..Default::default() };
            let store = SqliteStore::open(&data_dir.join("provost.db"), options)?;
            (Arc::new(store), page_key(data_dir, entropy.as_ref())?)
        }
    };
    config.cursor_key = Some(SealingKey::new(key));
    let service = Arc::new(Service::new(Arc::clone(&store), clock, entropy, config));
    service.bootstrap().await?;
    Ok(Opened { service, store })
}

/// Connects to PostgreSQL; if asked to, tries until it is there.
async fn connect(url: &str, waits: bool, clock: &Arc<dyn Clock>) -> Result<PostgresStore, Failure> {
    loop {
        let options = store_postgres::Options { clock: Arc::clone(clock), ..Default::default() };
        match PostgresStore::open(url, options).await {
            Err(StoreError::Unavailable(detail)) if waits => {
                tracing::warn!(detail, "the database is not there yet; trying again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Err(StoreError::Unavailable(detail)) => {
                return Err(Failure::input(format!("the database cannot be reached: {detail}")).hint(
                    "check --database-url and that PostgreSQL runs; --wait-for-database tries until it is there",
                ));
            }
            Err(StoreError::Internal(detail)) => {
                return Err(Failure::input(detail).hint("check --database-url"));
            }
            result => return Ok(result?),
        }
    }
}

/// The key that page cursors are sealed with: made once, kept beside the database, so that a walk survives a restart.
fn page_key(data_dir: &Path, entropy: &dyn Entropy) -> Result<[u8; 32], Failure> {
    let path = data_dir.join("cursor.key");
    match std::fs::read(&path) {
        Ok(bytes) => bytes.try_into().map_err(|_| {
            Failure::input(format!("{} is damaged: it must hold 32 bytes", path.display()))
                .hint("remove it: cursors handed out before become invalid, nothing else is lost")
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut key = [0; 32];
            entropy.fill(&mut key);
            // Written beside and linked into place, so that of two processes that start at once one key wins.
            let draft = data_dir.join(format!("cursor.key.{}", std::process::id()));
            write_private(&draft, &key).map_err(|e| Failure::file(&draft, &e))?;
            let linked = std::fs::hard_link(&draft, &path);
            std::fs::remove_file(&draft).map_err(|e| Failure::file(&draft, &e))?;
            match linked {
                Ok(()) => Ok(key),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                    page_key(data_dir, entropy)
                }
                Err(error) => Err(Failure::file(&path, &error)),
            }
        }
        Err(error) => Err(Failure::file(&path, &error)),
    }
}

#[cfg(unix)]
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(not(unix))]
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    std::fs::write(path, bytes)
}

/// Background work of a serving process, until it is told to stop.
pub(crate) fn background(service: Arc<Service>, stop: CancellationToken) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move { service.upkeep(&stop).await })
}

/// Webhooks and mail of a serving process, until it is told to stop; what is under way then is ended first. They give way to requests.
pub(crate) fn delivery(
    service: &Arc<Service>,
    options: delivery::Options,
    mail: Option<delivery::MailServer>,
    stop: CancellationToken,
) -> std::io::Result<tokio::sync::oneshot::Receiver<()>> {
    let courier = Arc::new(delivery::Couriers::new(Arc::new(SystemClock), options.clone(), mail));
    service.set_courier(Arc::clone(&courier) as Arc<dyn service::Courier>);
    let service = Arc::clone(service);
    delivery::aside(move || {
        let entropy = SystemEntropy::new();
        delivery::Worker::new(service, courier, options, &entropy).run(stop)
    })
}
