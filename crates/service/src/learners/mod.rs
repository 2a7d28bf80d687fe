//! Learners as operators see them: looking, making, changing, locking out, letting in, removing, restoring, merging.

mod edit;
mod history;
mod list;
mod merge;
mod removed;
mod search;
mod show;
mod state;
mod write;

pub use list::{LearnerList, LearnerQuery, LearnerRow, learner_filter, whole_filter};
pub use merge::Merged;
pub use removed::RemovedLearner;
pub use search::{LearnerSearch, LearnersFound};
pub(crate) use show::find;
pub use show::{LearnerDetail, LearnerGroup};
pub use state::LearnerAct;
pub(crate) use state::set_active;
pub(crate) use write::{Prepared, Steward, document_of, holder, whole_document};
