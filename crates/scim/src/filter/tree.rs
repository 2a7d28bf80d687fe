//! Small questions about a tree, and how it is kept flat.

use super::{AttrPath, CompareOp, Expr, Filter, Literal, Parsed, Stage};

impl<S: Stage> Expr<S> {
    /// Adds a term to a conjunction; one that is a conjunction itself adds its terms.
    pub(crate) fn flatten_and(terms: &mut Vec<Self>, term: Self) {
        match term {
            Self::And(inner) => terms.extend(inner),
            other => terms.push(other),
        }
    }

    /// Adds a term to a disjunction; one that is a disjunction itself adds its terms.
    pub(crate) fn flatten_or(terms: &mut Vec<Self>, term: Self) {
        match term {
            Self::Or(inner) => terms.extend(inner),
            other => terms.push(other),
        }
    }

    /// True of every resource: the negation of [`Expr::Nothing`].
    #[must_use]
    pub fn everything() -> Self {
        Self::Not(Box::new(Self::Nothing))
    }

    /// Whether this is [`Expr::everything`].
    #[must_use]
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::Not(inner) if **inner == Self::Nothing)
    }

    /// Calls `visit` with every attribute at the top level: those inside brackets belong to the element, whose own
    /// attribute is visited.
    pub fn attributes<'a>(&'a self, visit: &mut impl FnMut(&'a S::Attr)) {
        match self {
            Self::And(terms) | Self::Or(terms) => terms.iter().for_each(|t| t.attributes(visit)),
            Self::Not(inner) => inner.attributes(visit),
            Self::Compare(attr, ..) | Self::Present(attr) | Self::Element(attr, _) => visit(attr),
            Self::Nothing => {}
        }
    }
}

impl<S: Stage> Filter<S> {
    /// Whether no resource can satisfy it, so that nobody need look: see [`Expr::Nothing`].
    #[must_use]
    pub fn is_never(&self) -> bool {
        self.expr == Expr::Nothing
    }
}

impl Expr<Parsed> {
    /// The attributes and values of a filter that is nothing but `eq` terms joined by `and`: what an element must
    /// look like to satisfy it. `None` for any other filter.
    #[must_use]
    pub fn equalities(&self) -> Option<Vec<(&AttrPath, &Literal)>> {
        let terms = match self {
            Self::And(terms) => terms.as_slice(),
            single => std::slice::from_ref(single),
        };
        terms
            .iter()
            .map(|term| match term {
                Self::Compare(attr, CompareOp::Eq, value) => Some((attr, value)),
                _ => None,
            })
            .collect()
    }
}
