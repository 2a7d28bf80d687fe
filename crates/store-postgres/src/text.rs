//! Texts as PostgreSQL can hold them.
//!
//! A `text` of PostgreSQL holds any character but NUL. People do not type it, but what providers send may have it, and
//! nothing that was sent is refused for it. So NUL is written as two characters, and so is the character that begins
//! such a pair; every other text is stored as it is.

use std::borrow::Cow;

use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// Begins a pair: U+001A, "substitute".
const MARK: char = '\u{1a}';

/// A text as a parameter.
#[derive(Debug, Clone)]
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(pack(text))
    }
}

impl<'a> From<&'a String> for Text<'a> {
    fn from(text: &'a String) -> Self {
        Self(pack(text))
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        match pack(&text) {
            Cow::Owned(packed) => Self(Cow::Owned(packed)),
            Cow::Borrowed(_) => Self(Cow::Owned(text)),
        }
    }
}

impl ToSql for Text<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        self.0.as_ref().to_sql(ty, out)
    }

    fn accepts(ty: &Type) -> bool {
        <&str as ToSql>::accepts(ty)
    }

    to_sql_checked!();
}

/// The text as it is stored.
pub(crate) fn pack(text: &str) -> Cow<'_, str> {
    if !text.contains(['\0', MARK]) {
        return Cow::Borrowed(text);
    }
    let mut packed = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\0' => packed.extend([MARK, '0']),
            MARK => packed.extend([MARK, MARK]),
            other => packed.push(other),
        }
    }
    Cow::Owned(packed)
}

/// The text that was stored.
pub(crate) fn unpack(stored: &str) -> String {
    if !stored.contains(MARK) {
        return stored.to_owned();
    }
    let mut text = String::with_capacity(stored.len());
    let mut chars = stored.chars();
    while let Some(c) = chars.next() {
        match c {
            MARK => text.push(if chars.next() == Some('0') { '\0' } else { MARK }),
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{pack, unpack};

    proptest::proptest! {
        #[test]
        fn every_text_comes_back_and_is_stored_without_nul(text in "[a0\u{0}\u{1a}é]{0,12}") {
            let stored = pack(&text).into_owned();
            proptest::prop_assert!(!stored.contains('\0'));
            proptest::prop_assert_eq!(unpack(&stored), text);
        }
    }
}
