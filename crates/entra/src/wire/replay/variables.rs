//! What stands in double braces.

use std::collections::BTreeMap;

use base::{Entropy, random_bytes};
use serde_json::Value as Json;

/// The values of one test's variables.
#[derive(Debug)]
pub(super) struct Variables<'a> {
    known: BTreeMap<String, String>,
    entropy: &'a dyn Entropy,
}

impl<'a> Variables<'a> {
    pub(super) const fn new(entropy: &'a dyn Entropy) -> Self {
        Self { known: BTreeMap::new(), entropy }
    }

    pub(super) fn keep(&mut self, name: &str, value: &str) {
        self.known.insert(name.to_owned(), value.to_owned());
    }

    /// A text with its variables filled in.
    pub(super) fn fill(&mut self, text: &str) -> Result<String, String> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (name, after) = after.split_once("}}").ok_or_else(|| format!("`{text}` lacks `}}}}`"))?;
            filled.push_str(before);
            filled.push_str(&self.value(name)?);
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// A body with its variables filled in, in values; keys are as they are.
    pub(super) fn fill_json(&mut self, json: &Json) -> Result<Json, String> {
        Ok(match json {
            Json::String(text) => Json::String(self.fill(text)?),
            Json::Array(items) => {
                Json::Array(items.iter().map(|item| self.fill_json(item)).collect::<Result<_, _>>()?)
            }
            Json::Object(parts) => Json::Object(
                parts
                    .iter()
                    .map(|(key, part)| Ok((key.clone(), self.fill_json(part)?)))
                    .collect::<Result<_, String>>()?,
            ),
            other => other.clone(),
        })
    }

    fn value(&mut self, name: &str) -> Result<String, String> {
        if let Some(known) = self.known.get(name) {
            return Ok(known.clone());
        }
        let made = match name.split_once(':') {
            // Letters and digits with a capital within, so that case can be seen to matter or not.
            Some(("random", _)) => {
                let bytes: [u8; 6] = random_bytes(self.entropy);
                format!("Rx{}", bytes.iter().map(|b| format!("{b:02x}")).collect::<String>())
            }
            Some(("guid", _)) => crate::connection_test::random_guid(self.entropy),
            Some(("upper", of)) => return Ok(self.value(&format!("random:{of}"))?.to_uppercase()),
            _ => return Err(format!("nothing was kept as `{name}`")),
        };
        self.keep(name, &made);
        Ok(made)
    }
}
