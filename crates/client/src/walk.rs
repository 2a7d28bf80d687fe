//! Whole lists: page after page, by index or cursor, each resource once.

use std::collections::HashSet;

use serde_json::Value;

use crate::failure::ScimFailure;
use crate::lenient;
use crate::page::Page;
use crate::query::{Paging, Query};
use crate::send::Client;

/// Pages of one walk at most: a server that never ends must not keep us (S-PAGE-05).
const MAX_PAGES: u32 = 200_000;
/// Pages in a row that bring nothing new, before a server counts as turning in circles. A few come of resources that
/// move while the list is read.
const MAX_STALE: u32 = 3;
/// Times a walk starts again because its cursor expired.
const MAX_RESTARTS: u32 = 3;

/// A walk through a list.
#[derive(Debug)]
pub struct Walk<'a> {
    client: &'a Client,
    query: Query,
    state: State,
    seen: HashSet<String>,
    pages: u32,
    stale: u32,
    /// Pages already seen before a restart: they bring nothing new the second time, and are not held against it.
    known: u32,
    restarts: u32,
}

#[derive(Debug, PartialEq)]
enum State {
    Start,
    Index(i64),
    Cursor(String),
    Done,
}

impl Client {
    /// Walks through all pages of a query.
    #[must_use]
    pub fn walk(&self, query: Query) -> Walk<'_> {
        Walk {
            client: self,
            query,
            state: State::Start,
            seen: HashSet::new(),
            pages: 0,
            stale: 0,
            known: 0,
            restarts: 0,
        }
    }

    /// Everything a query gives, each resource once.
    ///
    /// # Errors
    /// The first that any page gives, or [`ScimFailure::Paging`].
    pub async fn list_all(&self, query: Query) -> Result<Vec<Value>, ScimFailure> {
        let (mut walk, mut all) = (self.walk(query), Vec::new());
        while let Some(page) = walk.next_page().await? {
            all.extend(page);
        }
        Ok(all)
    }
}

impl Walk<'_> {
    /// The resources of the next page that were not given before; `None` after the last.
    ///
    /// # Errors
    /// When a page cannot be had, or the list turns in circles. The walk may be resumed after a failure to transport.
    pub async fn next_page(&mut self) -> Result<Option<Vec<Value>>, ScimFailure> {
        loop {
            if self.state == State::Start {
                self.state = self.start().await?;
            }
            let query = match &self.state {
                State::Done => return Ok(None),
                State::Index(from) => self.query.clone().start_index(*from),
                // The same parameters throughout but for the cursor (RFC 9865 §2, S-CUR-05); never both kinds.
                State::Cursor(cursor) => Query { start_index: None, ..self.query.clone().cursor(cursor) },
                State::Start => continue,
            };
            let page = match self.client.query(&query).await {
                Err(failure) if self.may_restart(&failure) => {
                    self.restarts += 1;
                    (self.known, self.stale) = (self.pages, 0);
                    self.state = State::Cursor(String::new());
                    continue;
                }
                result => result?,
            };
            self.pages += 1;
            let next = self.after(&page)?;
            let fresh = self.fresh(page.resources);
            self.stale = if fresh.is_empty() { self.stale + 1 } else { 0 };
            if next != State::Done && (self.stale >= MAX_STALE + self.known || self.pages >= MAX_PAGES) {
                return Err(self.problem("page after page brings nothing new"));
            }
            self.state = next;
            return Ok(Some(fresh));
        }
    }

    async fn start(&self) -> Result<State, ScimFailure> {
        let by_cursor = match self.query.paging {
            Paging::Index => false,
            Paging::Cursor => true,
            Paging::Auto => {
                self.query.start_index.is_none() && self.client.discovery().await?.pages_by_cursor()
            }
        };
        Ok(if by_cursor {
            State::Cursor(self.query.cursor.clone().unwrap_or_default())
        } else {
            State::Index(self.query.start_index.unwrap_or(1).max(1))
        })
    }

    fn may_restart(&self, failure: &ScimFailure) -> bool {
        let expired = failure.scim_type().is_some_and(|t| t.eq_ignore_ascii_case("expiredCursor"));
        expired && matches!(&self.state, State::Cursor(c) if !c.is_empty()) && self.restarts < MAX_RESTARTS
    }

    fn after(&self, page: &Page) -> Result<State, ScimFailure> {
        match (&self.state, &page.next_cursor) {
            (State::Cursor(last), Some(next)) if last == next => Err(self.problem("a page points to itself")),
            // A server that pages by cursor only gives one unasked (RFC 9865 §2.3).
            (_, Some(next)) => Ok(State::Cursor(next.clone())),
            (State::Index(from), None) => {
                let next = from.saturating_add(i64::try_from(page.resources.len()).unwrap_or(i64::MAX));
                let beyond = page.total_results.is_some_and(|total| u64::try_from(next).unwrap_or(0) > total);
                Ok(if page.resources.is_empty() || beyond { State::Done } else { State::Index(next) })
            }
            (_, None) => Ok(State::Done),
        }
    }

    /// Those not given before; what has no id cannot be told apart and is always given.
    fn fresh(&mut self, resources: Vec<Value>) -> Vec<Value> {
        let seen = &mut self.seen;
        resources.into_iter().filter(|r| lenient::id(r).is_none_or(|id| seen.insert(id.to_owned()))).collect()
    }

    fn problem(&self, problem: &'static str) -> ScimFailure {
        ScimFailure::Paging { endpoint: self.query.endpoint.clone(), problem }
    }
}
