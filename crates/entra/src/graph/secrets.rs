//! `…/synchronization/secrets`.

use serde_json::{Value as Json, json};

use super::saved::Secrets;
use super::{Face, GraphFault};

/// Keys without which a PUT of secrets saves nothing and says nothing (entra.md §4.13).
const WITHOUT_WHICH_NOTHING: [&str; 2] = ["SyncAll", "SyncNotificationSettings"];

impl Face {
    /// `PUT …/synchronization/secrets`; 204. As in Graph, one without `SyncAll` and `SyncNotificationSettings` saves
    /// nothing and says nothing.
    ///
    /// # Errors
    /// 404; 400 for a body that is no list of pairs, a target that cannot be one while a job runs, or another target than
    /// the one that people were provisioned into.
    pub async fn put_secrets(&self, id: &str, body: &Json) -> Result<(), GraphFault> {
        let secrets = Secrets::of(pairs(&body["value"], "value")?);
        let whole =
            WITHOUT_WHICH_NOTHING.iter().all(|key| secrets.keys().any(|k| k.eq_ignore_ascii_case(key)));
        if !whole {
            return self.saved().app(id).map(drop);
        }
        if let Some(settings) = secrets.get("SyncNotificationSettings") {
            serde_json::from_str::<Json>(settings).map_err(|e| {
                GraphFault::bad_request(format!("SyncNotificationSettings is no JSON in a string: {e}"))
            })?;
        }
        let (jobs, running) = {
            let saved = self.saved();
            let jobs = &saved.app(id)?.jobs;
            (jobs.iter().map(|job| job.id.clone()).collect::<Vec<_>>(), jobs.iter().any(|job| job.started))
        };
        let target = match self.target(&secrets) {
            Ok(target) => Some(target.client.base_url().to_string()),
            Err(fault) if running => return Err(fault),
            // Saved as it is; whoever starts the job hears of it.
            Err(_) => None,
        };
        // They are read when a job is opened, so every job is closed, and its place held, before they change.
        let mut places = Vec::with_capacity(jobs.len());
        for job in jobs {
            let mut alone = self.alone(&job).await;
            if let Some(target) = &target {
                self.may_turn_to(id, &job, target, &mut alone).await?;
            }
            places.push((job, alone));
        }
        self.change(id, |app| {
            app.secrets = secrets;
            Ok(())
        })?;
        for (job, mut alone) in places {
            self.reopen(id, &job, &mut alone).await?;
        }
        Ok(())
    }

    /// Whether a job may have this target from now on: the ids it remembers are those of one target.
    async fn may_turn_to(
        &self,
        principal: &str,
        id: &str,
        target: &str,
        alone: &mut Option<super::runner::Open>,
    ) -> Result<(), GraphFault> {
        // Without a target so far there is nothing that it could remember.
        let Ok(open) = self.opened(principal, id, alone) else { return Ok(()) };
        let facts = open.job.facts();
        if facts.target == target {
            return Ok(());
        }
        if facts.last.is_some() {
            return Err(GraphFault::bad_request(format!(
                "The job has provisioned into {} and remembers who is who there. Delete the job and create another one for {target}.",
                facts.target
            )));
        }
        Self::close(alone).await;
        self.wipe(id)
    }

    /// `GET …/synchronization/secrets`: the keys, their values masked.
    ///
    /// # Errors
    /// 404.
    pub fn secrets(&self, id: &str) -> Result<Json, GraphFault> {
        let saved = self.saved();
        let keys = saved.app(id)?.secrets.keys().map(|key| json!({"key": key, "value": "*"}));
        Ok(json!({"value": keys.collect::<Vec<_>>()}))
    }
}

/// Pairs of `key` and `value`.
pub(super) fn pairs(list: &Json, name: &str) -> Result<Vec<(String, String)>, GraphFault> {
    let wrong = || {
        GraphFault::bad_request(format!("{name} must be a list of objects with key and value, both texts."))
    };
    let pair = |item: &Json| Some((item["key"].as_str()?.to_owned(), item["value"].as_str()?.to_owned()));
    list.as_array().ok_or_else(wrong)?.iter().map(|item| pair(item).ok_or_else(wrong)).collect()
}
