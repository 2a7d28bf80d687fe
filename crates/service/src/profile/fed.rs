//! What of a profile comes from some attributes, by the built-in mapping and by a tenant's own: of what was told, nobody
//! knows by which it was made.

use scim::filter::Checked;
use scim::path::{self, Path};
use scim::{Dialect, ResourceType};

use super::{Mapping, ProfileField};

/// Members of a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fed {
    /// Fields, and `roles`.
    pub(crate) fields: Vec<String>,
    /// Keys of `custom`.
    pub(crate) custom: Vec<String>,
    /// Whether addresses are among them.
    pub(crate) email: bool,
    /// Whether the name that a membership shows is among them.
    pub(crate) display: bool,
}

impl Mapping {
    /// What comes from paths for which this holds.
    pub(crate) fn fed(&self, rt: &ResourceType, gives: impl Fn(&Path<Checked>) -> bool) -> Fed {
        let dialect = Dialect::strict();
        let built_in = |text: &str| {
            let path = path::parse(text, &dialect).and_then(|path| path.check(rt, &dialect));
            path.is_ok_and(|path| gives(&path))
        };
        let any = |paths: Option<&Vec<Path<Checked>>>| paths.into_iter().flatten().any(&gives);
        let mut fed = Fed { display: built_in("displayName"), ..Fed::default() };
        for field in ProfileField::ALL {
            if field.built_in().iter().any(|text| built_in(text)) || any(self.fields.get(&field)) {
                // A closed list of names always serialises.
                let name = serde_json::to_value(field).unwrap_or_default();
                fed.fields.extend(name.as_str().map(str::to_owned));
                fed.email |= field == ProfileField::Email;
            }
        }
        if built_in("roles.value") || any(self.roles.as_ref().map(|roles| &roles.from)) {
            fed.fields.push("roles".to_owned());
        }
        let custom = self.custom.iter().flatten().filter(|(_, paths)| any(Some(paths)));
        fed.custom = custom.map(|(key, _)| key.clone()).collect();
        fed
    }
}

#[cfg(test)]
mod tests {
    use scim::{Document, Registry};
    use serde_json::{Value, json};

    use super::*;
    use crate::profile::{Profile, ProfileSettings};

    fn fed(settings: Value, wanted: &str) -> Fed {
        let registry = Registry::builtin();
        let rt = registry.resource_type("User").unwrap();
        let settings: ProfileSettings = serde_json::from_value(settings).unwrap();
        let dialect = Dialect::strict();
        let wanted = path::parse(wanted, &dialect).unwrap().check(rt, &dialect).unwrap();
        Mapping::compile(&settings, rt).unwrap().fed(rt, |path| path.target == wanted.target)
    }

    #[test]
    fn the_built_in_paths_are_those_that_profiles_are_made_by() {
        for field in ProfileField::ALL {
            for text in field.built_in() {
                // The value at its place: `urn:…:User:manager.value` stands in the extension, in `manager`.
                let (urn, rest) =
                    text.rsplit_once(':').map_or((None, *text), |(urn, rest)| (Some(urn), rest));
                let mut value = json!("x");
                for part in rest.rsplit('.') {
                    value = json!({part: value});
                }
                if rest.starts_with("emails") {
                    value = json!({"emails": [value["emails"]]});
                }
                if let Some(urn) = urn {
                    value = json!({urn: value});
                }
                let profile = Profile::of(&Document::from_json(&value.to_string()).unwrap());
                let made = serde_json::to_value(profile).unwrap();
                let name = serde_json::to_value(field).unwrap();
                assert!(!made[name.as_str().unwrap()].is_null(), "{text}: {made}");
            }
        }
    }

    #[test]
    fn a_tenants_own_mapping_counts_beside_the_built_in_one() {
        let settings = json!({
            "fields": {"title": ["nickName"]},
            "custom": {"nick": ["nickName"], "other": ["title"]},
            "roles": {"from": ["nickName"]},
        });
        let found = fed(settings, "nickName");
        assert_eq!((found.fields, found.custom), (vec!["title".into(), "roles".into()], vec!["nick".into()]));
        assert_eq!(fed(json!({"fields": {"title": ["nickName"]}}), "title").fields, ["title"]);
        let shown = fed(json!({}), "displayName");
        assert!(shown.display && !shown.email && shown.fields == ["displayName"]);
        assert!(fed(json!({}), "emails.value").email);
    }
}
