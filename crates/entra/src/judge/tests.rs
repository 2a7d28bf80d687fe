//! Every answer that a service can give, over a real socket: Entra's code, and when to try again.

use std::time::Duration;

use client::{Client, Method, Request, Response, RetryPolicy, ScimFailure};
use serde_json::{Value as Json, json};

use super::*;
use crate::model::TargetPath;
use crate::testing::{Listener, Reply};
use crate::wire::{Dialect, Wire};

type Answered = Result<Response, ScimFailure>;

async fn ask(reply: Reply) -> Answered {
    let listener = Listener::always(reply).await;
    let client = Client::builder(&listener.url("/scim"))
        .bearer("t0ken".into())
        .timeout(Duration::from_millis(400))
        .retries(RetryPolicy::none())
        .build()
        .unwrap();
    client.send(Request::new(Method::PATCH, "/Users/u1").body("{}")).await
}

fn path() -> TargetPath {
    "userName".parse().unwrap()
}

/// The code and the retry of a failed answer.
fn failed(kind: Kind, step: Step<'_>, answer: &Answered) -> (ErrorCode, Retry) {
    match judge(kind, step, answer) {
        Verdict::Failed(fault) => {
            assert!(
                !fault.reason.is_empty() && !fault.details.is_empty() && !fault.details.contains("t0ken")
            );
            assert_eq!(fault.recommendation, fault.code.recommendation());
            (fault.code, fault.retry)
        }
        Verdict::Ok(answer) => panic!("{step:?}: {answer:?}"),
    }
}

fn list(resources: Json) -> Json {
    let total = resources.as_array().unwrap().len();
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": total, "Resources": resources})
}

fn scim_error(status: u16) -> Reply {
    let urn = client::ScimError::SCHEMA;
    Reply::json(status, &json!({"schemas": [urn], "status": status.to_string(), "detail": "because"}))
}

#[tokio::test]
async fn refusals_get_the_code_of_their_status() {
    use ErrorCode as E;
    use Retry as R;
    let (path, value) = (path(), "a");
    let find = Step::Match { path: &path, value };
    let read = Step::Read { id: "u1" };
    for (status, step, code, retry) in [
        (400, Step::Probe, E::ServiceIncompatibleFiltering, R::Quarantine),
        (400, find, E::ServiceIncompatibleFiltering, R::Quarantine),
        (400, Step::Update, E::WebExceptionProtocolError, R::Escrow),
        (401, Step::Probe, E::CredentialValidationFailure, R::Quarantine),
        (401, Step::Update, E::Unauthorized, R::Quarantine),
        (403, Step::Probe, E::CredentialValidationFailure, R::Quarantine),
        (403, Step::Create, E::InsufficientRights, R::Escrow),
        (404, Step::Probe, E::ServiceIncompatible, R::Quarantine),
        (404, find, E::ServiceIncompatible, R::Quarantine),
        (404, read, E::InvalidAnchor, R::Now),
        (404, Step::Update, E::InvalidAnchor, R::Now),
        (404, Step::Members, E::InvalidAnchor, R::Now),
        (404, Step::Create, E::ServiceIncompatible, R::Escrow),
        (405, Step::Update, E::MethodNotAllowed, R::Escrow),
        (406, Step::Probe, E::WebExceptionProtocolError, R::Quarantine),
        (406, read, E::WebExceptionProtocolError, R::Escrow),
        (409, Step::Create, E::EntryConflict, R::Escrow),
        (409, Step::Update, E::Conflict, R::Escrow),
        (412, Step::Update, E::WebExceptionProtocolError, R::Escrow),
        (422, Step::Create, E::UnprocessableEntity, R::Escrow),
        (429, Step::Create, E::TooManyRequests, R::NextCycle),
        (500, Step::Create, E::InternalServerError, R::NextCycle),
        (501, Step::Members, E::NotImplemented, R::Escrow),
        (503, Step::Update, E::InternalServerError, R::NextCycle),
        (302, read, E::WebExceptionProtocolError, R::Escrow),
    ] {
        let answer = ask(scim_error(status)).await;
        assert_eq!(failed(Kind::User, step, &answer), (code, retry), "{status} to {step:?}");
    }
    // A refusal that is none of SCIM's comes from something in front.
    let answer = ask(Reply::new(403, &[], "<html>Request blocked</html>")).await;
    assert_eq!(failed(Kind::User, Step::Create, &answer), (E::NotPermitted, R::Escrow));
    let taken = json!({"scimType": "uniqueness", "status": "400"});
    let answer = ask(Reply::json(400, &taken)).await;
    assert_eq!(failed(Kind::User, Step::Update, &answer), (E::Conflict, R::Escrow));
}

