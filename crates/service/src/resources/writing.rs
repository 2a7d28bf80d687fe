//! What every write of a resource shares: its origin, its guard, its references, its unique values.

use base::Timestamp;
use scim::{Document, Quirk, ScimError};
use store::{
    Cause, ConnectionId, EventKind, Guard, Key, KeyName, Kind, NewEvent, ReadTx, Record, ResourceId, State,
};

use super::{Attempt, Explanation, Failure, Target};
use crate::changes::FieldChange;
use crate::events::{Alarm, LearnerData, Origin, ResourceData};
use crate::keys::KeyRules;
use crate::profile::{Profile, is_active, manager_of, tell};
use crate::pulse::Stamp;
use crate::{Context, Service};

/// Path of the manager's id.
const MANAGER_VALUE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value";

/// A write in the making: its time, and what its events have in common.
#[derive(Debug)]
pub(crate) struct Writing {
    /// What the events share.
    pub(crate) origin: Origin,
    connection: ConnectionId,
    stamp: Stamp,
}

impl Writing {
    /// Now.
    pub(crate) fn at(&self) -> Timestamp {
        self.origin.at
    }

    /// The cause of its events: what the use case knows, else the first cycle, else an ordinary change.
    pub(crate) fn cause(&self, own: Option<Cause>) -> Cause {
        own.or(self.stamp.cause).unwrap_or(Cause::Changed)
    }
}

/// Drops what the tenant never stores, and refuses a learner of a domain that it does not allow.
pub(crate) fn admit(
    cx: &Context,
    target: &Target,
    before: Option<&Document>,
    document: &mut Document,
) -> Attempt<()> {
    if target.kind != Kind::USER {
        return Ok(());
    }
    let admitted = cx.session.tenant.intake.admit(&target.rt, before, document);
    admitted.map_err(|refusal| Failure::because(Explanation::DomainNotAllowed, refusal.into()))
}

impl Service {
    /// Begins a write of this request.
    pub(crate) fn writing(&self, cx: &Context) -> Writing {
        let at = self.clock.now();
        let stamp = self.pulse.stamp(cx, at);
        let origin = Origin {
            at,
            request: cx.request.clone(),
            actor: cx.session.caller.actor.clone(),
            connection: Some(cx.session.connection.id),
            batch: Some(stamp.batch),
        };
        Writing { origin, connection: cx.session.connection.id, stamp }
    }

    /// The mass-change guard's part in a write that locks one learner out.
    pub(crate) fn guard(&self, cx: &Context, writing: &Writing) -> Guard {
        let connection = &cx.session.connection;
        let policy = connection.policies.guard;
        let data = serde_json::json!({
            "connection": connection.name,
            "floor": policy.floor,
            "percent": policy.percent,
        });
        let notice =
            writing.origin.event(self.ids.uuid_v7(), EventKind::ConnectionHeld, None, Cause::Changed, &data);
        Guard {
            connection: connection.id,
            weight: 1,
            floor: policy.floor,
            percent: policy.percent,
            now: writing.at(),
            notice: Box::new(notice),
        }
    }
}

/// What a learner's event tells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told<'a> {
    /// After the write; of a removed learner, the last one.
    pub(crate) profile: &'a Profile,
    /// What changed.
    pub(crate) changes: &'a [FieldChange],
    /// Whether, and why, the identity alarm went off.
    pub(crate) alarm: Option<&'a Alarm>,
}

impl Service {
    /// The event of a write of a learner; when a change of state won over the identity alarm, the alarm follows as an
    /// event of its own, so that it does not get lost.
    pub(crate) fn learner_events(
        &self,
        writing: &Writing,
        kind: EventKind,
        id: ResourceId,
        cause: Cause,
        told: &Told<'_>,
    ) -> Vec<NewEvent> {
        let subject = Some((Kind::USER, id));
        let data = LearnerData { profile: told.profile, changes: told.changes, identity: told.alarm };
        let mut events = vec![writing.origin.event(self.ids.uuid_v7(), kind, subject, cause, &data)];
        if told.alarm.is_some() && kind != EventKind::LearnerIdentityChanged {
            let kind = EventKind::LearnerIdentityChanged;
            let data = LearnerData { changes: &[], ..data };
            events.push(writing.origin.event(self.ids.uuid_v7(), kind, subject, cause, &data));
        }
        events
    }

