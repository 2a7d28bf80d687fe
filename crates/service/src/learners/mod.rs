//! Learners as operators see them: looking, locking out, letting in, removing, restoring.

mod list;
mod removed;
mod show;
mod state;
mod write;

pub use list::{LearnerList, LearnerQuery, LearnerRow};
pub use removed::RemovedLearner;
pub use show::{LearnerDetail, LearnerGroup};
pub(crate) use state::set_active;
pub(crate) use write::{Prepared, Steward, document_of, holder, whole_document};
