//! Which index a filter is answered from.

use scim::filter::{Checked, CompareOp, Expr, Operand};
use scim::schema::Resolved;
use store::{ResourceId, equalities};

use super::Params;
use super::sql::{Compiler, Condition, groups_of, instant, members_below};

/// A statement that yields the ids of all resources that may match, each once.
pub(crate) struct Driver {
    pub(crate) sql: String,
    /// Which terms of the filter it answers wholly, so that nobody need ask again.
    pub(crate) answers: Answers,
    /// Whether all its ids are of the filter's kind, and counting keys is all it takes to count them.
    pub(crate) is_countable: bool,
}

/// What a driver answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answers {
    /// The whole filter.
    All,
    /// One term of a conjunction.
    Term(usize),
    /// Nothing by itself.
    Nothing,
}

/// Finds drivers for one resource type.
pub(crate) struct Drivers<'a>(pub(crate) &'a Compiler<'a>);

impl Drivers<'_> {
    /// The best driver of a filter, if it has any.
    pub(crate) fn find(&self, expr: &Expr<Checked>, params: &mut Params) -> Option<Driver> {
        match expr {
            Expr::Compare(path, op, operand) => self.compare(path, *op, operand, params),
            Expr::And(terms) => {
                // The primary key is better than any of these.
                if terms.iter().any(is_id) {
                    return None;
                }
                // One key that must be equal is enough; a prefix is second best.
                let (prefixes, others): (Vec<_>, Vec<_>) =
                    terms.iter().enumerate().partition(|(_, term)| is_prefix(term));
                others.into_iter().chain(prefixes).find_map(|(at, term)| {
                    let driver = self.find(term, params)?;
                    let is_whole = driver.answers == Answers::All;
                    let answers = if is_whole { Answers::Term(at) } else { Answers::Nothing };
                    Some(Driver { answers, ..driver })
                })
            }
            // Whoever matches is in one of the sets.
            Expr::Or(terms) => {
                let mark = params.mark();
                let drivers: Option<Vec<Driver>> = terms.iter().map(|term| self.find(term, params)).collect();
                let Some(drivers) = drivers else {
                    params.back_to(mark);
                    return None;
                };
                let is_whole = drivers.iter().all(|driver| driver.answers == Answers::All);
                let answers = if is_whole { Answers::All } else { Answers::Nothing };
                let is_countable = drivers.iter().all(|driver| driver.is_countable);
                let arms: Vec<_> = drivers.into_iter().map(|driver| format!("({})", driver.sql)).collect();
                Some(Driver { sql: arms.join(" UNION "), answers, is_countable })
            }
            Expr::Element(list, inner) => self.in_element(list, inner, params),
            Expr::Not(_) | Expr::Present(_) | Expr::Nothing => None,
        }
    }

    /// `emails[value eq "…" and …]`: the address must be there, whatever else is asked of its element.
    fn in_element(&self, list: &Resolved, inner: &Expr<Checked>, params: &mut Params) -> Option<Driver> {
        let found = equalities(list, inner)
            .find_map(|(path, operand)| self.compare(&path, CompareOp::Eq, operand, params));
        found.map(|driver| Driver { answers: Answers::Nothing, ..driver })
    }

    fn compare(
        &self,
        path: &Resolved,
        op: CompareOp,
        operand: &Operand,
        params: &mut Params,
    ) -> Option<Driver> {
        // What changed since: few, mostly, and by the order of ids they would be the last to be found.
        if let (CompareOp::Gt | CompareOp::Ge, Operand::Instant(at)) = (op, operand)
            && path.container.is_none()
            && path.attribute.name == "meta"
            && path.sub.as_ref().is_some_and(|sub| sub.name == "lastModified")
        {
            let Condition::Exact(since) = instant("m.modified", op, *at, params) else { return None };
            let kind = self.0.typed.kind.0;
            let sql =
                format!("SELECT m.id FROM resource m WHERE m.tenant = $1 AND m.kind = {kind} AND {since}");
            // They are of the kind, but counting them is not free.
            return Some(Driver { sql, answers: Answers::All, is_countable: false });
        }
        let is_value = path.sub.as_ref().is_some_and(|sub| sub.name == "value");
        let related = is_value && op == CompareOp::Eq;
        if let (true, Operand::Exact(text)) = (related, operand) {
            let sql = if self.0.is_members(path) {
                groups_of
            } else if self.0.is_groups(path) {
                members_below
            } else {
                return self.held(path, op, operand, params);
            };
            let id = params.bind(text.parse::<ResourceId>().ok()?.0);
            return Some(Driver { sql: sql(&id), answers: Answers::All, is_countable: false });
        }
        self.held(path, op, operand, params)
    }

    fn held(&self, path: &Resolved, op: CompareOp, operand: &Operand, params: &mut Params) -> Option<Driver> {
        let sql = self.0.holders(path, op, operand, params)?;
        Some(Driver { sql, answers: Answers::All, is_countable: true })
    }
}

fn is_prefix(expr: &Expr<Checked>) -> bool {
    matches!(expr, Expr::Compare(_, CompareOp::Sw | CompareOp::Gt | CompareOp::Ge, _) | Expr::Or(_))
}

fn is_id(expr: &Expr<Checked>) -> bool {
    matches!(expr, Expr::Compare(path, CompareOp::Eq, _)
        if path.container.is_none() && path.sub.is_none() && path.attribute.name == "id")
}
