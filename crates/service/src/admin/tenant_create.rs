//! `provost tenant create`.

use base::mint_handle;
use scim::Dialect;
use serde_json::json;
use store::{
    Conflict, Connection, ConnectionId, ConnectionKind, Policies, Purpose, StoreError, Tenant, TenantId,
};

use super::name::{check_label, check_name};
use crate::operator::DEFAULT;
use crate::{Code, Service, ServiceError, ServiceResult};

/// A tenant to be made, with its default connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTenant {
    /// Name in paths and commands.
    pub name: String,
    /// For people; the name when `None`.
    pub display_name: Option<String>,
    /// Dialect of the default connection; `entra` when `None`.
    pub dialect: Option<String>,
    /// Whether the default connection synchronises groups.
    pub groups: bool,
}

impl NewTenant {
    /// A tenant with all defaults: dialect `entra`, groups on.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), display_name: None, dialect: None, groups: true }
    }
}

impl Service {
    /// Makes a tenant with a connection `default`.
    ///
    /// # Errors
    /// `Invalid` for a name that cannot stand in a URL or an unknown dialect, `Conflict` when the name is taken.
    pub async fn tenant_create(&self, new: &NewTenant) -> ServiceResult<Tenant> {
        let (mut tenant, connection) = self.first_connection(new)?;
        let mut system = self.store.system(Purpose::Tenants).await?;
        match system.create_tenant(&tenant, &connection).await {
            Ok((id, _)) => tenant.id = id,
            Err(StoreError::Conflict(Conflict::NameTaken(_))) => {
                return Err(ServiceError::new(
                    Code::Conflict,
                    format!("tenant \"{}\" exists already", new.name),
                )
                .hint("change it with `provost tenant set`, or choose another name"));
            }
            Err(error) => return Err(error.into()),
        }
        Ok(tenant)
    }

    /// The tenant and its first connection as they will be stored.
    pub(crate) fn first_connection(&self, new: &NewTenant) -> ServiceResult<(Tenant, Connection)> {
        check_name("tenant", &new.name)?;
        let display_name = check_label("display name", new.display_name.as_deref().unwrap_or(&new.name))?;
        let (dialect, kind) = known_dialect(new.dialect.as_deref().unwrap_or("entra"))?;
        let tenant = Tenant {
            id: TenantId(0),
            name: new.name.clone(),
            display_name,
            created: self.clock.now(),
            revision: 0,
            settings: json!({}),
        };
        Ok((tenant, self.new_connection(DEFAULT, kind, dialect, new.groups)))
    }

    /// A connection with a handle of its own and default policies; its first day is traced.
    pub(super) fn new_connection(
        &self,
        name: &str,
        kind: ConnectionKind,
        dialect: String,
        groups: bool,
    ) -> Connection {
        let now = self.clock.now();
        Connection {
            id: ConnectionId(0),
            tenant: TenantId(0),
            name: name.to_owned(),
            handle: mint_handle(self.entropy.as_ref()),
            kind,
            dialect,
            quirks: Vec::new(),
            groups,
            policies: Policies::default(),
            paused: None,
            created: now.as_micros(),
            traced_until: now.plus(self.config.setup_window).as_micros(),
            first_synced: None,
        }
    }
}

/// The dialect's own spelling of its name, and the provider it is usually for.
pub(super) fn known_dialect(name: &str) -> ServiceResult<(String, ConnectionKind)> {
    let Some(dialect) = Dialect::named(name) else {
        return Err(ServiceError::new(Code::Invalid, format!("there is no dialect \"{name}\""))
            .hint("the dialects are entra, okta and strict"));
    };
    let kind = match dialect.name.as_str() {
        "entra" => ConnectionKind::Entra,
        "okta" => ConnectionKind::Okta,
        _ => ConnectionKind::Generic,
    };
    Ok((dialect.name, kind))
}
