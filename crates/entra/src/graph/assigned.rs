//! The directory as one application sees it.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use super::saved::Saved;
use crate::source::{Record, Sink, Source, SourceFault};

/// The directory with the application's own assignments beside those that the source names.
///
/// An application of a tenant has nobody until somebody is assigned. So, other than where a source is provisioned without
/// this face, a source that does not say who is assigned does not mean everybody.
pub(super) struct Assigned {
    directory: Arc<dyn Source>,
    saved: Arc<Mutex<Saved>>,
    principal: String,
}

impl Assigned {
    pub(super) fn new(directory: Arc<dyn Source>, saved: Arc<Mutex<Saved>>, principal: &str) -> Self {
        Self { directory, saved, principal: principal.to_owned() }
    }
}

impl fmt::Debug for Assigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assigned").field("directory", &self.directory).finish_non_exhaustive()
    }
}

impl Source for Assigned {
    fn describe(&self) -> String {
        self.directory.describe()
    }

    fn read(&self, sink: &mut Sink<'_>) -> Result<(), SourceFault> {
        let assignments = {
            let saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
            // An application that is gone meanwhile has nobody.
            saved.app(&self.principal).map(|app| app.assignments()).unwrap_or_default()
        };
        let own =
            std::iter::once(Record::HasAssignments).chain(assignments.into_iter().map(Record::Assignment));
        for record in own {
            if sink(record) == ControlFlow::Break(()) {
                return Ok(());
            }
        }
        self.directory.read(sink)
    }
}
