//! The client against a real socket.

mod calls;
mod retries;
mod server;
mod transport;
mod walks;
mod wire;

use std::time::Duration;

use crate::{Client, ClientBuilder, RetryPolicy};
use server::Server;

/// A client that does not wait long for anything.
fn builder(server: &Server) -> ClientBuilder {
    Client::builder(&server.url("/scim"))
        .bearer("t0ken".into())
        .timeout(Duration::from_secs(5))
        .retries(RetryPolicy { base: Duration::from_millis(2), ..RetryPolicy::default() })
}

fn client(server: &Server) -> Client {
    builder(server).build().unwrap()
}
