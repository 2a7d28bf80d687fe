//! Laws that hold for every expression.

use proptest::prelude::*;

use super::env;
use crate::expression::functions::{self, Need};
use crate::expression::tree::{Comparison, Node, Operator};
use crate::expression::{Expression, parse};
use crate::model::{Attributes, Value};

/// Texts that mean something to some function, and texts that do not.
fn text() -> impl Strategy<Value = String> {
    let known = [
        "",
        "True",
        "d",
        "ww",
        "yyyy-MM-dd",
        "2021-08-24",
        "8/25/2021 5:41:18 PM",
        "9223372036854775807",
        "-1",
        "3",
        "a",
        ",",
        "İßæ ö",
        "(a)(?<b>.)*",
        "[a-z]*",
        "$1${b}$",
        "129699324000000000",
        "en-US",
        "RoundtripKind",
    ];
    prop_oneof![
        3 => proptest::sample::select(known.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ]
}

fn leaf() -> impl Strategy<Value = Node> {
    prop_oneof![
        "[a-zA-Z][a-zA-Z0-9_.]{0,3}".prop_map(Node::Attribute),
        text().prop_map(Node::Text),
        proptest::sample::select(vec!["0", "1", "2", "-3", "1.5", "&HF", "255", "999999999999999999"])
            .prop_map(|number| Node::Number(number.to_owned())),
    ]
}

/// An expression that can be written, of whatever sense.
fn node() -> impl Strategy<Value = Node> {
    let names: Vec<_> = functions::all().filter(|f| f.refused.is_none()).collect();
    leaf().prop_recursive(4, 40, 6, move |inner| {
        let compared = (inner.clone(), proptest::sample::select(Operator::ALL.to_vec()), inner.clone())
            .prop_filter_map("comparisons do not nest", |(left, operator, right)| {
                let plain = |node: &Node| !matches!(node, Node::Compare(_));
                let comparison = Comparison { left, operator, right };
                (plain(&comparison.left) && plain(&comparison.right))
                    .then(|| Node::Compare(Box::new(comparison)))
            });
        let argument = prop_oneof![5 => inner.clone(), 1 => compared, 1 => Just(Node::Empty)];
        (proptest::sample::select(names.clone()), proptest::collection::vec(argument, 0..8)).prop_filter_map(
            "arguments that do not fit",
            |(function, mut arguments)| {
                let group = function.parameters.iter().filter(|p| p.need == Need::Repeated).count();
                if group == 0 {
                    arguments.truncate(function.parameters.len());
                }
                // One argument that is left out cannot be told from none.
                if arguments == [Node::Empty] {
                    arguments.clear();
                }
                parse::invocation(function, arguments, 1).ok().map(|call| Node::Call(Box::new(call)))
            },
        )
    })
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => text().prop_map(Value::Text),
        1 => proptest::collection::vec(text().prop_map(Value::Text), 0..4).prop_map(Value::Many),
        1 => text().prop_map(|text| Value::Complex([("value".to_owned(), text.into())].into_iter().collect())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_written_is_read_back(node in node()) {
        // A comparison cannot stand alone.
        prop_assume!(!matches!(node, Node::Compare(_)));
        let text = node.to_string();
        let read = Expression::parse(&text).map_err(|fault| TestCaseError::fail(format!("{text}: {fault}")))?;
        prop_assert_eq!(&read.node, &node, "{}", text);
        prop_assert_eq!(read.to_string(), text);
    }

    #[test]
    fn no_expression_and_no_value_panics(node in node(), values in proptest::collection::vec(value(), 8)) {
        let mut names = Vec::new();
        node.attributes(&mut |name| names.push(name.to_owned()));
        let mut object = Attributes::default();
        for (name, value) in names.iter().zip(values) {
            object.set(name, Some(value));
        }
        let expression = Expression { node };
        let first = expression.eval(&object, &env());
        prop_assert_eq!(first, expression.eval(&object, &env()), "the same surroundings give the same");
    }

    #[test]
    fn no_text_panics_the_parser(text in "[\\PC\\n]{0,40}", cut in 0usize..60) {
        if let Err(fault) = Expression::parse(&text) {
            prop_assert!(fault.position <= text.chars().count() + 1);
            prop_assert!(fault.caret().contains('^'));
        }
        let real = r#"Switch(Replace([a], , "\\d", , "x", , ), IIF([b] >= -1.5, "y", "z"), "k", Join("", [m], &HF))"#;
        let cut: String = real.chars().take(cut).collect();
        if let Err(fault) = Expression::parse(&cut) {
            prop_assert!(fault.caret().contains('^'));
        }
    }

    #[test]
    fn a_source_in_json_is_the_expression(node in node()) {
        prop_assume!(!matches!(node, Node::Compare(_)));
        let expression = Expression { node };
        let source = expression.to_source();
        // A number alone becomes the text it stands for, as in exports.
        if let Some(text) = source["expression"].as_str() {
            let read = Expression::parse(text).unwrap();
            prop_assert_eq!(read.to_source(), source);
        }
    }
}
