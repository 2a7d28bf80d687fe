//! Opening a setup link.

use base::{constant_time_eq, sha256};
use store::{Actor, Caller, Change, ConnectionId, Grant, Purpose, SetupLink, WriteTx};

use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// Longest secret that is looked at.
const LONGEST: usize = 128;

/// Somebody who came with a setup link that is good now.
#[derive(Debug, Clone)]
pub struct SetupVisit {
    /// The link.
    pub link: SetupLink,
    /// At its connection, under the link's name.
    pub op: Operator,
    /// What every form of the page carries. It is made from the link's secret, which no other site knows.
    pub proof: String,
}

impl SetupVisit {
    /// Whether a form comes from this link's page.
    #[must_use]
    pub fn proves(&self, shown: &str) -> bool {
        constant_time_eq(self.proof.as_bytes(), shown.as_bytes())
    }
}

fn too_many() -> ServiceError {
    ServiceError::new(Code::TooMany, "too many requests at once").hint("try again in a moment")
}

impl Service {
    /// Opens the link with this secret. `None` when it is unknown, expired or revoked, or its connection is gone: which of
    /// these is not told. The first opening is noted, and has reads of the connection logged one by one again.
    ///
    /// # Errors
    /// `TooMany` when links are looked up too fast; otherwise when the database does not answer.
    pub async fn setup_visit(&self, secret: &str) -> ServiceResult<Option<SetupVisit>> {
        if secret.is_empty() || secret.len() > LONGEST {
            return Ok(None);
        }
        if !self.setup.any() {
            return Err(too_many());
        }
        let now = self.clock.now();
        let digest = sha256(secret.as_bytes());
        let mut system = self.store.system(Purpose::Authenticate).await?;
        let found = system.setup_link(&digest).await?;
        drop(system);
        let Some((mut link, connection, tenant)) = found else { return Ok(None) };
        let good = link.revoked.is_none() && link.expires > now && constant_time_eq(&link.digest, &digest);
        if !good || link.connection == ConnectionId(0) {
            return Ok(None);
        }
        if !self.setup.this(&digest) {
            return Err(too_many());
        }
        let actor = Actor::Console(format!("setup link {}", link.name));
        let caller = Caller { tenant: tenant.id, connection: connection.id, grant: Grant::FULL, actor };
        if link.opened.is_none() {
            link.opened = Some(now);
            let mut tx = WriteTx::new(caller.clone());
            tx.changes.push(Change::PutSetupLink(Box::new(link.clone())));
            self.store.commit(tx).await?;
        }
        let view = self.view(&tenant, &caller).await?;
        let op = Operator {
            caller,
            tenant: view,
            connection: std::sync::Arc::new(connection),
            request: self.ids.request_id(),
        };
        let proof = sha256(format!("provost setup form {secret}").as_bytes());
        let proof = proof.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Ok(Some(SetupVisit { link, op, proof }))
    }
}
