//! What of a filter SQL can say.

use scim::filter::{Checked, CompareOp, Expr, Operand};
use scim::schema::{Resolved, USER};
use store::{ConnectionId, KeyAsked, KeyName, Kind, ResourceId, TypedFilter, equalities};

use super::Params;
use crate::key;

/// A learner who is active, and one who is not: every one is one of the two.
const ACTIVE: &str = "r.state = 1";
const INACTIVE: &str = "r.state = 2";

/// A condition on a resource `r`. It is true or false, never NULL: logic has two values (S-FILTER-21).
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// True of exactly the resources that satisfy the filter.
    Exact(String),
    /// True of all of them and perhaps of others.
    Within(String),
    /// Nothing that SQL can say.
    Unknown,
}

/// Compiles filters on one resource type.
pub(crate) struct Compiler<'a> {
    pub(crate) typed: &'a TypedFilter,
    pub(crate) connection: ConnectionId,
}

impl Compiler<'_> {
    /// The condition of a filter, as far as there is one.
    pub(crate) fn compile(&self, expr: &Expr<Checked>, params: &mut Params) -> Condition {
        match expr {
            Expr::Nothing => Condition::Exact("false".to_owned()),
            Expr::And(terms) => self.all(terms, params),
            Expr::Or(terms) => self.any(terms, params),
            Expr::Not(inner) => {
                let mark = params.mark();
                match self.compile(inner, params) {
                    // As an index on the state can answer it.
                    Condition::Exact(sql) if sql == ACTIVE => Condition::Exact(INACTIVE.to_owned()),
                    Condition::Exact(sql) if sql == INACTIVE => Condition::Exact(ACTIVE.to_owned()),
                    Condition::Exact(sql) => Condition::Exact(format!("NOT {sql}")),
                    _ => {
                        params.back_to(mark);
                        Condition::Unknown
                    }
                }
            }
            Expr::Present(path) => self.present(path),
            Expr::Compare(path, op, operand) => self.compare(path, *op, operand, params),
            Expr::Element(list, inner) => self.element(list, inner, params),
        }
    }

    /// Whether the leaf is about memberships and SQL answers it, so that nobody need load them.
    pub(crate) fn relation(&self, leaf: &Expr<Checked>, params: &mut Params) -> Option<String> {
        let (Expr::Present(path) | Expr::Compare(path, ..) | Expr::Element(path, _)) = leaf else {
            return None;
        };
        if !self.is_members(path) && !self.is_groups(path) {
            return None;
        }
        match self.compile(leaf, params) {
            Condition::Exact(sql) => Some(sql),
            // Leaves bind nothing unless they are exact.
            _ => None,
        }
    }

    fn all(&self, terms: &[Expr<Checked>], params: &mut Params) -> Condition {
        let mut is_exact = true;
        let mut known = Vec::new();
        for term in terms {
            match self.compile(term, params) {
                Condition::Exact(sql) => known.push(sql),
                Condition::Within(sql) => {
                    is_exact = false;
                    known.push(sql);
                }
                Condition::Unknown => is_exact = false,
            }
        }
        match (is_exact, known.is_empty()) {
            (true, true) => Condition::Exact("true".to_owned()),
            (true, false) => Condition::Exact(format!("({})", known.join(" AND "))),
            (false, true) => Condition::Unknown,
            (false, false) => Condition::Within(format!("({})", known.join(" AND "))),
        }
    }

    fn any(&self, terms: &[Expr<Checked>], params: &mut Params) -> Condition {
        let mark = params.mark();
        let mut is_exact = true;
        let mut known = Vec::new();
        for term in terms {
            match self.compile(term, params) {
                Condition::Exact(sql) => known.push(sql),
                Condition::Within(sql) => {
                    is_exact = false;
                    known.push(sql);
                }
                Condition::Unknown => {
                    params.back_to(mark);
                    return Condition::Unknown;
                }
            }
        }
        let sql = if known.is_empty() { "false".to_owned() } else { format!("({})", known.join(" OR ")) };
        if is_exact { Condition::Exact(sql) } else { Condition::Within(sql) }
    }

    fn present(&self, path: &Resolved) -> Condition {
        let column = match path.sub.as_ref().map(|sub| sub.name.as_str()) {
            None | Some("value") if self.is_members(path) => "grp",
            None | Some("value") if self.is_groups(path) => "member",
            _ => return Condition::Unknown,
        };
        Condition::Exact(format!(
            "EXISTS (SELECT FROM membership m WHERE m.tenant = $1 AND m.{column} = r.id)"
        ))
    }

    fn compare(&self, path: &Resolved, op: CompareOp, operand: &Operand, params: &mut Params) -> Condition {
        if path.container.is_some() {
            return Condition::Unknown;
        }
        let name = path.attribute.name.as_str();
        let sub = path.sub.as_ref().map(|sub| sub.name.as_str());
        match (name, sub, op, operand) {
            ("id", None, CompareOp::Eq, Operand::Exact(text)) => {
                self.id(text, params, |id| format!("r.id = {id}"))
            }
            ("active", None, CompareOp::Eq | CompareOp::Ne, Operand::Bool(wanted))
                if self.typed.kind == Kind::USER =>
            {
                let state = if *wanted == (op == CompareOp::Eq) { ACTIVE } else { INACTIVE };
                Condition::Exact(state.to_owned())
            }
            ("meta", Some("created"), op, Operand::Instant(at)) => instant("r.created", op, *at, params),
            ("meta", Some("lastModified"), op, Operand::Instant(at)) => {
                instant("r.modified", op, *at, params)
            }
            (_, Some("value"), CompareOp::Eq, Operand::Exact(text)) if self.is_members(path) => {
                self.id(text, params, |id| format!("r.id IN ({})", groups_of(id)))
            }
            (_, Some("value"), CompareOp::Eq, Operand::Exact(text)) if self.is_groups(path) => {
                self.id(text, params, |id| format!("r.id IN ({})", members_below(id)))
            }
            _ => self.key(path, op, operand, params),
        }
    }

    /// A condition on an id; false for a text that is none.
    fn id(&self, text: &str, params: &mut Params, sql: impl FnOnce(&str) -> String) -> Condition {
        Condition::Exact(match text.parse::<ResourceId>() {
            Ok(id) => sql(&params.bind(id.0)),
            Err(_) => "false".to_owned(),
        })
    }

    fn key(&self, path: &Resolved, op: CompareOp, operand: &Operand, params: &mut Params) -> Condition {
        let singular = !path.attribute.multi_valued;
        // Of a singular attribute, what differs is what is not equal, a missing value included.
        let asked = if op == CompareOp::Ne && singular { CompareOp::Eq } else { op };
        match self.holders(path, asked, operand, params) {
            Some(ids) if asked == op => Condition::Exact(format!("r.id IN ({ids})")),
            Some(ids) => Condition::Exact(format!("NOT r.id IN ({ids})")),
            None => Condition::Unknown,
        }
    }

    /// A statement for the ids that hold a key.
    pub(super) fn holders(
        &self,
        path: &Resolved,
        op: CompareOp,
        operand: &Operand,
        params: &mut Params,
    ) -> Option<String> {
        let (name, asked) = KeyName::asked(self.typed.kind, path, self.connection, op, operand)?;
        let table = if name == KeyName::UserName { "unique_key" } else { "lookup_key" };
        let (distinct, condition) = match asked {
            KeyAsked::Equal(value) => ("", format!("key = {}", params.bind(key::bytes(&name, &value)))),
            KeyAsked::Prefix(value) => {
                let bytes = key::bytes(&name, value);
                let upper = key::successor(&bytes);
                let lower = params.bind(bytes);
                let upper =
                    upper.map_or_else(String::new, |upper| format!(" AND key < {}", params.bind(upper)));
                ("DISTINCT ", format!("key >= {lower}{upper}"))
            }
        };
        let kind = self.typed.kind.0;
        Some(format!("SELECT {distinct}id FROM {table} WHERE tenant = $1 AND kind = {kind} AND {condition}"))
    }

    /// `emails[value eq "…"]` is `emails.value eq "…"`; with more in the brackets, that is a part of it.
    fn element(&self, list: &Resolved, inner: &Expr<Checked>, params: &mut Params) -> Condition {
        let alone = !matches!(inner, Expr::And(_));
        for (path, operand) in equalities(list, inner) {
            match self.compare(&path, CompareOp::Eq, operand, params) {
                Condition::Exact(sql) if alone => return Condition::Exact(sql),
                Condition::Exact(sql) => return Condition::Within(sql),
                _ => {}
            }
        }
        Condition::Unknown
    }

    /// Whether the path leads to members that are rows.
    pub(super) fn is_members(&self, path: &Resolved) -> bool {
        path.container.is_none()
            && path.attribute.name == "members"
            && self.typed.resource_type.relation().is_some()
    }

    /// Whether the path leads to computed groups.
    pub(super) fn is_groups(&self, path: &Resolved) -> bool {
        path.container.is_none()
            && path.attribute.name == "groups"
            && &*self.typed.resource_type.schema.id == USER
    }
}

