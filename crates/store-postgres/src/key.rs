//! Keys as bytes: the name, then the value.
//!
//! One column instead of two, so that arrays of keys travel as one parameter. Equal bytes mean equal keys, and a prefix of
//! the value is a prefix of the bytes.

use std::collections::HashSet;

use store::{Key, KeyName};

/// A key's bytes.
pub(crate) use store::transfer::key_bytes as bytes;

/// The smallest bytes greater than all that begin with these; `None` when there are none.
pub(crate) fn successor(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = prefix.to_vec();
    while let Some(last) = bytes.pop() {
        if last < u8::MAX {
            bytes.push(last + 1);
            return Some(bytes);
        }
    }
    None
}

/// User names are unique whatever the key says: they stand in one table only.
pub(crate) fn is_unique(key: &Key) -> bool {
    key.unique || key.name == KeyName::UserName
}

/// Keys sorted by the tables they stand in; each once.
#[derive(Debug, Default)]
pub(crate) struct Sorted {
    /// All.
    pub(crate) all: Vec<Vec<u8>>,
    /// Those in `unique_key`, in the order given.
    pub(crate) unique: Vec<Vec<u8>>,
    /// The names of `unique`.
    pub(crate) names: Vec<KeyName>,
    /// Those in `lookup_key`.
    pub(crate) lookup: Vec<Vec<u8>>,
}

impl Sorted {
    pub(crate) fn new(keys: &[Key]) -> Self {
        let mut sorted = Self::default();
        let (mut seen, mut seen_unique) = (HashSet::new(), HashSet::new());
        for key in keys {
            let bytes = bytes(&key.name, &key.value);
            if is_unique(key) && seen_unique.insert(bytes.clone()) {
                sorted.unique.push(bytes.clone());
                sorted.names.push(key.name.clone());
            }
            if seen.insert(bytes.clone()) {
                if key.name != KeyName::UserName {
                    sorted.lookup.push(bytes.clone());
                }
                sorted.all.push(bytes);
            }
        }
        sorted
    }
}
