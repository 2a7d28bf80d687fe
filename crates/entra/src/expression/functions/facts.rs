//! Questions that are answered by `"True"` or `"False"`.

use super::{Function, required};
use crate::expression::eval::{Call, Outcome, is_empty};
use crate::model::Value;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("IsNull", &[required("expression")], "Whether there is no value.", |call| {
        answer(call.value(0)?.is_none())
    }),
    Function::new(
        "IsNullOrEmpty",
        &[required("expression")],
        "Whether there is no value or an empty one.",
        |call| answer(!present(call)?),
    ),
    Function::new(
        "IsPresent",
        &[required("expression")],
        "Whether there is a value that is not empty.",
        |call| answer(present(call)?),
    ),
    Function::new("IsString", &[required("expression")], "Whether the value is one text.", |call| {
        answer(matches!(call.value(0)?.as_deref(), Some(Value::Text(_))))
    }),
    Function::new("Not", &[required("source")], "False for True, True for everything else.", |call| {
        answer(!call.text(0)?.is_some_and(|text| text.eq_ignore_ascii_case("true")))
    }),
];

fn answer(truth: bool) -> Outcome {
    Ok(Some(Value::boolean(truth)))
}

fn present(call: Call<'_>) -> Result<bool, crate::expression::eval::Stop> {
    Ok(call.value(0)?.is_some_and(|value| !is_empty(&value)))
}
