//! What Okta sends: its own test collection, apps that update by PUT, apps that update by PATCH, group push.

mod collection;
mod groups;
mod people;

use serde_json::{Value, json};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// A create as Okta sends it: a password, and groups that are empty.
fn okta_user(login: &str) -> Value {
    json!({
        "schemas": [USER], "userName": login, "name": {"givenName": "Ann", "familyName": "Lee"},
        "emails": [{"primary": true, "value": login, "type": "work"}], "displayName": "Ann Lee",
        "locale": "en-US", "externalId": "00u1ab2cd3", "groups": [], "password": "1mz050nq", "active": true,
    })
}
