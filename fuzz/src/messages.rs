use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use scim::bulk::{self, BulkRequest, Limits, Method, Outcome, Step};
use scim::message::SearchRequest;
use scim::{Dialect, patch};
use serde_json::Value;

use crate::patching;

/// A body as the messages that it may be.
pub(crate) fn messages(value: &Value, dialect: &Dialect) {
    if let Ok(request) = patch::parse(value.clone(), dialect) {
        patching::apply(&request, dialect);
    }
    let _ = SearchRequest::from_body(value.clone(), dialect);
    let limits =
        Limits { max_operations: 100, max_payload_size: 1 << 20, bases: &["https://pool.example/scim_v2"] };
    if let Ok(request) = bulk::parse(value.clone(), dialect, &limits) {
        every_operation_once_and_nothing_before_its_time(&request);
    }
}

/// Plays a bulk in which everything that can succeed does.
fn every_operation_once_and_nothing_before_its_time(request: &BulkRequest) {
    let makes: BTreeMap<&str, usize> = request
        .operations
        .iter()
        .enumerate()
        .filter(|(_, operation)| operation.action.as_ref().is_ok_and(|action| action.method == Method::Post))
        .filter_map(|(index, operation)| Some((operation.bulk_id.as_deref()?, index)))
        .collect();
    let mut done = BTreeSet::new();
    let mut failed = BTreeSet::new();
    for step in &bulk::plan(request).steps {
        let early = RefCell::new(Vec::new());
        let outcome = |name: &str| match makes.get(name) {
            Some(made) if failed.contains(made) => Outcome::Failed,
            Some(made) if done.contains(made) => Outcome::Made("made"),
            Some(_) => {
                early.borrow_mut().push(name.to_owned());
                Outcome::Failed
            }
            None => Outcome::Failed,
        };
        let sent = play(request, step, outcome);
        assert!(early.borrow().is_empty(), "{early:?} is needed before it is made: {step:?} of {request:?}");
        match sent {
            Ok(sent) => no_reference_is_left(&sent, &makes, request),
            Err(()) => {
                failed.insert(step.operation);
            }
        }
        if step.is_follow_up {
            assert!(done.contains(&step.operation), "completed before it was begun: {step:?} of {request:?}");
        } else {
            assert!(done.insert(step.operation), "done twice: {step:?} of {request:?}");
        }
    }
    assert_eq!(done.len(), request.operations.len(), "something is not done at all: {request:?}");
}

fn play<'a>(request: &BulkRequest, step: &Step, outcome: impl Fn(&str) -> Outcome<'a>) -> Result<Value, ()> {
    if step.is_follow_up {
        bulk::follow_up(request, step, outcome).map_err(drop)
    } else {
        request.data(step, outcome).map(|(_, data)| data).map_err(drop)
    }
}

fn no_reference_is_left(sent: &Value, makes: &BTreeMap<&str, usize>, request: &BulkRequest) {
    match sent {
        Value::String(text) => {
            let name = text.strip_prefix("bulkId:");
            assert!(!name.is_some_and(|name| makes.contains_key(name)), "{text} is left in {request:?}");
        }
        Value::Array(list) => list.iter().for_each(|one| no_reference_is_left(one, makes, request)),
        Value::Object(map) => map.values().for_each(|one| no_reference_is_left(one, makes, request)),
        _ => {}
    }
}
