//! What of a filter is asked of the document.

use scim::filter::{Checked, Expr, Filter, eval};
use serde_json::{Map, Value};

use super::Params;
use super::sql::{Compiler, Condition};

/// What is left to be decided of a resource that SQL has let through.
#[derive(Debug)]
pub(crate) enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Never,
    /// The evaluator says.
    Document(Filter<Checked>),
    /// A column of the row says: the so-manieth of [`Tests::columns`].
    Column(usize),
}

/// A test with the columns it reads.
#[derive(Debug)]
pub(crate) struct Tests {
    pub(crate) test: Test,
    /// SQL conditions on `r`.
    pub(crate) columns: Vec<String>,
}

impl Test {
    /// What the condition of the filter leaves open.
    pub(crate) fn of(expr: &Expr<Checked>, compiler: &Compiler<'_>, params: &mut Params) -> Tests {
        let mut columns = Vec::new();
        let test = match expr {
            // What SQL has asked exactly need not be asked again.
            Expr::And(terms) => {
                let open = terms.iter().filter(|term| {
                    let mark = params.mark();
                    let condition = compiler.compile(term, params);
                    params.back_to(mark);
                    !matches!(condition, Condition::Exact(_))
                });
                let open: Vec<_> = open.collect();
                Self::All(
                    open.into_iter().map(|term| Self::part(term, compiler, params, &mut columns)).collect(),
                )
            }
            other => Self::part(other, compiler, params, &mut columns),
        };
        Tests { test, columns }
    }

    fn part(
        expr: &Expr<Checked>,
        compiler: &Compiler<'_>,
        params: &mut Params,
        columns: &mut Vec<String>,
    ) -> Self {
        let mut all = |terms: &[Expr<Checked>]| -> Vec<Self> {
            terms.iter().map(|term| Self::part(term, compiler, params, columns)).collect()
        };
        match expr {
            Expr::And(terms) => Self::All(all(terms)),
            Expr::Or(terms) => Self::Any(all(terms)),
            Expr::Not(inner) => Self::Not(Box::new(Self::part(inner, compiler, params, columns))),
            Expr::Nothing => Self::Never,
            leaf => match compiler.relation(leaf, params) {
                Some(sql) => {
                    columns.push(sql);
                    Self::Column(columns.len() - 1)
                }
                None => Self::Document(Filter { expr: leaf.clone() }),
            },
        }
    }

    /// Whether a resource passes.
    pub(crate) fn holds(&self, shown: &Map<String, Value>, columns: &[bool]) -> bool {
        match self {
            Self::All(terms) => terms.iter().all(|term| term.holds(shown, columns)),
            Self::Any(terms) => terms.iter().any(|term| term.holds(shown, columns)),
            Self::Not(inner) => !inner.holds(shown, columns),
            Self::Never => false,
            Self::Document(filter) => eval::matches(filter, shown),
            Self::Column(at) => columns.get(*at).copied().unwrap_or(false),
        }
    }

    /// Calls `visit` with every leaf that the evaluator decides.
    pub(crate) fn leaves<'t>(&'t self, visit: &mut impl FnMut(&'t Expr<Checked>)) {
        match self {
            Self::All(terms) | Self::Any(terms) => terms.iter().for_each(|term| term.leaves(visit)),
            Self::Not(inner) => inner.leaves(visit),
            Self::Document(filter) => visit(&filter.expr),
            Self::Never | Self::Column(_) => {}
        }
    }

    /// In short, for tests.
    #[cfg(test)]
    pub(crate) fn told(&self) -> String {
        let join = |terms: &[Self], word: &str| {
            let terms: Vec<_> = terms.iter().map(Self::told).collect();
            format!("({})", terms.join(word))
        };
        match self {
            Self::All(terms) => join(terms, " and "),
            Self::Any(terms) => join(terms, " or "),
            Self::Not(inner) => format!("not {}", inner.told()),
            Self::Never => "never".to_owned(),
            Self::Document(filter) => match &filter.expr {
                Expr::Compare(path, op, _) => format!("{path} {op:?}"),
                Expr::Present(path) => format!("{path} pr"),
                Expr::Element(path, _) => format!("{path}[…]"),
                other => format!("{other:?}"),
            },
            Self::Column(at) => format!("column {at}"),
        }
    }
}
