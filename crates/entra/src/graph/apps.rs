//! `applicationTemplates/{id}/instantiate`, `servicePrincipals`, and their synchronization templates.

use serde_json::{Value as Json, json};

use super::directory::ListQuery;
use super::odata::{Case, Filter};
use super::saved::{App, Secrets};
use super::{APPLICATION_TEMPLATE, Face, GraphFault};

/// The synchronization template of a non-gallery application.
pub(super) const TEMPLATE: &str = "scim";

impl Face {
    /// `POST /applicationTemplates/{id}/instantiate`: an application and its service principal; 201.
    ///
    /// # Errors
    /// 404 for another template than the non-gallery one, 400 without a display name.
    pub fn instantiate(&self, template: &str, body: &Json) -> Result<Json, GraphFault> {
        if !template.eq_ignore_ascii_case(APPLICATION_TEMPLATE) {
            return Err(GraphFault::not_found("Application template", template));
        }
        let name = body["displayName"].as_str().map(str::trim).filter(|name| !name.is_empty());
        let name =
            name.ok_or_else(|| GraphFault::bad_request("displayName is missing: the application's name."))?;
        let app = App {
            object: self.guid(),
            app_id: self.guid(),
            principal: self.guid(),
            display_name: name.to_owned(),
            role: self.guid(),
            assigned: Vec::new(),
            secrets: Secrets::default(),
            jobs: Vec::new(),
        };
        let answer = json!({
            "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.applicationServicePrincipal",
            "application": {"id": app.object, "appId": app.app_id, "displayName": app.display_name,
                "applicationTemplateId": APPLICATION_TEMPLATE, "appRoles": [role(&app)]},
            "servicePrincipal": principal(&app),
        });
        let mut saved = self.saved();
        saved.add(app);
        saved.store(self.options.folder.as_deref())?;
        Ok(answer)
    }

    /// `GET /servicePrincipals`.
    ///
    /// # Errors
    /// 400 for a filter that is not understood.
    pub fn principals(&self, query: &ListQuery) -> Result<Json, GraphFault> {
        let filter = Filter::parse(query.filter.as_deref(), &["id", "appId", "displayName"], Case::Folded)?;
        let saved = self.saved();
        let found = saved.apps().iter().map(principal).filter(|app| filter.matches(app));
        let found: Vec<_> = found.take(query.top.unwrap_or(usize::MAX)).collect();
        Ok(
            json!({"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals", "value": found}),
        )
    }

    /// `GET /servicePrincipals/{id}`.
    ///
    /// # Errors
    /// 404.
    pub fn principal(&self, id: &str) -> Result<Json, GraphFault> {
        self.saved().app(id).map(principal)
    }

    /// `DELETE /servicePrincipals/{id}`; 204. Its jobs end; people stay in the target as they are.
    ///
    /// # Errors
    /// 404.
    pub async fn delete_principal(&self, id: &str) -> Result<(), GraphFault> {
        let jobs: Vec<String> = self.saved().app(id)?.jobs.iter().map(|job| job.id.clone()).collect();
        for job in jobs {
            self.delete_job(id, &job).await?;
        }
        let mut saved = self.saved();
        saved.remove(id);
        saved.store(self.options.folder.as_deref())
    }

    /// `GET …/synchronization/templates`.
    ///
    /// # Errors
    /// 404.
    pub fn templates(&self, id: &str) -> Result<Json, GraphFault> {
        let saved = self.saved();
        let app = saved.app(id)?;
        Ok(
            json!({"value": [{"id": TEMPLATE, "applicationId": app.app_id, "factoryTag": "scim", "default": true,
            "discoverable": true, "description": null, "metadata": []}]}),
        )
    }
}

fn principal(app: &App) -> Json {
    json!({"id": app.principal, "appId": app.app_id, "displayName": app.display_name, "accountEnabled": true,
        "appDisplayName": app.display_name, "applicationTemplateId": APPLICATION_TEMPLATE,
        "appRoleAssignmentRequired": true,
        "appRoles": [role(app)], "servicePrincipalType": "Application", "servicePrincipalNames": [app.app_id], "tags": ["WindowsAzureActiveDirectoryIntegratedApp"]})
}

/// The role that a non-gallery application has of its own.
fn role(app: &App) -> Json {
    json!({"allowedMemberTypes": ["User"], "description": "User", "displayName": "User", "id": app.role,
        "isEnabled": true, "origin": "Application", "value": null})
}
