//! `provost entra` as a person meets it: the real binary against a real `provost serve`.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what cannot be run fails the test")]

mod bad_input;
mod capture;
mod graph;
mod help;
mod life;
mod looking;
mod run;
mod sign_in;
mod signals;
