//! What is done with input from outside, as functions of bytes that must not panic. libFuzzer calls them with what it
//! makes up (`cargo xtask fuzz`); the tests call them with every seed, among them all that was ever found.

mod body;
#[cfg(test)]
mod tests;

pub use body::body;
use scim::Dialect;

/// Every built-in dialect.
fn dialects() -> [Dialect; 3] {
    [Dialect::strict(), Dialect::entra(), Dialect::okta()]
}
