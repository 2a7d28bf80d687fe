//! Which attributes an answer shows, and how a stored document becomes that answer (RFC 7644 §3.9, RFC 7643 §2.4, §7).
//!
//! Two ways out. [`render`] walks the document and obeys any projection. [`render_stored`] joins the stored text and what
//! the service adds without looking into it: the way of nearly every read.

mod envelope;
mod render;
mod stored;
mod view;

pub use envelope::Envelope;
pub use render::render;
pub use stored::{render_stored, stored_manager};
pub use view::View;

use crate::dialect::{Dialect, Quirk};
use crate::error::{Result, ScimError, ScimType};

/// Most names in one projection (S-HTTP-12).
const MOST_NAMES: usize = 200;

/// `attributes` or `excludedAttributes` of a request. It depends on no resource type yet: see [`View::new`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Projection {
    pub(crate) kind: Kind,
    pub(crate) names: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Kind {
    /// Neither was sent.
    #[default]
    Default,
    /// `attributes`.
    Only,
    /// `excludedAttributes`.
    Without,
}

impl Projection {
    /// From the two parameters. Each item may itself be a comma-separated list, as in a URL (S-ATTR-05, S-QUERY-08).
    /// Names are looked up later and unknown ones ignored, since they may belong to another resource type (S-ATTR-07).
    ///
    /// # Errors
    /// 400 `invalidValue` when both parameters are given (S-ATTR-04) and when there are more than 200 names;
    /// 400 `invalidPath` for a name that is none. Dialects may tolerate the first and the last.
    pub fn parse(attributes: &[String], excluded: &[String], dialect: &Dialect) -> Result<Self> {
        let only = names(attributes, "attributes", dialect)?;
        let without = names(excluded, "excludedAttributes", dialect)?;
        if !only.is_empty() && !without.is_empty() && !dialect.has(Quirk::BothProjections) {
            return Err(ScimError::value(
                "excludedAttributes",
                "`attributes` and `excludedAttributes` exclude each other. Send one of them.",
            ));
        }
        Ok(if !only.is_empty() {
            Self { kind: Kind::Only, names: only }
        } else if !without.is_empty() {
            Self { kind: Kind::Without, names: without }
        } else {
            Self::default()
        })
    }

    /// Whether every attribute is shown as its schema says.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.kind == Kind::Default
    }
}

fn names(items: &[String], parameter: &str, dialect: &Dialect) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for item in items {
        for name in split(item) {
            let name = name.trim();
            if name.is_empty() {
                continue;
            }
            let bare = match name.find('[') {
                Some(at) if dialect.has(Quirk::BracketedProjection) => name[..at].trim_end(),
                _ => name,
            };
            if !is_name(bare) {
                let shown: String = name.chars().take(100).collect();
                let detail = format!(
                    "`{shown}` in `{parameter}` is no attribute name. Send names such as name.givenName."
                );
                return Err(ScimError::bad(ScimType::InvalidPath, detail).at(parameter));
            }
            if out.len() == MOST_NAMES {
                let detail = format!("`{parameter}` holds more than {MOST_NAMES} names. Send fewer.");
                return Err(ScimError::value(parameter, detail));
            }
            out.push(bare.to_owned());
        }
    }
    Ok(out)
}

/// At commas, but not at those within brackets: `emails[type eq "a,b"],userName`.
fn split(list: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0usize;
    list.split(move |c| {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
}

/// Characters that names, sub-names and URNs are made of; whether the name exists is another question.
fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'$' | b'-' | b'_' | b'.' | b':' | b'/' | b'+'))
}

#[cfg(test)]
mod tests;
