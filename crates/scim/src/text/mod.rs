//! Text as it is compared: folding for `caseExact=false`, instants for `dateTime`.
//!
//! Everything that compares (filters, unique keys, sort, PATCH) goes through these functions, so that storage and
//! the evaluator cannot disagree (S-FILTER-17). What was sent is kept and shown as it was sent; only keys are
//! folded (S-MODEL-10).

mod fold;
mod instant;
#[cfg(test)]
mod tests;
mod width;

pub use fold::{fold, folds_to};
pub use instant::{format_millis, instant, write_millis};
