//! Clauses and rulings beyond the catalogue's MUSTs, seen on the wire: bulk, versions, races, membership, schemas of
//! a tenant's own, groups off, tenants side by side.

mod advertised;
mod bulk;
mod bulk_links;
mod custom;
mod groups_off;
mod membership;
mod races;
mod search;
mod sorting;
mod tenants;
mod values;
mod versions;

use serde_json::{Value, json};
use testkit::{Caller, Reply};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// The form of an id that nobody has.
const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

/// A user body with further attributes.
fn person(user_name: &str, more: Value) -> Value {
    let mut body = json!({"schemas": [USER], "userName": user_name});
    let more = more.as_object().expect("an object").clone();
    body.as_object_mut().expect("an object").extend(more);
    body
}

/// A bulk of these operations.
async fn bulk(caller: &Caller, operations: Value) -> Reply {
    caller.post("/Bulk", &json!({"schemas": [BULK], "Operations": operations})).await
}

/// The statuses of a bulk's answer, in order.
fn statuses(reply: &Reply) -> Vec<&str> {
    operations(reply).iter().map(|o| o["status"].as_str().expect("a status that is text")).collect()
}

/// The operations of a bulk's answer.
fn operations(reply: &Reply) -> &Vec<Value> {
    reply.json["Operations"].as_array().expect("operations")
}
