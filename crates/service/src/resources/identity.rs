//! The identity alarm: when it goes off, what is kept of it, and who is told that a write was refused (design §2).

use std::time::Duration;

use base::{Timestamp, sha256};
use scim::{Document, ScimError};
use store::{
    Cause, Change, Conflict, EventKind, IdentityAlarm, IdentityPolicy, Kind, NewEvent, ReadTx, Record,
    ResourceId, StoreError, StoreResult, WriteTx,
};

use super::{Attempt, Failure};
use crate::connection_health::ALARM;
use crate::events::{Alarm, Origin, RefusedIdentityData};
use crate::profile::{label_of, work_email};
use crate::{Context, Service, keys};

/// How long the same refused identity is not told again, however often the provider tries.
const QUIET: Duration = Duration::from_secs(24 * 3600);

/// Somebody who may be another person.
#[derive(Debug, Clone)]
pub(crate) struct Suspect {
    /// Why.
    pub(crate) alarm: Alarm,
    /// Whose name or identity it was so far.
    known: ResourceId,
    label: String,
    /// The identity claimed, as text that tells it from others.
    claim: String,
}

/// The alarm when a connection gives a learner another `externalId` than it gave before.
pub(crate) fn external_id_changed(cx: &Context, record: &Record, document: &Document) -> Option<Suspect> {
    let old = record.external_id(cx.session.connection.id)?;
    let new = document.external_id().filter(|new| *new != old)?;
    Some(Suspect {
        alarm: Alarm::ExternalIdChanged { old: old.to_owned(), new: new.to_owned() },
        known: record.id,
        label: label_of(document),
        claim: claim(document),
    })
}

/// The alarm when a new learner looks like one that was removed (ruling 8).
pub(crate) async fn resembles_removed(
    read: &mut dyn ReadTx,
    cx: &Context,
    document: &Document,
) -> Attempt<Option<Suspect>> {
    let traits = [
        ("externalId", document.external_id().map(|id| keys::external_id(cx.session.connection.id, id))),
        ("userName", user_name(document).map(keys::user_name)),
        ("emails", work_email(document).map(keys::email)),
    ];
    for (attribute, key) in traits {
        let Some(key) = key else { continue };
        if let Some(found) = read.tombstones_by_key(Kind::USER, &key, 1).await?.first() {
            return Ok(Some(Suspect {
                alarm: Alarm::ResemblesRemoved { removed: found.id.to_string(), attribute },
                known: found.id,
                label: label_of(document),
                claim: claim(document),
            }));
        }
    }
    Ok(None)
}

/// Who somebody says to be: the provider's id of the person, else the user name.
fn claim(document: &Document) -> String {
    match document.external_id() {
        Some(id) => format!("externalId {id}"),
        None => format!(
            "userName {}",
            user_name(document).map(keys::user_name).map_or_else(String::new, |k| k.value)
        ),
    }
}

fn user_name(document: &Document) -> Option<&str> {
    document.as_map().get("userName").and_then(serde_json::Value::as_str)
}

/// Lets an alarm pass, or refuses the write, as the connection's policy has it.
pub(crate) fn judge(cx: &Context, suspect: Option<&Suspect>) -> Attempt<()> {
    let Some(suspect) = suspect else { return Ok(()) };
    if cx.session.connection.policies.identity == IdentityPolicy::Flag {
        return Ok(());
    }
    let (path, detail) = match &suspect.alarm {
        Alarm::ExternalIdChanged { .. } => (
            "externalId",
            "This user name stood for another person so far: its `externalId` differs. This connection refuses that.",
        ),
        Alarm::ResemblesRemoved { .. } => (
            "userName",
            "This looks like a learner who was removed. This connection refuses that; restore the removed learner, or \
             allow it.",
        ),
    };
    Err(Failure::Suspect(Box::new((ScimError::uniqueness(path, detail), suspect.clone()))))
}

impl Suspect {
    fn raised(&self, cx: &Context, learner: ResourceId, refused: bool, at: Timestamp) -> IdentityAlarm {
        IdentityAlarm {
            connection: cx.session.connection.id,
            learner,
            claim: sha256(self.claim.as_bytes()),
            label: self.label.clone(),
            refused,
            at,
        }
    }

    /// What is kept of an alarm when the write is done all the same: it is about the learner as the app knows one now, and
    /// settles what was refused before.
    pub(crate) fn passed(&self, cx: &Context, learner: ResourceId, at: Timestamp) -> [Change; 2] {
        let raise = Change::RaiseAlarm {
            alarm: Box::new(self.raised(cx, learner, false, at)),
            quiet: Timestamp::from_micros(i64::MAX),
            forget: at.minus(ALARM),
        };
        [Change::SettleAlarms(self.known), raise]
    }
}

impl Service {
    /// Writes down that a write was refused, and tells of the alarm that it raised: once a day of each learner and
    /// identity, on however many nodes the provider tries.
    pub(super) async fn commit_refused(
        &self,
        cx: &Context,
        suspect: Option<&Suspect>,
        at: Timestamp,
        tx: WriteTx,
    ) -> StoreResult<()> {
        if let Some(suspect) = suspect {
            let mut telling = tx.clone();
            telling.changes.push(Change::RaiseAlarm {
                alarm: Box::new(suspect.raised(cx, suspect.known, true, at)),
                quiet: at.minus(QUIET),
                forget: at.minus(ALARM),
            });
            telling.events.push(self.refused_identity(cx, suspect, at));
            match self.store.commit(telling).await {
                Err(StoreError::Conflict(Conflict::AlarmRaised(_))) => {}
                other => return other.map(|_| ()),
            }
        }
        self.store.commit(tx).await.map(|_| ())
    }

    fn refused_identity(&self, cx: &Context, suspect: &Suspect, at: Timestamp) -> NewEvent {
        let connection = &cx.session.connection;
        let origin = Origin {
            at,
            request: cx.request.clone(),
            actor: cx.session.caller.actor.clone(),
            connection: Some(connection.id),
            // Nothing was changed.
            batch: None,
        };
        let data = RefusedIdentityData {
            connection: &connection.name,
            user_name: &suspect.label,
            identity: &suspect.alarm,
        };
        let (kind, subject) = (EventKind::ConnectionIdentityRefused, Some((Kind::USER, suspect.known)));
        origin.event(self.ids.uuid_v7(), kind, subject, Cause::Changed, &data)
    }
}
