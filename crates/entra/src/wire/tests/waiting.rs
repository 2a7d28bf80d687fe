//! How long an answer is waited for.

use std::time::{Duration, Instant};

use client::{ScimFailure, TransportKind};

use crate::model::Kind;
use crate::testing::{Listener, Reply};
use crate::wire::{Dialect, Switches, Wire};

// entra.md §5.3
#[tokio::test]
async fn an_answer_is_waited_for_as_long_as_the_switch_says() {
    assert_eq!(Switches::of(Dialect::EntraDefault).timeout_seconds, 100);
    let listener = Listener::always(Reply::Silence(Duration::from_secs(5))).await;
    let mut switches = Switches::of(Dialect::EntraDefault);
    switches.set("timeout-seconds", "1").unwrap();
    let wire = Wire::with(Dialect::EntraDefault, switches).unwrap();
    let client = wire.client(&listener.url("/scim")).build().unwrap();
    let began = Instant::now();
    let failure = client.send(wire.read(Kind::User, "1")).await.unwrap_err();
    assert!(
        matches!(&failure, ScimFailure::Transport(transport) if transport.kind == TransportKind::Timeout),
        "{failure}"
    );
    let waited = began.elapsed();
    assert!(Duration::from_millis(900) < waited && waited < Duration::from_secs(4), "{waited:?}");
}
