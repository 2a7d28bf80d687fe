//! Evaluation. Arguments are evaluated when a function asks for them, so that a branch not taken costs and fails nothing.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::date::Moment;
use super::tree::{Comparison, Invocation, Node, Operator};
use super::{EvalFault, Flowed, Lookup};
use crate::env::Env;
use crate::model::Value;

/// The longest text that a function gives, in bytes, so that nested functions cannot fill the memory.
pub(crate) const LONGEST: usize = 1 << 18;

/// Why an evaluation ended early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// `IgnoreFlowIfNullOrEmpty`: nothing flows. Also from inside another function (unverified).
    Ignored,
    Fault(EvalFault),
}

/// What a function gives: a value, or `None` for null.
pub(crate) type Outcome = Result<Option<Value>, Stop>;

pub(crate) fn run(node: &Node, attributes: &dyn Lookup, env: &Env) -> Result<Flowed, EvalFault> {
    match (Evaluator { attributes, env }).value(node) {
        Ok(Some(value)) => Ok(Flowed::Value(value.into_owned())),
        Ok(None) => Ok(Flowed::Null),
        Err(Stop::Ignored) => Ok(Flowed::Ignored),
        Err(Stop::Fault(fault)) => Err(fault),
    }
}

#[derive(Clone, Copy)]
struct Evaluator<'e> {
    attributes: &'e dyn Lookup,
    env: &'e Env,
}

impl<'e> Evaluator<'e> {
    fn value(self, node: &'e Node) -> Result<Option<Cow<'e, Value>>, Stop> {
        Ok(match node {
            Node::Attribute(name) => self.attributes.get(name),
            Node::Text(text) => Some(Cow::Owned(Value::from(text.as_str()))),
            Node::Number(text) => Some(Cow::Owned(Value::Text(number_text(text).into_owned()))),
            Node::Word(word) => Some(Cow::Owned(Value::from(*word))),
            Node::Empty => None,
            Node::Call(call) => Call { evaluator: self, node: call }.run()?.map(Cow::Owned),
            Node::Compare(comparison) => Some(Cow::Owned(Value::boolean(self.compare(comparison)?))),
        })
    }

    /// Texts are compared exactly; two numbers by their value where one of them is a number by nature; two dates by time
    /// where the order is asked for. A null equals only null and has no order (unverified).
    fn compare(self, comparison: &'e Comparison) -> Result<bool, Stop> {
        let (left, right) = (self.value(&comparison.left)?, self.value(&comparison.right)?);
        let operator = comparison.operator;
        let (Some(left), Some(right)) = (&left, &right) else {
            return Ok(match operator {
                Operator::Equal => left.is_none() && right.is_none(),
                Operator::NotEqual => left.is_some() || right.is_some(),
                _ => false,
            });
        };
        let numeric = |node: &Node| matches!(node, Node::Number(_) | Node::Call(_));
        let by_nature = numeric(&comparison.left) || numeric(&comparison.right);
        let ordered = !matches!(operator, Operator::Equal | Operator::NotEqual);
        let order = match (left.as_text(), right.as_text()) {
            (Some(a), Some(b)) => match (decimal(a), decimal(b)) {
                (Some(x), Some(y)) if by_nature || ordered => x.cmp(&y),
                _ if ordered => match (Moment::read(a), Moment::read(b)) {
                    (Some(x), Some(y)) => x.cmp(&y),
                    _ => a.cmp(b),
                },
                _ => a.cmp(b),
            },
            _ if left == right => Ordering::Equal,
            _ => return Ok(operator == Operator::NotEqual),
        };
        Ok(match operator {
            Operator::Equal => order.is_eq(),
            Operator::NotEqual => order.is_ne(),
            Operator::Less => order.is_lt(),
            Operator::LessOrEqual => order.is_le(),
            Operator::Greater => order.is_gt(),
            Operator::GreaterOrEqual => order.is_ge(),
        })
    }
}

/// A decimal number as billionths, which compare exactly.
pub(crate) fn decimal(text: &str) -> Option<i128> {
    let text = text.trim();
    if !super::lexer::is_decimal(text) {
        return None;
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let sign = if whole.starts_with('-') { -1 } else { 1 };
    let whole: i128 = whole.trim_start_matches(['-', '+']).parse().ok()?;
    let fraction: i128 = format!("{fraction:0<9}").parse().ok()?;
    Some(sign * (whole * 1_000_000_000 + fraction))
}

/// A number literal as the text it stands for.
fn number_text(text: &str) -> Cow<'_, str> {
    match text.get(..2) {
        Some(prefix) if prefix.eq_ignore_ascii_case("&H") => match i64::from_str_radix(&text[2..], 16) {
            Ok(number) => Cow::Owned(number.to_string()),
            Err(_) => Cow::Borrowed(text),
        },
        _ => Cow::Borrowed(text),
    }
}

/// A function at work: its arguments, and what it may need from outside.
#[derive(Clone, Copy)]
pub(crate) struct Call<'e> {
    evaluator: Evaluator<'e>,
    node: &'e Invocation,
}

impl<'e> Call<'e> {
    fn run(self) -> Outcome {
        let outcome = (self.node.function.run)(self)?;
        match &outcome {
            Some(value) if size(value) > LONGEST => Err(self.too_long()),
            _ => Ok(outcome),
        }
    }

