use proptest::prelude::*;

use super::super::{AttrPath, CompareOp, Expr, Filter, Limits, Literal, Parsed, parse};
use crate::dialect::Dialect;

fn name() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-zA-Z][a-zA-Z0-9$_-]{0,6}", 1 => Just("$ref".to_owned())]
}

fn attr() -> impl Strategy<Value = AttrPath> {
    let urn = prop::option::weighted(0.2, "urn:[a-z]{1,4}(:[a-z0-9.]{1,4}){0,2}");
    (urn, name(), prop::option::of(name())).prop_map(|(urn, name, sub)| AttrPath { urn, name, sub })
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        any::<i64>().prop_map(|n| Literal::Number(n.into())),
        any::<f64>().prop_filter_map("finite", |n| serde_json::Number::from_f64(n).map(Literal::Number)),
        "[^\u{0}]{0,8}".prop_map(Literal::String),
    ]
}

fn op() -> impl Strategy<Value = CompareOp> {
    use CompareOp::{Co, Eq, Ew, Ge, Gt, Le, Lt, Ne, Sw};
    prop::sample::select(vec![Eq, Ne, Co, Sw, Ew, Gt, Ge, Lt, Le])
}

fn flat(terms: Vec<Expr<Parsed>>, and: bool) -> Expr<Parsed> {
    let mut out = Vec::new();
    for term in terms {
        if and { Expr::flatten_and(&mut out, term) } else { Expr::flatten_or(&mut out, term) }
    }
    if and { Expr::And(out) } else { Expr::Or(out) }
}

fn tree(leaf: BoxedStrategy<Expr<Parsed>>) -> BoxedStrategy<Expr<Parsed>> {
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            (prop::collection::vec(inner.clone(), 2..4), any::<bool>()).prop_map(|(t, and)| flat(t, and)),
            inner.prop_map(|e| Expr::Not(Box::new(e))),
        ]
    })
    .boxed()
}

pub(crate) fn filter() -> impl Strategy<Value = Filter<Parsed>> {
    let condition = prop_oneof![
        3 => (attr(), op(), literal()).prop_map(|(a, o, v)| Expr::Compare(a, o, v)),
        1 => attr().prop_map(Expr::Present),
    ]
    .boxed();
    let element = (attr(), tree(condition.clone()))
        .prop_map(|(a, e)| Expr::Element(AttrPath { sub: None, ..a }, Box::new(e)));
    tree(prop_oneof![4 => condition, 1 => element].boxed()).prop_map(|expr| Filter { expr })
}

proptest! {
    #[test]
    fn what_is_printed_reads_back_in_every_dialect(filter in filter()) {
        let text = filter.to_string();
        for dialect in [Dialect::strict(), Dialect::entra()] {
            let read = parse(&text, &dialect, &Limits { length: usize::MAX, ..Limits::default() });
            prop_assert_eq!(read.as_ref(), Ok(&filter), "{}", text);
        }
    }

    #[test]
    fn whatever_is_read_prints_to_itself(text in "(a|b\\.c|emails|\\[|\\]|\\(|\\)| |not|and|or|eq|pr|co|\"x\"|'y'|1|true|\\.value|:|urn:x:){1,12}") {
        if let Ok(filter) = parse(&text, &Dialect::entra(), &Limits::default()) {
            let printed = filter.to_string();
            let again = parse(&printed, &Dialect::strict(), &Limits::default());
            prop_assert_eq!(again, Ok(filter), "{} printed as {}", text, printed);
        }
    }

    #[test]
    fn no_text_upsets_the_parser(text in "\\PC{0,40}") {
        for dialect in [Dialect::strict(), Dialect::entra()] {
            if let Err(error) = parse(&text, &dialect, &Limits::default()) {
                prop_assert_eq!(error.status, 400);
            }
        }
    }
}
