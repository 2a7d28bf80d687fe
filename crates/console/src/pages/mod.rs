//! The pages.

pub mod console;