/// A statement for the groups that have this member.
pub(super) fn groups_of(id: &str) -> String {
    format!("SELECT grp FROM membership WHERE tenant = $1 AND member = {id}")
}

/// A statement for everybody in this group, also through groups in it.
pub(super) fn members_below(id: &str) -> String {
    format!(
        "WITH RECURSIVE down (id) AS (\
         SELECT member FROM membership WHERE tenant = $1 AND grp = {id} UNION \
         SELECT m.member FROM down CROSS JOIN LATERAL (\
         SELECT member FROM membership WHERE tenant = $1 AND grp = down.id OFFSET 0) m) \
         SELECT id FROM down"
    )
}

/// Times are shown to the millisecond, so compared to the millisecond: `at` against the column cut to it, said so that an
/// index on the column can answer.
pub(super) fn instant(column: &str, op: CompareOp, at: i64, params: &mut Params) -> Condition {
    const MILLI: i64 = 1_000;
    let from = |at: i64| at.div_euclid(MILLI).saturating_mul(MILLI);
    // The first instant whose millisecond is not before `at`.
    let reaching = |at: i64| from(at.saturating_add(MILLI - 1));
    let sql = match op {
        CompareOp::Ge => format!("{column} >= {}", params.bind(reaching(at))),
        CompareOp::Gt => format!("{column} >= {}", params.bind(reaching(at.saturating_add(1)))),
        CompareOp::Lt => format!("{column} < {}", params.bind(reaching(at))),
        CompareOp::Le => format!("{column} < {}", params.bind(reaching(at.saturating_add(1)))),
        CompareOp::Eq | CompareOp::Ne if from(at) != at => (op == CompareOp::Ne).to_string(),
        CompareOp::Eq | CompareOp::Ne => {
            let (first, end) = (params.bind(at), params.bind(at.saturating_add(MILLI)));
            let not = if op == CompareOp::Ne { "NOT " } else { "" };
            format!("{not}({column} >= {first} AND {column} < {end})")
        }
        CompareOp::Co | CompareOp::Sw | CompareOp::Ew => return Condition::Unknown,
    };
    Condition::Exact(sql)
}
