//! The setup page's use cases: what a customer's administrator may do with a link, and nothing beyond its connection.

mod choose;
mod leftovers;
mod people;
mod policy;
mod progress;
mod rehearsal;
mod roster;
mod token;
mod valve;
mod visit;

pub use leftovers::{Leftover, Leftovers};
pub(crate) use policy::may_lock_out;
pub use policy::{LeftoverPolicy, SetupPolicy};
pub use progress::SetupProgress;
pub use rehearsal::{Group as Rehearsed, Rehearsal};
pub use roster::LeftoverPage;
pub(crate) use valve::Valve;
pub use visit::SetupVisit;
