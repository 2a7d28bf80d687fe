//! The job object as Graph shows it (entra.md §4.13).

use base::Timestamp;
use serde_json::{Value as Json, json};

use crate::job::{Execution, Job, JobFault, JobState, Quarantine};
use crate::model::Kind;

impl Job {
    /// The `synchronizationJob`.
    ///
    /// # Errors
    /// When the state fails.
    pub fn status(&self) -> Result<Json, JobFault> {
        let facts = self.facts();
        let entries: Vec<_> = [Kind::User, Kind::Group]
            .into_iter()
            .filter(|kind| self.parts.mapping_of(*kind).is_some())
            .map(|kind| Ok(json!({"key": kind.name(), "value": self.parts.state.counts(kind)?.linked})))
            .collect::<Result<_, JobFault>>()?;
        let code = match (facts.state, &facts.quarantine) {
            (JobState::NotRun, _) => "NotRun",
            (JobState::Paused | JobState::Disabled, None) => "Paused",
            (_, Some(_)) => "Quarantine",
            (JobState::Active, None) => "Active",
        };
        let schedule = match facts.state {
            JobState::Active | JobState::NotRun => "Active",
            JobState::Paused => "Paused",
            JobState::Disabled => "Disabled",
        };
        let rules = &self.parts.rules;
        let mut settings = Vec::new();
        if let Some(threshold) = rules.delete_threshold {
            settings
                .push(json!({"name": "QuarantineTooManyDeletesThreshold", "value": threshold.to_string()}));
        }
        if rules.skip_out_of_scope_deletions {
            settings.push(json!({"name": "SkipOutOfScopeDeletions", "value": "True"}));
        }
        Ok(json!({
            "id": self.parts.names.job,
            "templateId": "scim",
            "schedule": {
                "expiration": null,
                "interval": format!("PT{}M", rules.interval.as_secs() / 60),
                "state": schedule,
            },
            "status": {
                "code": code,
                "countSuccessiveCompleteFailures": facts.successive_failures,
                "escrowsPruned": facts.escrows_pruned,
                "lastExecution": execution(facts.last.as_ref()),
                "lastSuccessfulExecution": execution(facts.last_success.as_ref()),
                "lastSuccessfulExecutionWithExports": execution(facts.last_success_with_exports.as_ref()),
                "progress": [],
                "quarantine": quarantine(facts.quarantine.as_ref()),
                "steadyStateFirstAchievedTime": time(facts.steady_first),
                "steadyStateLastAchievedTime": time(facts.steady_last),
                "synchronizedEntryCountByType": entries,
                "troubleshootingUrl": "",
            },
            "synchronizationJobSettings": settings,
        }))
    }
}

/// Graph's word for never.
fn time(at: Option<i64>) -> String {
    at.map_or_else(|| "0001-01-01T00:00:00Z".to_owned(), |at| Timestamp::from_micros(at).to_string())
}

fn execution(execution: Option<&Execution>) -> Json {
    let Some(e) = execution else { return Json::Null };
    json!({
        "activityIdentifier": e.id,
        "countEntitled": e.entitled,
        "countEntitledForProvisioning": e.entitled,
        "countEscrowed": e.escrowed,
        "countEscrowedRaw": e.escrowed_raw,
        "countExported": e.exported,
        "countExports": e.exported + e.reference_deltas,
        "countImported": 0,
        "countImportedDeltas": e.imported_deltas,
        "countImportedReferenceDeltas": e.reference_deltas,
        "state": e.state,
        "error": e.error.as_ref().map(|(code, message)| json!({"code": code, "message": message})),
        "timeBegan": time(Some(e.began)),
        "timeEnded": time(Some(e.ended)),
    })
}

fn quarantine(quarantine: Option<&Quarantine>) -> Json {
    let Some(q) = quarantine else { return Json::Null };
    json!({
        "currentBegan": time(Some(q.began)),
        "nextAttempt": time(Some(q.next_attempt)),
        "reason": q.reason.word(),
        "seriesBegan": time(Some(q.series_began)),
        "seriesCount": q.series_count,
        "error": {"code": q.code, "message": q.message, "tenantActionable": true,
                  "recommendedAction": q.recommendation},
    })
}