    /// The event of a write of a group or a custom resource.
    pub(crate) fn resource_event(
        &self,
        writing: &Writing,
        kind: EventKind,
        target: &Target,
        record: &Record,
        changes: &[FieldChange],
    ) -> NewEvent {
        let data = ResourceData {
            resource_type: &target.rt.name,
            display_name: &record.label,
            external_id: record.external_id(writing.connection),
            changes,
        };
        let subject = Some((record.kind, record.id));
        writing.origin.event(self.ids.uuid_v7(), kind, subject, writing.cause(None), &data)
    }
}

/// What decides about a resource's keys on this connection.
pub(crate) fn key_rules<'a>(cx: &Context, target: &'a Target) -> KeyRules<'a> {
    KeyRules {
        resource_type: &target.rt,
        kind: target.kind,
        unique_group_name: cx.session.dialect.has(Quirk::UniqueGroupName),
    }
}

/// Active or not; only learners can be locked out.
pub(crate) fn state_of(kind: Kind, document: &Document) -> State {
    if kind == Kind::USER && !is_active(document) { State::Inactive } else { State::Active }
}

/// The first unique key that somebody else holds, with the holder.
pub(crate) async fn holder<'k>(
    read: &mut dyn ReadTx,
    kind: Kind,
    keys: &'k [Key],
    own: Option<ResourceId>,
) -> Attempt<Option<(&'k Key, Record)>> {
    for key in keys.iter().filter(|k| k.unique) {
        let found = read.by_key(kind, key, 1).await?;
        if let Some(record) = found.into_iter().find(|r| Some(r.id) != own) {
            return Ok(Some((key, record)));
        }
    }
    Ok(None)
}

/// 409 for a unique value that somebody else holds. Names the attribute, never the other resource (S-CREATE-04).
pub(crate) fn taken(cx: &Context, target: &Target, key: &Key, holder: &Record) -> Failure {
    let (path, why) = match &key.name {
        KeyName::UserName => {
            let other = holder.managed_by.is_some_and(|c| c != cx.session.connection.id);
            ("userName", if other { Explanation::ManagedElsewhere } else { Explanation::UserNameTaken })
        }
        KeyName::DisplayName => ("displayName", Explanation::GroupNameTaken),
        KeyName::Attribute(path) => (path.as_str(), Explanation::ValueTaken),
        KeyName::Email => ("emails", Explanation::ValueTaken),
        KeyName::ExternalId(_) => ("externalId", Explanation::ValueTaken),
    };
    let rest = match why {
        Explanation::ManagedElsewhere => " It is provisioned by another connection of this tenant.",
        _ => "",
    };
    let detail =
        format!("Another {} has this `{path}` already; it may stand only once.{rest}", target.rt.name);
    Failure::because(why, ScimError::uniqueness(path, detail))
}

/// Checks references that a write brings in; what was there before is let be (ruling 12).
pub(crate) async fn check_references(
    read: &mut dyn ReadTx,
    cx: &Context,
    before: Option<&Document>,
    after: &Document,
) -> Attempt<()> {
    let Some(manager) = manager_of(after) else { return Ok(()) };
    if before.and_then(manager_of) == Some(manager) {
        return Ok(());
    }
    let found = match manager.parse::<ResourceId>() {
        Ok(id) => read.describe(&[id]).await?.into_iter().next().flatten(),
        Err(_) if cx.session.dialect.has(Quirk::ForeignManager) => return Ok(()),
        Err(_) => None,
    };
    if matches!(found, Some((Kind::USER, _))) {
        return Ok(());
    }
    let shown: String = manager.chars().take(60).collect();
    let detail = format!(
        "There is no User with the id {shown}, so nobody can have that manager. Provision the manager first."
    );
    Err(Failure::because(Explanation::UnknownReference, ScimError::value(MANAGER_VALUE, detail)))
}

/// The learner's profile, by the tenant's mapping. `id` is `None` for one who is not stored yet.
pub(crate) async fn profile(
    read: &mut dyn ReadTx,
    cx: &Context,
    id: Option<ResourceId>,
    document: &Document,
) -> Attempt<Profile> {
    Ok(tell(read, &cx.session.tenant, id, document).await?)
}
