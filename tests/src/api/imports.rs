//! CSV imports as jobs.

use serde_json::json;
use service::noun::ApiScope;
use testkit::{Caller, TestServer};

use super::problem;

const ALL: &str = "//api/v1/tenants/default/imports";

async fn caller(server: &TestServer) -> Caller {
    let key = server.api(ApiScope::Write, None).await;
    server.with_token(key.token()).header("content-type", "text/csv")
}

#[tokio::test]
async fn a_file_is_applied_in_the_background() {
    let server = TestServer::start().await;
    let app = caller(&server).await;
    let mut file = String::from("user name,email\n");
    for n in 0..600 {
        file.push_str(&format!("u{n},u{n}@x.example\n"));
    }
    let started = app.send("POST", ALL, Some(&file)).await.expect(202);
    assert_eq!(started.json["import"]["total"], 600);
    let location = started.header("location").unwrap().to_owned();
    let mut job = app.get(&format!("/{location}")).await.expect(200);
    for _ in 0..200 {
        if job.json["state"] != "running" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        job = app.get(&format!("/{location}")).await.expect(200);
    }
    assert_eq!(
        (&job.json["state"], &job.json["created"], &job.json["phase"]),
        (&"done".into(), &600.into(), &"done".into())
    );
    let list = app.get(ALL).await.expect(200);
    assert_eq!(list.json["items"].as_array().unwrap().len(), 1);
    let learners = app.get("//api/v1/tenants/default/learners?limit=1").await.expect(200);
    assert_eq!((&learners.json["total"], &learners.json["items"][0]["source"]), (&600.into(), &"csv".into()));
}

#[tokio::test]
async fn a_file_is_only_checked_or_refused_as_a_whole() {
    let server = TestServer::start().await;
    let app = caller(&server).await;
    let dry =
        app.send("POST", &format!("{ALL}?dryRun=true"), Some("user name\nann\nbob\n")).await.expect(200);
    assert_eq!((&dry.json["plan"]["created"], dry.json["import"].is_null()), (&2.into(), true));
    let file = "user name,active\nann,perhaps\nann,true\n";
    let bad = problem(app.send("POST", ALL, Some(file)).await, 400, "invalid_body");
    assert_eq!(bad.json["errors"][0]["pointer"], "#row=2", "{}", bad.text);
    let dry = app.send("POST", &format!("{ALL}?dryRun=true"), Some(file)).await.expect(200);
    assert_eq!(
        (&dry.json["plan"]["problemCount"], &dry.json["plan"]["problems"][0]["line"]),
        (&2.into(), &2.into())
    );
    assert_eq!(app.get("//api/v1/tenants/default/learners").await.expect(200).json["total"], 0);
    assert_eq!(app.get(ALL).await.expect(200).json["items"].as_array().unwrap().len(), 0);
    problem(app.get(&format!("{ALL}/none")).await, 404, "not_found");
    problem(
        app.send("POST", &format!("{ALL}?connection=none"), Some("user name\nx\n")).await,
        404,
        "not_found",
    );
    problem(
        app.send("POST", &format!("{ALL}?colour=1"), Some("user name\nx\n")).await,
        400,
        "invalid_request",
    );
    let json = server.with_token(app.token()).header("content-type", "application/json");
    problem(json.send("POST", ALL, Some("user name\nx\n")).await, 415, "unsupported_media_type");
}

#[tokio::test]
async fn a_file_that_names_nobody_locks_nobody_out() {
    let server = TestServer::start().await;
    server
        .api(ApiScope::Write, None)
        .await
        .post("//api/v1/tenants/default/learners", &json!({"userName": "ann"}))
        .await
        .expect(201);
    let app = caller(&server).await;
    let missing = format!("{ALL}?deactivateMissing=true");
    let reply = problem(app.send("POST", &missing, Some("user name,email\n")).await, 400, "invalid_body");
    assert!(reply.text.contains("names nobody"), "{}", reply.text);
    assert_eq!(
        app.get("//api/v1/tenants/default/learners/ann").await.expect(200).json["learner"]["state"],
        "active"
    );
    app.send("POST", ALL, Some("user name,email\n")).await.expect(202);
}
