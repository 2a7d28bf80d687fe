//! Several processes at work on the same people at once.

use std::collections::HashMap;

use serde_json::json;
use service::{Import, ImportOptions, ImportReport, LearnerQuery, Preference, Projected, Service};
use store::EventKind;

use super::world::World;

const PEOPLE: usize = 600;

/// The report; `None` when the file was refused whole, because the provider was ahead of it.
async fn import(process: &Service, op: &service::Operator, title: &str) -> Option<ImportReport> {
    let rows = (0..PEOPLE).map(|n| format!("p{n},{title}\n"));
    let file: String = std::iter::once("user name,title\n".to_owned()).chain(rows).collect();
    match process.import(op, file.as_bytes(), ImportOptions::default(), &mut |_| {}).await.unwrap() {
        Import::Done(report) => Some(report),
        Import::Refused(plan) => {
            assert!(plan.problems.iter().all(|p| p.message.contains("managed by")), "{plan:?}");
            None
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_made_twice_by_two_imports_and_a_provider() {
    let world = World::new().await;
    let op = world.op().await;
    let token = world.token(&op).await;
    let (one, two) = (world.other_process(2).await, world.other_process(3).await);
    let provider = async {
        let cx = world.request(&token).await;
        // A file is checked before anything of it is written; at least one of them is through with that.
        while world.service.tenant_show(&op).await.unwrap().learners == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        let mut made = 0;
        for n in (0..PEOPLE).rev().step_by(3) {
            let body = json!({"userName": format!("P{n}"), "externalId": format!("x{n}")}).to_string();
            let answer = world
                .service
                .create(&cx, "Users", body.as_bytes(), &Projected::default(), Preference::None)
                .await;
            // Made or taken over; never refused, since nobody else manages them.
            assert_eq!(answer.unwrap().status, 201);
            made += 1;
        }
        made
    };
    let (first, second, provided) = tokio::join!(import(&one, &op, "A"), import(&two, &op, "B"), provider);

    let mut names: HashMap<String, u32> = HashMap::new();
    let mut query = LearnerQuery { limit: 1000, ..LearnerQuery::default() };
    loop {
        let page = world.service.learners(&op, &query).await.unwrap();
        for row in &page.rows {
            *names.entry(row.user_name.to_lowercase()).or_default() += 1;
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    assert_eq!(names.len(), PEOPLE);
    assert!(names.values().all(|count| *count == 1));
    let kinds = world.kinds(&op).await;
    assert_eq!(kinds.iter().filter(|k| **k == EventKind::LearnerCreated).count(), PEOPLE);
    let managed = world.service.tenant_show(&op).await.unwrap().connections[0].managed;
    assert_eq!(managed, provided);
    assert!(first.is_some() || second.is_some());
    for report in [&first, &second].into_iter().flatten() {
        let rows = report.created + report.updated + report.unchanged + report.skipped;
        assert_eq!(rows, PEOPLE as u64, "{report:?}");
        // What the provider took over meanwhile is refused to the file, row by row.
        assert!(report.problems.iter().all(|p| p.message.contains("managed by")), "{report:?}");
    }
}
