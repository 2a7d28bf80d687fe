//! What every backend does with a query around its statements: what needs none, and where a page ends.

use std::borrow::Cow;

use scim::filter::{CompareOp, Expr};

use crate::{KeyAsked, KeyName, Keyset, Kind, Paging, Query, QueryPage, Record};

/// Matches that may be stepped over before a query counts as a scan.
const STEPS: u64 = 10_000;

/// A page's neighbours, and the matches in all when the page itself shows how many there are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Edges {
    /// See [`QueryPage::next`].
    pub next: Option<Keyset>,
    /// See [`QueryPage::previous`].
    pub previous: Option<Keyset>,
    /// Matches in all.
    pub total: Option<u64>,
}

impl Query {
    /// The kind and the key when the query is nothing but `userName eq "…"` of learners, in any order: what identity
    /// providers send before everything else.
    #[must_use]
    pub fn user_name(&self) -> Option<(Kind, Cow<'_, str>)> {
        let ([typed], None) = (self.types.as_slice(), &self.sort) else { return None };
        let Expr::Compare(path, op @ CompareOp::Eq, operand) = &typed.filter.as_ref()?.expr else {
            return None;
        };
        match KeyName::asked(typed.kind, path, self.connection, *op, operand)? {
            (KeyName::UserName, KeyAsked::Equal(key)) => Some((typed.kind, key)),
            _ => None,
        }
    }

    /// The answer when one record matches at most.
    #[must_use]
    pub fn only(&self, found: Option<Record>) -> QueryPage {
        let total = Some(u64::from(found.is_some()));
        let is_shown = |record: &Record| match &self.paging {
            Paging::Index { offset, count } => *offset == 0 && *count > 0,
            Paging::Keyset { count: 0, .. } => false,
            Paging::Keyset { from: None, .. } => true,
            // Only the match's own id tells on which side of the position it is.
            Paging::Keyset { from: Some(from), backwards: true, .. } => record.id < from.id,
            Paging::Keyset { from: Some(from), backwards: false, .. } => record.id > from.id,
        };
        QueryPage { total, records: found.into_iter().filter(is_shown).collect(), next: None, previous: None }
    }

    /// Whether indexes answer by themselves, and no deadline is needed: no filter, no order, and little to step over.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let skipped = match self.paging {
            Paging::Index { offset, .. } => offset,
            Paging::Keyset { .. } => 0,
        };
        self.sort.is_none() && self.types.iter().all(|typed| typed.filter.is_none()) && skipped < STEPS
    }

    /// Cuts what was read to the page, in the order of the query. Read was from the page's beginning (its end, when going
    /// backwards), and with keyset paging one more than the page holds, if there is one.
    pub fn cut<T>(&self, found: &mut Vec<T>, position: impl Fn(&T) -> Keyset) -> Edges {
        match &self.paging {
            Paging::Index { .. } if self.types.is_empty() => Edges { total: Some(0), ..Edges::default() },
            Paging::Index { offset, count } => {
                // A page that is not full is the last one, and says how many there are.
                let is_short = *count > 0 && found.len() < *count as usize;
                let total =
                    (is_short && (*offset == 0 || !found.is_empty())).then(|| offset + found.len() as u64);
                Edges { total, ..Edges::default() }
            }
            Paging::Keyset { from, backwards, count } => {
                let more = found.len() > *count as usize;
                found.truncate(*count as usize);
                if *backwards {
                    found.reverse();
                }
                // Where the walk came from there is something, or was when it came by.
                let (before, after) =
                    if *backwards { (more, from.is_some()) } else { (from.is_some(), more) };
                Edges {
                    next: found.last().filter(|_| after).map(&position),
                    previous: found.first().filter(|_| before).map(&position),
                    total: (from.is_none() && !more && *count > 0).then_some(found.len() as u64),
                }
            }
        }
    }
}
