//! `auditLogs/provisioning`.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::{Graph, directory};
use crate::engine::world::people;

fn encoded(filter: &str) -> String {
    filter.replace(' ', "%20")
}

/// Follows a list from page to page; all entries, and how many pages there were.
async fn walk(graph: &Graph, first: &str) -> (Vec<Json>, usize) {
    let (mut entries, mut pages, mut path) = (Vec::new(), 0, first.to_owned());
    loop {
        let page = graph.caller.get(&path).await.expect(200).json;
        entries.extend(page["value"].as_array().unwrap().iter().cloned());
        pages += 1;
        assert!(pages < 100, "the pages have no end");
        let Some(next) = page["@odata.nextLink"].as_str() else { return (entries, pages) };
        let origin = format!("http://{}", graph.address);
        path = format!("/{}", next.strip_prefix(&origin).unwrap_or_else(|| panic!("{next}")));
    }
}

// entra.md §4.12
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_of_two_jobs_is_walked_page_by_page() {
    let ids = ["a", "b", "c", "d", "e", "f", "g"];
    let mut document = people(&ids);
    document["appRoleAssignedTo"] =
        ids.iter().map(|id| json!({"principalId": id, "appRoleId": "r"})).collect();
    let graph = Graph::new(document).await;
    let mut jobs = Vec::new();
    for _ in 0..2 {
        let (_, job) = graph.configured().await;
        graph.caller.send("POST", &format!("{job}/start"), None).await.expect(204);
        graph.next_cycle(&job, &Json::Null).await;
        jobs.push(job.rsplit('/').next().unwrap().to_owned());
    }
    let (all, pages) = walk(&graph, "//v1.0/auditLogs/provisioning?$top=4").await;
    assert_eq!((all.len(), pages), (14, 4));
    let distinct: BTreeSet<_> = all.iter().map(|entry| entry["id"].as_str().unwrap()).collect();
    assert_eq!(distinct.len(), 14, "each stands on one page");
    let times: Vec<_> = all.iter().map(|entry| entry["activityDateTime"].as_str().unwrap()).collect();
    let of_a_job = |job: &str| {
        let entries = all.iter().filter(|entry| entry["jobId"] == job);
        entries.map(|entry| entry["activityDateTime"].as_str().unwrap()).collect::<Vec<_>>()
    };
    assert!(times.first() >= times.last(), "{times:?}");
    for job in &jobs {
        assert_eq!(of_a_job(job).len(), 7);
        let filter = encoded(&format!("jobId eq '{job}' and provisioningAction eq 'create'"));
        let (one, pages) =
            walk(&graph, &format!("//v1.0/auditLogs/provisioning?$filter={filter}&$top=3")).await;
        let expected = if *job == jobs[0] { (7, 3) } else { (0, 1) };
        assert_eq!((one.len(), pages), expected, "the second job found them there");
        assert!(one.iter().all(|entry| entry["jobId"] == **job));
    }
    let one =
        encoded("sourceIdentity/displayName eq 'Person a' and provisioningStatusInfo/status eq 'success'");
    let (found, _) = walk(&graph, &format!("//v1.0/auditLogs/provisioning?$filter={one}")).await;
    assert!(!found.is_empty() && found.iter().all(|entry| entry["sourceIdentity"]["id"] == "a"), "{found:?}");
    let future = encoded("activityDateTime gt 2999-01-01T00:00:00Z");
    let (none, _) = walk(&graph, &format!("//v1.0/auditLogs/provisioning?$filter={future}")).await;
    assert_eq!(none, Vec::<Json>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_log_is_asked_wrongly_is_told() {
    let graph = Graph::new(directory()).await;
    for bad in [
        "$filter=surname%20eq%20'x'",
        "$top=0",
        "$top=many",
        "$skiptoken=x",
        "$orderby=id",
        "$skip=5",
        "$expand=x",
    ] {
        let fault = graph.caller.get(&format!("//v1.0/auditLogs/provisioning?{bad}")).await.expect(400).json;
        assert_eq!(fault["error"]["code"], "BadRequest", "{bad}");
    }
    let empty = graph.caller.get("//v1.0/auditLogs/provisioning").await.expect(200).json;
    assert_eq!(empty["value"], json!([]));
}

// entra.md §4.14
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_of_changes_disablings_and_deletions_have_their_names() {
    let graph = Graph::with(people(&["ann"]), None, std::time::Duration::from_millis(150)).await;
    let (principal, job) = graph.configured().await;
    graph.assign(&principal, &["ann"]).await;
    graph.caller.send("POST", &format!("{job}/start"), None).await.expect(204);
    let mut status = graph.next_cycle(&job, &Json::Null).await;
    for (name, value) in [("jobTitle", json!("Dean")), ("accountEnabled", json!(false))] {
        graph.source.document()["users"][0][name] = value;
        status = graph.next_cycle(&job, &status["lastExecution"]).await;
        status = graph.next_cycle(&job, &status["lastExecution"]).await;
    }
    let (entries, _) = walk(&graph, "//v1.0/auditLogs/provisioning").await;
    let exports: Vec<_> = entries
        .iter()
        .rev()
        .filter_map(|entry| {
            let steps = entry["provisioningSteps"].as_array().unwrap();
            let step = steps.iter().find(|step| step["provisioningStepType"] == "export")?;
            Some((entry["provisioningAction"].as_str().unwrap(), step["name"].as_str().unwrap()))
        })
        .collect();
    assert_eq!(
        exports,
        [
            ("create", "EntryExportAdd"),
            ("update", "EntryExportUpdate"),
            ("disable", "EntryExportUpdateSoftDelete")
        ]
    );
}
