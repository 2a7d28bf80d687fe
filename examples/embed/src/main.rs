//! A learning platform with its own SCIM endpoint: Provost's router mounted in an axum application, on a database of its
//! own, with the platform's list of people kept from the event feed by a function call instead of over HTTP.
//!
//! ```text
//! cargo run -p example-embed -- 127.0.0.1:8080 ./embed-data
//! ```
//!
//! It prints the Tenant URL and a Secret Token for the identity provider. `GET /people` shows whom the platform knows.

mod people;

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use base::{SystemClock, SystemEntropy};
use provost_http::App;
use serde_json::{Value, json};
use service::noun::Actor;
use service::{Config, DEFAULT, NewToken, Service};
use store::Store;
use store_sqlite::SqliteStore;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::people::People;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let listener = TcpListener::bind(args.next().unwrap_or("127.0.0.1:8080".to_owned())).await?;
    let folder = PathBuf::from(args.next().unwrap_or("./embed-data".to_owned()));
    let public_url = format!("http://{}", listener.local_addr()?);

    // The directory: a store, and the use cases on it.
    let store: Arc<dyn Store> =
        Arc::new(SqliteStore::open(&folder.join("provost.db"), store_sqlite::Options::default())?);
    let entropy = Arc::new(SystemEntropy::new());
    let service =
        Arc::new(Service::new(Arc::clone(&store), Arc::new(SystemClock), entropy, Config::new(&public_url)));
    service.bootstrap().await?;
    print_what_to_paste(&service, &public_url).await?;

    // Its upkeep, and the platform's own list, each until the end.
    let stop = CancellationToken::new();
    let upkeep = tokio::spawn({
        let (service, stop) = (Arc::clone(&service), stop.clone());
        async move { service.upkeep(&stop).await }
    });
    let people = People::default();
    let following = tokio::spawn(people::follow(Arc::clone(&service), people.clone()));

    // The platform's routes, and SCIM beside them.
    let routes = Router::new()
        .route("/", get(|| async { "Courses for everybody.\n" }))
        .route("/people", get(list))
        .with_state(people)
        .merge(App::new(Arc::clone(&service)).scim());
    let ending = Arc::clone(&service);
    axum::serve(listener, routes)
        .with_graceful_shutdown(async move {
            let _ = tokio::signal::ctrl_c().await;
            ending.stop_waiting();
        })
        .await?;

    stop.cancel();
    upkeep.await?;
    following.await?.map_err(|error| error.to_string())?;
    service.settle().await;
    store.close().await?;
    Ok(())
}

/// Whom the platform knows.
async fn list(State(people): State<People>) -> Json<Value> {
    Json(json!(people.all()))
}

/// At the first start, a token for the identity provider. It is shown once: only a digest is kept.
#[expect(clippy::print_stdout, reason = "the person who starts it reads this")]
async fn print_what_to_paste(service: &Service, public_url: &str) -> Result<(), Box<dyn Error>> {
    println!("Tenant URL    {public_url}/scim_v2");
    let operator = service.operator(Actor::Cli, DEFAULT, DEFAULT).await?;
    if service.tokens(&operator).await?.is_empty() {
        let token = service
            .token_create(&operator, &NewToken { name: Some("first".to_owned()), ..NewToken::default() })
            .await?;
        println!("Secret Token  {}", token.secret.expose());
    }
    Ok(())
}
