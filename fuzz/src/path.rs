use scim::patch::{Op, Operation, PatchRequest};
use scim::{Dialect, path};
use serde_json::{Value, json};

use crate::patching;

/// A PATCH path from outside. What is read is printed in the one form that every dialect reads as the same path, and
/// every operation on it leaves a valid resource or is refused.
pub fn path(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    // The canonical form may be longer than what was sent; a path that then exceeds the limit proves nothing.
    if text.len() > 1000 {
        return;
    }
    for dialect in crate::dialects() {
        let Ok(read) = path::parse(text, &dialect) else {
            continue;
        };
        let printed = read.to_string();
        let again = path::parse(&printed, &Dialect::strict());
        assert_eq!(again.as_ref(), Ok(&read), "{text:?} is printed as {printed:?}");
        // One kind of value each time: the fuzzer comes by often enough to see them all.
        let kinds = values();
        let value = &kinds[data.iter().map(|byte| usize::from(*byte)).sum::<usize>() % kinds.len()];
        for op in Op::ALL {
            let operation = Operation { op, path: Some(text.to_owned()), value: value.clone() };
            patching::apply(&PatchRequest { operations: vec![operation] }, &dialect);
        }
    }
}

/// One value of each kind, and none.
fn values() -> [Option<Value>; 8] {
    [
        None,
        Some(Value::Null),
        Some(json!("x")),
        Some(json!("True")),
        Some(json!(7)),
        Some(json!([])),
        Some(json!({"value": "v", "type": "work", "primary": true, "givenName": "G", "code": "c"})),
        Some(json!([{"value": "v"}, {"value": "w", "type": "home"}])),
    ]
}
