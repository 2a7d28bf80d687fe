//! Errors that say what to do next.

use std::error::Error;
use std::fmt::Write as _;
use std::io;

/// What a person can do about an error: sentences in the imperative, most likely first. Rendered after the message.
pub trait Hinted {
    /// The hints; none when there is nothing to advise.
    fn hints(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The first error of a kind among an error and its causes, also those within I/O errors.
#[must_use]
pub fn find_cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        let within = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match within {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    None
}

/// An error for a terminal: the message, each cause on a line of its own, then the hints. Legible without colour.
///
/// ```text
/// error: cannot read the configuration
///   caused by: provost.toml: line 3: unknown key `listn`
/// hint: did you mean `listen`?
/// ```
#[must_use]
pub fn render_error(error: &dyn Error, hints: &[String]) -> String {
    let mut text = format!("error: {error}");
    let mut last = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let message = cause.to_string();
        // An error that is its cause under another name would say everything twice.
        if message != last {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "\n  caused by: {message}");
        }
        last = message;
        source = cause.source();
    }
    for hint in hints {
        let _ = write!(text, "\nhint: {hint}");
    }
    text
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;

    #[test]
    fn a_cause_is_found_also_within_an_io_error() {
        let inner = "x".parse::<u8>().unwrap_err();
        let outer = io::Error::other(io::Error::other(inner.clone()));
        assert_eq!(find_cause::<std::num::ParseIntError>(&outer), Some(&inner));
        assert!(find_cause::<std::fmt::Error>(&outer).is_none());
    }

    #[derive(Debug)]
    struct Layer(&'static str, Option<Box<Layer>>);

    impl fmt::Display for Layer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Layer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|layer| layer as _)
        }
    }

    impl Hinted for Layer {
        fn hints(&self) -> Vec<String> {
            vec!["free the port".into(), "or choose another".into()]
        }
    }

    struct Silent;
    impl Hinted for Silent {}

    #[test]
    fn renders_message_causes_and_hints() {
        let inner = Layer("address in use", None);
        let same = Layer("cannot bind 127.0.0.1:80", Some(Box::new(inner)));
        let outer = Layer("cannot bind 127.0.0.1:80", Some(Box::new(same)));
        let error = Layer("cannot serve", Some(Box::new(outer)));
        assert_eq!(
            render_error(&error, &error.hints()),
            "error: cannot serve\n  caused by: cannot bind 127.0.0.1:80\n  caused by: address in use\n\
             hint: free the port\nhint: or choose another"
        );
    }

    #[test]
    fn an_error_alone_is_one_line() {
        assert_eq!(render_error(&Layer("no", None), &Silent.hints()), "error: no");
    }
}
