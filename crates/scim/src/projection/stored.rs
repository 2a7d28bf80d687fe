//! The fast way out: stored text, joined with what the service adds.

use std::sync::LazyLock;

use memchr::memchr;
use memchr::memmem::Finder;

use super::Envelope;
use crate::json::write_str;
use crate::schema::ENTERPRISE_USER;

static CONTAINER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(ENTERPRISE_USER));
static MANAGER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\"manager\":{"));

/// Appends the resource whose document is stored as `body`, exactly as [`crate::Document::to_json`] wrote it and without
/// `externalId`. Nothing is parsed.
///
/// Only for a resource type that [is plain](crate::ResourceType::is_plain) and a default projection. `extra` is what is
/// computed at the top level, as ready JSON members (`"groups":[…]`), and `manager` what is computed within the
/// enterprise manager (`"$ref":"…","displayName":"…"`); either may be empty.
pub fn render_stored(body: &str, envelope: &Envelope<'_>, extra: &str, manager: &str, out: &mut String) {
    out.reserve(body.len() + extra.len() + manager.len() + envelope.location.len() + 320);
    let inner = body.strip_prefix('{').and_then(|b| b.strip_suffix('}')).unwrap_or_default();
    let (schemas, rest) = split_schemas(inner);
    out.push('{');
    out.push_str(schemas);
    out.push_str(if schemas.is_empty() { "\"id\":" } else { ",\"id\":" });
    write_str(out, envelope.id);
    if let Some(id) = envelope.external_id {
        out.push_str(",\"externalId\":");
        write_str(out, id);
    }
    if !rest.is_empty() {
        out.push(',');
        // Looked for only when there is something to put there.
        match if manager.is_empty() { None } else { manager_start(rest) } {
            Some(at) => {
                out.push_str(&rest[..at]);
                out.push_str(manager);
                out.push(',');
                out.push_str(&rest[at..]);
            }
            None => out.push_str(rest),
        }
    }
    if !extra.is_empty() {
        out.push(',');
        out.push_str(extra);
    }
    out.push_str(",\"meta\":");
    envelope.write_meta(out, |_| true);
    out.push('}');
}

/// The id of the enterprise manager in a stored document, or `None` if there is no manager. Nothing is parsed.
#[must_use]
pub fn stored_manager(body: &str) -> Option<&str> {
    // The only member of a stored manager is its id (see `Attribute::points_at_resource`).
    let value = body[manager_start(body)?..].strip_prefix("\"value\":\"")?;
    let id = &value[..memchr(b'"', value.as_bytes())?];
    // An id of this service needs no escape; whatever does is no id.
    if id.contains('\\') { None } else { Some(id) }
}

/// The `schemas` member, which comes first, and what follows it.
fn split_schemas(inner: &str) -> (&str, &str) {
    if !inner.starts_with("\"schemas\":[") {
        return ("", inner);
    }
    // No URN of a schema holds a bracket: the loader refuses it.
    match memchr(b']', inner.as_bytes()) {
        Some(at) => (&inner[..=at], inner[at + 1..].strip_prefix(',').unwrap_or_default()),
        None => ("", inner),
    }
}

/// Where the members of the enterprise manager begin. Searching text is safe: within a JSON string, every quote is
/// escaped, so that neither pattern can occur there.
fn manager_start(text: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + CONTAINER.find(&text.as_bytes()[from..])? + ENTERPRISE_USER.len();
        // In `schemas`, or within some text, the URN is not followed by an object.
        if let Some(container) = text[at..].strip_prefix("\":{") {
            let start = text.len() - container.len();
            let manager = start + MANAGER.find(container.as_bytes())?;
            // The container holds no object but the manager, so a brace in between closes it: another attribute's.
            let closed = holds_brace(&text[start..manager]);
            return if closed { None } else { Some(manager + MANAGER.needle().len()) };
        }
        from = at;
    }
}

/// Whether there is a closing brace outside of strings.
fn holds_brace(text: &str) -> bool {
    if memchr(b'}', text.as_bytes()).is_none() {
        return false;
    }
    let (mut quoted, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b'}' if !quoted => return true,
            _ => {}
        }
    }
    false
}
