//! Tests of expressions.

mod choices;
mod dates;
mod errors;
mod functions;
mod properties;
mod source;

use std::sync::Arc;

use base::{ManualClock, SeededEntropy};

use super::{EvalFault, Expression, Flowed};
use crate::env::Env;
use crate::model::{Attributes, Value};

/// Surroundings that stand still on 2 July 2021, 15:33:38.
pub(crate) fn env() -> Env {
    let now = "2021-07-02T15:33:38Z".parse().unwrap();
    Env::new(Arc::new(ManualClock::new(now)), Arc::new(SeededEntropy::new(7)))
        .with_default_domain("contoso.com")
}

/// An object with these attributes; `|` in a value makes several of it.
pub(crate) fn object(attributes: &[(&str, &str)]) -> Attributes {
    let mut object = Attributes::default();
    for (name, text) in attributes {
        let value = match text.contains('|') {
            true => Value::Many(text.split('|').map(Value::from).collect()),
            false => Value::from(*text),
        };
        object.set(name, Some(value));
    }
    object
}

pub(crate) fn eval(text: &str, attributes: &[(&str, &str)]) -> Result<Flowed, EvalFault> {
    let expression =
        Expression::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}\n{}", fault.caret()));
    expression.eval(&object(attributes), &env())
}

/// The text an expression gives.
#[track_caller]
pub(crate) fn gives(text: &str, attributes: &[(&str, &str)], wanted: &str) {
    match eval(text, attributes) {
        Ok(Flowed::Value(Value::Text(found))) => assert_eq!(found, wanted, "{text}"),
        other => panic!("{text} gives {other:?}, not {wanted:?}"),
    }
}

#[track_caller]
pub(crate) fn gives_null(text: &str, attributes: &[(&str, &str)]) {
    assert_eq!(eval(text, attributes), Ok(Flowed::Null), "{text}");
}

/// The message of an expression that cannot be evaluated.
#[track_caller]
pub(crate) fn fails(text: &str, attributes: &[(&str, &str)]) -> String {
    eval(text, attributes).expect_err(text).to_string()
}

#[track_caller]
pub(crate) fn many(text: &str, attributes: &[(&str, &str)], wanted: &[&str]) {
    let wanted = Value::Many(wanted.iter().map(|text| Value::from(*text)).collect());
    assert_eq!(eval(text, attributes), Ok(Flowed::Value(wanted)), "{text}");
}
