//! `servicePrincipals/{id}/appRoleAssignedTo`: who is assigned to the application.

use serde_json::{Value as Json, json};

use super::saved::{App, Granted};
use super::{Face, GraphFault};
use crate::model::Kind;

impl Face {
    /// `POST …/appRoleAssignedTo` with `principalId`, `resourceId` and `appRoleId`; 201. The next cycle takes it up.
    ///
    /// # Errors
    /// 404 for a user or group that is not in the directory; 400 for a body that asks for something else, or twice for the
    /// same.
    pub async fn assign(&self, id: &str, body: &Json) -> Result<Json, GraphFault> {
        let text = |name: &str| {
            let missing = || GraphFault::bad_request(format!("{name} is missing: a text that holds an id."));
            body[name].as_str().filter(|text| !text.is_empty()).ok_or_else(missing)
        };
        let (principal, resource, role) = (text("principalId")?, text("resourceId")?, text("appRoleId")?);
        if resource != id {
            return Err(GraphFault::bad_request(
                "resourceId must be the id of the service principal in the URL.",
            ));
        }
        if self.saved().app(id)?.role != role {
            return Err(GraphFault::bad_request(
                "Permission being assigned was not found on application: appRoleId must be the id of one of its appRoles.",
            ));
        }
        let (kind, found) = match self.object(Kind::User, principal).await {
            Ok(user) => (Kind::User, user),
            Err(fault) if fault.status == 404 => match self.object(Kind::Group, principal).await {
                Ok(group) => (Kind::Group, group),
                Err(fault) if fault.status == 404 => {
                    return Err(GraphFault::not_found("Resource", principal));
                }
                Err(fault) => return Err(fault),
            },
            Err(fault) => return Err(fault),
        };
        let granted = Granted {
            id: self.guid(),
            principal: found["id"].as_str().unwrap_or(principal).to_owned(),
            kind: kind.name().to_owned(),
            display_name: found["displayName"].as_str().unwrap_or_default().to_owned(),
            created: self.now().to_string(),
        };
        let mut answer = self.change(id, |app| {
            if app.assigned.iter().any(|there| there.principal == granted.principal) {
                return Err(GraphFault::bad_request(
                    "Permission being assigned already exists on the object",
                ));
            }
            let answer = shown(app, &granted);
            app.assigned.push(granted);
            Ok(answer)
        })?;
        answer["@odata.context"] = format!(
            "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals('{id}')/appRoleAssignedTo/$entity"
        )
        .into();
        Ok(answer)
    }

    /// `GET …/appRoleAssignedTo`: those that were assigned here, not those that the source names.
    ///
    /// # Errors
    /// 404.
    pub fn assigned(&self, id: &str) -> Result<Json, GraphFault> {
        let saved = self.saved();
        let app = saved.app(id)?;
        Ok(json!({"@odata.context":
                format!("https://graph.microsoft.com/v1.0/$metadata#servicePrincipals('{id}')/appRoleAssignedTo"),
            "value": app.assigned.iter().map(|granted| shown(app, granted)).collect::<Vec<_>>()}))
    }

    /// `DELETE …/appRoleAssignedTo/{id}`; 204.
    ///
    /// # Errors
    /// 404.
    pub fn unassign(&self, id: &str, assignment: &str) -> Result<(), GraphFault> {
        self.change(id, |app| {
            let before = app.assigned.len();
            app.assigned.retain(|granted| granted.id != assignment);
            match app.assigned.len() < before {
                true => Ok(()),
                false => Err(GraphFault::not_found("Resource", assignment)),
            }
        })
    }
}

fn shown(app: &App, granted: &Granted) -> Json {
    json!({"id": granted.id, "deletedDateTime": null, "appRoleId": app.role,
        "createdDateTime": granted.created, "principalDisplayName": granted.display_name,
        "principalId": granted.principal, "principalType": granted.kind,
        "resourceDisplayName": app.display_name, "resourceId": app.principal})
}
