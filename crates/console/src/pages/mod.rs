//! The pages.

pub mod console;
pub mod setup;
