//! What a query asks, once it has been checked against the schemas.

use scim::filter::{self, Checked, CompareOp, Expr, Filter, Operand};
use scim::message::{PageLimits, SearchRequest};
use scim::schema::Resolved;
use scim::sort;
use store::{Adopt, Key, KeyName, Kind, Sort, key_text};

use crate::Context;
use crate::cursor::query_hash;
use crate::resources::{Attempt, Target};

/// A checked query.
#[derive(Debug)]
pub(super) struct Asked {
    /// Each resource type, with the filter as it understands it.
    pub(super) types: Vec<(Target, Option<Filter<Checked>>)>,
    /// Order.
    pub(super) sort: Option<Sort>,
    /// Results on a page.
    pub(super) count: u32,
    /// The first result, counted from 1.
    pub(super) start_index: u64,
    /// What the query is, apart from its page.
    pub(super) hash: [u8; 16],
    /// Whether the connection takes learners over by their address.
    adopts_by_email: bool,
}

/// Checks what a request asks of these types. At the root, what one of them does not know has no value (S-QUERY-04),
/// also where only one is left.
///
/// # Errors
/// 400 `invalidFilter`, `invalidPath`.
pub(super) fn asked(
    cx: &Context,
    types: Vec<Target>,
    at_root: bool,
    request: &SearchRequest,
    limits: &PageLimits,
) -> Attempt<Asked> {
    let dialect = &cx.session.dialect;
    let filters = match &request.filter {
        None => vec![None; types.len()],
        Some(text) => {
            let parsed = filter::parse(text, dialect, &filter::Limits::default())?;
            match types.as_slice() {
                [one] if !at_root => vec![Some(parsed.check(&one.rt, dialect)?)],
                many => {
                    let rts: Vec<_> = many.iter().map(|t| &*t.rt).collect();
                    parsed.check_any(&rts, dialect)?.into_iter().map(Some).collect()
                }
            }
        }
    };
    let sort = match &request.sort_by {
        Some(name) if !types.is_empty() => {
            let rts: Vec<_> = types.iter().map(|t| &*t.rt).collect();
            Some(Sort { by: sort::check(name, &rts, dialect)?, descending: request.descending })
        }
        _ => None,
    };
    let endpoints: String = types.iter().map(|t| t.rt.endpoint.as_str()).collect();
    let hash = query_hash(&[
        &endpoints,
        request.filter.as_deref().unwrap_or_default(),
        request.sort_by.as_deref().unwrap_or_default(),
        if request.descending { "descending" } else { "ascending" },
    ]);
    Ok(Asked {
        types: types.into_iter().zip(filters).collect(),
        sort,
        count: limits.count(request.count),
        start_index: limits.start_index(request.start_index),
        hash,
        adopts_by_email: cx.session.connection.policies.adopt == Adopt::Email,
    })
}

impl Asked {
    /// The only resource type and the filter on it.
    fn single(&self) -> Option<(&Target, &Expr<Checked>)> {
        match self.types.as_slice() {
            [(target, Some(filter))] => Some((target, &filter.expr)),
            _ => None,
        }
    }

    /// The unique key that answers the query, if it is `userName eq "…"` and asks for the first page.
    pub(super) fn unique_key(&self) -> Option<(Kind, Key)> {
        let (target, expr) = self.single()?;
        if target.kind != Kind::USER || self.start_index != 1 || self.count == 0 {
            return None;
        }
        match expr {
            Expr::Compare(path, CompareOp::Eq, Operand::Folded(name)) if is_core(path, "userName") => {
                let value = key_text(name).into_owned();
                Some((Kind::USER, Key { name: KeyName::UserName, value, unique: true }))
            }
            _ => None,
        }
    }

    /// The type of whoever is found, when the query is one by which an identity provider matches people to learners.
    pub(super) fn matching(&self) -> Option<&Target> {
        let (target, expr) = self.single()?;
        let by_email = match expr {
            Expr::Compare(path, CompareOp::Eq, _) if is_core(path, "userName") => false,
            Expr::Compare(path, CompareOp::Eq, _) if is_core(path, "emails") => true,
            Expr::Element(path, _) if is_core(path, "emails") => true,
            _ => return None,
        };
        (target.kind == Kind::USER && (!by_email || self.adopts_by_email)).then_some(target)
    }
}

fn is_core(path: &Resolved, name: &str) -> bool {
    path.container.is_none() && path.attribute.name == name
}
