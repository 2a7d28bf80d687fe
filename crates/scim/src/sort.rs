//! sort.
