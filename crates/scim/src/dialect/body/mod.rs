//! Quirks of the second kind: from the body of a message to its operations. None of them looks at the resource.

mod bulk_patch_array;
mod empty_operations;
mod message_schema;
mod op_case;

pub(crate) use bulk_patch_array::patch_message;
pub(crate) use empty_operations::operations;
pub(crate) use message_schema::require_schema;
pub(crate) use op_case::{Fields, same_word};
