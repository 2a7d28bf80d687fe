use scim::Dialect;
use scim::filter::{self, Limits};

/// A filter from outside. What is read is printed in the one form that every dialect reads as the same filter.
pub fn filter(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for dialect in crate::dialects() {
        let Ok(read) = filter::parse(text, &dialect, &Limits::default()) else {
            continue;
        };
        let printed = read.to_string();
        // The canonical form may be longer than what was sent, but no deeper.
        let limits = Limits { length: usize::MAX, ..Limits::default() };
        let again = filter::parse(&printed, &Dialect::strict(), &limits);
        assert_eq!(again.as_ref(), Ok(&read), "{text:?} is printed as {printed:?}");
    }
}
