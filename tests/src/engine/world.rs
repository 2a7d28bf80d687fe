//! A customer's directory, a job, and the server it fills; time is the test's.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base::{Clock, ManualClock, Secret, SeededEntropy};
use entra::env::Env;
use entra::job::{CycleReport, Effect, Job, JobOptions, Progress, VirtualTime};
use entra::mapping::Mapping;
use entra::schema::{DefaultMapping, ExternalId, Schema};
use entra::source::Organisation;
use entra::state::State;
use entra::wire::{Dialect, Wire};
use serde_json::{Value as Json, json};
use testkit::{Caller, TestServer};

pub(super) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub(super) const DIALECTS: [Dialect; 2] = [Dialect::EntraDefault, Dialect::Entra2020];
pub(super) const DAY: Duration = Duration::from_secs(86_400);
pub(super) const HOUR: Duration = Duration::from_secs(3_600);

/// Everything.
pub(super) struct World {
    pub(super) server: TestServer,
    pub(super) entra: Caller,
    pub(super) source: Arc<Organisation>,
    pub(super) job: Job,
    pub(super) clock: ManualClock,
}

/// The default mapping, with `externalId` from `objectId`.
pub(super) fn schema() -> Schema {
    Schema::default_scim(DefaultMapping { external_id: ExternalId::ObjectId })
}

pub(super) fn mapping(schema: &Schema) -> Mapping {
    Mapping::check(schema).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// What a job on this server is made of.
pub(super) fn options(
    address: SocketAddr,
    caller: &Caller,
    dialect: Dialect,
    source: &Arc<Organisation>,
    state: State,
    clock: &ManualClock,
) -> JobOptions {
    let url = format!("http://{address}/scim_v2");
    let wire = Wire::new(dialect).unwrap().at(&url);
    let client = wire.client(&url).bearer(Secret::new(caller.token().to_owned()));
    let client = client.timeout(Duration::from_secs(20)).build().unwrap();
    let mut options = JobOptions::new(
        client,
        wire,
        mapping(&schema()),
        Arc::clone(source) as Arc<dyn entra::source::Source>,
        state,
    );
    options.env = Env::new(Arc::new(clock.clone()), Arc::new(SeededEntropy::new(9)));
    options.sleeper = Arc::new(VirtualTime::new(clock.clone()));
    options
}

impl World {
    pub(super) async fn new(dialect: Dialect, document: Json) -> Self {
        Self::with(dialect, document, |_| ()).await
    }

    pub(super) async fn with(dialect: Dialect, document: Json, change: impl FnOnce(&mut JobOptions)) -> Self {
        let server = TestServer::start().await;
        let entra = server.entra().await;
        let source = Arc::new(Organisation::new(document));
        let clock = (*server.clock).clone();
        let mut options =
            options(server.address, &entra, dialect, &source, State::temporary().unwrap(), &clock);
        change(&mut options);
        let job = Job::open(options).unwrap();
        Self { server, entra, source, job, clock }
    }

    /// The same with the state in a folder.
    pub(super) fn reopen(&self, address: SocketAddr, dialect: Dialect, folder: &Path) -> Job {
        let state = State::open(folder).unwrap();
        Job::open(options(address, &self.entra, dialect, &self.source, state, &self.clock)).unwrap()
    }

    /// Runs a cycle that is expected to go well.
    pub(super) async fn cycle(&self) -> CycleReport {
        let report = self.job.cycle(&mut |_| ()).await.unwrap();
        assert!(report.quarantine.is_none(), "{:?}", report.quarantine);
        report
    }

    /// Runs a cycle and gives what was done for whom, in words.
    pub(super) async fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        self.job
            .cycle(&mut |progress| {
                if let Progress::Done(effect, Some(entry)) = progress
                    && !matches!(effect, Effect::Untouched(_))
                {
                    told.push(format!(
                        "{} {} {}",
                        entry.action.word(),
                        entry.status.word(),
                        entry.source.name
                    ));
                }
            })
            .await
            .unwrap();
        told.sort();
        told
    }

    /// Changes a user of the directory.
    pub(super) fn change(&self, id: &str, change: impl FnOnce(&mut Json)) {
        let mut document = self.source.document();
        let users = document["users"].as_array_mut().unwrap();
        change(users.iter_mut().find(|user| user["id"] == id).unwrap_or_else(|| panic!("no {id}")));
    }

    pub(super) fn set(&self, id: &str, name: &str, value: Json) {
        self.change(id, |user| user[name] = value);
    }

    pub(super) fn add(&self, user: Json) {
        self.source.document()["users"].as_array_mut().unwrap().push(user);
    }

    pub(super) fn remove(&self, id: &str) -> Json {
        let mut document = self.source.document();
        let users = document["users"].as_array_mut().unwrap();
        let at = users.iter().position(|user| user["id"] == id).unwrap();
        users.remove(at)
    }

    pub(super) fn members(&self, group: usize, members: &[&str]) {
        let members: Vec<_> = members.iter().map(|id| json!({"id": id})).collect();
        self.source.document()["groups"][group]["members"] = Json::Array(members);
    }

    pub(super) fn assign(&self, principals: &[&str]) {
        let list: Vec<_> = principals.iter().map(|id| json!({"principalId": id, "appRoleId": "r"})).collect();
        self.source.document()["appRoleAssignedTo"] = Json::Array(list);
    }

    pub(super) fn pass(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// The user with this name in the target.
    pub(super) async fn user(&self, name: &str) -> Option<Json> {
        let list = self.entra.filter("/Users", &format!("userName eq \"{name}\"")).await.expect(200);
        assert!(list.total() <= 1, "{name} is there {} times", list.total());
        list.resources().first().cloned()
    }

    pub(super) async fn there(&self, name: &str) -> Json {
        self.user(name).await.unwrap_or_else(|| panic!("{name} is not there"))
    }

    /// The group of this name, with its members' user names.
    pub(super) async fn group(&self, name: &str) -> Option<Vec<String>> {
        let list = self.entra.filter("/Groups", &format!("displayName eq \"{name}\"")).await.expect(200);
        let group = list.resources().first()?.clone();
        let mut names = Vec::new();
        for member in group["members"].as_array().map(Vec::as_slice).unwrap_or_default() {
            let id = member["value"].as_str().unwrap();
            let user = self.entra.get(&format!("/Users/{id}")).await.expect(200).json;
            names.push(user["userName"].as_str().unwrap().to_owned());
        }
        names.sort();
        Some(names)
    }

    pub(super) fn now(&self) -> base::Timestamp {
        self.clock.now()
    }
}

/// A person, such as Graph returns one.
pub(super) fn person(id: &str) -> Json {
    json!({
        "id": id, "accountEnabled": true, "userPrincipalName": format!("{id}@x.example"),
        "displayName": format!("Person {id}"), "givenName": "Person", "surname": id, "mail": format!("{id}@x.example"),
        "mailNickname": id, "jobTitle": "Tutor", "department": "Research", "employeeId": format!("7{id}"),
        "preferredLanguage": "en-GB", "businessPhones": ["+44 1"], "manager": null,
    })
}

pub(super) fn people(ids: &[&str]) -> Json {
    json!({"users": ids.iter().map(|id| person(id)).collect::<Vec<_>>()})
}

pub(super) fn with_group(ids: &[&str], group: &str, members: &[&str]) -> Json {
    let members: Vec<_> = members.iter().map(|id| json!({"id": id})).collect();
    json!({
        "users": ids.iter().map(|id| person(id)).collect::<Vec<_>>(),
        "groups": [{"id": format!("g-{group}"), "displayName": group, "securityEnabled": true, "members": members}],
    })
}
