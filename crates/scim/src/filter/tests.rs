mod check;
mod errors;
mod eval;
mod grammar;
mod roundtrip;

use super::{Filter, Limits, Parsed, parse};
use crate::dialect::Dialect;

fn strict(text: &str) -> Filter<Parsed> {
    parse(text, &Dialect::strict(), &Limits::default()).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn lenient(text: &str) -> Filter<Parsed> {
    parse(text, &Dialect::entra(), &Limits::default()).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn refused(text: &str, dialect: &Dialect) -> crate::ScimError {
    match parse(text, dialect, &Limits::default()) {
        Ok(filter) => panic!("{text} was read as {filter}"),
        Err(error) => error,
    }
}
