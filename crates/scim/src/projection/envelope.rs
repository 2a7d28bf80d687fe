//! What the service knows about a resource beside its document.

use crate::json::{write_key, write_str};
use crate::text::write_millis;

/// `id`, `externalId` and `meta` of a resource (RFC 7643 §3.1).
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    /// `id`.
    pub id: &'a str,
    /// `externalId` as the asking connection knows it.
    pub external_id: Option<&'a str>,
    /// `meta.resourceType`: `User`.
    pub resource_type: &'a str,
    /// `meta.created`, in microseconds since the epoch.
    pub created: i64,
    /// `meta.lastModified`, in microseconds since the epoch.
    pub modified: i64,
    /// `meta.version`: the entity tag with its `W/` and quotes, the same as in the `ETag` header (S-COMMON-06).
    pub version: &'a str,
    /// `meta.location`: the absolute address, the same as in the `Location` header (S-COMMON-06).
    pub location: &'a str,
}

impl Envelope<'_> {
    /// Writes the members of `meta` that are wanted, and returns whether there were any.
    pub(super) fn write_meta(&self, out: &mut String, wanted: impl Fn(&str) -> bool) -> bool {
        let start = out.len();
        let key = |out: &mut String, name: &str| {
            let wanted = wanted(name);
            if wanted {
                out.push(if out.len() == start { '{' } else { ',' });
                write_key(out, name);
            }
            wanted
        };
        if key(out, "resourceType") {
            write_str(out, self.resource_type);
        }
        if key(out, "created") {
            write_instant(out, self.created);
        }
        if key(out, "lastModified") {
            write_instant(out, self.modified);
        }
        if key(out, "location") {
            write_str(out, self.location);
        }
        if key(out, "version") {
            write_str(out, self.version);
        }
        let any = out.len() > start;
        if any {
            out.push('}');
        }
        any
    }
}

/// S-TYPE-02
fn write_instant(out: &mut String, micros: i64) {
    out.push('"');
    write_millis(out, micros);
    out.push('"');
}
