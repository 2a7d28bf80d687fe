//! A key as bytes: the name, then the value.
//!
//! Names of fixed length and names that end with NUL cannot run into their values, so equal bytes mean equal keys, and a
//! prefix of the value is a prefix of the bytes.

use crate::{ConnectionId, KeyName};

/// A key's bytes.
#[must_use]
pub fn key_bytes(name: &KeyName, value: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(9 + value.len());
    match name {
        KeyName::UserName => bytes.push(b'u'),
        KeyName::DisplayName => bytes.push(b'd'),
        KeyName::Email => bytes.push(b'e'),
        KeyName::ExternalId(ConnectionId(id)) => {
            bytes.push(b'x');
            bytes.extend_from_slice(&id.to_be_bytes());
        }
        KeyName::Attribute(path) => {
            bytes.push(b'a');
            bytes.extend_from_slice(path.as_bytes());
            bytes.push(0);
        }
    }
    bytes.extend_from_slice(value.as_bytes());
    bytes
}

/// The name and the value in a key's bytes; `None` when they are no key.
#[must_use]
pub fn key_parts(bytes: &[u8]) -> Option<(KeyName, &str)> {
    let (first, rest) = bytes.split_first()?;
    let (name, value) = match first {
        b'u' => (KeyName::UserName, rest),
        b'd' => (KeyName::DisplayName, rest),
        b'e' => (KeyName::Email, rest),
        b'x' => {
            let (id, value) = rest.split_first_chunk::<8>()?;
            (KeyName::ExternalId(ConnectionId(i64::from_be_bytes(*id))), value)
        }
        b'a' => {
            let end = rest.iter().position(|byte| *byte == 0)?;
            let (path, value) = (rest.get(..end)?, rest.get(end + 1..)?);
            (KeyName::Attribute(std::str::from_utf8(path).ok()?.to_owned()), value)
        }
        _ => return None,
    };
    Some((name, std::str::from_utf8(value).ok()?))
}

/// All of a record's keys in one.
#[must_use]
pub fn pack_keys<'a>(keys: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut packed = Vec::new();
    for key in keys {
        packed.extend_from_slice(&u32::try_from(key.len()).unwrap_or(u32::MAX).to_be_bytes());
        packed.extend_from_slice(key);
    }
    packed
}

/// The keys that [`pack_keys`] made one of; `None` when it is not such a one.
#[must_use]
pub fn unpack_keys(mut packed: &[u8]) -> Option<Vec<&[u8]>> {
    let mut keys = Vec::new();
    while !packed.is_empty() {
        let (length, rest) = packed.split_first_chunk::<4>()?;
        let (key, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        keys.push(key);
        packed = rest;
    }
    Some(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back() {
        let names = [
            KeyName::UserName,
            KeyName::DisplayName,
            KeyName::Email,
            KeyName::ExternalId(ConnectionId(i64::MAX)),
            KeyName::Attribute("urn:x:badge".to_owned()),
        ];
        let all: Vec<Vec<u8>> = names.iter().map(|name| key_bytes(name, "a\0é")).collect();
        for (name, bytes) in names.iter().zip(&all) {
            assert_eq!(key_parts(bytes), Some((name.clone(), "a\0é")));
        }
        let packed = pack_keys(all.iter().map(Vec::as_slice));
        assert_eq!(unpack_keys(&packed).unwrap(), all);
        assert_eq!(unpack_keys(&packed[1..]), None);
        assert_eq!((key_parts(b""), key_parts(b"z"), key_parts(b"x1")), (None, None, None));
    }
}
