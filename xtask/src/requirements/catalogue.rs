//! `docs/reference/requirements.toml`, read and checked.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::scan;
use crate::Outcome;

/// The catalogue, relative to the workspace.
pub(crate) const FILE: &str = "docs/reference/requirements.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    requirement: Vec<Requirement>,
}

/// One thing that Provost must, should or may do.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Requirement {
    /// `S-PATCH-07`, `A-05`: never given to another requirement.
    pub(crate) id: String,
    pub(crate) level: Level,
    /// The clause of the standard, or why there is none.
    pub(crate) clause: String,
    /// What is required, understandable without the standard.
    pub(crate) sentence: String,
    pub(crate) proof: Proof,
    /// Why this is not done, where it is not.
    pub(crate) left_out: Option<String>,
}

/// How binding a requirement is: the word of the standard, or ours.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Level {
    #[serde(rename = "MUST")]
    Must,
    #[serde(rename = "MUST NOT")]
    MustNot,
    #[serde(rename = "SHALL")]
    Shall,
    #[serde(rename = "SHALL NOT")]
    ShallNot,
    #[serde(rename = "SHOULD")]
    Should,
    #[serde(rename = "SHOULD NOT")]
    ShouldNot,
    #[serde(rename = "MAY")]
    May,
    /// Said by the standard as a fact, without one of the capital words.
    #[serde(rename = "TEXT")]
    Text,
    /// Decided here, where the standard leaves it open.
    #[serde(rename = "OUR")]
    Our,
}

impl Level {
    /// Whether a test must name it.
    pub(crate) fn binds(self) -> bool {
        matches!(self, Self::Must | Self::MustNot | Self::Shall | Self::ShallNot)
    }

    /// The word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::MustNot => "MUST NOT",
            Self::Shall => "SHALL",
            Self::ShallNot => "SHALL NOT",
            Self::Should => "SHOULD",
            Self::ShouldNot => "SHOULD NOT",
            Self::May => "MAY",
            Self::Text => "TEXT",
            Self::Our => "OUR",
        }
    }
}

/// Where a requirement can be seen to hold.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Proof {
    /// On the wire.
    Http,
    /// In what our client sends or puts up with.
    Client,
    /// In the directory.
    Storage,
    /// In a function of `scim`.
    Pure,
}

impl Proof {
    /// As in the file.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Client => "client",
            Self::Storage => "storage",
            Self::Pure => "pure",
        }
    }
}

/// Reads the catalogue and refuses one that contradicts itself.
pub(crate) fn read(text: &str) -> Outcome<Vec<Requirement>> {
    let catalogue: Catalogue = toml::from_str(text).map_err(|error| format!("{FILE}: {error}"))?;
    let mut seen = BTreeSet::new();
    for requirement in &catalogue.requirement {
        let id = &requirement.id;
        if !seen.insert(id) {
            return Err(format!("{FILE}: {id} is there twice"));
        }
        if scan::ids(id) != [id.clone()] {
            return Err(format!("{FILE}: {id} is not of the form S-NAME-01 or A-01"));
        }
        if requirement.sentence.trim().is_empty() || requirement.clause.trim().is_empty() {
            return Err(format!("{FILE}: {id} lacks its sentence or its clause"));
        }
        if requirement.level.binds() && requirement.left_out.is_some() {
            return Err(format!(
                "{FILE}: {id} is {} and cannot be left out; word it as it was ruled, or do it",
                requirement.level.word()
            ));
        }
    }
    Ok(catalogue.requirement)
}
