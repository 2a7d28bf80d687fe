//! [`Quirk::FlattenedKeys`](crate::Quirk::FlattenedKeys): with its compatibility flag, Entra sends paths as keys of a
//! value without path (A-40).
//!
//! ```json
//! {"op":"replace","value":{
//!   "displayName":"A",
//!   "name.givenName":"B",
//!   "emails[type eq \"work\"].value":"c@ex.org",
//!   "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber":"8"}}
//! ```

use crate::error::Result;
use crate::patch::{State, Target, locate};

/// The place a key means that is no attribute's name.
pub(crate) fn flattened_keys(key: &str, state: &mut State<'_>) -> Result<Option<Target>> {
    locate(key, state)
}
