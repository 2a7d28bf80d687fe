//! Taking people out of requests: the same text becomes the same variable, and no text stays that could name somebody.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

/// Members whose text is the protocol's, not a person's.
const PROTOCOL: [&str; 7] =
    ["schemas", "op", "type", "resourceType", "preferredLanguage", "locale", "timezone"];

/// What a text was replaced by.
#[derive(Debug, Default)]
pub(super) struct Anonymous {
    /// Texts that were met, and their variables.
    known: HashMap<String, String>,
    /// Ids that the service gave during the recording.
    ids: HashMap<String, String>,
    /// Whether the request at hand names an id that the service gave before.
    stranger: bool,
}

impl Anonymous {
    /// Notes the id of a resource that was created; its variable.
    pub(super) fn made(&mut self, id: &str) -> String {
        let name = format!("id{}", self.ids.len() + 1);
        self.ids.insert(id.to_owned(), name.clone());
        name
    }

    /// Whether, since it was asked last, somebody was met who was there before the recording.
    pub(super) fn met_a_stranger(&mut self) -> bool {
        std::mem::take(&mut self.stranger)
    }

    /// A text that may name somebody.
    pub(super) fn text(&mut self, text: &str) -> String {
        if let Some(name) = self.ids.get(text) {
            return format!("{{{{{name}}}}}");
        }
        // A number that the client gave its own request in Bulk names nobody.
        if text.is_empty() || is_truth(text) || text.starts_with("bulkId:") {
            return text.to_owned();
        }
        // A value may itself be JSON, as roles are.
        if text.starts_with(['{', '['])
            && let Ok(inner) = serde_json::from_str::<Json>(text)
        {
            return self.value(&inner).to_string();
        }
        if let Some((name, domain)) = text.split_once('@')
            && domain.contains('.')
        {
            return format!("{}@example.com", self.text(name));
        }
        if is_time(text) {
            return "2026-01-01T00:00:00Z".to_owned();
        }
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let number = self.known.len() + 1;
        let kind = if is_guid(text) { "guid" } else { "random" };
        let capitals = self.known.get(&text.to_lowercase()).and_then(|name| {
            let of = name.strip_prefix("{{random:")?;
            (text == text.to_uppercase()).then(|| format!("{{{{upper:{of}"))
        });
        let name = capitals.unwrap_or_else(|| format!("{{{{{kind}:v{number}}}}}"));
        self.known.insert(text.to_owned(), name.clone());
        name
    }

    /// An id in a path or a reference: one that the service gave.
    pub(super) fn id(&mut self, id: &str) -> String {
        if !self.ids.contains_key(id) && !id.starts_with("bulkId:") {
            self.stranger = true;
        }
        self.text(id)
    }

    /// A body: a resource, a PATCH, a bulk request.
    pub(super) fn body(&mut self, body: &Json) -> Json {
        let Json::Object(parts) = body else { return self.value(body) };
        let mut made = Map::new();
        for (key, part) in parts {
            let part = match (key.to_ascii_lowercase().as_str(), part) {
                ("operations", Json::Array(list)) => list.iter().map(|one| self.operation(one)).collect(),
                _ => self.member(key, part),
            };
            made.insert(key.clone(), part);
        }
        Json::Object(made)
    }

    fn operation(&mut self, operation: &Json) -> Json {
        let Json::Object(parts) = operation else { return self.value(operation) };
        let path = parts.iter().find(|(key, _)| key.eq_ignore_ascii_case("path"));
        let path = path.and_then(|(_, path)| path.as_str()).unwrap_or_default();
        let refers = ["members", "manager"].iter().any(|name| path.to_ascii_lowercase().contains(name));
        let in_bulk = parts.keys().any(|key| key.eq_ignore_ascii_case("method"));
        let mut made = Map::new();
        for (key, part) in parts {
            let part = match (key.to_ascii_lowercase().as_str(), part) {
                ("path", Json::String(path)) if in_bulk => Json::String(self.target(path, "")),
                ("path", Json::String(path)) => Json::String(self.expression(path)),
                ("method" | "bulkid" | "op", part) => part.clone(),
                ("data", part) => self.body(part),
                ("value", part) if refers => self.reference(part),
                _ => self.member(key, part),
            };
            made.insert(key.clone(), part);
        }
        Json::Object(made)
    }

