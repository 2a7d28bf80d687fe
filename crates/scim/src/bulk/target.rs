//! The path of a bulk operation.

use super::parse::Limits;
use crate::error::{Result, ScimError};

/// The methods a bulk operation may have (RFC 7644 §3.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Create.
    Post,
    /// Replace.
    Put,
    /// Change.
    Patch,
    /// Remove.
    Delete,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 4] = [Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// As on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What an operation addresses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// Path segment of the resource type: `Users`. Not looked up yet.
    pub endpoint: String,
    /// The resource; `None` for POST.
    pub id: Option<Id>,
}

/// A resource, by its id or by the name it has within this request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Id {
    /// The id.
    Known(String),
    /// The `bulkId` of the operation that makes it (S-BULK-06).
    Bulk(String),
}

const NOT_RESOURCES: [&str; 6] =
    ["Bulk", "Me", "Schemas", "ResourceTypes", "ServiceProviderConfig", ".search"];

impl Target {
    /// Reads the path of an operation: relative to the base, with a version segment, or absolute under one of our
    /// own addresses (S-BULK-14).
    ///
    /// # Errors
    /// 400 `invalidSyntax` when it is no path of a resource (or, for POST, of an endpoint).
    pub(super) fn parse(path: &str, method: Method, limits: &Limits<'_>) -> Result<Self> {
        let wrong = |text: String| Err(ScimError::syntax(text).at("path"));
        let mut rest = path.split(['?', '#']).next().unwrap_or_default();
        if let Some(own) = limits.bases.iter().find_map(|base| under(rest, base)) {
            rest = own;
        } else if rest.contains("://") {
            return wrong(format!(
                "`{path}` is not an address of this service. Send a path such as `/Users`."
            ));
        }
        let mut segments = rest.split('/').filter(|s| !s.is_empty()).peekable();
        segments.next_if(|s| s.eq_ignore_ascii_case("v2"));
        let segments: Vec<&str> = segments.collect();
        if let Some(first) = segments.iter().find(|s| NOT_RESOURCES.iter().any(|n| n.eq_ignore_ascii_case(s)))
        {
            return wrong(format!("`{first}` cannot be used inside a bulk request. Address a resource."));
        }
        match (method, segments.as_slice()) {
            (Method::Post, [endpoint]) => Ok(Self { endpoint: (*endpoint).to_owned(), id: None }),
            (Method::Post, _) => {
                wrong(format!("POST needs the path of an endpoint such as `/Users`; this is `{path}`."))
            }
            (_, [endpoint, id]) => {
                let id = match id.strip_prefix(super::reference::PREFIX) {
                    Some(name) => Id::Bulk(name.to_owned()),
                    None => Id::Known((*id).to_owned()),
                };
                Ok(Self { endpoint: (*endpoint).to_owned(), id: Some(id) })
            }
            (method, _) => wrong(format!(
                "{} needs the path of a resource such as `/Users/<id>`; this is `{path}`.",
                method.as_str()
            )),
        }
    }
}

/// What follows the base, if the path lies under it. `/scim_v2` is no base of `/scim_v2x/Users`.
fn under<'a>(path: &'a str, base: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(base.trim_end_matches('/'))?;
    (!base.is_empty() && (rest.is_empty() || rest.starts_with('/'))).then_some(rest)
}
