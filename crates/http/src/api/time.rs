//! Times on the wire: RFC 3339, in UTC.

use base::Timestamp;

/// Microseconds since the epoch, as the connection keeps them.
pub(super) fn micros(at: i64) -> String {
    Timestamp::from_micros(at).to_string()
}
