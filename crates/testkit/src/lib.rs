//! A running Provost for tests: the real database, the real service, a real listener; only time and randomness are
//! the test's own.
//!
//! ```no_run
//! # use provost_testkit as testkit;
//! # async fn example() {
//! let server = testkit::TestServer::start().await;
//! let entra = server.entra().await;
//! let created = entra.post("/Users", &serde_json::json!({"userName": "ann@x.example"})).await.expect(201);
//! entra.get(&format!("/Users/{}", created.id())).await.expect(200);
//! # }
//! ```

#[cfg(feature = "server")]
mod caller;
#[cfg(feature = "server")]
mod database;
#[cfg(target_os = "linux")]
pub mod postgres;
mod proxy;
#[cfg(feature = "server")]
mod reply;
#[cfg(feature = "server")]
mod server;
#[cfg(feature = "server")]
mod wire;

#[cfg(feature = "server")]
pub use caller::Caller;
#[cfg(feature = "server")]
pub use database::Database;
pub use proxy::{Fault, FaultProxy};
#[cfg(feature = "server")]
pub use reply::Reply;
#[cfg(feature = "server")]
pub use server::TestServer;
#[cfg(feature = "server")]
pub use wire::raw;
