//! App role assignments, from the attribute `appRoleAssignments` (entra.md §2.6).

use serde_json::{Map, Value as Json};

use super::{Function, required, text_value};
use crate::expression::eval::{Call, Outcome, Stop};
use crate::model::Value;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "SingleAppRoleAssignment",
        &[required("source")],
        "The role's value. Entra supports one role a person; of several the first is taken (unverified).",
        |call| match roles(&call)?.first() {
            Some(role) => text_value(role.name()),
            None => Ok(None),
        },
    ),
    Function::new(
        "AppRoleAssignmentsComplex",
        &[required("source")],
        "All roles as objects; a PATCH only adds them.",
        |call| objects(&call, "displayName"),
    ),
    Function::new(
        "AssertiveAppRoleAssignmentsComplex",
        &[required("source")],
        "All roles as objects; a PATCH replaces all.",
        |call| objects(&call, "display"),
    ),
    Function::new("AppRoleAssignments", &[required("source")], "The values of all roles.", |call| {
        let names: Vec<Value> = roles(&call)?.iter().map(|role| Value::from(role.name())).collect();
        Ok(if names.is_empty() { None } else { Some(Value::Many(names)) })
    })
    .unverified(),
];

struct Role {
    value: Option<String>,
    display: Option<String>,
}

impl Role {
    /// The value; a role without one, such as default access, goes by what people call it (unverified).
    fn name(&self) -> &str {
        self.value.as_deref().or(self.display.as_deref()).unwrap_or_default()
    }
}

fn roles(call: &Call<'_>) -> Result<Vec<Role>, Stop> {
    let role = |value: &Value| match value {
        Value::Complex(map) => {
            let text = |name: &str| map.get(name).and_then(Json::as_str).map(str::to_owned);
            Ok(Role { value: text("value"), display: text("displayName") })
        }
        Value::Text(text) => Ok(Role { value: Some(text.clone()), display: None }),
        Value::Many(_) => Err(call.fault("the argument is not [appRoleAssignments]")),
    };
    match call.value(0)?.as_deref() {
        None => Ok(Vec::new()),
        Some(Value::Many(items)) => items.iter().map(role).collect(),
        Some(single) => Ok(vec![role(single)?]),
    }
}

fn objects(call: &Call<'_>, display: &str) -> Outcome {
    let object = |role: &Role| {
        let shown = role.display.as_deref().unwrap_or_else(|| role.name());
        Value::Complex(Map::from_iter([
            ("primary".to_owned(), Json::Bool(false)),
            ("type".to_owned(), Json::from("WindowsAzureActiveDirectoryRole")),
            (display.to_owned(), Json::from(shown)),
            ("value".to_owned(), Json::from(role.name())),
        ]))
    };
    let roles = roles(call)?;
    Ok(if roles.is_empty() { None } else { Some(Value::Many(roles.iter().map(object).collect())) })
}
