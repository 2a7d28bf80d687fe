//! A folder of line-delimited files: `users.jsonl`, `groups.jsonl`, `appRoleAssignedTo.jsonl`.

use std::io::BufRead;
use std::path::PathBuf;
use std::sync::Arc;

use serde::de::DeserializeSeed;
use serde_json::Value as Json;

use crate::model::Kind;
use crate::source::organisation::{self, Group, Out};
use crate::source::{BadRecord, Place, Record, Sink, Source, SourceFault};

/// One resource a line. A line that is no JSON costs itself only. `users.jsonl` must be there; without
/// `appRoleAssignedTo.jsonl` everybody is assigned.
#[derive(Clone, Debug)]
pub struct JsonLines {
    folder: PathBuf,
}

impl JsonLines {
    /// The files in this folder. Opens nothing yet.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }
}

const FILES: [(&str, Option<Kind>); 3] = [
    ("users.jsonl", Some(Kind::User)),
    ("groups.jsonl", Some(Kind::Group)),
    ("appRoleAssignedTo.jsonl", None),
];

impl Source for JsonLines {
    fn describe(&self) -> String {
        format!("the folder {}", self.folder.display())
    }

    fn read(&self, sink: &mut Sink<'_>) -> Result<(), SourceFault> {
        let mut out = Out { sink, stopped: false };
        for (name, kind) in FILES {
            let path = self.folder.join(name);
            if kind != Some(Kind::User) && !path.exists() {
                continue;
            }
            let fault = |error| SourceFault::File { file: path.display().to_string(), error };
            let mut reader = organisation::open(&path)?;
            if kind.is_none() {
                let _: Result<(), serde_json::Error> = out.give(Record::HasAssignments);
            }
            let (file, mut line) = (Arc::<str>::from(name), Vec::new());
            for number in 1.. {
                line.clear();
                if out.stopped || reader.read_until(b'\n', &mut line).map_err(fault)? == 0 {
                    break;
                }
                read_line(&line, kind, Place::Line { file: Arc::clone(&file), line: number }, &mut out);
            }
        }
        Ok(())
    }
}

fn read_line(line: &[u8], kind: Option<Kind>, place: Place, out: &mut Out<'_, '_>) {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii();
    if line.is_empty() {
        return;
    }
    let read = match kind {
        Some(Kind::Group) => {
            let mut json = serde_json::Deserializer::from_slice(line);
            Group { place: place.clone(), out }.deserialize(&mut json).and_then(|()| json.end())
        }
        kind => serde_json::from_slice::<Json>(line).and_then(|json| match kind {
            Some(kind) => organisation::object(kind, json, place.clone(), out),
            None => organisation::assignment(&json, place.clone(), out),
        }),
    };
    if let (Err(error), false) = (read, out.stopped) {
        let bad = BadRecord { place, kind, id: None, why: format!("it is no JSON: {error}") };
        // Whether the sink wants more is kept in `out`.
        let _: Result<(), serde_json::Error> = out.give(Record::Bad(bad));
    }
}
