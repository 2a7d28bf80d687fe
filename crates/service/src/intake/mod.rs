//! What a tenant takes in: whose people, and which of their attributes.

mod manage;
mod retell;
mod rules;
mod scrub;

pub use manage::IntakeSettings;
pub(crate) use manage::stored;
pub(crate) use rules::Intake;
