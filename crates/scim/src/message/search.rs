//! A query, from a URL or from the body of `.search` (RFC 7644 §3.4.2, §3.4.3; RFC 9865 §2).

use serde_json::{Map, Value};

use super::{SEARCH_REQUEST, expect_schema, member};
use crate::dialect::{Dialect, Quirk};
use crate::error::{Result, ScimError, ScimType};

/// The parameters of a query, not looked into yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchRequest {
    /// Items of `attributes`; each may be a comma-separated list.
    pub attributes: Vec<String>,
    /// Items of `excludedAttributes`; each may be a comma-separated list.
    pub excluded_attributes: Vec<String>,
    /// `filter`, in the grammar of RFC 7644 Figure 1.
    pub filter: Option<String>,
    /// `sortBy`.
    pub sort_by: Option<String>,
    /// Whether `sortOrder` is `descending`. Without `sortBy`, always `false` (S-SORT-04).
    pub descending: bool,
    /// `startIndex` as sent; see [`super::PageLimits::start_index`].
    pub start_index: Option<i64>,
    /// `count` as sent; see [`super::PageLimits::count`].
    pub count: Option<i64>,
    /// `cursor`; empty on the first page of cursor mode (S-CUR-01).
    pub cursor: Option<String>,
}

impl SearchRequest {
    /// From the decoded parameters of a URL. Unknown ones are ignored (S-HTTP-06); `attributes` may come several times,
    /// the others once (S-QUERY-08).
    ///
    /// # Errors
    /// 400 `invalidSyntax` for a parameter that comes twice, `invalidValue` or `invalidCount` for one that does not fit.
    pub fn from_query<'a>(parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self> {
        let mut request = Self::default();
        let (mut order, mut start, mut count) = (None, None, None);
        for (name, value) in parameters {
            let slot = match name {
                "attributes" => {
                    request.attributes.push(value.to_owned());
                    continue;
                }
                "excludedAttributes" => {
                    request.excluded_attributes.push(value.to_owned());
                    continue;
                }
                "filter" => &mut request.filter,
                "sortBy" => &mut request.sort_by,
                "cursor" => &mut request.cursor,
                "sortOrder" => &mut order,
                "startIndex" => &mut start,
                "count" => &mut count,
                _ => continue,
            };
            if slot.replace(value.to_owned()).is_some() {
                return Err(
                    ScimError::syntax(format!("The parameter `{name}` comes twice. Send it once.")).at(name)
                );
            }
        }
        request.start_index = start.as_deref().map(|t| integer(t, "startIndex")).transpose()?;
        request.count = match count {
            Some(text) => Some(request.counted(integer(&text, "count"))?),
            None => None,
        };
        request.settle(order)
    }

    /// From the body of `.search`. An empty body asks for everything (S-SEARCH-03).
    ///
    /// # Errors
    /// 400 `invalidSyntax` when it is no SearchRequest, `invalidValue` or `invalidCount` for a member that does not fit.
    pub fn from_body(body: Value, dialect: &Dialect) -> Result<Self> {
        let message = match body {
            Value::Null => return Ok(Self::default()),
            Value::Object(message) => message,
            _ => return Err(ScimError::syntax("The body must be a JSON object: a SearchRequest.")),
        };
        if message.is_empty() {
            return Ok(Self::default());
        }
        crate::document::no_key_twice(&message, None)?;
        expect_schema(&message, SEARCH_REQUEST, dialect)?;
        let mut request = Self {
            attributes: names(&message, "attributes", dialect)?,
            excluded_attributes: names(&message, "excludedAttributes", dialect)?,
            filter: text(&message, "filter")?,
            sort_by: text(&message, "sortBy")?,
            cursor: text(&message, "cursor")?,
            start_index: number(&message, "startIndex", dialect)?,
            ..Self::default()
        };
        let count = number(&message, "count", dialect).map(Option::unwrap_or_default);
        request.count = match member(&message, "count") {
            None | Some(Value::Null) => None,
            Some(_) => Some(request.counted(count)?),
        };
        request.settle(text(&message, "sortOrder")?)
    }

    /// A count that is none has its own keyword in cursor mode (S-CUR-09).
    fn counted(&self, count: Result<i64>) -> Result<i64> {
        count.map_err(|mut error| {
            if self.cursor.is_some() {
                error.scim_type = Some(ScimType::InvalidCount);
            }
            error
        })
    }

    fn settle(mut self, order: Option<String>) -> Result<Self> {
        if self.cursor.is_some() && self.start_index.is_some() {
            return Err(ScimError::value(
                "cursor",
                "`cursor` and `startIndex` are two ways to page. Send one of them.",
            ));
        }
        self.sort_by = self.sort_by.filter(|name| !name.trim().is_empty());
        self.filter = self.filter.filter(|filter| !filter.trim().is_empty());
        if let (Some(order), Some(_)) = (order, &self.sort_by) {
            self.descending = if order.eq_ignore_ascii_case("descending") {
                true
            } else if order.eq_ignore_ascii_case("ascending") {
                false
            } else {
                return Err(ScimError::value(
                    "sortOrder",
                    "`sortOrder` must be `ascending` or `descending`.",
                ));
            };
        }
        Ok(self)
    }
}

/// A whole number; one beyond 64 bits is as good as the largest.
fn integer(text: &str, name: &str) -> Result<i64> {
    let text = text.trim();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ScimError::value(name, format!("`{name}` must be a whole number.")));
    }
    let beyond = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    Ok(text.parse().unwrap_or(beyond))
}

fn number(message: &Map<String, Value>, name: &str, dialect: &Dialect) -> Result<Option<i64>> {
    match member(message, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => integer(&number.to_string(), name).map(Some),
        Some(Value::String(text)) if dialect.has(Quirk::StringNumber) => integer(text, name).map(Some),
        Some(_) => Err(ScimError::value(name, format!("`{name}` must be a whole number."))),
    }
}

fn text(message: &Map<String, Value>, name: &str) -> Result<Option<String>> {
    match member(message, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(ScimError::value(name, format!("`{name}` must be a string."))),
    }
}

fn names(message: &Map<String, Value>, name: &str, dialect: &Dialect) -> Result<Vec<String>> {
    let wrong = || ScimError::value(name, format!("`{name}` must be a list of attribute names."));
    match member(message, name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(list)) => {
            list.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
        }
        Some(Value::String(list)) if dialect.has(Quirk::ShapeMismatch) => Ok(vec![list.clone()]),
        Some(_) => Err(wrong()),
    }
}
