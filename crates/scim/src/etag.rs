//! etag.
