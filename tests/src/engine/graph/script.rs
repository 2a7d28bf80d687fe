//! The script of `provost entra script`, as it is, against the face.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use entra::graph::{ScriptOptions, ScriptShell, script};

use super::{Graph, directory};

struct Ran {
    good: bool,
    stdout: String,
    stderr: String,
}

async fn run(graph: &Graph, options: &ScriptOptions, token: Option<&str>, typed: &str) -> Ran {
    let text = script(ScriptShell::Az, options).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let az = folder.path().join("az");
    std::fs::write(&az, include_str!("az.sh")).unwrap();
    std::fs::set_permissions(&az, std::fs::Permissions::from_mode(0o755)).unwrap();
    let file = folder.path().join("provisioning.sh");
    std::fs::write(&file, text).unwrap();
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command.arg(&file).env("PATH", path).env("GRAPH_TOKEN", super::TOKEN).env_remove("SCIM_TOKEN");
    command.env("GRAPH_URL", format!("http://{}/v1.0", graph.address));
    if let Some(token) = token {
        command.env("SCIM_TOKEN", token);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await.unwrap().unwrap();
    Ran {
        good: output.status.success(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn options(graph: &Graph, groups: bool) -> ScriptOptions {
    ScriptOptions {
        tenant_url: graph.tenant_url(),
        name: "Contoso's Learning – SCIM & more".to_owned(),
        groups,
        users: Vec::new(),
        group_names: vec!["Pilot".to_owned()],
        secret: None,
        graph_url: ScriptOptions::GRAPH.to_owned(),
    }
}

// entra.md §4.13
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_sets_a_tenant_up_and_the_groups_members_arrive() {
    for groups in [false, true] {
        let graph = Graph::new(directory()).await;
        let ran = run(&graph, &options(&graph, groups), Some(graph.entra.token()), "").await;
        assert!(ran.good, "{}", ran.stderr);
        let apps = graph.caller.get("//v1.0/servicePrincipals").await.expect(200).json;
        let principal = format!("//v1.0/servicePrincipals/{}", apps["value"][0]["id"].as_str().unwrap());
        let job = format!("{principal}/synchronization/jobs/{}", ran.stdout.trim());
        let status = graph.next_cycle(&job, &serde_json::Value::Null).await;
        assert_eq!(status["lastExecution"]["state"], "Succeeded", "{status}");
        assert_eq!(graph.people().await, ["ann@x.example", "bob@x.example"]);
        assert_eq!(graph.groups().await, if groups { vec!["Pilot"] } else { vec![] });
        let ann = graph.entra.filter("/Users", "userName eq \"ann@x.example\"").await.expect(200);
        assert_eq!(ann.resources()[0]["externalId"], "ann", "externalId comes from objectId");

        // It is run again, with somebody more: nothing is made twice.
        let more = ScriptOptions { users: vec!["cid@x.example".to_owned()], ..options(&graph, groups) };
        let again = run(&graph, &more, Some(graph.entra.token()), "").await;
        assert!(again.good, "{}", again.stderr);
        assert_eq!(again.stdout, ran.stdout);
        for text in ["there already", "is as it should be", "assigned already: Pilot", "runs already"] {
            assert!(again.stderr.contains(text), "no “{text}” in\n{}", again.stderr);
        }
        assert!(again.stderr.contains("   assigned: cid@x.example"), "{}", again.stderr);
        let apps = graph.caller.get("//v1.0/servicePrincipals").await.expect(200).json;
        assert_eq!(apps["value"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_that_has_no_secret_asks_for_it() {
    let graph = Graph::new(directory()).await;
    let ran = run(&graph, &options(&graph, true), None, &format!("{}\n", graph.entra.token())).await;
    assert!(ran.good, "{}", ran.stderr);
    assert!(!ran.stderr.contains(graph.entra.token()));
    let ran = run(&graph, &options(&graph, true), None, "").await;
    assert!(!ran.good && ran.stderr.contains("no Secret Token"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_token_stops_the_script_at_test_connection() {
    let graph = Graph::new(directory()).await;
    let ran = run(&graph, &options(&graph, true), Some("pvt_wrong"), "").await;
    assert!(!ran.good);
    assert!(ran.stderr.contains("CredentialValidationUnavailable"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("3. Test Connection") && !ran.stderr.contains("4. Credentials"),
        "{}",
        ran.stderr
    );
    assert_eq!(graph.people().await, Vec::<String>::new());
    let ran = run(&graph, &options(&graph, true), Some(graph.entra.token()), "").await;
    assert!(ran.good, "once it is right, the same script goes on: {}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_not_there_is_named() {
    let graph = Graph::new(directory()).await;
    let options = ScriptOptions { group_names: vec!["Pilots".to_owned()], ..options(&graph, true) };
    let ran = run(&graph, &options, Some(graph.entra.token()), "").await;
    assert!(!ran.good);
    assert!(ran.stderr.contains("not exactly one group is called Pilots"), "{}", ran.stderr);
}
