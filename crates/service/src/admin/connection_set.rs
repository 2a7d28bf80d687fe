//! Changing a connection: dialect, quirks, groups, policies, tracing.

use std::time::Duration;

use scim::Quirk;
use store::{Action, Adopt, Change, Connection, ConnectionKind, GuardPolicy, IdentityPolicy, MissingMembers};

use super::settle::{TRIES, check_revision, is_overtaken};
use super::tenant_create::known_dialect;
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// What to change about a connection; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConnectionChange {
    /// Dialect by name; the switches of quirks stay.
    pub dialect: Option<String>,
    /// Provider.
    pub kind: Option<ConnectionKind>,
    /// Quirks to switch against the dialect; `None` gives one back to it.
    pub quirks: Vec<(String, Option<bool>)>,
    /// Whether groups are synchronised (ruling 6). What is stored stays either way.
    pub groups: Option<bool>,
    /// When a create takes over a learner that no connection owns.
    pub adopt: Option<Adopt>,
    /// What an identity alarm leads to.
    pub identity: Option<IdentityPolicy>,
    /// When deactivations are held from the app.
    pub guard: Option<GuardPolicy>,
    /// What a member that does not exist leads to.
    pub members: Option<MissingMembers>,
    /// For how long from now each read is logged; zero stops it.
    pub trace: Option<Duration>,
    /// The tenant's revision that the change is based on, when it matters.
    pub revision: Option<i64>,
}

impl Service {
    /// Changes the operator's connection.
    ///
    /// # Errors
    /// `Invalid` for an unknown dialect or quirk, or a guard of more than 100 %; `Stale` for another revision than the one
    /// named.
    pub async fn connection_set(
        &self,
        op: &Operator,
        change: &ConnectionChange,
    ) -> ServiceResult<Connection> {
        for _ in 1..TRIES {
            match self.connection_set_once(op, change).await {
                Err(error) if is_overtaken(&error) => {}
                done => return done,
            }
        }
        self.connection_set_once(op, change).await
    }

    async fn connection_set_once(
        &self,
        op: &Operator,
        change: &ConnectionChange,
    ) -> ServiceResult<Connection> {
        let now = self.clock.now();
        let (mut connection, revision) = self.connection_afresh(op).await?;
        check_revision(change.revision, revision)?;
        let before = connection.clone();
        if let Some(name) = &change.dialect {
            let (dialect, usual) = known_dialect(name)?;
            connection.dialect = dialect;
            connection.kind = usual;
        }
        connection.kind = change.kind.unwrap_or(connection.kind);
        for (name, on) in &change.quirks {
            switch(&mut connection.quirks, name, *on)?;
        }
        connection.groups = change.groups.unwrap_or(connection.groups);
        let policies = &mut connection.policies;
        policies.adopt = change.adopt.unwrap_or(policies.adopt);
        policies.identity = change.identity.unwrap_or(policies.identity);
        policies.members = change.members.unwrap_or(policies.members);
        if let Some(guard) = change.guard {
            if guard.percent > 100 {
                return Err(ServiceError::new(
                    Code::Invalid,
                    format!("the guard's share is {} %, but there are only 100", guard.percent),
                ));
            }
            policies.guard = guard;
        }
        if let Some(span) = change.trace {
            connection.traced_until = now.plus(span).as_micros();
        }
        if connection == before {
            return Ok(connection);
        }
        let put = Change::PutConnection(Box::new(connection.clone()));
        let mut entry = op.entry(Action::Administer, now, &connection.name, "connection_changed");
        entry.paths = changed(&before, &connection);
        self.administer(op, Some(revision), vec![put], None, entry).await?;
        Ok(connection)
    }

    /// The operator's connection as it is now, and the tenant's revision that it is of.
    pub(super) async fn connection_afresh(&self, op: &Operator) -> ServiceResult<(Connection, i64)> {
        let mut tx = self.store.read(&op.caller).await?;
        let revision = tx.tenant().await?.map(|t| t.revision);
        let found = tx.connections().await?.into_iter().find(|c| c.id == op.connection.id);
        revision.and_then(|revision| Some((found?, revision))).ok_or_else(|| {
            ServiceError::new(
                Code::NotFound,
                format!("connection \"{}\" does not exist any more", op.connection.name),
            )
        })
    }
}

fn switch(quirks: &mut Vec<(String, bool)>, name: &str, on: Option<bool>) -> ServiceResult<()> {
    let Some(quirk) = Quirk::named(name) else {
        let names: Vec<_> = Quirk::ALL.iter().map(|q| q.name()).collect();
        return Err(ServiceError::new(Code::Invalid, format!("there is no quirk \"{name}\""))
            .hint(format!("the quirks are: {}", names.join(", "))));
    };
    quirks.retain(|(n, _)| n != quirk.name());
    quirks.extend(on.map(|on| (quirk.name().to_owned(), on)));
    Ok(())
}

/// Names of the settings that differ, for the log.
fn changed(before: &Connection, after: &Connection) -> Vec<String> {
    [
        ("dialect", before.dialect != after.dialect),
        ("kind", before.kind != after.kind),
        ("quirks", before.quirks != after.quirks),
        ("groups", before.groups != after.groups),
        ("adopt", before.policies.adopt != after.policies.adopt),
        ("identity", before.policies.identity != after.policies.identity),
        ("members", before.policies.members != after.policies.members),
        ("guard", before.policies.guard != after.policies.guard),
        ("trace", before.traced_until != after.traced_until),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(name, _)| name.to_owned())
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quirk_is_switched_once_and_given_back() {
        let mut quirks = Vec::new();
        let name = Quirk::ALL[0].name();
        switch(&mut quirks, name, Some(true)).unwrap();
        switch(&mut quirks, name, Some(false)).unwrap();
        assert_eq!(quirks, [(name.to_owned(), false)]);
        switch(&mut quirks, name, None).unwrap();
        assert!(quirks.is_empty());
        assert!(switch(&mut quirks, "no-such", Some(true)).unwrap_err().hint.is_some());
    }
}
