//! Recording what a client sends to a service, as a [`Fixture`](super::Fixture) that replays: the structure to the key, and
//! nobody who could be recognised.

mod anonymous;
mod send;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value as Json, json};

use anonymous::Anonymous;

/// Headers whose values are kept; of others only the names are told.
const KEPT_HEADERS: [&str; 3] = ["accept", "adscimversion", "prefer"];
/// Headers that are everybody's, or hold what nobody may keep.
const PASSED_OVER: [&str; 13] = [
    "host",
    "authorization",
    "content-length",
    "content-type",
    "user-agent",
    "accept-encoding",
    "connection",
    "cookie",
    "transfer-encoding",
    "expect",
    "via",
    "forwarded",
    "x-forwarded-for",
];

/// A request and its answer.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// The method.
    pub method: &'a str,
    /// Below the Tenant URL, with a slash in front.
    pub path: &'a str,
    /// As it came, encoded.
    pub query: &'a str,
    /// Names in lower case.
    pub headers: &'a [(String, String)],
    /// The body as it came.
    pub body: &'a [u8],
    /// The answer's status.
    pub status: u16,
    /// The answer's body.
    pub answer: &'a [u8],
}

impl Exchange<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Makes steps out of exchanges. One for each client: what is the same twice is the same in the recording.
#[derive(Debug, Default)]
pub struct Recorder {
    people: Anonymous,
}

impl Recorder {
    /// The fixture without its steps, in two parts: what stands before them and what after. `at` is when it begins.
    #[must_use]
    pub fn frame(first: &Exchange<'_>, at: &str) -> (String, String) {
        let others: Vec<_> = first
            .headers
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| !KEPT_HEADERS.contains(name) && !PASSED_OVER.contains(name))
            .collect();
        let others = if others.is_empty() { "none".to_owned() } else { others.join(", ") };
        let headers: Map<String, Json> = KEPT_HEADERS
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), json!(first.header(name)?))))
            .collect();
        let content_type = first.header("content-type").unwrap_or("application/scim+json; charset=utf-8");
        let frame = json!({
            "client": "captured",
            "clause": "captured",
            "about": format!("Recorded from {at} on, with the people taken out. Other headers of the first request: {others}."),
            "encoding": if first.query.contains("%20") { "percent" } else { "form" },
            "contentType": content_type,
            "userAgent": first.header("user-agent"),
            "headers": headers,
            "values": {},
            "tests": [{"id": "captured", "name": "What was recorded, in its order", "grade": "cap", "steps": ["HERE"]}],
        });
        let text = frame.to_string();
        let (before, after) = text.split_once("\"HERE\"").unwrap_or((&text, ""));
        (before.to_owned(), after.to_owned())
    }

    /// The step of a fixture that sends this and expects this answer.
    pub fn step(&mut self, exchange: &Exchange<'_>) -> String {
        let target = self.people.target(exchange.path, exchange.query);
        let mut step = Map::new();
        step.insert("send".into(), json!(format!("{} {target}", exchange.method)));
        if let Ok(body) = serde_json::from_slice::<Json>(exchange.body) {
            step.insert("body".into(), self.people.body(&body));
        }
        if exchange.header("authorization").is_none() {
            step.insert("anonymous".into(), json!(true));
        }
        let answer = serde_json::from_slice::<Json>(exchange.answer).unwrap_or(Json::Null);
        // What is about somebody from before the recording has no answer that a fresh service could repeat.
        if !self.people.met_a_stranger() {
            let mut expect = Map::new();
            expect.insert("status".into(), json!([exchange.status]));
            if let Some(total) = answer.get("totalResults").filter(|_| exchange.query.contains("filter=")) {
                expect.insert("total".into(), total.clone());
            }
            step.insert("expect".into(), Json::Object(expect));
        }
        let id = answer.get("id").and_then(Json::as_str);
        if let Some(id) = id.filter(|_| exchange.method == "POST" && exchange.status == 201) {
            let name = self.people.made(id);
            step.insert("keep".into(), json!({name: "id"}));
        }
        Json::Object(step).to_string()
    }
}
