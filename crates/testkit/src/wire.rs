//! HTTP/1.1 by hand, so that a test can also send what no client library would.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Reply;

/// Sends bytes on a connection of their own and reads one answer. The request should ask for `connection: close`.
///
/// # Panics
/// When there is no connection, or the answer is not HTTP.
pub async fn raw(address: SocketAddr, request: &[u8]) -> Reply {
    let mut stream = TcpStream::connect(address).await.expect("the server takes connections");
    // A server that refuses early may close before it has read everything; its answer still counts.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    Reply::parse(&String::from_utf8_lossy(request), &answer)
}
