//! PUT of what GET gave changes nothing: same body, same version, no event.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::people::person;
use super::{entra, runner, runtime};

// S-PUT-07, A-45
#[test]
fn put_of_a_get_is_a_no_op() {
    let (server, entra) = entra();
    let numbers = AtomicUsize::new(0);
    runner(120)
        .run(&person(), |mut body| {
            let number = numbers.fetch_add(1, Ordering::Relaxed);
            body.insert("userName".into(), json!(format!("law-{number}@put.example")));
            runtime().block_on(async {
                let created = entra.post("/Users", &body.into()).await.expect(201);
                let path = format!("/Users/{}", created.id());
                let before = entra.get(&path).await.expect(200);
                let events = server.count_events().await;
                let put = entra.put(&path, &before.json).await.expect(200);
                assert_eq!(put.header("etag"), before.header("etag"), "the version changed");
                assert_eq!(put.json, before.json);
                assert_eq!(server.count_events().await, events, "a no-op wrote an event");
            });
            Ok(())
        })
        .unwrap();
}
