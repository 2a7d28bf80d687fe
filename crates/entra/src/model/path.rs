//! Places in a SCIM resource, as the target attributes of a synchronization schema name them.

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value as Json};

/// A target attribute's name taken apart: `displayName`, `name.givenName`, `emails[type eq "work"].value`,
/// `urn:…:enterprise:2.0:User:department`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetPath {
    text: String,
    /// The extension's URN, of an attribute of one.
    pub extension: Option<String>,
    /// The attribute.
    pub attribute: String,
    /// Which element of a multi-valued attribute.
    pub element: Option<ElementFilter>,
    /// The sub-attribute.
    pub sub: Option<String>,
}

/// `[type eq "work"]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElementFilter {
    /// The sub-attribute compared.
    pub attribute: String,
    /// Its value; booleans as text, as the schema writes them (`"True"`).
    pub value: String,
}

/// A text that names no place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` names no target attribute: {why} at character {position}")]
pub struct PathFault {
    /// The text.
    pub text: String,
    /// Where it goes wrong, in characters from 0.
    pub position: usize,
    /// What is wrong there.
    pub why: &'static str,
}

impl TargetPath {
    /// The text it was read from, which is also the PATCH path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The value at this place. Names are compared without regard to case (RFC 7643 §2.1); a filter on a boolean
    /// matches the boolean and its text.
    #[must_use]
    pub fn read<'a>(&self, resource: &'a Json) -> Option<&'a Json> {
        let holder = match &self.extension {
            Some(urn) => client::lenient::get(resource, urn)?,
            None => resource,
        };
        let mut found = client::lenient::get(holder, &self.attribute)?;
        if let Some(filter) = &self.element {
            found = match found {
                Json::Array(elements) => elements.iter().find(|e| filter.matches(e))?,
                single => single,
            };
        }
        match &self.sub {
            Some(sub) => client::lenient::get(found, sub),
            None => Some(found),
        }
    }

    /// Sets the value at this place of a body, making what is on the way.
    pub fn write(&self, body: &mut Map<String, Json>, value: Json) {
        let holder = match &self.extension {
            Some(urn) => object_in(body, urn),
            None => body,
        };
        match (&self.element, &self.sub) {
            (None, None) => drop(holder.insert(self.attribute.clone(), value)),
            (None, Some(sub)) => drop(object_in(holder, &self.attribute).insert(sub.clone(), value)),
            (Some(filter), sub) => {
                let element = filter.element_in(holder, &self.attribute);
                match (sub, value) {
                    (Some(sub), value) => drop(element.insert(sub.clone(), value)),
                    (None, Json::Object(parts)) => element.extend(parts),
                    (None, value) => drop(element.insert("value".into(), value)),
                }
            }
        }
    }
}

/// The object under a name, made when it is not there.
fn object_in<'a>(map: &'a mut Map<String, Json>, name: &str) -> &'a mut Map<String, Json> {
    let slot = map.entry(name).or_insert_with(|| Json::Object(Map::new()));
    if !slot.is_object() {
        *slot = Json::Object(Map::new());
    }
    match slot {
        Json::Object(object) => object,
        _ => unreachable!("made an object above"),
    }
}

impl ElementFilter {
    fn matches(&self, element: &Json) -> bool {
        match client::lenient::get(element, &self.attribute) {
            Some(Json::String(text)) => text.eq_ignore_ascii_case(&self.value),
            Some(Json::Bool(value)) => self.value.eq_ignore_ascii_case(if *value { "true" } else { "false" }),
            _ => false,
        }
    }

    /// The filter's value as it is sent in a body: `"True"` of a `primary` is a boolean.
    fn sent(&self) -> Json {
        match self.attribute.as_str() {
            "primary" => Json::Bool(self.value.eq_ignore_ascii_case("true")),
            _ => Json::String(self.value.clone()),
        }
    }

    fn element_in<'a>(
        &self,
        holder: &'a mut Map<String, Json>,
        attribute: &str,
    ) -> &'a mut Map<String, Json> {
        let list = holder.entry(attribute).or_insert_with(|| Json::Array(Vec::new()));
        if !list.is_array() {
            *list = Json::Array(Vec::new());
        }
        let Json::Array(list) = list else { unreachable!("made a list above") };
        let at = list.iter().position(|e| e.is_object() && self.matches(e)).unwrap_or_else(|| {
            list.push(Json::Object(Map::from_iter([(self.attribute.clone(), self.sent())])));
            list.len() - 1
        });
        match &mut list[at] {
            Json::Object(element) => element,
            _ => unreachable!("only objects match"),
        }
    }
}

