//! The limit for reads: an axum server that answers given bytes and headers, whatever is asked.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response};
use bytes::Bytes;

/// Serves until the process is killed; prints its address first.
pub async fn serve(head: &[u8], body: &[u8]) -> std::io::Result<()> {
    let headers: Vec<(HeaderName, HeaderValue)> = String::from_utf8_lossy(head)
        .split("\r\n")
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| {
            !["content-length", "date", "connection"].contains(&name.to_ascii_lowercase().as_str())
        })
        .filter_map(|(name, value)| Some((name.parse().ok()?, value.trim().parse().ok()?)))
        .collect();
    let body = Bytes::copy_from_slice(body);
    let router = Router::new().fallback(move || {
        let mut response = Response::new(Body::from(body.clone()));
        for (name, value) in &headers {
            response.headers_mut().append(name.clone(), value.clone());
        }
        std::future::ready(response)
    });
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    crate::say(&format!("listening on {}", listener.local_addr()?));
    axum::serve(listener, router).await
}