#[tokio::test]
async fn what_was_to_be_deleted_may_be_gone() {
    for status in [404, 410] {
        let answer = ask(scim_error(status)).await;
        assert_eq!(judge(Kind::User, Step::Delete, &answer), Verdict::Ok(Answer::Gone));
    }
    let answer = ask(Reply::new(204, &[], "")).await;
    assert_eq!(judge(Kind::User, Step::Delete, &answer), Verdict::Ok(Answer::Done));
}

#[tokio::test]
async fn a_fault_tells_what_came_back() {
    let reply = Reply::new(
        429,
        &["retry-after: 17", "set-cookie: session=1", "x-request: 9"],
        "{\"detail\":\"slow down\"}",
    );
    let answer = ask(reply).await;
    let Verdict::Failed(fault) = judge(Kind::User, Step::Update, &answer) else { panic!() };
    assert_eq!((fault.status, fault.retry_after), (Some(429), Some(Duration::from_secs(17))));
    assert_eq!(
        fault.reason,
        "Message: the service returned an error response with the HTTP status code 429. slow down"
    );
    for words in ["Operation: PATCH", "Status Code: 429", "x-request: 9;", "slow down", "/scim/Users/u1"] {
        assert!(fault.details.contains(words), "{}", fault.details);
    }
    assert!(!fault.details.contains("session=1"));
    let long = ask(Reply::new(500, &[], &"é".repeat(9000))).await;
    let Verdict::Failed(fault) = judge(Kind::User, Step::Update, &long) else { panic!() };
    assert!(fault.details.ends_with("é…") && fault.details.len() < 9000);
    let redirect = ask(Reply::new(302, &["location: https://h/login"], "")).await;
    let Verdict::Failed(fault) = judge(Kind::User, Step::Probe, &redirect) else { panic!() };
    assert!(fault.reason.contains("points to https://h/login"), "{}", fault.reason);
}

#[tokio::test]
async fn no_answer_at_all() {
    use ErrorCode as E;
    let short = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":".to_vec();
    for (reply, code) in [
        (Reply::Silence(Duration::from_secs(2)), E::Timeout),
        (Reply::Reset, E::WebExceptionProtocolError),
        (Reply::Raw(Vec::new()), E::WebExceptionProtocolError),
        (Reply::Raw(b"220 mail ready\r\n".to_vec()), E::WebExceptionProtocolError),
        (Reply::Raw(short), E::WebExceptionProtocolError),
    ] {
        let answer = ask(reply).await;
        assert_eq!(failed(Kind::User, Step::Create, &answer), (code, Retry::NextCycle));
        assert_eq!(failed(Kind::User, Step::Probe, &answer), (code, Retry::Quarantine));
    }
    let nobody = {
        let listener = Listener::always(Reply::Reset).await;
        let url = listener.url("/scim");
        drop(listener);
        tokio::time::sleep(Duration::from_millis(50)).await;
        url
    };
    let client = Client::builder(&nobody).retries(RetryPolicy::none()).build().unwrap();
    let answer = client.send(Request::new(Method::GET, "/Users")).await;
    let expected = (E::CredentialValidationUnavailable, Retry::NextCycle);
    assert_eq!(failed(Kind::User, Step::Read { id: "1" }, &answer), expected);
}

#[tokio::test]
async fn an_answer_is_waited_for_as_long_as_the_switch_says() {
    let mut wire = Wire::new(Dialect::EntraDefault).unwrap();
    assert_eq!(wire.switches.timeout_seconds, 100);
    wire.switches.timeout_seconds = 1;
    let listener = Listener::always(Reply::Silence(Duration::from_secs(30))).await;
    let client = wire.client(&listener.url("/scim")).bearer("t".into()).build().unwrap();
    let began = std::time::Instant::now();
    let answer = client.send(wire.read(Kind::User, "u1")).await;
    assert_eq!(failed(Kind::User, Step::Read { id: "u1" }, &answer), (ErrorCode::Timeout, Retry::NextCycle));
    let waited = began.elapsed();
    assert!(waited >= Duration::from_secs(1) && waited < Duration::from_secs(10), "{waited:?}");
}

