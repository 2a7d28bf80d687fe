//! Transport (RFC 7644 §7.2).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use base::Secret;
use client::{Client, Method, Request, RetryPolicy};
use provost_http::{App, Server, ServerOptions};
use testkit::{TestServer, raw};
use tokio_util::sync::CancellationToken;

// S-SEC-01
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_certificate_the_port_speaks_tls_and_nothing_else() {
    base::install_crypto_provider();
    let server = TestServer::start().await;
    let token = server.entra().await.token().to_owned();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (cert, key) = (server.folder().join("cert.pem"), server.folder().join("key.pem"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let mut options = ServerOptions::plain(SocketAddr::from(([127, 0, 0, 1], 0)));
    options.tls = Some(base::load_server_config(&cert, &key).unwrap());
    let secure = Server::bind(options).await.unwrap();
    let address = secure.address();
    let stop = CancellationToken::new();
    tokio::spawn(secure.run(App::new(Arc::clone(&server.service)).router(), stop.clone()));

    let url = format!("https://localhost:{}/scim_v2", address.port());
    let builder = || {
        Client::builder(&url)
            .bearer(Secret::new(token.clone()))
            .retries(RetryPolicy::none())
            .timeout(Duration::from_secs(10))
    };
    let trusting = builder().trust(&cert).build().unwrap();
    let answer = trusting.send(Request::new(Method::GET, "/Users")).await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    // The client verifies whom it talks to: nobody it knows has signed this certificate.
    let wary = builder().build().unwrap();
    assert!(wary.send(Request::new(Method::GET, "/Users")).await.is_err());

    let plain = tokio::time::timeout(
        Duration::from_secs(10),
        tokio::spawn(async move {
            raw(address, b"GET /scim_v2/Users HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await
        }),
    );
    assert!(plain.await.unwrap().is_err(), "plain HTTP was answered on a TLS port");
    stop.cancel();
}
