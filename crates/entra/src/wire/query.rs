//! Reading requests, and DELETE.

use client::{Method, Request, filter};

use crate::model::{Kind, TargetPath};
use crate::wire::{FilterValue, ReferenceCheck, Wire};

impl Wire {
    /// The matching query (entra.md §2.1, §3): a group's without its members.
    #[must_use]
    pub fn match_query(&self, kind: Kind, path: &TargetPath, value: &str) -> Request {
        let value = match self.switches.filter_value {
            FilterValue::Bare if is_bare(value) => value.to_owned(),
            _ => filter::literal(value),
        };
        let filter = format!("{} eq {value}", self.path_text(path));
        let request = Request::new(Method::GET, kind.endpoint());
        match kind {
            Kind::User => request,
            Kind::Group => request.param("excludedAttributes", "members"),
        }
        .param("filter", filter)
    }

    /// The query of Test Connection (§1.1): the matching query for a value that nobody has, a random GUID.
    #[must_use]
    pub fn probe(&self, kind: Kind, path: &TargetPath, random: &str) -> Request {
        self.match_query(kind, path, random)
    }

    /// Reading one by id, before an update (§2.1, §3).
    #[must_use]
    pub fn read(&self, kind: Kind, target_id: &str) -> Request {
        let request = Request::resource(Method::GET, kind.endpoint(), target_id);
        match kind {
            Kind::User => request,
            Kind::Group => request.param("excludedAttributes", "members"),
        }
    }

    /// The query that precedes a manager's update: is it this one already (§2.5)? `None` when the switch is off.
    #[must_use]
    pub fn reference_check(&self, user_id: &str, manager_id: &str) -> Option<Request> {
        self.check_of(Kind::User, "manager", user_id, manager_id)
    }

    /// The query that may precede a member's addition (§3, `reference-check-members`).
    #[must_use]
    pub fn member_check(&self, group_id: &str, member_id: &str) -> Option<Request> {
        self.switches
            .reference_query_for_members
            .then(|| self.check_of(Kind::Group, "members", group_id, member_id))
            .flatten()
    }

    fn check_of(&self, kind: Kind, reference: &str, id: &str, referenced: &str) -> Option<Request> {
        let own = format!("id eq {}", filter::literal(id));
        let other = format!("{reference} eq {}", filter::literal(referenced));
        let filter = match self.switches.reference_check {
            ReferenceCheck::IdFirst => format!("{own} and {other}"),
            ReferenceCheck::ManagerFirst => format!("{other} and {own}"),
            ReferenceCheck::Off => return None,
        };
        Some(Request::new(Method::GET, kind.endpoint()).param("filter", filter).param("attributes", "id"))
    }

    /// The hard delete (§2.7).
    #[must_use]
    pub fn delete(&self, kind: Kind, target_id: &str) -> Request {
        Request::resource(Method::DELETE, kind.endpoint(), target_id)
    }

    /// The discovery requests that Test Connection may make (§1.1, `discovery-at-test`).
    #[must_use]
    pub fn discovery(&self) -> Vec<Request> {
        let paths = ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"];
        match self.switches.discovery_at_test {
            true => paths.into_iter().map(|path| Request::new(Method::GET, path)).collect(),
            false => Vec::new(),
        }
    }
}

/// Whether a value is one word that no filter reads as anything else, such as a number or `true`.
fn is_bare(value: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@._-".contains(c);
    !value.is_empty() && value.chars().all(plain) && serde_json::from_str::<serde_json::Value>(value).is_err()
}
