//! `POST …/schema/parseExpression`: a mapping's expression parsed and, with a test object, evaluated.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::{Value as Json, json};

use super::{Face, GraphFault};
use crate::expression::{Expression, Flowed, Lookup};
use crate::model::Value;

/// The attributes of a `testInputObject`.
struct Given(HashMap<String, Value>);

impl Lookup for Given {
    fn get(&self, name: &str) -> Option<Cow<'_, Value>> {
        self.0.get(name).map(Cow::Borrowed)
    }
}

impl Face {
    /// Parses, and evaluates where a test object is given.
    ///
    /// # Errors
    /// 400 without an expression. One that cannot be read is no error: the answer says so.
    pub fn parse_expression(&self, body: &Json) -> Result<Json, GraphFault> {
        let text = body["expression"].as_str();
        let text =
            text.ok_or_else(|| GraphFault::bad_request("expression is missing: the text to parse."))?;
        let expression = match Expression::parse(text) {
            Ok(expression) => expression,
            Err(fault) => {
                return Ok(json!({"error": {"code": "ExpressionInvalid", "message": fault.to_string()},
                    "evaluationSucceeded": false, "evaluationResult": [], "parsedExpression": null,
                    "parsingSucceeded": false}));
            }
        };
        let mut answer = json!({"error": null, "evaluationSucceeded": false, "evaluationResult": [],
            "parsedExpression": expression.to_source(), "parsingSucceeded": true});
        let Some(properties) = body["testInputObject"]["properties"].as_array() else { return Ok(answer) };
        let pair = |p: &Json| Some((p["key"].as_str()?.to_owned(), Value::from_json(p["value"].clone())?));
        let given = Given(properties.iter().filter_map(pair).collect());
        match expression.eval(&given, &self.options.env) {
            Ok(flowed) => {
                answer["evaluationSucceeded"] = true.into();
                answer["evaluationResult"] = match flowed {
                    Flowed::Value(Value::Many(items)) => items.iter().map(Value::to_json).collect(),
                    Flowed::Value(value) => json!([value.to_json()]),
                    Flowed::Null | Flowed::Ignored => json!([]),
                };
            }
            Err(fault) => {
                answer["error"] = json!({"code": "EvaluationFailed", "message": fault.to_string()});
            }
        }
        Ok(answer)
    }
}
