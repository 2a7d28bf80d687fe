//! What lists have in common: a cursor, a size, `items` and `next`.

use serde::Deserialize;
use service::noun::ResourceId;
use utoipa::ToSchema;

use super::problem::{Code, Outcome, Problem};

/// Results on a page unless asked otherwise.
const USUAL: u32 = 100;
/// Most results on a page.
pub(super) const MOST: u32 = 1000;

/// Which page of a list.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PageQuery {
    /// `next` of the page before; without it, the first page.
    pub(super) cursor: Option<String>,
    /// Most results on the page; 100 unless said.
    #[schema(minimum = 1, maximum = 1000)]
    pub(super) limit: Option<u32>,
}

/// A page's size within bounds.
pub(super) fn size(limit: Option<u32>) -> Outcome<u32> {
    match limit {
        None => Ok(USUAL),
        Some(limit @ 1..=MOST) => Ok(limit),
        Some(limit) => {
            Err(Problem::new(Code::InvalidRequest, format!("limit is {limit}; it must be 1 to {MOST}.")))
        }
    }
}

/// A cursor that is a position in a walk by id.
pub(super) fn after_id(cursor: Option<&str>) -> Outcome<Option<ResourceId>> {
    cursor.map(|text| text.parse().map_err(|_| bad_cursor())).transpose()
}

/// A cursor that is a number.
pub(super) fn after_number(cursor: Option<&str>) -> Outcome<Option<i64>> {
    let number = |text: &str| text.parse::<i64>().ok().filter(|n| *n >= 0).ok_or_else(bad_cursor);
    cursor.map(number).transpose()
}

fn bad_cursor() -> Problem {
    Problem::new(Code::InvalidRequest, "The cursor is not one that this list gave out.")
        .hint("leave it out to begin at the beginning")
}

/// Makes the type of a list's page.
macro_rules! page {
    ($(#[$doc:meta])* $name:ident of $item:ty) => {
        $(#[$doc])*
        #[derive(Debug, serde::Serialize, utoipa::ToSchema)]
        pub(super) struct $name {
            /// This page.
            items: Vec<$item>,
            /// The cursor of the next page; `null` on the last.
            #[schema(required)]
            next: Option<String>,
        }
    };
}
pub(super) use page;
