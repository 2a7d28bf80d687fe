//! A cursor walk sees every resource that nobody touches exactly once, whatever others write meanwhile.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use super::{entra, runtime};

// S-CUR-02, S-CUR-10, S-CUR-17
#[test]
fn a_cursor_walk_under_concurrent_writes_sees_every_untouched_resource_once() {
    let (_server, entra) = entra();
    runtime().block_on(async {
        let mut untouched = Vec::new();
        for n in 0..150 {
            let body = json!({"userName": format!("walk-{n:03}@law.example"), "title": format!("T{}", n % 7),
                "nickName": if n % 3 == 0 { None } else { Some(format!("n{}", n % 11)) }});
            untouched.push(entra.post("/Users", &body).await.expect(201).id().to_owned());
        }
        let stop = Arc::new(AtomicBool::new(false));
        let writer = tokio::spawn({
            let (entra, stop) = (entra.clone(), Arc::clone(&stop));
            async move {
                let mut number = 0;
                while !stop.load(Ordering::Relaxed) {
                    number += 1;
                    let body = json!({"userName": format!("other-{number}@law.example"), "title": format!("T{}", number % 9)});
                    let id = entra.post("/Users", &body).await.expect(201).id().to_owned();
                    if number % 2 == 0 {
                        entra.delete(&format!("/Users/{id}")).await.expect(204);
                    }
                }
            }
        });
        let walks = ["", "&sortBy=title", "&sortBy=nickName&sortOrder=descending", "&filter=userName%20sw%20%22walk%22"];
        for query in walks {
            let mut seen: BTreeMap<String, usize> = BTreeMap::new();
            let mut cursor = String::new();
            loop {
                let page = entra.get(&format!("/Users?count=13&cursor={cursor}{query}")).await.expect(200);
                for resource in page.json["Resources"].as_array().unwrap() {
                    *seen.entry(resource["id"].as_str().unwrap().to_owned()).or_default() += 1;
                }
                match page.json["nextCursor"].as_str() {
                    Some(next) => cursor = next.to_owned(),
                    None => break,
                }
            }
            for id in &untouched {
                assert_eq!(seen.get(id), Some(&1), "{query}: {id}");
            }
        }
        stop.store(true, Ordering::Relaxed);
        writer.await.unwrap();
    });
}
