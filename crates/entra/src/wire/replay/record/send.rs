//! The target of a request: a path and a query.

use super::anonymous::Anonymous;

/// Parameters whose values are the protocol's.
const PROTOCOL: [&str; 8] = [
    "attributes",
    "excludedattributes",
    "startindex",
    "count",
    "sortby",
    "sortorder",
    "cursor",
    "aadoptscim062020",
];

impl Anonymous {
    /// A path and its query, decoded, without the people in it.
    pub(super) fn target(&mut self, path: &str, query: &str) -> String {
        let mut parts = path.trim_matches('/').split('/');
        let first = decoded(parts.next().unwrap_or_default());
        let is_endpoint = first.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
        let mut target = format!("/{}", if is_endpoint { first } else { self.id(&first) });
        for part in parts {
            target.push('/');
            let part = decoded(part);
            // `/Schemas/{urn}` and `/Users/.search` name nobody.
            let is_name = part.starts_with("urn:") || part.starts_with('.') || part.is_empty();
            target.push_str(&if is_name { part } else { self.id(&part) });
        }
        let mut mark = '?';
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name), decoded(value));
            let value = match name.to_ascii_lowercase().as_str() {
                "filter" => self.expression(&value),
                known if PROTOCOL.contains(&known) => value,
                _ => self.text(&value),
            };
            target.push(mark);
            target.push_str(&format!("{name}={value}"));
            mark = '&';
        }
        target
    }
}

/// Percent signs and pluses read; what is no UTF-8 is replaced.
fn decoded(text: &str) -> String {
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::with_capacity(text.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let hex = || u8::from_str_radix(text.get(at + 1..at + 3)?, 16).ok();
        match (byte, hex()) {
            (b'%', Some(value)) => {
                out.push(value);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            _ => out.push(*byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}
