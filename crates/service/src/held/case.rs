//! Which held events are undone, and which must still be told: the pure part of a revert.

use std::collections::HashMap;

use store::{EventKind, HeldEvent, Kind, NewEvent, ResourceId};

/// What the held events say about one learner who was locked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Case {
    /// It was deactivated.
    pub(super) deactivated: bool,
    /// It was removed.
    pub(super) removed: bool,
    /// Something else happened to it that the app must hear of.
    pub(super) others: bool,
    /// It could not be undone: its events must be told after all.
    pub(super) stays: bool,
}

/// Learners who were locked out, in the order in which that was held.
#[derive(Debug, Default)]
pub(super) struct Cases {
    order: Vec<ResourceId>,
    by_id: HashMap<ResourceId, Case>,
}

impl Cases {
    /// Takes note of more events; `own` is the request of the revert itself, whose events mean nothing. Gives the
    /// learners that these events lock out.
    pub(super) fn note(&mut self, events: &[HeldEvent], own: &str) -> Vec<ResourceId> {
        let mut fresh = Vec::new();
        for event in events.iter().map(|e| &e.event).filter(|e| e.request != own) {
            let Some((Kind::USER, id)) = event.subject else { continue };
            let lockout = matches!(event.kind, EventKind::LearnerDeactivated | EventKind::LearnerRemoved);
            if !lockout && !self.by_id.contains_key(&id) {
                continue;
            }
            let case = self.by_id.entry(id).or_insert_with(|| {
                self.order.push(id);
                Case::default()
            });
            match event.kind {
                EventKind::LearnerDeactivated => case.deactivated = true,
                EventKind::LearnerRemoved => case.removed = true,
                EventKind::LearnerReactivated | EventKind::LearnerRestored => {}
                _ => case.others = true,
            }
            if lockout && !fresh.contains(&id) {
                fresh.push(id);
            }
        }
        fresh
    }

    pub(super) fn get(&self, id: ResourceId) -> Case {
        self.by_id.get(&id).copied().unwrap_or_default()
    }

    /// The learner's lock-out cannot be undone.
    pub(super) fn stay(&mut self, id: ResourceId) {
        if let Some(case) = self.by_id.get_mut(&id) {
            case.stays = true;
        }
    }

    /// Learners whose lock-out is undone and about whom something else is to be told.
    pub(super) fn to_refresh(&self) -> Vec<ResourceId> {
        let told = |id: &&ResourceId| self.get(**id).others && !self.get(**id).stays;
        self.order.iter().filter(told).copied().collect()
    }

    /// The held events that must be told although the rest is dropped, in order: whatever is not about a learner whose
    /// lock-out was undone, be it as subject or as the member who left a group with it. So what the revert itself did goes
    /// with the lock-out, but is told when somebody else has let the app hear of the lock-out meanwhile.
    pub(super) fn survivors(&self, events: Vec<HeldEvent>) -> Vec<NewEvent> {
        let undone = |party: Option<(Kind, ResourceId)>| {
            party.is_some_and(|(_, id)| self.by_id.get(&id).is_some_and(|case| !case.stays))
        };
        events
            .into_iter()
            .map(|held| held.event)
            .filter(|e| !undone(e.subject) && !undone(e.object))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use base::Timestamp;
    use store::{Actor, Cause};
    use uuid::Uuid;

    use super::*;

    fn id(n: u128) -> ResourceId {
        ResourceId(Uuid::from_u128(n))
    }

    fn held(
        sequence: i64,
        kind: EventKind,
        subject: (Kind, u128),
        object: Option<u128>,
        request: &str,
    ) -> HeldEvent {
        HeldEvent {
            sequence,
            event: NewEvent {
                id: Uuid::from_u128(1000 + sequence.unsigned_abs() as u128),
                kind,
                subject: Some((subject.0, id(subject.1))),
                object: object.map(|o| (Kind::USER, id(o))),
                cause: Cause::Changed,
                batch: None,
                connection: None,
                request: request.into(),
                actor: Actor::System,
                at: Timestamp::EPOCH,
                data: "{}".into(),
            },
        }
    }

    #[test]
    fn what_others_did_meanwhile_is_still_told() {
        use EventKind::{
            GroupUpdated, LearnerDeactivated, LearnerReactivated, LearnerRemoved, LearnerUpdated,
            MembershipRemoved,
        };
        let events = vec![
            held(1, LearnerDeactivated, (Kind::USER, 1), None, "r1"),
            held(2, LearnerRemoved, (Kind::USER, 2), None, "r2"),
            held(3, MembershipRemoved, (Kind::GROUP, 9), Some(2), "r2"),
            held(4, GroupUpdated, (Kind::GROUP, 9), None, "r3"),
            held(5, LearnerUpdated, (Kind::USER, 1), None, "r4"),
            held(6, LearnerRemoved, (Kind::USER, 3), None, "r5"),
            held(7, LearnerReactivated, (Kind::USER, 1), None, "own"),
        ];
        let mut cases = Cases::default();
        assert_eq!(cases.note(&events, "own"), [id(1), id(2), id(3)]);
        assert_eq!(cases.get(id(2)), Case { removed: true, ..Case::default() });
        // The name of the third is taken by now.
        cases.stay(id(3));
        assert_eq!(cases.to_refresh(), [id(1)]);
        let told: Vec<_> = cases.survivors(events).iter().map(|e| e.kind).collect();
        assert_eq!(told, [GroupUpdated, LearnerRemoved]);
    }

    #[test]
    fn what_a_revert_did_is_told_when_the_lock_out_was() {
        // Somebody approved the lock-out after the revert had let the learner in again.
        let left = vec![held(7, EventKind::LearnerReactivated, (Kind::USER, 1), None, "own")];
        let mut cases = Cases::default();
        assert!(cases.note(&left, "own").is_empty());
        let told: Vec<_> = cases.survivors(left).iter().map(|e| e.kind).collect();
        assert_eq!(told, [EventKind::LearnerReactivated]);
    }

    #[test]
    fn an_update_before_any_lock_out_is_nobodys_case() {
        let mut cases = Cases::default();
        let update = held(1, EventKind::LearnerUpdated, (Kind::USER, 1), None, "r");
        assert!(cases.note(std::slice::from_ref(&update), "own").is_empty());
        assert_eq!(cases.survivors(vec![update]).len(), 1);
    }
}