impl fmt::Display for TargetPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for TargetPath {
    type Err = PathFault;

    fn from_str(text: &str) -> Result<Self, PathFault> {
        let fault = |at: usize, why| PathFault {
            text: text.to_owned(),
            position: text.get(..at).map_or(0, |t| t.chars().count()),
            why,
        };
        // A URN's own dots and colons are not the path's: the attribute follows the last colon before any bracket.
        let head = text.find('[').unwrap_or(text.len());
        let (extension, start) = match text[..head].rfind(':') {
            Some(colon) if text.get(..4).is_some_and(|t| t.eq_ignore_ascii_case("urn:")) => {
                (Some(text[..colon].to_owned()), colon + 1)
            }
            Some(colon) => return Err(fault(colon, "a colon outside a URN")),
            None => (None, 0),
        };
        let (name, rest) = split_name(&text[start..]);
        if name.is_empty() {
            return Err(fault(start, "an attribute's name is missing"));
        }
        let mut at = start + name.len();
        let (element, rest) = match rest.strip_prefix('[') {
            None => (None, rest),
            Some(inner) => {
                let close = inner.find(']').ok_or_else(|| fault(at, "the bracket is not closed"))?;
                let filter = ElementFilter::read(&inner[..close])
                    .ok_or_else(|| fault(at + 1, "only `attribute eq \"value\"` can stand in brackets"))?;
                at += close + 2;
                (Some(filter), &inner[close + 1..])
            }
        };
        let sub = match rest.strip_prefix('.') {
            None if rest.is_empty() => None,
            None => return Err(fault(at, "a dot or the end was expected")),
            Some(sub) => {
                let (name, left) = split_name(sub);
                if name.is_empty() || !left.is_empty() {
                    return Err(fault(at + 1 + name.len(), "a sub-attribute's name was expected"));
                }
                Some(name.to_owned())
            }
        };
        Ok(Self { text: text.to_owned(), extension, attribute: name.to_owned(), element, sub })
    }
}

impl ElementFilter {
    fn read(text: &str) -> Option<Self> {
        let mut words = text.splitn(3, ' ');
        let (attribute, operator, value) = (words.next()?, words.next()?, words.next()?);
        let plain = split_name(attribute);
        if plain.0.is_empty() || !plain.1.is_empty() || !operator.eq_ignore_ascii_case("eq") {
            return None;
        }
        let value = value.trim();
        let value = match value.strip_prefix('"').and_then(|v| v.strip_suffix('"')) {
            Some(quoted) => quoted,
            None if value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false") => value,
            None => return None,
        };
        Some(Self { attribute: attribute.to_owned(), value: value.to_owned() })
    }
}

/// An attribute's name at the beginning of a text (RFC 7643 §2.1; `$ref` too), and the rest.
fn split_name(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '$')));
    text.split_at(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn path(text: &str) -> TargetPath {
        text.parse().unwrap()
    }

    #[test]
    fn takes_names_apart() {
        let p = path("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department");
        assert_eq!(
            p.extension.as_deref(),
            Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")
        );
        assert_eq!((p.attribute.as_str(), p.sub), ("department", None));
        let p = path("emails[type eq \"work\"].value");
        assert_eq!(p.element.unwrap().value, "work");
        assert_eq!(p.sub.as_deref(), Some("value"));
        assert_eq!(path("name.givenName").sub.as_deref(), Some("givenName"));
        for wrong in ["", "a:b", "emails[type]", "emails[type eq \"w\"", "a.b.c", "a b"] {
            assert!(wrong.parse::<TargetPath>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut body = Map::new();
        let texts = [
            "userName",
            "name.givenName",
            "emails[type eq \"work\"].value",
            "roles[primary eq \"True\"].value",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        ];
        for text in texts {
            path(text).write(&mut body, json!(text));
        }
        assert_eq!(body["roles"][0]["primary"], json!(true));
        let body = Json::Object(body);
        for text in texts {
            assert_eq!(path(text).read(&body), Some(&json!(text)));
        }
        assert_eq!(path("phoneNumbers[type eq \"work\"].value").read(&body), None);
    }
}
