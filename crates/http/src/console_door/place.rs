//! The tenant and connection that a page is about.

use console::pages::console::Place;
use service::{DEFAULT, Operator};

use super::desk::Desk;
use super::reply::Stop;

/// An operator who has sat down at a connection.
pub(super) struct Sat {
    pub(super) op: Operator,
    pub(super) place: Place,
    /// Address of the connection's pages.
    own: String,
}

impl Sat {
    /// An address below the connection.
    pub(super) fn href(&self, path: &str) -> String {
        format!("{}{path}", self.own)
    }
}

impl Desk {
    /// Sits down at the tenant in the path, and at the connection in it: `default`, or the first one there is, when it
    /// names none.
    pub(super) async fn sit(&self) -> Result<Sat, Stop> {
        let tenant = self.param("tenant");
        let connection = match self.param("connection") {
            "" => DEFAULT,
            named => named,
        };
        let op = self.service().operator(self.visitor.actor(), tenant, connection).await?;
        let connections = self.service().connections(&op).await?;
        let place = Place {
            tenant: op.tenant.tenant.name.clone(),
            title: op.tenant.tenant.display_name.clone(),
            connection: op.connection.name.clone(),
            connections: connections.into_iter().map(|c| c.name).collect(),
            held: self.service().held_count(&op).await?,
        };
        let own =
            format!("{}/console/tenants/{}/connections/{}", self.base(), place.tenant, place.connection);
        Ok(Sat { op, place, own })
    }
}
