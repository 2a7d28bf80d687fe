//! The requirement catalogue, where it can be seen on the wire. Each test names the ids it shows.

mod auth;
mod discovery;
mod envelope;
mod paging;
mod reading;
mod tls;
mod writing;

use serde_json::{Value, json};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A user body with everything that a test of shape wants to see.
fn full(user_name: &str) -> Value {
    json!({
        "schemas": [USER, ENTERPRISE], "userName": user_name, "externalId": "Ext-1", "displayName": "Ann Lee",
        "name": {"givenName": "Ann", "familyName": "Lee"}, "active": true,
        "emails": [{"type": "work", "value": user_name, "primary": true}],
        "addresses": [{"type": "work", "country": "GB", "locality": "Leeds"}],
        ENTERPRISE: {"department": "R&D", "employeeNumber": "7"},
    })
}
