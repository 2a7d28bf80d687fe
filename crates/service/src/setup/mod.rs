//! The setup page's use cases: what a customer's administrator may do with a link, and nothing beyond its connection.

mod choose;
mod progress;
mod token;
mod valve;
mod visit;

pub use progress::SetupProgress;
pub(crate) use valve::Valve;
pub use visit::SetupVisit;
