//! The answer to a query (RFC 7644 §3.4.2, RFC 9865 §2).

use std::fmt::Write as _;

use super::LIST_RESPONSE;
use crate::json::{write_key, write_str};

/// What a list answer says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Page<'a> {
    /// `totalResults`: of all pages. May be unknown in cursor mode only (S-CUR-07).
    pub total: Option<u64>,
    /// `startIndex`, counted from 1; `None` in cursor mode (S-CUR-12).
    pub start_index: Option<u64>,
    /// `nextCursor`; `None` on the last page (S-CUR-02).
    pub next_cursor: Option<&'a str>,
    /// `previousCursor`; `None` on the first page (S-CUR-03).
    pub previous_cursor: Option<&'a str>,
}

/// Writes a list answer around resources that are rendered one by one, straight into the text.
#[derive(Debug)]
pub struct ListWriter<'a> {
    out: &'a mut String,
    start: usize,
    items: u64,
}

impl<'a> ListWriter<'a> {
    /// Begins a list at the end of `out`.
    pub fn new(out: &'a mut String) -> Self {
        let start = out.len();
        Self { out, start, items: 0 }
    }

    /// Adds a resource: the caller appends its JSON to the text that is handed out.
    pub fn item(&mut self) -> &mut String {
        if self.items > 0 {
            self.out.push(',');
        }
        self.items += 1;
        self.out
    }

    /// Ends the list. `itemsPerPage` is the number of resources written; `Resources` is always there (S-QUERY-01, A-20).
    pub fn finish(self, page: &Page<'_>) {
        let mut head = String::with_capacity(256);
        head.push('{');
        write_key(&mut head, "schemas");
        head.push('[');
        write_str(&mut head, LIST_RESPONSE);
        head.push(']');
        let mut number = |key: &str, value: Option<u64>| {
            if let Some(value) = value {
                head.push(',');
                write_key(&mut head, key);
                // Writing into a string does not fail.
                let _ = write!(head, "{value}");
            }
        };
        number("totalResults", page.total);
        number("startIndex", page.start_index);
        number("itemsPerPage", Some(self.items));
        for (key, cursor) in [("nextCursor", page.next_cursor), ("previousCursor", page.previous_cursor)] {
            if let Some(cursor) = cursor {
                head.push(',');
                write_key(&mut head, key);
                write_str(&mut head, cursor);
            }
        }
        head.push(',');
        write_key(&mut head, "Resources");
        head.push('[');
        self.out.insert_str(self.start, &head);
        self.out.push_str("]}");
    }
}
