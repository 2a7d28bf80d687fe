//! PATCH messages (RFC 7644 §3.5.2).

use serde_json::{Value, json};

use crate::filter::Filter;

/// Members in one operation unless told otherwise; some servers take no more.
pub const MEMBERS_PER_OPERATION: usize = 100;

/// A PATCH under construction: lower-case operations, each with a path (S-CLI-06).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch {
    operations: Vec<Value>,
}

impl Patch {
    /// The schema of PATCH messages.
    pub const SCHEMA: &'static str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    /// No operation yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value, or elements to a list.
    #[must_use]
    pub fn add(mut self, path: &str, value: impl Into<Value>) -> Self {
        self.operations.push(json!({"op": "add", "path": path, "value": value.into()}));
        self
    }

    /// Puts a value in the place of what is there.
    #[must_use]
    pub fn replace(mut self, path: &str, value: impl Into<Value>) -> Self {
        self.operations.push(json!({"op": "replace", "path": path, "value": value.into()}));
        self
    }

    /// Takes a value away.
    #[must_use]
    pub fn remove(mut self, path: &str) -> Self {
        self.operations.push(json!({"op": "remove", "path": path}));
        self
    }

    /// Adds an operation of any shape.
    #[must_use]
    pub fn operation(mut self, operation: Value) -> Self {
        self.operations.push(operation);
        self
    }

    /// The operations.
    #[must_use]
    pub fn operations(&self) -> &[Value] {
        &self.operations
    }

    /// Whether it changes nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// The message as sent.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({"schemas": [Self::SCHEMA], "Operations": self.operations})
    }

    /// The PATCHes that change a group's members: additions in lists of at most `per_operation`, removals each by its
    /// own path, at most `per_operation` of them in one message. One message each, so that a server's limit on bodies
    /// is kept; none when nothing changes.
    #[must_use]
    pub fn members<S: AsRef<str>>(added: &[S], removed: &[S], per_operation: usize) -> Vec<Self> {
        let size = per_operation.max(1);
        let additions = added.chunks(size).map(|ids| {
            let members: Vec<_> = ids.iter().map(|id| json!({"value": id.as_ref()})).collect();
            Self::new().add("members", members)
        });
        let removals = removed.chunks(size).map(|ids| {
            ids.iter().fold(Self::new(), |patch, id| {
                patch.remove(&Filter::element("members", Filter::eq("value", id.as_ref())).to_string())
            })
        });
        additions.chain(removals).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_the_message_in_the_order_built() {
        // S-CLI-06
        let patch =
            Patch::new().replace("active", false).remove("title").add("emails", json!([{"value": "a@b"}]));
        assert_eq!(
            patch.to_json().to_string(),
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"active","value":false},{"op":"remove","path":"title"},{"op":"add","path":"emails","value":[{"value":"a@b"}]}]}"#
        );
        assert!(Patch::new().is_empty() && !patch.is_empty());
    }

    #[test]
    fn memberships_come_in_pieces() {
        // S-CLI-06
        let added: Vec<_> = (0..5).map(|n| format!("a{n}")).collect();
        let patches = Patch::members(&added, &["r\"1".to_owned(), "r2".to_owned(), "r3".to_owned()], 2);
        let sizes: Vec<_> = patches
            .iter()
            .map(|p| (p.operations().len(), p.operations()[0]["value"].as_array().map_or(0, Vec::len)))
            .collect();
        assert_eq!(sizes, [(1, 2), (1, 2), (1, 1), (2, 0), (1, 0)]);
        assert_eq!(patches[3].operations()[0]["path"], r#"members[value eq "r\"1"]"#);
        assert!(Patch::members::<&str>(&[], &[], 100).is_empty());
    }
}
