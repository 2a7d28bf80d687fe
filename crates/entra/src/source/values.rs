//! A directory in memory, which changes between cycles: for rehearsals, demonstrations and tests.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value as Json;

use crate::source::organisation::read_document;
use crate::source::{Sink, Source, SourceFault};

/// An organisation file's JSON held in memory. Shared: who holds it beside the job changes it between cycles.
#[derive(Debug)]
pub struct Organisation {
    document: Mutex<Json>,
}

impl Organisation {
    /// A directory that begins as this document.
    #[must_use]
    pub const fn new(document: Json) -> Self {
        Self { document: Mutex::new(document) }
    }

    /// The document, to look at or to change.
    pub fn document(&self) -> MutexGuard<'_, Json> {
        self.document.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Source for Organisation {
    fn describe(&self) -> String {
        "a directory in memory".to_owned()
    }

    fn read(&self, sink: &mut Sink<'_>) -> Result<(), SourceFault> {
        // Printed rather than walked, so that it is read by the same reader as a file.
        let text = self.document().to_string();
        read_document(text.as_bytes(), "the directory in memory", sink)
    }
}
