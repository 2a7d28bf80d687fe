//! What a face keeps: apps with their secrets and jobs.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use base::Secret;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::GraphFault;
use crate::log::{Names, System};
use crate::mapping::AppRole;
use crate::source::Assignment;

/// The file in the folder. Only its owner may read it: it holds secret tokens.
const FILE: &str = "graph.json";

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Saved {
    /// The tenant's id.
    pub(super) tenant: String,
    apps: Vec<App>,
}

/// An application and its service principal.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct App {
    pub(super) object: String,
    pub(super) app_id: String,
    pub(super) principal: String,
    pub(super) display_name: String,
    /// Its one role.
    pub(super) role: String,
    pub(super) assigned: Vec<Granted>,
    pub(super) secrets: Secrets,
    pub(super) jobs: Vec<SavedJob>,
}

/// An `appRoleAssignment`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Granted {
    pub(super) id: String,
    pub(super) principal: String,
    /// `User` or `Group`.
    pub(super) kind: String,
    pub(super) display_name: String,
    pub(super) created: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SavedJob {
    pub(super) id: String,
    pub(super) template: String,
    /// Whether it was started and not paused since.
    pub(super) started: bool,
    /// The schema that was put; the default one where none was.
    pub(super) schema: Option<Json>,
}

/// Synchronization secrets by key.
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Secrets(BTreeMap<String, String>);

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.keys().map(|key| (key, "****"))).finish()
    }
}

impl Secrets {
    pub(super) fn of(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// The value of a key. Keys are compared without regard to case, empty values count as none.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let found = self.0.iter().find(|(k, _)| k.eq_ignore_ascii_case(key));
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    pub(super) fn secret(&self, key: &str) -> Option<Secret<String>> {
        self.get(key).map(|value| Secret::new(value.to_owned()))
    }

    pub(super) fn is_true(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// A copy of all of them.
    pub(super) fn copy(&self) -> Self {
        Self(self.0.clone())
    }

    /// How many removals in one cycle are too many, where `SyncNotificationSettings` says so (entra.md §4.7).
    pub(super) fn delete_threshold(&self) -> Option<u64> {
        let settings: Json = serde_json::from_str(self.get("SyncNotificationSettings")?).ok()?;
        let on = settings["DeleteThresholdEnabled"].as_bool().unwrap_or(false);
        settings["DeleteThresholdValue"].as_u64().filter(|_| on)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl Saved {
    pub(super) fn load(folder: Option<&Path>, guid: impl Fn() -> String) -> Result<Self, GraphFault> {
        let fresh = || Self { tenant: guid(), apps: Vec::new() };
        let Some(folder) = folder else { return Ok(fresh()) };
        let path = folder.join(FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text)
                .map_err(|e| GraphFault::broken(format!("{} cannot be read: {e}", path.display()))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(fresh()),
            Err(error) => Err(GraphFault::broken(format!("{} cannot be read: {error}", path.display()))),
        }
    }

    /// Writes everything down: beside the file first, so that a crash leaves the old or the new one.
    pub(super) fn store(&self, folder: Option<&Path>) -> Result<(), GraphFault> {
        let Some(folder) = folder else { return Ok(()) };
        let failed = |error: std::io::Error| {
            GraphFault::broken(format!("{} cannot be written: {error}", folder.join(FILE).display()))
        };
        let text = serde_json::to_vec_pretty(self).map_err(|e| failed(e.into()))?;
        std::fs::create_dir_all(folder).map_err(failed)?;
        let beside = folder.join(format!("{FILE}.new"));
        write_for_owner(&beside, &text).map_err(failed)?;
        std::fs::rename(&beside, folder.join(FILE)).map_err(failed)
    }

    pub(super) fn app(&self, principal: &str) -> Result<&App, GraphFault> {
        let found = self.apps.iter().find(|app| app.principal == principal);
        found.ok_or_else(|| GraphFault::not_found("Service principal", principal))
    }

    pub(super) fn app_mut(&mut self, principal: &str) -> Result<&mut App, GraphFault> {
        let found = self.apps.iter_mut().find(|app| app.principal == principal);
        found.ok_or_else(|| GraphFault::not_found("Service principal", principal))
    }

    pub(super) fn apps(&self) -> &[App] {
        &self.apps
    }

    pub(super) fn add(&mut self, app: App) {
        self.apps.push(app);
    }

    pub(super) fn remove(&mut self, principal: &str) {
        self.apps.retain(|app| app.principal != principal);
    }

    /// Service principal and job of every job that was started.
    pub(super) fn started(&self) -> Vec<(String, String)> {
        self.those(|_, job| job.started)
    }

    /// Service principal and job of every job that has a target.
    pub(super) fn configured(&self) -> Vec<(String, String)> {
        self.those(|app, _| app.secrets.get("BaseAddress").is_some())
    }

    fn those(&self, which: impl Fn(&App, &SavedJob) -> bool) -> Vec<(String, String)> {
        let jobs = self.apps.iter().flat_map(|app| app.jobs.iter().map(move |job| (app, job)));
        let chosen = jobs.filter(|(app, job)| which(app, job));
        chosen.map(|(app, job)| (app.principal.clone(), job.id.clone())).collect()
    }

    /// What a job's log calls everything.
    pub(super) fn names(&self, app: &App, job: &str) -> Names {
        let system = |id: &str, name: &str| System { id: id.to_owned(), display_name: name.to_owned() };
        Names {
            tenant: self.tenant.clone(),
            job: job.to_owned(),
            service_principal: system(&app.principal, &app.display_name),
            source: system(&self.tenant, "Microsoft Entra ID"),
            target: system(&app.object, "customappsso"),
        }
    }
}

impl App {
    /// Whom it is assigned to, as the engine has it.
    pub(super) fn assignments(&self) -> Vec<Assignment> {
        let role = || AppRole { id: self.role.clone(), value: None, display_name: Some("User".to_owned()) };
        self.assigned.iter().map(|a| Assignment { principal: a.principal.clone(), role: role() }).collect()
    }

    pub(super) fn job(&self, id: &str) -> Result<&SavedJob, GraphFault> {
        let found = self.jobs.iter().find(|job| job.id == id);
        found.ok_or_else(|| GraphFault::not_found("Synchronization job", id))
    }

    pub(super) fn job_mut(&mut self, id: &str) -> Result<&mut SavedJob, GraphFault> {
        let found = self.jobs.iter_mut().find(|job| job.id == id);
        found.ok_or_else(|| GraphFault::not_found("Synchronization job", id))
    }
}

/// Takes the folder for one face: two would each write over what the other keeps.
pub(super) fn lock(folder: &Path) -> Result<std::fs::File, GraphFault> {
    let failed =
        |error: std::io::Error| GraphFault::broken(format!("{} cannot be used: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(failed)?;
    let file = std::fs::File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join("graph.lock"))
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(GraphFault::broken(format!(
            "{} is used by another `provost entra serve`: end that one first",
            folder.display()
        ))),
        Err(std::fs::TryLockError::Error(error)) => Err(failed(error)),
    }
}

#[cfg(unix)]
fn write_for_owner(path: &Path, text: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    // One that was left half-written has whatever permissions it was made with.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

#[cfg(not(unix))]
fn write_for_owner(path: &Path, text: &[u8]) -> std::io::Result<()> {
    std::fs::write(path, text)
}
