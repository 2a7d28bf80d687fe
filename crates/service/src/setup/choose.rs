//! What the administrator chooses: the provider, and whether groups come along.

use store::ConnectionKind;

use super::SetupVisit;
use crate::{Code, ConnectionChange, Service, ServiceError, ServiceResult};

impl Service {
    /// Chooses the provider, which sets the dialect that goes with it. Once somebody has arrived, the choice is the
    /// operator's.
    ///
    /// # Errors
    /// `Conflict` when the connection manages learners already and has another provider.
    pub async fn setup_choose(&self, visit: &SetupVisit, kind: ConnectionKind) -> ServiceResult<()> {
        if visit.op.connection.kind == kind {
            return Ok(());
        }
        let mut read = self.store.read(&visit.op.caller).await?;
        let managed = read.count_managed(visit.op.connection.id).await?;
        drop(read);
        if managed > 0 {
            return Err(ServiceError::new(
                Code::Conflict,
                "people have arrived from another provider already",
            )
            .hint("ask the operator for a connection of its own for the new provider"));
        }
        let dialect = match kind {
            ConnectionKind::Okta => "okta",
            ConnectionKind::Entra | ConnectionKind::Google | ConnectionKind::Generic => "entra",
        };
        let change = ConnectionChange {
            dialect: Some(dialect.to_owned()),
            kind: Some(kind),
            ..ConnectionChange::default()
        };
        self.connection_set(&visit.op, &change).await.map(|_| ())
    }

    /// Switches groups on or off (ruling 6).
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn setup_groups(&self, visit: &SetupVisit, on: bool) -> ServiceResult<()> {
        let change = ConnectionChange { groups: Some(on), ..ConnectionChange::default() };
        self.connection_set(&visit.op, &change).await.map(|_| ())
    }
}
