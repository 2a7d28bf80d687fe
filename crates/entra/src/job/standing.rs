//! How an object stands, and what follows from that (entra.md §2.7, §4.2).

use crate::job::Scope;
use crate::job::context::Context;
use crate::log::{FailedClause, Scoping};
use crate::mapping::{ObjectMapping, Seen, Virtual};
use crate::model::Kind;
use crate::state::Item;

/// How an object stands to the scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) scoping: Scoping,
    /// `IsSoftDeleted`.
    pub(super) is_soft_deleted: bool,
    /// An input filter says that it is none of our business.
    pub(super) ignored: bool,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Nothing, and nothing is said about it.
    Nothing,
    /// Nothing, and the log says why.
    PassOver,
    /// Look for it in the target; create it when it is not there.
    Match,
    /// Bring it up to date.
    Update,
    /// Disable it, or delete it where it cannot be disabled. `managed`: whether it stays ours.
    Remove {
        /// Whether it stays ours.
        managed: bool,
    },
    /// It was removed before and now leaves our hands.
    LetGo,
    /// It is gone from the source for good. `delete`: whether the target's is deleted.
    Purge {
        /// Whether the target's is deleted.
        delete: bool,
    },
}

impl Standing {
    pub(super) fn of(context: &Context, mapping: &ObjectMapping, item: &Item) -> Self {
        let object = &item.known.object;
        let active = object.enabled && !object.soft_deleted;
        let assigned = context.parts.scope == Scope::All || item.assigned;
        let computed = Virtual { is_soft_deleted: !active || !assigned, app_role_assignments: &item.roles };
        let verdict = mapping.scope.evaluate(&Seen { object, computed });
        let failed = verdict.failed.into_iter().map(|report| FailedClause {
            clause: format!("{} {} {}", report.attribute, report.operator, report.expected)
                .trim_end()
                .to_owned(),
            actual: report.actual,
        });
        let passes = verdict.passes && !security_disabled(item);
        Self {
            is_soft_deleted: !active || !assigned || !passes,
            ignored: verdict.input_filter_failed,
            scoping: Scoping { active, assigned, passes, failed: failed.collect() },
        }
    }

    const fn in_scope(&self) -> bool {
        self.scoping.assigned && self.scoping.passes
    }

    /// What follows.
    pub(super) fn decide(&self, context: &Context, mapping: &ObjectMapping, item: &Item) -> Decision {
        let deleted = item.known.deleted_at;
        let gone = deleted.is_some_and(|since| since <= context.gone_until);
        let Some(link) = &item.link else {
            return match self.is_soft_deleted || self.ignored {
                _ if gone => Decision::Purge { delete: false },
                false => Decision::Match,
                // Of those who are not assigned Entra does not speak.
                true if self.scoping.assigned && deleted.is_none() => Decision::PassOver,
                true => Decision::Nothing,
            };
        };
        if gone {
            return Decision::Purge { delete: link.managed && mapping.delete };
        }
        if self.ignored {
            return Decision::PassOver;
        }
        if deleted.is_some() {
            // Its assignments go with it; that does not make it leave our hands.
            return match link.managed && link.active {
                true => Decision::Remove { managed: true },
                false => Decision::Nothing,
            };
        }
        if !self.in_scope() {
            return match (link.managed, link.active) {
                (false, _) => Decision::Nothing,
                _ if context.parts.rules.skip_out_of_scope_deletions => Decision::PassOver,
                (true, true) => Decision::Remove { managed: false },
                (true, false) => Decision::LetGo,
            };
        }
        Decision::Update
    }
}

/// Only security groups can be assigned (entra.md §3).
fn security_disabled(item: &Item) -> bool {
    let object = &item.known.object;
    object.kind == Kind::Group
        && object.attributes.get("securityEnabled").and_then(crate::model::Value::as_text) == Some("False")
}
