//! The face like Microsoft Graph's, with jobs that provision into a running server.

mod jobs;
mod log;
mod script;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base::{Secret, SystemClock, SystemEntropy};
use entra::env::Env;
use entra::graph::{APPLICATION_TEMPLATE, Face, FaceOptions};
use entra::job::{RealTime, Rules};
use entra::source::Organisation;
use entra::wire::Dialect;
use provost_http::{GraphDoor, Server, ServerOptions};
use serde_json::{Value as Json, json};
use testkit::{Caller, TestServer};
use tokio_util::sync::CancellationToken;

use super::world::with_group;

const TOKEN: &str = "face-token";
const GUID: &str = "00000000-0000-4000-8000-000000000000";

/// A face over a directory, and the server that its jobs fill. Time is real.
struct Graph {
    server: TestServer,
    entra: Caller,
    source: Arc<Organisation>,
    face: Arc<Face>,
    address: SocketAddr,
    caller: Caller,
    stop: CancellationToken,
}

impl Graph {
    async fn new(document: Json) -> Self {
        Self::with(document, None, Duration::from_secs(2_400)).await
    }

    async fn with(document: Json, folder: Option<&Path>, every: Duration) -> Self {
        let server = TestServer::start().await;
        let entra = server.entra().await;
        let source = Arc::new(Organisation::new(document));
        let (face, address, stop) = serve(&source, folder, every).await;
        let caller = Caller::at(address, Some(TOKEN));
        Self { server, entra, source, face, address, caller, stop }
    }

    fn tenant_url(&self) -> String {
        format!("http://{}/scim_v2", self.server.address)
    }

    /// An application with a job and secrets: paths of the principal and of the job.
    async fn configured(&self) -> (String, String) {
        let path = format!("//v1.0/applicationTemplates/{APPLICATION_TEMPLATE}/instantiate");
        let made = self.caller.post(&path, &json!({"displayName": "Learning"})).await.expect(201).json;
        let principal =
            format!("//v1.0/servicePrincipals/{}", made["servicePrincipal"]["id"].as_str().unwrap());
        let jobs = format!("{principal}/synchronization/jobs");
        let job = self.caller.post(&jobs, &json!({"templateId": "scim"})).await.expect(201);
        let secrets = format!("{principal}/synchronization/secrets");
        self.caller.put(&secrets, &self.secrets(self.entra.token())).await.expect(204);
        (principal, format!("{jobs}/{}", job.id()))
    }

    fn secrets(&self, token: &str) -> Json {
        json!({"value": [
            {"key": "BaseAddress", "value": self.tenant_url()}, {"key": "SecretToken", "value": token},
            {"key": "SyncAll", "value": "false"},
            {"key": "SyncNotificationSettings", "value": "{\"Enabled\":false,\"DeleteThresholdEnabled\":false}"},
        ]})
    }

    /// Assigns users or groups.
    async fn assign(&self, principal: &str, who: &[&str]) {
        let there = self.caller.get(principal).await.expect(200).json;
        for id in who {
            let body = json!({"principalId": id, "resourceId": there["id"], "appRoleId": there["appRoles"][0]["id"]});
            self.caller.post(&format!("{principal}/appRoleAssignedTo"), &body).await.expect(201);
        }
    }

    async fn status(&self, job: &str) -> Json {
        self.caller.get(job).await.expect(200).json["status"].clone()
    }

    /// Waits until the job has ended more cycles than this last one, and gives the status.
    async fn next_cycle(&self, job: &str, after: &Json) -> Json {
        for _ in 0..400 {
            let status = self.status(job).await;
            let last = &status["lastExecution"];
            if !last.is_null() && last["activityIdentifier"] != after["activityIdentifier"] {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("no cycle has ended: {}", self.status(job).await);
    }

    /// User names in the target, in order.
    async fn people(&self) -> Vec<String> {
        let list = self.entra.get("/Users?count=500").await.expect(200);
        let mut names: Vec<_> =
            list.resources().iter().map(|user| user["userName"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    }

    async fn groups(&self) -> Vec<String> {
        let list = self.entra.get("/Groups").await.expect(200);
        list.resources().iter().map(|group| group["displayName"].as_str().unwrap().to_owned()).collect()
    }

    /// Ends the face in order and opens another on the folder.
    async fn begin_again(&mut self, folder: &Path, every: Duration) {
        self.stop.cancel();
        self.face.shut_down().await;
        let (face, address, stop) = serve(&self.source, Some(folder), every).await;
        (self.face, self.address, self.stop) = (face, address, stop);
        self.caller = Caller::at(address, Some(TOKEN));
        assert_eq!(self.face.resume().await, Vec::new());
    }
}

async fn serve(
    source: &Arc<Organisation>,
    folder: Option<&Path>,
    every: Duration,
) -> (Arc<Face>, SocketAddr, CancellationToken) {
    let face = Face::open(FaceOptions {
        source: Arc::clone(source) as Arc<dyn entra::source::Source>,
        folder: folder.map(Path::to_owned),
        dialect: Dialect::EntraDefault,
        switches: None,
        rate: None,
        rules: Rules { interval: every, ..Rules::default() },
        env: Env::new(Arc::new(SystemClock), Arc::new(SystemEntropy::new())),
        sleeper: Arc::new(RealTime),
        observer: None,
    });
    let face = Arc::new(face.unwrap());
    let local = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Server::bind(ServerOptions::plain(local)).await.unwrap();
    let address = server.address();
    let door = GraphDoor::new(Arc::clone(&face), Secret::new(TOKEN.to_owned()), &format!("http://{address}"));
    let stop = CancellationToken::new();
    tokio::spawn(server.run(door.router(), stop.clone()));
    (face, address, stop)
}

/// Ann and Bob in the group Pilot, Cid in none.
fn directory() -> Json {
    with_group(&["ann", "bob", "cid"], "Pilot", &["ann", "bob"])
}
