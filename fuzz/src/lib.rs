//! What is done with input from outside, as functions of bytes that must not panic. libFuzzer calls them with what it
//! makes up (`cargo xtask fuzz`); the tests call them with every seed, among them all that was ever found.

mod body;
mod cursor;
mod filter;
mod messages;
mod patching;
mod path;
#[cfg(test)]
mod tests;

pub use body::body;
pub use cursor::cursor;
pub use filter::filter;
pub use path::path;
use std::sync::LazyLock;

use scim::{Dialect, Registry, Schema};
use serde_json::json;

/// Every built-in dialect.
fn dialects() -> [Dialect; 3] {
    [Dialect::strict(), Dialect::entra(), Dialect::okta()]
}

/// An extension with the types and rules that the built-in schemas lack.
const ACME: &str = "urn:acme:2.0:User";

/// The built-in schemas and an extension of a customer's own.
static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    let schema = json!({"id": ACME, "attributes": [
        {"name": "hired", "type": "dateTime"},
        {"name": "level", "type": "integer"},
        {"name": "rate", "type": "decimal"},
        {"name": "key", "type": "binary"},
        {"name": "badge", "mutability": "immutable"},
        {"name": "tags", "multiValued": true},
        {"name": "days", "type": "dateTime", "multiValued": true},
        {"name": "site", "canonicalValues": ["North", "South"], "enforceCanonicalValues": true},
        {"name": "contract", "type": "complex", "subAttributes": [
            {"name": "number", "mutability": "immutable"}, {"name": "days", "type": "integer", "multiValued": true}]},
        {"name": "courses", "type": "complex", "multiValued": true, "subAttributes": [
            {"name": "code", "required": true}, {"name": "done", "type": "boolean"}]}
    ]});
    let mut registry = Registry::builtin();
    let schema = Schema::from_json(&schema).expect("the extension is well formed");
    registry.add_schema(schema).expect("its URN is new");
    registry.extend("User", ACME, false).expect("users can have it");
    registry
});
