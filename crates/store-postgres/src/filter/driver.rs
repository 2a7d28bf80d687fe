//! Which index a filter is answered from.

use scim::filter::{Checked, CompareOp, Expr, Operand};
use scim::schema::Resolved;
use store::ResourceId;

use super::Params;
use super::sql::{Compiler, groups_of, members_below};

/// A statement that yields the ids of all resources that may match, each once.
pub(crate) struct Driver {
    pub(crate) sql: String,
    /// Whether every one of them does match, so that nothing else has to be asked.
    pub(crate) is_exact: bool,
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
                let (prefixes, others): (Vec<_>, Vec<_>) = terms.iter().partition(|term| is_prefix(term));
                let found = others.into_iter().chain(prefixes).find_map(|term| self.find(term, params));
                found.map(|driver| Driver { is_exact: false, ..driver })
            }
            // Whoever matches is in one of the sets.
            Expr::Or(terms) => {
                let mark = params.mark();
                let drivers: Option<Vec<Driver>> = terms.iter().map(|term| self.find(term, params)).collect();
                let Some(drivers) = drivers else {
                    params.back_to(mark);
                    return None;
                };
                let is_exact = drivers.iter().all(|driver| driver.is_exact);
                let arms: Vec<_> = drivers.into_iter().map(|driver| format!("({})", driver.sql)).collect();
                Some(Driver { sql: arms.join(" UNION "), is_exact })
            }
            Expr::Element(list, inner) => self.in_element(list, inner, params),
            Expr::Not(_) | Expr::Present(_) | Expr::Nothing => None,
        }
    }

    /// `emails[value eq "…" and …]`: the address must be there, whatever else is asked of its element.
    fn in_element(&self, list: &Resolved, inner: &Expr<Checked>, params: &mut Params) -> Option<Driver> {
        let terms = match inner {
            Expr::And(terms) => terms.as_slice(),
            single => std::slice::from_ref(single),
        };
        let found = terms.iter().find_map(|term| match term {
            Expr::Compare(path, CompareOp::Eq, operand) => {
                let path = Resolved { sub: Some(path.attribute.clone()), ..list.clone() };
                self.compare(&path, CompareOp::Eq, operand, params)
            }
            _ => None,
        });
        found.map(|driver| Driver { is_exact: false, ..driver })
    }

    fn compare(
        &self,
        path: &Resolved,
        op: CompareOp,
        operand: &Operand,
        params: &mut Params,
    ) -> Option<Driver> {
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
            // Of whatever kind: that is asked of the resource.
            return Some(Driver { sql: sql(&id), is_exact: false });
        }
        self.held(path, op, operand, params)
    }

    fn held(&self, path: &Resolved, op: CompareOp, operand: &Operand, params: &mut Params) -> Option<Driver> {
        let sql = self.0.holders(path, op, operand, params)?;
        Some(Driver { sql, is_exact: true })
    }
}

fn is_prefix(expr: &Expr<Checked>) -> bool {
    matches!(expr, Expr::Compare(_, CompareOp::Sw, _) | Expr::Or(_))
}

fn is_id(expr: &Expr<Checked>) -> bool {
    matches!(expr, Expr::Compare(path, CompareOp::Eq, _)
        if path.container.is_none() && path.sub.is_none() && path.attribute.name == "id")
}
