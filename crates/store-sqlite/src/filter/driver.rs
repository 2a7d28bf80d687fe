//! Which keys a filter can be answered from.

use scim::filter::{Checked, CompareOp, Expr, Operand};
use scim::schema::Resolved;
use store::{ConnectionId, KeyAsked, KeyName, TypedFilter, equalities};

use crate::key::KeyCode;
use crate::read::Params;

/// A statement that yields the row numbers (`rid`) of all resources that may match, each once.
pub(crate) struct Driver {
    pub(crate) sql: String,
    /// Whether every one of them does match, so that nothing else has to be asked.
    pub(crate) is_exact: bool,
}

/// Finds drivers for one resource type.
pub(crate) struct Drivers<'a> {
    pub(crate) typed: &'a TypedFilter,
    pub(crate) connection: ConnectionId,
    /// The parameter that holds the kind.
    pub(crate) kind: &'a str,
}

impl Drivers<'_> {
    /// The best driver of a filter, if it has any.
    pub(crate) fn find(&self, expr: &Expr<Checked>, params: &mut Params) -> Option<Driver> {
        match expr {
            Expr::Compare(path, op, operand) => self.key(path, *op, operand, params),
            Expr::And(terms) => {
                // One key that must be equal is enough; a prefix is second best.
                let (prefixes, others): (Vec<_>, Vec<_>) = terms.iter().partition(|term| is_prefix(term));
                let found = others.into_iter().chain(prefixes).find_map(|term| self.find(term, params));
                found.map(|driver| Driver { is_exact: false, ..driver })
            }
            // Whoever matches holds one of the keys.
            Expr::Or(terms) => {
                let drivers: Vec<_> =
                    terms.iter().map(|term| self.find(term, params)).collect::<Option<_>>()?;
                let is_exact = drivers.iter().all(|driver| driver.is_exact);
                let arms: Vec<_> = drivers.into_iter().map(|driver| driver.sql).collect();
                Some(Driver { sql: arms.join(" UNION "), is_exact })
            }
            Expr::Element(list, inner) => self.in_element(list, inner, params),
            Expr::Not(_) | Expr::Present(_) | Expr::Nothing => None,
        }
    }

    /// `emails[value eq "…" and …]`: the address must be there, whatever else is asked of its element.
    fn in_element(&self, list: &Resolved, inner: &Expr<Checked>, params: &mut Params) -> Option<Driver> {
        let found = equalities(list, inner)
            .find_map(|(path, operand)| self.key(&path, CompareOp::Eq, operand, params));
        found.map(|driver| Driver { is_exact: false, ..driver })
    }

    fn key(&self, path: &Resolved, op: CompareOp, operand: &Operand, params: &mut Params) -> Option<Driver> {
        let (name, asked) = KeyName::asked(self.typed.kind, path, self.connection, op, operand)?;
        let table = if name == KeyName::UserName { "unique_key" } else { "lookup_key" };
        let (distinct, condition) = match asked {
            KeyAsked::Equal(key) => ("", format!("value = {}", params.bind(key.into_owned()))),
            KeyAsked::Prefix(text) => {
                let lower = params.bind(text.to_owned());
                let upper = successor(text)
                    .map_or_else(String::new, |upper| format!(" AND value < {}", params.bind(upper)));
                ("DISTINCT ", format!("value >= {lower}{upper}"))
            }
        };
        let name = match KeyCode::from(&name) {
            KeyCode::Number(number) => params.bind(number),
            KeyCode::Path(path) => params.bind(path),
        };
        let kind = self.kind;
        let sql = format!(
            "SELECT {distinct}rid FROM {table} WHERE tenant = ?1 AND kind = {kind} AND name = {name} AND {condition}"
        );
        Some(Driver { sql, is_exact: true })
    }
}

fn is_prefix(expr: &Expr<Checked>) -> bool {
    matches!(expr, Expr::Compare(_, CompareOp::Sw, _) | Expr::Or(_))
}

/// The smallest text greater than every text with this prefix; `None` when there is none.
fn successor(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        // Surrogates are no characters: the range of `char` steps over them.
        if let Some(next) = (last..=char::MAX).nth(1) {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}
