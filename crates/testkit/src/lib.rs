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

mod caller;
mod reply;
mod server;
mod wire;

pub use caller::Caller;
pub use reply::Reply;
pub use server::TestServer;
pub use wire::raw;
