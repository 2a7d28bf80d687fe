//! A second connection of a tenant: during a merger, or a move from one provider to another.

use serde_json::json;
use store::{Action, Change, Connection, ConnectionKind, EventKind};

use super::name::check_name;
use super::tenant_create::known_dialect;
use crate::{Operator, Service, ServiceResult};

/// A connection to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewConnection {
    /// Name within the tenant.
    pub name: String,
    /// Provider; the dialect's usual one when `None`.
    pub kind: Option<ConnectionKind>,
    /// Dialect; `entra` when `None`.
    pub dialect: Option<String>,
    /// Whether groups are synchronised.
    pub groups: bool,
}

impl Service {
    /// Makes a connection in the operator's tenant; its `externalId`s are a scope of their own.
    ///
    /// # Errors
    /// `Invalid` for a bad name or unknown dialect, `Conflict` when the name is taken.
    pub async fn connection_create(&self, op: &Operator, new: &NewConnection) -> ServiceResult<Connection> {
        check_name("connection", &new.name)?;
        let (dialect, usual) = known_dialect(new.dialect.as_deref().unwrap_or("entra"))?;
        let mut connection = self.new_connection(&new.name, new.kind.unwrap_or(usual), dialect, new.groups);
        connection.tenant = op.caller.tenant;
        let entry = op.entry(Action::Administer, self.clock.now(), &new.name, "connection_created");
        let put = Change::PutConnection(Box::new(connection.clone()));
        let committed = self.administer(op, None, vec![put], None, entry).await?;
        if let Some(id) = committed.connections.first() {
            connection.id = *id;
        }
        Ok(connection)
    }

    /// The tenant's connections, by creation.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn connections(&self, op: &Operator) -> ServiceResult<Vec<Connection>> {
        Ok(self.connections_of(&op.caller).await?)
    }

    /// Stops SCIM writes of the connection: they get 503 and the provider tries again later. Reads go on.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn connection_pause(&self, op: &Operator) -> ServiceResult<Connection> {
        self.switch(op, true).await
    }

    /// Lets a paused connection go on.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn connection_resume(&self, op: &Operator) -> ServiceResult<Connection> {
        self.switch(op, false).await
    }

    async fn switch(&self, op: &Operator, pause: bool) -> ServiceResult<Connection> {
        let now = self.clock.now();
        let (mut connection, revision) = self.connection_afresh(op).await?;
        if connection.paused.is_some() == pause {
            return Ok(connection);
        }
        connection.paused = pause.then_some(now.as_micros());
        let data = json!({"connection": connection.name, "paused": pause});
        let code = if pause { "connection_paused" } else { "connection_resumed" };
        self.administer(
            op,
            Some(revision),
            vec![Change::PutConnection(Box::new(connection.clone()))],
            Some(op.event(self, EventKind::ConnectionPaused, now, &data)),
            op.entry(Action::Administer, now, &connection.name, code),
        )
        .await?;
        Ok(connection)
    }
}
