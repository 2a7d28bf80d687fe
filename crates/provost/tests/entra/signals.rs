//! Interrupts, and targets that die under a cycle.

use std::collections::BTreeSet;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::run::{Run, Target, crowd, people};

fn start(target: &Target, args: &[&str]) -> Child {
    target.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn interrupt(child: &Child) {
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

/// Waits until so many are in the target.
fn wait_for(target: &Target, count: usize) {
    for _ in 0..200 {
        if target.names().len() >= count {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{count} people never came");
}

#[test]
fn an_interrupt_ends_between_people_and_the_next_run_goes_on() {
    let target = Target::new();
    target.write("crowd.json", &crowd(200));
    let args = ["provision", "--source", "crowd.json", "--json"];
    let child = start(&target, &[&args[..], &["--rate", "60"]].concat());
    wait_for(&target, 10);
    interrupt(&child);
    let ended = Run::of(child.wait_with_output().unwrap()).exits(1);
    let ended =
        ended.says(&["ending as soon as the people under way are through", "it goes on where it was"]);
    let (first, there) = (ended.json(), target.names().len() as u64);
    // Everybody who is in the target is accounted for: nobody was cut off in the middle.
    assert_eq!(
        (first["stopped"].as_bool(), first["created"].as_u64(), first["failed"].as_u64()),
        (Some(true), Some(there), Some(0))
    );
    assert!(there < 200, "it was not interrupted");
    let status = target.entra(&["status"]).exits(0);
    assert!(status.stdout.contains("the next one goes on"), "{}", status.stdout);
    let rest = target.entra(&args).exits(0).json();
    assert_eq!(rest["created"].as_u64(), Some(200 - there), "{rest}");
    assert_eq!(rest["adopted"], 0, "{rest}");
    assert_eq!(target.names().iter().collect::<BTreeSet<_>>().len(), 200);
}

#[test]
fn a_watched_job_can_be_looked_at_and_ends_in_order() {
    let target = Target::new();
    target.write("one.json", &people(&["ann"]));
    let child = start(&target, &["provision", "--source", "one.json", "--watch"]);
    wait_for(&target, 1);
    let status = target.entra(&["status"]).exits(0);
    assert!(status.stdout.contains("is active"), "{}", status.stdout);
    target.entra(&["logs"]).exits(0);
    let second = target.entra(&["provision", "--source", "one.json"]).exits(1);
    second.says(&["another process runs the job", "another --state-dir"]);
    std::thread::sleep(Duration::from_millis(300));
    interrupt(&child);
    Run::of(child.wait_with_output().unwrap()).exits(0).says(&["1 created", "next cycle at "]);
}

#[test]
fn a_target_that_is_killed_under_a_cycle_leaves_nobody_doubled_or_lost() {
    let mut target = Target::new();
    target.write("crowd.json", &crowd(300));
    let child = start(&target, &["provision", "--source", "crowd.json", "--rate", "200"]);
    wait_for(&target, 20);
    target.kill();
    let ended = Run::of(child.wait_with_output().unwrap()).exits(1);
    assert!(ended.stderr.contains("→ "), "it says what to do: {}", ended.stderr);
    target.entra(&["provision", "--source", "crowd.json"]).exits(1).says(&["the connection does not work"]);
    target.serve();
    // Whoever failed is in escrow, for six hours: a restart does not wait.
    target.entra(&["restart"]).exits(0);
    target.entra(&["provision", "--source", "crowd.json"]).exits(0);
    let names = target.names();
    assert_eq!((names.len(), names.iter().collect::<BTreeSet<_>>().len()), (300, 300));
}

#[test]
fn a_rate_is_kept() {
    let target = Target::new();
    target.write("crowd.json", &crowd(60));
    let report =
        target.entra(&["provision", "--source", "crowd.json", "--json", "--rate", "40"]).exits(0).json();
    let (requests, seconds) = (report["requests"].as_f64().unwrap(), report["seconds"].as_f64().unwrap());
    // A query and a create for each; a second's worth may be saved up.
    assert!(requests >= 120.0 && seconds >= (requests - 1.0) / 40.0 - 1.0, "{requests} in {seconds} s");
    let name = target.entra(&["provision", "--source", "crowd.json", "--rate", "fast"]);
    name.exits(2).says(&["a number from 1 on, or `entra`"]);
}