    pub(crate) fn env(&self) -> &'e Env {
        self.evaluator.env
    }

    pub(crate) fn pattern(&self) -> Option<&'e regex::Regex> {
        self.node.pattern.as_ref()
    }

    /// How many arguments there are.
    pub(crate) fn count(&self) -> usize {
        self.node.arguments.len()
    }

    pub(crate) fn node(&self, index: usize) -> &'e Node {
        self.node.arguments.get(index).unwrap_or(&Node::Empty)
    }

    /// Whether the argument is written.
    pub(crate) fn given(&self, index: usize) -> bool {
        *self.node(index) != Node::Empty
    }

    /// The argument's value; null also when it is not written.
    pub(crate) fn value(&self, index: usize) -> Result<Option<Cow<'e, Value>>, Stop> {
        self.evaluator.value(self.node(index))
    }

    /// The argument as text. One value alone of a multi-valued attribute is that value; several are a fault.
    pub(crate) fn text(&self, index: usize) -> Result<Option<Cow<'e, str>>, Stop> {
        if let Node::Text(text) = self.node(index) {
            return Ok(Some(Cow::Borrowed(text)));
        }
        Ok(match self.value(index)? {
            None => None,
            Some(Cow::Borrowed(value)) => {
                Some(Cow::Borrowed(single(value).ok_or_else(|| self.several(index))?))
            }
            Some(Cow::Owned(Value::Text(text))) => Some(Cow::Owned(text)),
            Some(Cow::Owned(value)) => {
                Some(Cow::Owned(single(&value).ok_or_else(|| self.several(index))?.to_owned()))
            }
        })
    }

    /// The argument as a whole number; a fraction is cut.
    pub(crate) fn integer(&self, index: usize) -> Result<Option<i64>, Stop> {
        let Some(text) = self.text(index)? else { return Ok(None) };
        let whole = decimal(&text).and_then(|billionths| i64::try_from(billionths / 1_000_000_000).ok());
        whole.map(Some).ok_or_else(|| {
            self.fault(format!("`{}` is no number but {}", self.parameter(index), shown(&text)))
        })
    }

    /// The argument as a whole number, which must not be null.
    pub(crate) fn number(&self, index: usize) -> Result<i64, Stop> {
        self.integer(index)?.ok_or_else(|| self.fault(format!("`{}` is null", self.parameter(index))))
    }

    /// All single values of the arguments from `first` on; multi-valued ones give each of theirs.
    pub(crate) fn texts(&self, first: usize) -> Result<Vec<Cow<'e, str>>, Stop> {
        let mut texts = Vec::with_capacity(self.count());
        for index in first..self.count() {
            match self.value(index)? {
                None => {}
                Some(Cow::Borrowed(value)) => {
                    let mut push = |text: &'e str| texts.push(Cow::Borrowed(text));
                    each(value, &mut push).map_err(|()| self.several(index))?;
                }
                Some(Cow::Owned(Value::Text(text))) => texts.push(Cow::Owned(text)),
                Some(Cow::Owned(value)) => {
                    let mut push = |text: &str| texts.push(Cow::Owned(text.to_owned()));
                    each(&value, &mut push).map_err(|()| self.several(index))?;
                }
            }
        }
        Ok(texts)
    }

    /// Whether an attribute named in this argument is null or empty, and which.
    pub(crate) fn empty_source(&self, index: usize) -> Option<&'e str> {
        let mut empty = None;
        self.node(index).attributes(&mut |name| {
            let value = self.evaluator.attributes.get(name);
            if value.is_none_or(|value| is_empty(&value)) && empty.is_none() {
                empty = Some(name);
            }
        });
        empty
    }

    pub(crate) fn fault(&self, message: impl Into<String>) -> Stop {
        Stop::Fault(EvalFault {
            message: message.into(),
            function: self.node.function.name,
            position: self.node.position,
        })
    }

    pub(crate) fn too_long(&self) -> Stop {
        self.fault(format!("the result is longer than {LONGEST} bytes"))
    }

    fn several(&self, index: usize) -> Stop {
        let name = self.parameter(index);
        self.fault(format!(
            "`{name}` is not one value of text; take one with Item(…, 1) or join them with Join"
        ))
    }

    /// The parameter's name; those that repeat have the last one's.
    fn parameter(&self, index: usize) -> &'static str {
        let parameters = self.node.function.parameters;
        parameters.get(index).or(parameters.last()).map_or("argument", |parameter| parameter.name)
    }
}

fn single(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Many(items) => match items.as_slice() {
            [one] => one.as_text(),
            _ => None,
        },
        Value::Complex(_) => None,
    }
}

fn each<'v>(value: &'v Value, push: &mut dyn FnMut(&'v str)) -> Result<(), ()> {
    match value {
        Value::Text(text) => push(text),
        Value::Many(items) => items.iter().try_for_each(|item| item.as_text().map(&mut *push).ok_or(()))?,
        Value::Complex(_) => return Err(()),
    }
    Ok(())
}

/// Null or empty, as `IsNullOrEmpty` has it.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.is_empty(),
        Value::Many(items) => items.is_empty(),
        Value::Complex(map) => map.is_empty(),
    }
}

/// Roughly what a value takes, in bytes.
fn size(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        // What an empty element takes counts too, or many of them would be nothing.
        Value::Many(items) => items.iter().map(|item| size(item) + 8).sum(),
        Value::Complex(map) => {
            map.iter().map(|(key, value)| key.len() + value.as_str().map_or(8, str::len)).sum()
        }
    }
}

/// A value in a message, short.
pub(crate) fn shown(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((cut, _)) => format!("`{}…`", &text[..cut]),
        None => format!("`{text}`"),
    }
}
