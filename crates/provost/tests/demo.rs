//! The demo, start to end, as somebody on a fresh machine runs it.

use std::process::Command;

#[test]
fn the_main_job_is_played_verified_and_summed_up() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_provost"));
    command.args(["demo", "--exit", "--json", "--learners", "450"]).current_dir(folder.path()).env_clear();
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{told}");
    let steps: Vec<_> = told
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("✓ ")?.split_once(": ").map(|(step, _)| step))
        .collect();
    let (one, two) = (["Test Connection", "initial cycle"], ["Test Connection", "initial cycle"]);
    let years = [
        "joiner",
        "mover",
        "leaver",
        "returner",
        "manager change",
        "rename",
        "group membership",
        "hard delete",
        "incremental cycle",
        "provision on demand",
    ];
    assert_eq!(steps, [&one[..], &two[..], &years[..]].concat());
    for text in ["nothing was written to /Groups", "the directory holds what Entra would have left"] {
        assert!(told.contains(text), "no “{text}” in {told}");
    }
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    // 450, of whom 14 are disabled and never created; two came and one went.
    assert_eq!(
        (summary["learners"].as_u64(), summary["groups"].as_u64()),
        (Some(437), Some(54)),
        "{summary}"
    );
    for figure in ["requests", "seconds", "requests_per_second", "p50_ms", "p99_ms"] {
        assert!(summary[figure].as_f64().unwrap() > 0.0, "{figure}: {summary}");
    }
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none(), "the demo leaves nothing behind");
}
