//! `…/synchronization/jobs`: made, listed, deleted, started, paused, restarted.

use serde_json::{Value as Json, json};

use super::apps::TEMPLATE;
use super::saved::SavedJob;
use super::{Face, GraphFault};
use crate::job::{Job, JobState, ResetScope};

impl Face {
    /// `POST …/jobs` with a `templateId`; 201.
    ///
    /// # Errors
    /// 404; 400 for a template that is not the non-gallery one.
    pub async fn create_job(&self, principal: &str, body: &Json) -> Result<Json, GraphFault> {
        let template = body["templateId"].as_str().unwrap_or_default();
        if template != TEMPLATE {
            return Err(GraphFault::bad_request(format!(
                "templateId must be '{TEMPLATE}', the one template of a non-gallery application here."
            )));
        }
        let tenant = self.saved().tenant.replace('-', "");
        let id = format!("{template}.{tenant}.{}", self.guid());
        self.change(principal, |app| {
            app.jobs.push(SavedJob {
                id: id.clone(),
                template: template.to_owned(),
                started: false,
                schema: None,
            });
            Ok(())
        })?;
        let mut job = self.job_status(principal, &id).await?;
        job["@odata.context"] = format!(
            "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals('{principal}')/synchronization/jobs/$entity"
        )
        .into();
        Ok(job)
    }

    /// `GET …/jobs`.
    ///
    /// # Errors
    /// 404.
    pub async fn jobs(&self, principal: &str) -> Result<Json, GraphFault> {
        let ids: Vec<String> = self.saved().app(principal)?.jobs.iter().map(|job| job.id.clone()).collect();
        let mut jobs = Vec::with_capacity(ids.len());
        for id in ids {
            jobs.push(self.job_status(principal, &id).await?);
        }
        Ok(json!({"value": jobs}))
    }

    /// `GET …/jobs/{id}`: the job object with its status.
    ///
    /// # Errors
    /// 404.
    pub async fn job_status(&self, principal: &str, id: &str) -> Result<Json, GraphFault> {
        let (configured, started) = {
            let saved = self.saved();
            let app = saved.app(principal)?;
            (self.target(&app.secrets).is_ok(), app.job(id)?.started)
        };
        if !configured {
            return Ok(not_configured(id));
        }
        let mut status = self.job(principal, id).await?.status()?;
        // One that was never started is told as paused.
        if !started && status["status"]["code"] == "NotRun" {
            status["status"]["code"] = "Paused".into();
            status["schedule"]["state"] = "Disabled".into();
        }
        Ok(status)
    }

    /// `DELETE …/jobs/{id}`; 204. People stay in the target as they are.
    ///
    /// # Errors
    /// 404.
    pub async fn delete_job(&self, principal: &str, id: &str) -> Result<(), GraphFault> {
        self.saved().app(principal)?.job(id)?;
        let mut alone = self.alone(id).await;
        Self::close(&mut alone).await;
        self.change(principal, |app| {
            app.jobs.retain(|job| job.id != id);
            Ok(())
        })?;
        self.forget(id);
        self.wipe(id)
    }

    /// Takes the state of a closed job away.
    pub(super) fn wipe(&self, id: &str) -> Result<(), GraphFault> {
        match self.folder_of(id).map(std::fs::remove_dir_all) {
            Some(Err(error)) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(GraphFault::broken(format!("the job's state cannot be removed: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// `POST …/jobs/{id}/start`; 204. Goes on where it was paused; a quarantine ends. The next cycle begins at once unless
    /// the job runs already.
    ///
    /// # Errors
    /// 404; 400 without credentials.
    pub async fn start(&self, principal: &str, id: &str) -> Result<(), GraphFault> {
        self.saved().app(principal)?.job(id)?;
        let mut alone = self.alone(id).await;
        let open = self.opened(principal, id, &mut alone)?;
        let facts = open.job.facts();
        if facts.quarantine.is_some() && facts.state != JobState::Disabled {
            // A cycle that waits in quarantine is called off; the state stays, links and all.
            Self::close(&mut alone).await;
            let job = &self.opened(principal, id, &mut alone)?.job;
            job.restart("QuarantineState".parse()?)?;
        } else if !open.runs() {
            open.job.start()?;
        }
        self.mark(principal, id, true)?;
        self.watch(principal, id, &mut alone)
    }

    /// `POST …/jobs/{id}/pause`; 204, when what was in flight has ended.
    ///
    /// # Errors
    /// 404; 400 without credentials.
    pub async fn pause(&self, principal: &str, id: &str) -> Result<(), GraphFault> {
        self.saved().app(principal)?.job(id)?;
        let mut alone = self.alone(id).await;
        Self::close(&mut alone).await;
        self.mark(principal, id, false)?;
        Ok(self.opened(principal, id, &mut alone)?.job.pause()?)
    }

    /// `POST …/jobs/{id}/restart` with `{"criteria":{"resetScope":"Full"}}`; 204. The job runs afterwards.
    ///
    /// # Errors
    /// 404; 400 for a word that is no reset scope.
    pub async fn restart(&self, principal: &str, id: &str, body: &Json) -> Result<(), GraphFault> {
        let scope: ResetScope = match &body["criteria"]["resetScope"] {
            Json::Null => ResetScope::PORTAL,
            Json::String(scope) => scope.parse()?,
            _ => {
                return Err(GraphFault::bad_request(
                    "resetScope must be a text, such as 'Watermark, Escrows'.",
                ));
            }
        };
        self.saved().app(principal)?.job(id)?;
        let mut alone = self.alone(id).await;
        Self::close(&mut alone).await;
        let job: &Job = &self.opened(principal, id, &mut alone)?.job;
        job.restart(scope)?;
        self.mark(principal, id, true)?;
        self.watch(principal, id, &mut alone)
    }

    fn mark(&self, principal: &str, id: &str, started: bool) -> Result<(), GraphFault> {
        self.change(principal, |app| {
            app.job_mut(id)?.started = started;
            Ok(())
        })
    }
}

/// A job without credentials.
fn not_configured(id: &str) -> Json {
    json!({"id": id, "templateId": TEMPLATE,
        "schedule": {"expiration": null, "interval": "P10675199DT2H48M5.4775807S", "state": "Disabled"},
        "status": {"code": "NotConfigured", "countSuccessiveCompleteFailures": 0, "escrowsPruned": false,
            "lastExecution": null, "lastSuccessfulExecution": null, "lastSuccessfulExecutionWithExports": null,
            "progress": [], "quarantine": null, "steadyStateFirstAchievedTime": "0001-01-01T00:00:00Z",
            "steadyStateLastAchievedTime": "0001-01-01T00:00:00Z", "synchronizedEntryCountByType": [],
            "troubleshootingUrl": null},
        "synchronizationJobSettings": []})
}
