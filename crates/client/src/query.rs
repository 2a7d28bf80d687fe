//! Queries (RFC 7644 §3.4.2), as GET or as `.search`.

use hyper::Method;
use serde_json::{Map, Value, json};

use crate::builder::SearchFallback;
use crate::call::joined;
use crate::failure::ScimFailure;
use crate::judge::{Expect, judge};
use crate::page::Page;
use crate::request::{Request, Safety};
use crate::send::Client;

/// The direction of sorting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortOrder {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

impl SortOrder {
    const fn word(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
}

/// How a list is walked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paging {
    /// By cursor where the server says that it can, else by index (S-CLI-04).
    #[default]
    Auto,
    /// By `startIndex` (RFC 7644 §3.4.2.4).
    Index,
    /// By `cursor` (RFC 9865).
    Cursor,
}

/// What to ask a list for. What is not set is not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub(crate) endpoint: String,
    pub(crate) filter: Option<String>,
    pub(crate) attributes: Vec<String>,
    pub(crate) excluded: Vec<String>,
    pub(crate) sort: Option<(String, Option<SortOrder>)>,
    pub(crate) start_index: Option<i64>,
    pub(crate) count: Option<i64>,
    pub(crate) cursor: Option<String>,
    pub(crate) paging: Paging,
}

impl Query {
    /// Asks for everything at an endpoint (`Users`, `Groups`; empty for the server as a whole).
    #[must_use]
    pub fn new(endpoint: &str) -> Self {
        Self { endpoint: endpoint.trim_matches('/').to_owned(), ..Self::default() }
    }

    /// Only what fits the filter: text, or a [`crate::Filter`].
    #[must_use]
    pub fn filter(mut self, filter: impl Into<String>) -> Self {
        self.filter = Some(filter.into());
        self
    }

    /// These attributes only.
    #[must_use]
    pub fn attributes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.attributes = names.into_iter().map(Into::into).collect();
        self
    }

    /// All but these attributes.
    #[must_use]
    pub fn excluded_attributes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.excluded = names.into_iter().map(Into::into).collect();
        self
    }

    /// Sorted by an attribute; in the server's order (ascending) when none is given.
    #[must_use]
    pub fn sort_by(mut self, path: &str, order: Option<SortOrder>) -> Self {
        self.sort = Some((path.to_owned(), order));
        self
    }

    /// From this place on, counted from 1.
    #[must_use]
    pub const fn start_index(mut self, index: i64) -> Self {
        self.start_index = Some(index);
        self
    }

    /// At most so many in a page.
    #[must_use]
    pub const fn count(mut self, count: i64) -> Self {
        self.count = Some(count);
        self
    }

    /// From a cursor on; empty to start in cursor mode (RFC 9865 §2).
    #[must_use]
    pub fn cursor(mut self, cursor: &str) -> Self {
        self.cursor = Some(cursor.to_owned());
        self
    }

    /// How [`Client::walk`] pages.
    #[must_use]
    pub const fn paging(mut self, paging: Paging) -> Self {
        self.paging = paging;
        self
    }

    /// The query as a GET.
    #[must_use]
    pub fn to_get(&self) -> Request {
        let mut request = Request::new(Method::GET, self.endpoint.as_str());
        for (name, value) in self.parameters() {
            let value = match value {
                Value::String(text) => text,
                Value::Array(names) => joined(names.iter().filter_map(Value::as_str)),
                other => other.to_string(),
            };
            request = request.param(name, value);
        }
        request
    }

    /// The query as a `.search` (RFC 7644 §3.4.3).
    #[must_use]
    pub fn to_search(&self) -> Request {
        let mut body = Map::new();
        body.insert("schemas".into(), json!(["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]));
        body.extend(self.parameters().map(|(name, value)| (name.to_owned(), value)));
        let path = format!("{}/.search", self.endpoint);
        Request::new(Method::POST, path).json(&Value::Object(body)).safety(Safety::Idempotent)
    }

    fn parameters(&self) -> impl Iterator<Item = (&'static str, Value)> {
        let list = |names: &[String]| (!names.is_empty()).then(|| json!(names));
        let (sort_by, order) = match &self.sort {
            Some((path, order)) => (Some(json!(path)), order.map(|order| json!(order.word()))),
            None => (None, None),
        };
        [
            ("filter", self.filter.as_ref().map(|filter| json!(filter))),
            ("attributes", list(&self.attributes)),
            ("excludedAttributes", list(&self.excluded)),
            ("sortBy", sort_by),
            ("sortOrder", order),
            ("startIndex", self.start_index.map(|n| json!(n))),
            ("count", self.count.map(|n| json!(n))),
            ("cursor", self.cursor.as_ref().map(|cursor| json!(cursor))),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
    }
}

impl Client {
    /// Asks a list for one page; as `.search` where the client was set up so (S-CLI-05).
    ///
    /// # Errors
    /// When there is no answer, the answer is a refusal, or it is no list.
    pub async fn query(&self, query: &Query) -> Result<Page, ScimFailure> {
        let get = query.to_get();
        let as_search = match self.inner().search {
            SearchFallback::Never => false,
            SearchFallback::Always => true,
            SearchFallback::LongerThan(limit) => self.url_of(&get).len() > limit,
        };
        if as_search {
            match self.search(query).await {
                // A server without `.search` may still take the long URL.
                Err(failure) if matches!(failure.status().map(|s| s.as_u16()), Some(404 | 405 | 501)) => {}
                result => return result,
            }
        }
        Page::read(judge(self.send(get).await?, Expect::Maybe, None)?)
    }

    /// Asks a list for one page by `.search` (RFC 7644 §3.4.3).
    ///
    /// # Errors
    /// As for [`Client::query`].
    pub async fn search(&self, query: &Query) -> Result<Page, ScimFailure> {
        Page::read(judge(self.send(query.to_search()).await?, Expect::Maybe, None)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::Filter;
    use crate::url::QueryEncoding;

    fn full() -> Query {
        Query::new("/Users/")
            .filter(Filter::eq("userName", "a b"))
            .attributes(["userName", "emails"])
            .excluded_attributes(["groups"])
            .sort_by("userName", Some(SortOrder::Descending))
            .start_index(1)
            .count(50)
            .cursor("")
    }

    #[test]
    fn only_what_is_set_is_sent() {
        assert!(Query::new("Users").to_get().encoded_query(QueryEncoding::Percent).is_empty());
        assert_eq!(
            full().to_get().encoded_query(QueryEncoding::Form).join("&"),
            "filter=userName+eq+%22a+b%22&attributes=userName%2Cemails&excludedAttributes=groups&sortBy=userName\
             &sortOrder=descending&startIndex=1&count=50&cursor="
        );
    }

    #[test]
    fn search_says_the_same_in_a_body() {
        let search = full().to_search();
        assert_eq!((search.path.as_str(), search.safety), ("Users/.search", Safety::Idempotent));
        let body: Value = serde_json::from_slice(&search.body.unwrap()).unwrap();
        assert_eq!(
            body.to_string(),
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":"userName eq \"a b\"","attributes":["userName","emails"],"excludedAttributes":["groups"],"sortBy":"userName","sortOrder":"descending","startIndex":1,"count":50,"cursor":""}"#
        );
        assert_eq!(Query::new("").to_search().path, "/.search");
    }
}
