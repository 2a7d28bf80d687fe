use scim::{Dialect, path};

/// A PATCH path from outside. What is read is printed in the one form that every dialect reads as the same path.
pub fn path(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    // The canonical form may be longer than what was sent; a path that then exceeds the limit proves nothing.
    if text.len() > 1000 {
        return;
    }
    for dialect in crate::dialects() {
        let Ok(read) = path::parse(text, &dialect) else {
            continue;
        };
        let printed = read.to_string();
        let again = path::parse(&printed, &Dialect::strict());
        assert_eq!(again.as_ref(), Ok(&read), "{text:?} is printed as {printed:?}");
    }
}
