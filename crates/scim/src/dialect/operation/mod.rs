//! Quirks of the third kind: (operation, document so far) → operation. Each rewrite leaves the step alone, changes it
//! into what the sender means, or drops it; what comes out is done strictly.

mod active_never_unassigned;
mod empty_string_clears;
mod filtered_path_upsert;
mod flattened_keys;
mod null_is_absent;
mod read_only_in_value;
mod remove_with_value;
mod shape_mismatch;
mod singular_value_filter;
mod sub_without_element;

pub(crate) use flattened_keys::flattened_keys;
pub(crate) use shape_mismatch::resource_in_list;

use super::Quirk;
use crate::error::Result;
use crate::patch::{State, Step};

/// What becomes of a step.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    /// It goes on, as it was or rewritten.
    Keep,
    /// It changes nothing; with a sentence for the log where the sender might wonder.
    Drop(Option<String>),
}

type Rewrite = fn(&mut Step, &State<'_>) -> Result<Verdict>;

/// In the order in which they are tried. What a value means comes before what its absence means, and both before the
/// question whether there is anything to put it on.
pub(crate) const REWRITES: &[(Quirk, Rewrite)] = &[
    (Quirk::ReadOnlyInValue, read_only_in_value::rewrite),
    (Quirk::ShapeMismatch, shape_mismatch::rewrite),
    (Quirk::RemoveWithValue, remove_with_value::rewrite),
    (Quirk::EmptyStringClears, empty_string_clears::rewrite),
    (Quirk::SingularValueFilter, singular_value_filter::rewrite),
    (Quirk::FilteredPathUpsert, filtered_path_upsert::rewrite),
    (Quirk::SubWithoutElement, sub_without_element::rewrite),
    (Quirk::NullIsAbsent, null_is_absent::rewrite),
    (Quirk::ActiveNeverUnassigned, active_never_unassigned::rewrite),
];
