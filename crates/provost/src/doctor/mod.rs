//! `provost doctor`: what a server with these settings would meet, from the disk to the certificate as Entra sees it.
//!
//! It looks and changes nothing: no directory is made, no schema brought up to date.

mod address;
mod answer;
mod certificate;
mod clock;
mod configuration;
mod database;
mod disk;
mod mail;

use std::path::Path;

use serde_json::{Value, json};

use crate::cli::Doctor;

/// How it stands with one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// As it should be.
    Good,
    /// It works, but somebody should know or decide.
    Advice,
    /// It does not work, or not for long.
    Fault,
}

impl State {
    /// The word for people and programs.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Advice => "advice",
            Self::Fault => "fault",
        }
    }
}

/// What was found about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Of which part: `configuration`, `database`, `disk`, `clock`, `public URL`, `certificate`, `answer`,
    /// `mail`.
    pub(crate) part: &'static str,
    /// How it stands.
    pub(crate) state: State,
    /// What was seen.
    pub(crate) saw: String,
    /// What to do about it; empty when nothing is to be done.
    pub(crate) todo: String,
}

impl Finding {
    fn good(part: &'static str, saw: impl Into<String>) -> Self {
        Self { part, state: State::Good, saw: saw.into(), todo: String::new() }
    }

    fn advice(part: &'static str, saw: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { part, state: State::Advice, saw: saw.into(), todo: todo.into() }
    }

    fn fault(part: &'static str, saw: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { part, state: State::Fault, saw: saw.into(), todo: todo.into() }
    }

    /// For programs.
    pub(crate) fn to_json(&self) -> Value {
        json!({"part": self.part, "state": self.state.word(), "saw": self.saw, "todo": self.todo})
    }
}

/// Looks at everything, in the order in which a server needs it. `file` is the configuration file that was named.
pub(crate) async fn examine(args: &Doctor, file: Option<&Path>) -> Vec<Finding> {
    let mut findings = configuration::look(args, file);
    let database = database::look(args).await;
    findings.extend(database.findings);
    findings.extend(disk::look(args));
    let place = configuration::public_place(args);
    let seen = match &place {
        Some(place) => outside(place, &mut findings).await,
        None => None,
    };
    findings.extend(mail::look(args).await);
    findings.extend(clock::look(database.times, seen));
    findings
}

/// What somebody sees who comes from outside; the time that the other end says it is.
async fn outside(place: &configuration::Place, findings: &mut Vec<Finding>) -> Option<clock::Reference> {
    let (found, reached) = address::look(place).await;
    findings.extend(found);
    let socket = reached?;
    if place.secure {
        let (found, trusted) = certificate::look(place, socket).await;
        findings.extend(found);
        if !trusted {
            return None;
        }
    }
    let (found, time) = answer::look(place).await;
    findings.extend(found);
    time
}
