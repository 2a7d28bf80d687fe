use super::steps::{STEPS, libtest_counts, nextest_counts};
use super::{Step, Tally, Wanted};

fn wanted(arguments: &[&str]) -> Result<Wanted, String> {
    Wanted::read(&arguments.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
}

#[test]
fn everything_is_wanted_unless_said_otherwise() {
    assert!(STEPS.iter().all(|step| Wanted::default().includes(step)));
    let some = wanted(&["--only", "lint,demo"]).unwrap();
    let names: Vec<_> = STEPS.iter().filter(|step| some.includes(step)).map(|step| step.name).collect();
    assert_eq!(names, ["lint", "demo"]);
}

#[test]
fn a_step_can_be_left_out_by_what_it_needs() {
    let step = Step { name: "x", what: "", needs: Some("postgres"), run: Tally::default };
    assert!(Wanted::default().includes(&step));
    assert!(!wanted(&["--without=postgres,browser"]).unwrap().includes(&step));
}

#[test]
fn slips_are_told_with_what_is_known() {
    assert!(wanted(&["--only", "lints"]).unwrap_err().contains("lint, requirements"));
    assert!(wanted(&["--without", "python"]).unwrap_err().contains("postgres, browser, nginx, foreign"));
    assert!(wanted(&["--fast"]).unwrap_err().starts_with("usage:"));
}

#[test]
fn counts_are_read_from_both_harnesses() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let nextest =
        "PASS x\n     Summary [   0.140s] 16 tests run: 12 passed (1 slow), 3 failed, 1 timed out, 2 skipped";
    assert_eq!(nextest_counts(&lines(nextest)), (12, 4));
    assert_eq!(nextest_counts(&lines("error: could not compile")), (0, 0));
    let libtest = "test result: ok. 3 passed; 0 failed; 0 ignored\ntest result: FAILED. 10 passed; 2 failed;";
    assert_eq!(libtest_counts(&lines(libtest)), (13, 2));
}
