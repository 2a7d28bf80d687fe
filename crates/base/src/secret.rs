//! Values that must not be printed.

use std::fmt;

use crate::crypto::constant_time_eq;

/// A value that prints as `****` and is had only by asking for it by name.
///
/// There is deliberately no way to serialise one: what goes on a wire or into a file is exposed where it is written.
#[derive(Clone, Default)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Takes a value into custody.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Every call is a place to look at when asking where a secret may leak.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// Gives the value up.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl From<String> for Secret<String> {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl From<&str> for Secret<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

impl<T> fmt::Display for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

/// Compares in a time that depends on the lengths alone.
impl<T: AsRef<[u8]>> PartialEq for Secret<T> {
    fn eq(&self, other: &Self) -> bool {
        constant_time_eq(self.0.as_ref(), other.0.as_ref())
    }
}

impl<T: AsRef<[u8]>> Eq for Secret<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug)]
    struct Holder {
        #[expect(dead_code, reason = "printed by Debug only")]
        token: Secret<String>,
    }

    #[test]
    fn never_prints() {
        let secret = Secret::from("hunter2");
        assert_eq!(format!("{secret} {secret:?} {secret:#?} {secret:>9}"), "**** **** **** ****");
        assert!(!format!("{:?}", Holder { token: secret }).contains("hunter2"));
    }

    #[test]
    fn compares_by_content() {
        assert_eq!(Secret::from("a"), Secret::new("a".to_owned()));
        assert_ne!(Secret::from("a"), Secret::from("b"));
        assert_ne!(Secret::from("a"), Secret::from("ab"));
        assert_eq!(Secret::new(vec![1u8]), Secret::new(vec![1u8]));
        assert_eq!(Secret::from("x").into_exposed(), "x");
    }
}
