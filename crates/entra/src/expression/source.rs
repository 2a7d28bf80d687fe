//! Expressions as the schema writes them: a tree of functions with named parameters beside the text.

use serde_json::{Value as Json, json};

use super::functions::{Function, Need, find};
use super::lexer::{Problem, attribute_name};
use super::parse::{DEEPEST, invocation};
use super::tree::Node;
use super::{Expression, ExpressionFault, hint};
use crate::schema::{SourceDefinition, SourceType};

/// What is wrong with a source: where in the document, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFault {
    /// JSON pointer to what is wrong.
    pub pointer: String,
    /// What is wrong there.
    pub fault: ExpressionFault,
}

impl Expression {
    /// Reads a source of the schema. Where it has both an `expression` and `parameters`, the expression counts: it is what
    /// the admin sees and edits, and parameters do not say which of them were left out in between.
    ///
    /// # Errors
    /// Names the member at fault, and in an expression the character.
    pub fn from_source(source: &SourceDefinition) -> Result<Self, Box<SourceFault>> {
        node(source, DEEPEST).map(|node| Self { node })
    }

    /// The source as the schema writes it, members in Graph's order.
    #[must_use]
    pub fn to_source(&self) -> Json {
        written(&self.node)
    }
}

type Built = Result<Node, Box<SourceFault>>;

fn node(source: &SourceDefinition, room: u32) -> Built {
    let fault = |member: &str, fault: ExpressionFault| {
        Err(Box::new(SourceFault { pointer: format!("{}/{member}", source.pointer), fault }))
    };
    let text = source.expression.as_deref().filter(|text| !text.trim().is_empty());
    if let Some(text) = text {
        return match Expression::parse(text) {
            Ok(expression) => Ok(expression.node),
            Err(wrong) => fault("expression", wrong),
        };
    }
    let name = source.name.as_deref().unwrap_or_default();
    let wrong = |problem: Problem| fault("name", problem.into_fault(name));
    match source.type_ {
        SourceType::Constant => Ok(Node::Text(name.to_owned())),
        SourceType::Attribute => match attribute_name(name) {
            Some(name) => Ok(Node::Attribute(name)),
            None => wrong(Problem::new(0, "the source names no attribute")),
        },
        SourceType::Function => {
            let Some(function) = find(name) else { return wrong(hint::unknown_function(0, name)) };
            let Some(room) = room.checked_sub(1) else {
                return wrong(Problem::new(0, format!("functions are nested more than {DEEPEST} deep")));
            };
            let arguments = arguments(function, source, room)?;
            match invocation(function, arguments, 1) {
                Ok(call) => Ok(Node::Call(Box::new(call))),
                Err(why) => wrong(Problem { at: 0, message: why.message, hint: why.hint.map(Into::into) }),
            }
        }
    }
}

/// Parameters go where their names say, those that repeat behind them in the order of writing. When a name is unknown and
/// nothing repeats, or a required one is not there, all go in the order of writing.
fn arguments(
    function: &Function,
    source: &SourceDefinition,
    room: u32,
) -> Result<Vec<Node>, Box<SourceFault>> {
    let fixed = function.parameters.len() - function.group();
    let mut values = Vec::with_capacity(source.parameters.len());
    for (key, parameter) in &source.parameters {
        values.push((place(function, key).filter(|place| *place < fixed), node(parameter, room)?));
    }
    let named = |index: usize| values.iter().any(|(place, _)| *place == Some(index));
    let known = (function.group() > 0 || values.iter().all(|(place, _)| place.is_some()))
        && function
            .parameters
            .iter()
            .enumerate()
            .all(|(index, parameter)| !parameter.required() || named(index));
    if !known {
        return Ok(values.into_iter().map(|(_, value)| value).collect());
    }
    let mut arguments = vec![Node::Empty; fixed];
    for (place, value) in values {
        match place {
            Some(place) => arguments[place] = value,
            None => arguments.push(value),
        }
    }
    Ok(arguments)
}

/// The place of a parameter. Exports of `Replace` say `Find` and `Replacement`.
fn place(function: &Function, key: &str) -> Option<usize> {
    let name = match (function.name, key) {
        ("Replace", "Find") => "oldValue",
        ("Replace", "Replacement") => "replacementValue",
        (_, key) => key,
    };
    function.parameters.iter().position(|parameter| parameter.name.eq_ignore_ascii_case(name))
}

fn written(node: &Node) -> Json {
    let (kind, name, parameters) = match node {
        Node::Attribute(name) => ("Attribute", name.clone(), Vec::new()),
        Node::Text(text) | Node::Number(text) => ("Constant", text.clone(), Vec::new()),
        Node::Word(word) => ("Constant", (*word).to_owned(), Vec::new()),
        Node::Empty => ("Constant", String::new(), Vec::new()),
        Node::Call(call) => {
            ("Function", call.function.name.to_owned(), parameters(call.function, &call.arguments))
        }
        // How exports write a comparison is not known (unverified); its text says it all.
        Node::Compare(comparison) => {
            let side = |key: &str, node: &Node| json!({"key": key, "value": written(node)});
            let sides = vec![side("left", &comparison.left), side("right", &comparison.right)];
            ("Function", comparison.operator.sign().to_owned(), sides)
        }
    };
    // A number alone is written as the text it is: Graph shows the 1 of Mid([x], 1, 8) as "1" in quotes.
    let expression = match node {
        Node::Number(text) => Node::Text(text.clone()).to_string(),
        node => node.to_string(),
    };
    json!({"expression": expression, "name": name, "parameters": parameters, "type": kind})
}

fn parameters(function: &Function, arguments: &[Node]) -> Vec<Json> {
    let group = function.group();
    let fixed = function.parameters.len() - group;
    let mut list = Vec::with_capacity(arguments.len());
    for (index, argument) in arguments.iter().enumerate() {
        let place = if index < fixed || group == 0 { index } else { fixed + (index - fixed) % group };
        let parameter = &function.parameters[place];
        // What repeats is told apart by place, so an empty one stays.
        if *argument == Node::Empty && parameter.need != Need::Repeated {
            continue;
        }
        let key = match (function.name, parameter.name) {
            ("Replace", "oldValue") => "Find",
            ("Replace", "replacementValue") => "Replacement",
            (_, name) => name,
        };
        list.push(json!({"key": key, "value": written(argument)}));
    }
    list
}