#[tokio::test]
async fn what_is_no_scim_is_incompatible() {
    let path = path();
    let find = Step::Match { path: &path, value: "ann" };
    let read = Step::Read { id: "u1" };
    let user = json!({"id": "u1", "userName": "ann"});
    let all = [Step::Probe, find, read, Step::Create];
    for (body, steps) in [
        ("<!DOCTYPE html><title>Sign in</title>".to_owned(), &all[..]),
        ("{\"id\": \"u1\", \"userNa".to_owned(), &all[..]),
        (String::new(), &all[..]),
        ("[]".to_owned(), &all[..]),
        ("\"ok\"".to_owned(), &all[..]),
        // A resource where a list is expected, and a list where a resource is.
        (user.to_string(), &all[..2]),
        (list(json!([user])).to_string(), &all[2..]),
        (json!({"totalResults": 3}).to_string(), &all[..2]),
        (json!({"userName": "ann"}).to_string(), &all[2..]),
        (json!({"id": 7}).to_string(), &all[2..]),
        (json!({"id": "u2"}).to_string(), &all[2..3]),
    ] {
        let answer = ask(Reply::new(200, &["content-type: text/html"], &body)).await;
        for step in steps {
            let (code, retry) = failed(Kind::User, *step, &answer);
            assert_eq!(code, ErrorCode::ServiceIncompatible, "{body} to {step:?}");
            let probe = matches!(step, Step::Probe);
            assert_eq!(retry, if probe { Retry::Quarantine } else { Retry::Escrow });
        }
    }
    // A change needs no body; but a web page was not written by the service.
    let page = ask(Reply::new(200, &[], "<html>")).await;
    for step in [Step::Update, Step::Members, Step::Delete] {
        assert_eq!(failed(Kind::User, step, &page).0, ErrorCode::ServiceIncompatible);
    }
    let done = ask(Reply::new(200, &[], "")).await;
    assert_eq!(judge(Kind::User, Step::Update, &done), Verdict::Ok(Answer::Done));
}

#[tokio::test]
async fn a_manager_as_text_cannot_be_read() {
    let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let user = json!({"id": "u1", "userName": "ann", urn: {"manager": "m1"}});
    let answer = ask(Reply::json(200, &user)).await;
    let verdict = judge(Kind::User, Step::Read { id: "u1" }, &answer);
    let Verdict::Failed(fault) = verdict else { panic!("{verdict:?}") };
    assert_eq!(fault.code, ErrorCode::ServiceIncompatible);
    assert!(fault.reason.contains("Not able to deserialize"), "{}", fault.reason);
    let path = path();
    let found = ask(Reply::json(200, &list(json!([user])))).await;
    let step = Step::Match { path: &path, value: "ann" };
    assert_eq!(failed(Kind::User, step, &found).0, ErrorCode::ServiceIncompatible);
}

#[tokio::test]
async fn members_that_were_excluded_must_not_come() {
    let path: TargetPath = "displayName".parse().unwrap();
    let step = Step::Match { path: &path, value: "Eng" };
    for members in [json!([{"value": "u1"}]), json!([])] {
        let group = json!({"id": "g1", "displayName": "Eng", "members": members});
        let read = ask(Reply::json(200, &group)).await;
        let found = ask(Reply::json(200, &list(json!([group])))).await;
        let expected = (ErrorCode::MultipleEntriesInResponse, Retry::Escrow);
        assert_eq!(failed(Kind::Group, Step::Read { id: "g1" }, &read), expected);
        assert_eq!(failed(Kind::Group, step, &found), expected);
        // The answer to a create may show them (§3).
        assert!(matches!(
            judge(Kind::Group, Step::Create, &read),
            Verdict::Ok(Answer::Resource { id: "g1", .. })
        ));
    }
}

#[tokio::test]
async fn what_a_query_finds() {
    let path = path();
    let step = Step::Match { path: &path, value: "ann" };
    let user = |name: &str, id: &str| json!({"id": id, "userName": name});
    for empty in
        [list(json!([])), json!({"totalResults": 0}), json!({"totalResults": "0", "Resources": null})]
    {
        let answer = ask(Reply::json(200, &empty)).await;
        assert_eq!(judge(Kind::User, step, &answer), Verdict::Ok(Answer::Nothing));
        assert_eq!(judge(Kind::User, Step::Probe, &answer), Verdict::Ok(Answer::Nothing));
        assert_eq!(judge(Kind::User, Step::ReferenceCheck, &answer), Verdict::Ok(Answer::Nothing));
    }
    let one = ask(Reply::json(200, &list(json!([user("ANN", "u1")])))).await;
    let verdict = judge(Kind::User, step, &one);
    assert!(matches!(verdict, Verdict::Ok(Answer::Resource { id: "u1", .. })), "{verdict:?}");
    assert_eq!(judge(Kind::User, Step::ReferenceCheck, &one), Verdict::Ok(Answer::Done));
    let filtering = ErrorCode::ServiceIncompatibleFiltering;
    assert_eq!(failed(Kind::User, Step::Probe, &one), (filtering, Retry::Quarantine));
    // A service that ignores the filter must not have its first person taken for this one.
    let other = ask(Reply::json(200, &list(json!([user("bob", "u2")])))).await;
    assert_eq!(failed(Kind::User, step, &other), (filtering, Retry::Escrow));
    let two = ask(Reply::json(200, &list(json!([user("ann", "u1"), user("ann", "u2")])))).await;
    assert_eq!(failed(Kind::User, step, &two), (ErrorCode::DuplicateTargetEntries, Retry::Escrow));
}
