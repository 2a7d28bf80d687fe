//! Checked filters as SQL conditions.
//!
//! What a condition means is said by `scim::filter::eval`; a property test holds the two together. Values are compared in
//! the form that `scim::filter::operand_of` gives them, by SQL functions that call it, so the database never interprets
//! a stored value itself. A condition is 1 or 0, never NULL: logic has two values (S-FILTER-21). Literals are bound, so
//! that the statement depends on the filter's shape alone and is prepared once (S-FILTER-16).

mod computed;
mod driver;
mod operand;
mod place;
mod sort;

pub(crate) use driver::Drivers;
pub(crate) use operand::{Form, operand_value, read_operand};
pub(crate) use sort::sort_value;

use rusqlite::types::Value;
use scim::filter::{Checked, CompareOp, Expr, Operand};
use scim::schema::Resolved;
use store::{ConnectionId, Kind, TypedFilter};

use crate::read::Params;
use place::{Place, Scope};

/// The condition that a resource `r` satisfies the filter.
pub(crate) fn compile(
    expr: &Expr<Checked>,
    typed: &TypedFilter,
    connection: ConnectionId,
    params: &mut Params,
) -> String {
    Compiler { typed, connection, params, aliases: 0 }.expr(expr, &Scope::Resource)
}

struct Compiler<'a> {
    typed: &'a TypedFilter,
    connection: ConnectionId,
    params: &'a mut Params,
    aliases: u32,
}

impl Compiler<'_> {
    /// A name for a row source, not used before in the condition.
    fn alias(&mut self, letter: char) -> String {
        self.aliases += 1;
        format!("{letter}{}", self.aliases)
    }

    fn bind(&mut self, operand: &Operand) -> String {
        self.params.bind(operand_value(operand))
    }

    fn expr(&mut self, expr: &Expr<Checked>, scope: &Scope) -> String {
        match expr {
            Expr::And(terms) => self.join(terms, " AND ", scope),
            Expr::Or(terms) => self.join(terms, " OR ", scope),
            Expr::Not(inner) => format!("(NOT {})", self.expr(inner, scope)),
            Expr::Nothing => "0".to_owned(),
            Expr::Present(path) => self.present(path, scope),
            Expr::Compare(path, op, operand) => match self.short_cut(path, *op, operand, scope) {
                Some(condition) => condition,
                None => self.compare(path, *op, operand, scope),
            },
            Expr::Element(path, inner) => self.element(path, inner, scope),
        }
    }

    fn join(&mut self, terms: &[Expr<Checked>], word: &str, scope: &Scope) -> String {
        let terms: Vec<_> = terms.iter().map(|term| self.expr(term, scope)).collect();
        format!("({})", terms.join(word))
    }

    fn present(&mut self, path: &Resolved, scope: &Scope) -> String {
        match self.place(path, scope) {
            Place::One { present, .. } => present,
            Place::Many { rows, present, .. } => format!("EXISTS (SELECT 1 FROM {rows} AND {present})"),
        }
    }

    fn compare(&mut self, path: &Resolved, op: CompareOp, operand: &Operand, scope: &Scope) -> String {
        let place = self.place(path, scope);
        let literal = self.bind(operand);
        match (place, op) {
            (Place::One { value, .. }, CompareOp::Ne) => format!("coalesce({value} <> {literal}, 1)"),
            (Place::One { value, .. }, op) => compared(&value, op, &literal),
            // Any value differs, or there is none.
            (Place::Many { rows, value, .. }, CompareOp::Ne) => format!(
                "(EXISTS (SELECT 1 FROM {rows} AND coalesce({value} <> {literal}, 0)) \
                 OR NOT EXISTS (SELECT 1 FROM {rows} AND {value} IS NOT NULL))"
            ),
            (Place::Many { rows, value, .. }, op) => {
                format!("EXISTS (SELECT 1 FROM {rows} AND {})", compared(&value, op, &literal))
            }
        }
    }

    /// Conditions that an index or a column answers better than the document.
    fn short_cut(
        &mut self,
        path: &Resolved,
        op: CompareOp,
        operand: &Operand,
        scope: &Scope,
    ) -> Option<String> {
        if !matches!(scope, Scope::Resource) || path.container.is_some() {
            return None;
        }
        let name = path.attribute.name.as_str();
        let sub = path.sub.as_ref().map(|sub| sub.name.as_str());
        match (name, sub, op, operand) {
            ("id", None, CompareOp::Eq, Operand::Exact(text)) => {
                // IS, because an index can answer it and it is never NULL.
                Some(format!("r.id IS {}", self.bind_id(text)))
            }
            ("active", None, CompareOp::Eq | CompareOp::Ne, Operand::Bool(wanted))
                if self.typed.kind == Kind::USER =>
            {
                let state = if *wanted == (op == CompareOp::Eq) { 1 } else { 2 };
                Some(format!("r.state = {state}"))
            }
            ("members", Some("value"), CompareOp::Eq, Operand::Exact(text)) if self.has_members() => {
                let id = self.bind_id(text);
                Some(format!("r.id IN (SELECT grp FROM membership WHERE tenant = ?1 AND member = {id})"))
            }
            ("groups", Some("value"), CompareOp::Eq, Operand::Exact(text)) if self.has_groups() => {
                let id = self.bind_id(text);
                Some(format!(
                    "r.id IN (WITH RECURSIVE down (id) AS (\
                     SELECT member FROM membership WHERE tenant = ?1 AND grp = {id} UNION \
                     SELECT m.member FROM down CROSS JOIN membership m ON m.tenant = ?1 AND m.grp = down.id) \
                     SELECT id FROM down)"
                ))
            }
            _ => None,
        }
    }

    /// An id as it is stored; NULL, which equals nothing, for a text that is none.
    fn bind_id(&mut self, text: &str) -> String {
        let id = text.parse::<store::ResourceId>().ok();
        self.params.bind(id.map_or(Value::Null, |id| Value::Blob(id.0.as_bytes().to_vec())))
    }
}

/// `value op literal`; 0 when there is no value.
fn compared(value: &str, op: CompareOp, literal: &str) -> String {
    let infix = match op {
        CompareOp::Eq => "=",
        CompareOp::Ne => "<>",
        CompareOp::Gt => ">",
        CompareOp::Ge => ">=",
        CompareOp::Lt => "<",
        CompareOp::Le => "<=",
        CompareOp::Co => return format!("scim_co({value}, {literal})"),
        CompareOp::Sw => return format!("scim_sw({value}, {literal})"),
        CompareOp::Ew => return format!("scim_ew({value}, {literal})"),
    };
    format!("coalesce({value} {infix} {literal}, 0)")
}
