//! The customer's side: people and groups as Microsoft Graph returns them (the organisation file of the CLI).

use std::collections::HashMap;

use serde::Deserialize;

/// A customer's directory.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Organisation {
    /// People.
    pub(crate) users: Vec<Person>,
    /// Groups with their direct members.
    pub(crate) groups: Vec<Group>,
}

/// A Graph `user`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) user_principal_name: String,
    #[serde(default = "yes")]
    pub(crate) account_enabled: bool,
    pub(crate) display_name: Option<String>,
    pub(crate) given_name: Option<String>,
    pub(crate) surname: Option<String>,
    pub(crate) mail: Option<String>,
    pub(crate) job_title: Option<String>,
    pub(crate) department: Option<String>,
    pub(crate) employee_id: Option<String>,
    pub(crate) office_location: Option<String>,
    pub(crate) street_address: Option<String>,
    pub(crate) postal_code: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) preferred_language: Option<String>,
    #[serde(default)]
    pub(crate) business_phones: Vec<String>,
    pub(crate) mobile_phone: Option<String>,
    pub(crate) fax_number: Option<String>,
    pub(crate) manager: Option<Reference>,
}

/// A Graph `group`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) display_name: String,
    #[serde(default)]
    pub(crate) members: Vec<Reference>,
}

/// A pointer to another object.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Reference {
    pub(crate) id: String,
}

const fn yes() -> bool {
    true
}

/// The sample organisation, built in so that the demo needs no file.
const SAMPLE: &str = include_str!("../../../../samples/organisation.json");

impl Organisation {
    /// The sample.
    ///
    /// # Errors
    /// When the file that was built in is not an organisation file.
    pub(crate) fn sample() -> Result<Self, serde_json::Error> {
        serde_json::from_str(SAMPLE)
    }

    /// The person with this object id.
    pub(crate) fn person(&self, id: &str) -> Option<&Person> {
        self.users.iter().find(|p| p.id == id)
    }

    /// The same, to change.
    pub(crate) fn person_mut(&mut self, id: &str) -> Option<&mut Person> {
        self.users.iter_mut().find(|p| p.id == id)
    }

    /// Everyone by object id.
    pub(crate) fn by_id(&self) -> HashMap<&str, &Person> {
        self.users.iter().map(|p| (p.id.as_str(), p)).collect()
    }

    /// Direct members of a group who are people; nested groups are not expanded, as in Entra.
    pub(crate) fn people_in<'a>(&'a self, group: &'a Group) -> impl Iterator<Item = &'a Person> {
        group.members.iter().filter_map(|m| self.person(&m.id))
    }
}
