//! The event feed, as apps read it: in order, from a cursor on, waiting when there is nothing new, and a snapshot to begin
//! again from when the cursor is too old.

mod bell;
mod read;
mod snapshot;
mod trim;

pub(crate) use bell::{Bell, Watched};
pub use read::{Feed, FeedEvent, FeedQuery};
pub use snapshot::{Snapshot, SnapshotGroup, SnapshotLearner};
