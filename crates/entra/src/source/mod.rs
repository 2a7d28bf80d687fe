//! Where users, groups and assignments come from, as Microsoft Graph returns them.
//!
//! A source is read as a whole, once each cycle, as a stream of [`Record`]s: nothing is held but the record under way, so
//! that memory stays flat. What changed since the last cycle is found out by comparing ([`crate::state`]).

mod csv_people;
mod graph;
mod json_lines;
mod names;
mod organisation;
mod values;

#[cfg(test)]
mod tests;

pub use csv_people::CsvPeople;
pub use json_lines::JsonLines;
pub(crate) use names::is_graph_name;
pub use names::{GRAPH_NAMES, guest_name, with_graph_names};
pub use organisation::OrganisationFile;
pub use values::Organisation;

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use base::Hinted;

use crate::mapping::AppRole;
use crate::model::{Kind, Member, SourceObject};

/// Members given at once; a larger group comes in several [`Record::Members`].
pub const MEMBERS_AT_ONCE: usize = 1000;

/// One thing read.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// A user or a group, and where it stands.
    Object(SourceObject, Place),
    /// Some of a group's direct members. May come before the group itself.
    Members {
        /// The group's `objectId`.
        group: String,
        /// Some of its members, no more than [`MEMBERS_AT_ONCE`].
        members: Vec<Member>,
    },
    /// The source says who is assigned, if only that nobody is. Without it everybody and every group is.
    HasAssignments,
    /// A user or group is assigned to the application.
    Assignment(Assignment),
    /// Something that cannot be read. The rest goes on.
    Bad(BadRecord),
}

/// An `appRoleAssignment`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The user's or group's `objectId`.
    pub principal: String,
    /// The role; the default access role has no value.
    pub role: AppRole,
}

/// A record that is passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRecord {
    /// Where it stands.
    pub place: Place,
    /// What it would be.
    pub kind: Option<Kind>,
    /// Its `objectId`, where that at least can be read: then the object stays as it was.
    pub id: Option<String>,
    /// What is wrong with it.
    pub why: String,
}

/// Where a record stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a file of lines.
    Line {
        /// The file's name.
        file: Arc<str>,
        /// The line, from 1.
        line: u64,
    },
    /// In a list of a JSON document.
    Index {
        /// The list's name.
        list: &'static str,
        /// The place in the list, from 0.
        index: u64,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { file, line } => write!(f, "{file}, line {line}"),
            Self::Index { list, index } => write!(f, "/{list}/{index}"),
        }
    }
}

impl fmt::Display for BadRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.why)
    }
}

/// Takes the records; [`ControlFlow::Break`] ends the reading, which then is no fault of the source.
pub type Sink<'a> = dyn FnMut(Record) -> ControlFlow<()> + 'a;

/// A directory to provision from.
///
/// Reading blocks: it is called off the runtime. A source over the network waits for its answers with the runtime's
/// handle.
pub trait Source: Send + Sync + fmt::Debug {
    /// What it is, in a few words for a person.
    fn describe(&self) -> String;

    /// Reads everything there is, in whatever order.
    ///
    /// # Errors
    /// When it cannot be read to its end. What was given until then must not be taken for everything.
    fn read(&self, sink: &mut Sink<'_>) -> Result<(), SourceFault>;
}

/// Why a source cannot be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum SourceFault {
    /// A file cannot be read.
    #[error("{file} cannot be read")]
    File {
        /// Its path.
        file: String,
        /// Why.
        #[source]
        error: std::io::Error,
    },
    /// A document is damaged from some place on.
    #[error("{file} is no organisation file: {why}")]
    Document {
        /// Its path.
        file: String,
        /// What is wrong, with line and column.
        why: String,
    },
    /// A file is written in UTF-16.
    #[error("{file} is UTF-16, and UTF-8 is read here")]
    Utf16 {
        /// Its path.
        file: String,
    },
    /// A table lacks a column without which nothing can be told apart.
    #[error("{file} has no column {wanted}; it has {found}", found = if found.is_empty() { "none" } else { found })]
    Column {
        /// Its path.
        file: String,
        /// The columns of which one must be there.
        wanted: &'static str,
        /// Those that are.
        found: String,
    },
}

impl Hinted for SourceFault {
    fn hints(&self) -> Vec<String> {
        vec![match self {
            Self::File { .. } => "give an organisation file (JSON), a folder with users.jsonl, or a CSV file of people".into(),
            Self::Document { .. } => "an organisation file is one JSON object with `users` and `groups` as Microsoft Graph returns them; nothing was provisioned from the damaged one".into(),
            Self::Utf16 { .. } => "save it as UTF-8; in Windows PowerShell, which writes UTF-16 by default, with `Out-File -Encoding utf8`".into(),
            Self::Column { found, .. } if found.contains([';', '\t']) => "separate the columns by commas: the first line has none".into(),
            Self::Column { wanted, .. } => format!("add a column {wanted} to the first line"),
        }]
    }
}

/// The source at a path: a folder of line-delimited files, a CSV file of people, or else an organisation file.
///
/// # Errors
/// When nothing is there.
pub fn open(path: &Path) -> Result<Arc<dyn Source>, SourceFault> {
    let metadata = std::fs::metadata(path)
        .map_err(|error| SourceFault::File { file: path.display().to_string(), error })?;
    let is_csv = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
    Ok(match (metadata.is_dir(), is_csv) {
        (true, _) => Arc::new(JsonLines::new(path)),
        (false, true) => Arc::new(CsvPeople::new(path)),
        (false, false) => Arc::new(OrganisationFile::new(path)),
    })
}
