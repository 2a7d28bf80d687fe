//! What Microsoft Entra ID sends, as its engine and its validator send it, through the front door.

mod lifecycle;
mod postman;
mod validator_groups;
mod validator_users;

use serde_json::{Value, json};
use testkit::Caller;

const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// A second schema that the engine names on groups; nobody defines it.
const MICROSOFT_GROUP: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";

/// A user as the validator fills it: everything in the default mapping, `primary` as text.
fn full_user(user_name: &str) -> Value {
    json!({
        "schemas": [CORE, ENTERPRISE],
        "userName": user_name,
        "externalId": format!("ext-{user_name}"),
        "active": true,
        "displayName": "KTQNYNBZWLNA",
        "nickName": "Nick",
        "title": "Tutor",
        "userType": "Employee",
        "preferredLanguage": "en-GB",
        "name": {"givenName": "Ann", "familyName": "Lee", "formatted": "Ann Lee"},
        "emails": [
            {"type": "work", "value": format!("{user_name}.work@validator.example"), "primary": true},
        ],
        "phoneNumbers": [
            {"type": "work", "value": "29-111-1111", "primary": true},
            {"type": "mobile", "value": "29-222-2222"},
            {"type": "fax", "value": "29-333-3333"},
        ],
        "addresses": [{
            "type": "work", "formatted": "1 High Street", "streetAddress": "1 High Street",
            "locality": "Leeds", "region": "Yorkshire", "postalCode": "LS1", "country": "GB",
        }],
        "roles": [{"primary": "True", "display": "Reader", "value": "reader", "type": "App"}],
        "meta": {"resourceType": "User"},
        ENTERPRISE: {
            "employeeNumber": "7", "department": "Research", "costCenter": "C1", "organization": "O1",
            "division": "D1",
        },
    })
}

/// The one resource that this filter finds.
async fn the_one(entra: &Caller, endpoint: &str, filter: &str) -> Value {
    let list = entra.filter(endpoint, filter).await.expect(200);
    assert_eq!(list.total(), 1, "{filter}: {}", list.text);
    list.resources()[0].clone()
}

/// The validator's comparison: every attribute that was sent is there with the same value. It reads `"True"` as true.
#[track_caller]
fn compare(sent: &Value, got: &Value, at: &str) {
    match (sent, got) {
        (Value::Object(sent), Value::Object(got)) => {
            for (name, value) in sent.iter().filter(|(n, _)| !matches!(n.as_str(), "meta" | "schemas")) {
                let found = got.get(name).unwrap_or_else(|| panic!("{at}.{name} is missing from {got:?}"));
                compare(value, found, &format!("{at}.{name}"));
            }
        }
        (Value::Array(sent), Value::Array(got)) => {
            assert_eq!(sent.len(), got.len(), "{at}: sent {sent:?}, got {got:?}");
            for (index, value) in sent.iter().enumerate() {
                compare(value, &got[index], &format!("{at}[{index}]"));
            }
        }
        (Value::String(text), Value::Bool(flag)) => {
            assert!(text.eq_ignore_ascii_case(&flag.to_string()), "{at}: sent {text}, got {flag}");
        }
        (sent, got) => assert_eq!(sent, got, "{at}"),
    }
}
