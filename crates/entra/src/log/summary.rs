//! Graph's shape.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::log::{Entry, Identity, Status, steps};
use crate::model::Kind;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// One side of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct System {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub display_name: String,
}

/// What the log calls the job and its surroundings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// The directory's tenant id.
    pub tenant: String,
    /// The job: `scim.<tenant hex>.<guid>`.
    pub job: String,
    /// The application.
    pub service_principal: System,
    /// Where objects come from.
    pub source: System,
    /// Where they go.
    pub target: System,
}

impl Entry {
    /// The entry as `provisioningObjectSummary`.
    #[must_use]
    pub fn summary(&self, names: &Names) -> Json {
        let initiator = match self.on_demand {
            true => json!({"id": "", "displayName": "Provision on demand", "initiatorType": "user"}),
            false => {
                json!({"id": "", "displayName": "Azure AD Provisioning Service", "initiatorType": "system"})
            }
        };
        let error = self.error.as_ref().map(|error| {
            json!({
                "errorCode": error.code,
                "reason": error.reason,
                "additionalDetails": error.details,
                "errorCategory": error.category,
                "recommendedAction": error.recommendation,
            })
        });
        // A skip is no error, whatever the reason (§4.14).
        let error = if self.status == Status::Skipped { None } else { error };
        let modified: Vec<_> = self
            .modified
            .iter()
            .map(|m| json!({"displayName": m.name, "oldValue": m.old, "newValue": m.new}))
            .collect();
        json!({
            "id": self.id,
            "activityDateTime": self.time().to_string(),
            "tenantId": names.tenant,
            "jobId": names.job,
            "cycleId": self.cycle,
            "changeId": self.change,
            "provisioningAction": self.action.word(),
            "durationInMilliseconds": self.millis,
            "servicePrincipal": [system(&names.service_principal)],
            "sourceSystem": system(&names.source),
            "targetSystem": system(&names.target),
            "sourceIdentity": identity(&self.source, self.source.kind.name()),
            "targetIdentity": match &self.target {
                Some(target) => identity(target, target_type(target.kind)),
                None => json!({"id": "", "displayName": "", "identityType": target_type(self.source.kind)}),
            },
            "initiatedBy": initiator,
            "provisioningStatusInfo": {"status": self.status.word(), "errorInformation": error},
            "provisioningSteps": steps::steps(self, names),
            "modifiedProperties": modified,
        })
    }
}

fn system(system: &System) -> Json {
    json!({"id": system.id, "displayName": system.display_name})
}

fn identity(identity: &Identity, kind: &str) -> Json {
    json!({"id": identity.id, "displayName": identity.name, "identityType": kind})
}

const fn target_type(kind: Kind) -> &'static str {
    match kind {
        Kind::User => ENTERPRISE,
        Kind::Group => GROUP,
    }
}