    /// Ids of people, as text, object or list.
    fn reference(&mut self, json: &Json) -> Json {
        match json {
            Json::String(id) if !id.is_empty() => Json::String(self.id(id)),
            Json::Array(list) => list.iter().map(|one| self.reference(one)).collect(),
            Json::Object(parts) => {
                let part = |(key, part): (&String, &Json)| {
                    let part = if key == "value" { self.reference(part) } else { self.member(key, part) };
                    (key.clone(), part)
                };
                Json::Object(parts.iter().map(part).collect())
            }
            other => other.clone(),
        }
    }

    fn member(&mut self, key: &str, part: &Json) -> Json {
        let last = key.rsplit([':', '.']).next().unwrap_or(key);
        match part {
            _ if PROTOCOL.iter().any(|name| name.eq_ignore_ascii_case(last)) => part.clone(),
            _ if ["members", "manager"].iter().any(|name| name.eq_ignore_ascii_case(last)) => {
                self.reference(part)
            }
            _ => self.value(part),
        }
    }

    fn value(&mut self, json: &Json) -> Json {
        match json {
            Json::String(text) => Json::String(self.text(text)),
            Json::Array(list) => list.iter().map(|one| self.value(one)).collect(),
            Json::Object(parts) => {
                Json::Object(parts.iter().map(|(k, part)| (k.clone(), self.member(k, part))).collect())
            }
            // A number may be somebody's; that it is one is the structure.
            Json::Number(_) => Json::from(7),
            other => other.clone(),
        }
    }

    /// A filter or a path: attributes and operators stay, what they are compared with goes, unless it is the protocol's.
    pub(super) fn expression(&mut self, text: &str) -> String {
        let (mut made, mut rest) = (String::with_capacity(text.len()), text);
        let mut before: [String; 2] = Default::default();
        while let Some(first) = rest.chars().next() {
            let (piece, after) = if first == '"' {
                quoted(rest)
            } else if is_word(first) {
                rest.split_at(rest.find(|c: char| !is_word(c)).unwrap_or(rest.len()))
            } else {
                rest.split_at(first.len_utf8())
            };
            rest = after;
            let compared = is_operator(&before[1]);
            match serde_json::from_str::<String>(piece) {
                Ok(value) if compared => {
                    let value = self.compared(&before[0], &value);
                    made.push_str(&Json::String(value).to_string());
                }
                _ if compared && first != ' ' && is_word(first) && !is_literal(piece) => {
                    let value = self.compared(&before[0], piece);
                    made.push_str(&value);
                }
                _ => made.push_str(piece),
            }
            if is_word(first) || first == '"' {
                before = [std::mem::take(&mut before[1]), piece.to_owned()];
            }
        }
        made
    }

    fn compared(&mut self, attribute: &str, value: &str) -> String {
        let attribute = attribute.rsplit([':', '.']).next().unwrap_or(attribute).to_ascii_lowercase();
        match attribute.as_str() {
            "type" | "primary" | "resourcetype" | "schemas" => value.to_owned(),
            // `id`, and `value` within `members[…]` or `manager[…]`.
            "id" | "manager" | "members" => self.id(value),
            "value" if self.ids.contains_key(value) || is_guid(value) => self.id(value),
            _ => self.text(value),
        }
    }
}

/// A quoted text with its quotes, and the rest; without an end, all of it.
fn quoted(text: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return text.split_at(at + 1),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    (text, "")
}

fn is_word(c: char) -> bool {
    !c.is_whitespace() && !"\"()[]".contains(c)
}

fn is_operator(word: &str) -> bool {
    ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"].iter().any(|op| op.eq_ignore_ascii_case(word))
}

fn is_literal(word: &str) -> bool {
    is_truth(word) || word == "null"
}

fn is_truth(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

fn is_time(text: &str) -> bool {
    text.len() >= 19 && text.parse::<base::Timestamp>().is_ok()
}
