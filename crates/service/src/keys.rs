//! The keys of a resource: what storage finds it by without reading documents.

use scim::schema::{Resolved, Uniqueness};
use scim::{Document, ResourceType};
use serde_json::Value;
use store::{ConnectionId, Key, KeyName, Kind, key_text};

/// What decides about keys beside the document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyRules<'a> {
    /// Its type.
    pub(crate) resource_type: &'a ResourceType,
    /// The type's number.
    pub(crate) kind: Kind,
    /// Whether a group's name stands only once (quirk `unique-group-name`).
    pub(crate) unique_group_name: bool,
}

impl KeyRules<'_> {
    /// Every key of a resource in this state, each once. The document's own `externalId` is not looked at: that id
    /// belongs to a connection.
    pub(crate) fn keys(&self, document: &Document, external: &[(ConnectionId, String)]) -> Vec<Key> {
        let mut keys = Vec::with_capacity(6);
        let root = document.as_map();
        if self.kind == Kind::USER {
            if let Some(name) = text(root.get("userName")) {
                push(&mut keys, user_name(name));
            }
            for address in root.get("emails").and_then(Value::as_array).into_iter().flatten() {
                if let Some(address) = text(address.get("value")) {
                    push(&mut keys, email(address));
                }
            }
        }
        if let Some(name) = text(root.get("displayName")) {
            let unique = self.kind == Kind::GROUP && self.unique_group_name;
            push(&mut keys, Key { unique, ..display_name(name) });
        }
        for (connection, id) in external {
            push(&mut keys, external_id(*connection, id));
        }
        self.custom(document, &mut keys);
        keys
    }

    /// Attributes that the tenant's own schemas declare unique.
    fn custom(&self, document: &Document, keys: &mut Vec<Key>) {
        let extensions = self.resource_type.extensions.iter().map(|e| &e.schema);
        for (container, schema) in std::iter::once((None, &self.resource_type.schema))
            .chain(extensions.map(|schema| (Some(schema.id.clone()), schema)))
        {
            for attribute in &schema.attributes {
                let own = attribute.uniqueness != Uniqueness::None
                    && !(container.is_none() && self.kind == Kind::USER && attribute.name == "userName");
                let subs = attribute.sub_attributes.iter().filter(|s| s.uniqueness != Uniqueness::None);
                for sub in own.then_some(None).into_iter().chain(subs.map(Some)) {
                    let path = Resolved {
                        container: container.clone(),
                        attribute: attribute.clone(),
                        sub: sub.cloned(),
                    };
                    for value in document.values(&path) {
                        if let Some(comparable) = comparable(&path, value) {
                            let name = KeyName::Attribute(path.to_string());
                            push(keys, Key { name, value: comparable, unique: true });
                        }
                    }
                }
            }
        }
    }
}

/// The key of a user name: nobody else in the tenant may have it, whatever its case.
pub(crate) fn user_name(name: &str) -> Key {
    Key { name: KeyName::UserName, value: folded(name), unique: true }
}

/// The key of an e-mail address; two people may share one.
pub(crate) fn email(address: &str) -> Key {
    Key { name: KeyName::Email, value: folded(address), unique: false }
}

/// The key of a display name.
pub(crate) fn display_name(name: &str) -> Key {
    Key { name: KeyName::DisplayName, value: folded(name), unique: false }
}

/// The key of an `externalId`, compared exactly.
pub(crate) fn external_id(connection: ConnectionId, id: &str) -> Key {
    Key { name: KeyName::ExternalId(connection), value: key_text(id).into_owned(), unique: false }
}

/// The keys that go and the keys that come with a change of state.
pub(crate) fn difference(old: Vec<Key>, new: Vec<Key>) -> (Vec<Key>, Vec<Key>) {
    let same = |a: &Key, b: &Key| a.name == b.name && a.value == b.value;
    let add = new.iter().filter(|n| !old.iter().any(|o| same(o, n))).cloned().collect();
    let mut drop: Vec<_> = old.into_iter().filter(|o| !new.iter().any(|n| same(o, n))).collect();
    for key in &mut drop {
        // The switch may have stood otherwise when the key was made; dropping it as a unique one drops either.
        key.unique |= key.name == KeyName::DisplayName;
    }
    (drop, add)
}

fn push(keys: &mut Vec<Key>, key: Key) {
    if !keys.contains(&key) {
        keys.push(key);
    }
}

fn text(value: Option<&Value>) -> Option<&str> {
    value?.as_str()
}

fn folded(text: &str) -> String {
    key_text(&scim::text::fold(text)).into_owned()
}

/// A value as it is compared, as text.
fn comparable(path: &Resolved, value: &Value) -> Option<String> {
    use scim::filter::Operand;
    let text = match scim::filter::operand_of(path.leaf(), value)? {
        Operand::Bool(value) => value.to_string(),
        Operand::Integer(value) | Operand::Instant(value) => value.to_string(),
        Operand::Decimal(value) => value.to_string(),
        Operand::Exact(text) | Operand::Folded(text) => text,
    };
    Some(key_text(&text).into_owned())
}

#[cfg(test)]
mod tests;
