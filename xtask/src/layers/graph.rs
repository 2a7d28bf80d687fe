//! The crates and the arrows between them, as `cargo metadata` tells them.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::{Outcome, command};

/// What kind of dependency an arrow is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Linked into the crate.
    Normal,
    /// Linked into its build script.
    Build,
    /// Linked into its tests only.
    Development,
}

impl Kind {
    /// As Cargo's manifest calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Normal => "dependency",
            Self::Build => "build-dependency",
            Self::Development => "dev-dependency",
        }
    }
}

/// A crate of the workspace with the arrows that leave it.
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) uses: Vec<(String, Kind)>,
}

/// The workspace.
pub(crate) struct Graph {
    pub(crate) members: Vec<Member>,
    /// The names of all crates that are linked somewhere, ours and others'.
    pub(crate) packages: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
}

impl Graph {
    /// The graph of this workspace.
    pub(crate) fn of_workspace() -> Outcome<Self> {
        Self::read(&command::output(command::cargo().args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
        ]))?)
    }

    /// The graph in the JSON of `cargo metadata`.
    pub(crate) fn read(json: &str) -> Outcome<Self> {
        let metadata: Metadata = serde_json::from_str(json)
            .map_err(|error| format!("what cargo metadata printed is not understood: {error}"))?;
        let packages = metadata.packages.iter().map(|package| package.name.clone()).collect();
        let members = metadata
            .packages
            .into_iter()
            .filter(|package| metadata.workspace_members.contains(&package.id))
            .map(|package| Member {
                name: package.name,
                uses: package.dependencies.into_iter().map(Dependency::arrow).collect(),
            })
            .collect();
        Ok(Self { members, packages })
    }

    /// Whether a crate is one of ours.
    pub(crate) fn is_member(&self, name: &str) -> bool {
        self.members.iter().any(|member| member.name == name)
    }
}

impl Dependency {
    fn arrow(self) -> (String, Kind) {
        let kind = match self.kind.as_deref() {
            Some("dev") => Kind::Development,
            Some("build") => Kind::Build,
            _ => Kind::Normal,
        };
        (self.name, kind)
    }
}
