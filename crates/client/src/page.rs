//! List answers (RFC 7644 §3.4.2, RFC 9865), read leniently.

use serde_json::Value;

use crate::failure::{NotScim, ScimFailure};
use crate::lenient;
use crate::response::Response;

/// The schema of list answers.
const SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page {
    /// The resources in it.
    pub resources: Vec<Value>,
    /// How many there are in all; may be left out by cursor (RFC 9865 §2).
    pub total_results: Option<u64>,
    /// Where the page starts, from 1.
    pub start_index: Option<u64>,
    /// How many the server says are in it.
    pub items_per_page: Option<u64>,
    /// The cursor of the next page; none on the last.
    pub next_cursor: Option<String>,
    /// The cursor of the page before.
    pub previous_cursor: Option<String>,
    /// Whether it calls itself a list answer in `schemas`, as it must.
    pub has_schema: bool,
    /// The answer; its JSON is the envelope alone, without the resources.
    pub response: Response,
}

impl Page {
    /// Reads an answer: `Resources` absent, null or a single object, counts as text, keys in any case, a bare array
    /// (S-CLI-10).
    pub(crate) fn read(mut response: Response) -> Result<Self, ScimFailure> {
        let bare = matches!(response.json, Some(Value::Array(_)));
        let resources = match &mut response.json {
            Some(json) if bare => Some(json.take()),
            Some(json) => lenient::take(json, "Resources"),
            None => None,
        };
        let envelope = response.json.as_ref().unwrap_or(&Value::Null);
        let number = |name| lenient::get(envelope, name).and_then(lenient::unsigned);
        let cursor = |name| lenient::text(envelope, name).filter(|c| !c.is_empty()).map(str::to_owned);
        let schemas = lenient::get(envelope, "schemas").and_then(Value::as_array);
        let has_schema = schemas.is_some_and(|s| s.iter().any(|urn| urn == SCHEMA));
        let total_results = number("totalResults");
        if resources.is_none() && total_results.is_none() && !has_schema {
            let what = if response.json.is_none() { NotScim::Empty } else { NotScim::Shape("a list") };
            return Err(ScimFailure::NotScim { response: Box::new(response), what });
        }
        Ok(Self {
            resources: lenient::list(resources),
            total_results,
            start_index: number("startIndex"),
            items_per_page: number("itemsPerPage"),
            next_cursor: cursor("nextCursor"),
            previous_cursor: cursor("previousCursor"),
            has_schema,
            response,
        })
    }

    /// The ids of the resources, where they have one.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.resources.iter().filter_map(lenient::id)
    }
}
