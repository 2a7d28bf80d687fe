//! Two-valued logic on parts that are decided already (S-FILTER-21).

use crate::filter::{Checked, Expr};

pub(super) fn and(terms: Vec<Expr<Checked>>) -> Expr<Checked> {
    let mut open = Vec::with_capacity(terms.len());
    for term in terms {
        match term {
            Expr::Nothing => return Expr::Nothing,
            term if term.is_everything() => {}
            term => Expr::flatten_and(&mut open, term),
        }
    }
    match open.len() {
        0 => Expr::everything(),
        1 => open.swap_remove(0),
        _ => Expr::And(open),
    }
}

pub(super) fn or(terms: Vec<Expr<Checked>>) -> Expr<Checked> {
    let mut open = Vec::with_capacity(terms.len());
    for term in terms {
        match term {
            Expr::Nothing => {}
            term if term.is_everything() => return term,
            term => Expr::flatten_or(&mut open, term),
        }
    }
    match open.len() {
        0 => Expr::Nothing,
        1 => open.swap_remove(0),
        _ => Expr::Or(open),
    }
}

pub(super) fn not(term: Expr<Checked>) -> Expr<Checked> {
    match term {
        Expr::Not(inner) => *inner,
        term => Expr::Not(Box::new(term)),
    }
}
