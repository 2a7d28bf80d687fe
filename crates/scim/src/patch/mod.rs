//! PATCH (RFC 7644 §3.5.2): what is asked, and what it makes of a document.

mod message;

pub use message::{Op, Operation, PATCH_OP, PatchRequest, parse};

#[cfg(test)]
mod tests;
