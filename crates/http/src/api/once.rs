//! Members that stand twice: JSON says nothing of which of them counts (RFC 8259 §4), so none does.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Any JSON whose objects name each member once.
pub(super) struct Once;

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Walk)
    }
}

struct Walk;

impl<'de> Visitor<'de> for Walk {
    type Value = Once;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_str<E>(self, _: &str) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_unit<E>(self) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Once, A::Error> {
        while list.next_element::<Once>()?.is_some() {}
        Ok(Once)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Once, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = object.next_key::<String>()? {
            if names.contains(&name) {
                let shown: String = name.chars().take(60).collect();
                return Err(A::Error::custom(format_args!("`{shown}` stands twice; send it once")));
            }
            names.insert(name);
            object.next_value::<Once>()?;
        }
        Ok(Once)
    }
}

#[cfg(test)]
mod tests {
    use super::Once;

    #[test]
    fn a_member_stands_once_in_its_object() {
        let fits = |text: &str| serde_json::from_str::<Once>(text).map(|_| ()).map_err(|e| e.to_string());
        for good in
            ["{}", "[1, 1e999, -3.5, null, true, \"a\"]", "{\"a\": {\"a\": [{\"a\": 1}, {\"a\": 2}]}}"]
        {
            assert_eq!(fits(good), Ok(()), "{good}");
        }
        for bad in ["{\"a\": 1, \"b\": 2, \"a\": 1}", "[{\"x\": {\"a\": 1, \"\\u0061\": 2}}]"] {
            assert!(fits(bad).is_err_and(|error| error.contains("`a` stands twice")), "{bad}");
        }
    }
}
