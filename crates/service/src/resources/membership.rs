//! What a change of a group's members comes to, without ever loading the members of a group to change some (design §3,
//! invariant 8).

mod wishes;

use scim::ScimError;
use scim::patch::{Member, RelationChange};
use serde_json::Value;
use store::{Change, EventKind, Kind, MissingMembers, ReadTx, ResourceId, WriteTx};

use self::wishes::Wishes;
use super::writing::Writing;
use super::{Attempt, Explanation, Failure};
use crate::Service;
use crate::events::{MembershipData, Party};

/// Ids looked up, or members read, at a time.
const AT_ONCE: usize = 500;

/// Who joins and who leaves: effective changes only, each pair once.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Effect {
    joins: Vec<Participant>,
    leaves: Vec<Participant>,
    /// Ids of nobody, passed over.
    skipped: Vec<String>,
}

/// Somebody who joins or leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Participant {
    id: ResourceId,
    kind: Kind,
    display: String,
}

/// The members that a create or replace request lists. A request that lists none leaves none.
pub(crate) fn replaced(relation: Option<&[Value]>) -> Vec<RelationChange> {
    match relation {
        None | Some([]) => vec![RelationChange::Clear],
        Some(list) => vec![RelationChange::Replace(listed(list))],
    }
}

/// The members of a new group.
pub(crate) fn wanted(relation: Option<&[Value]>) -> Vec<RelationChange> {
    match relation {
        None | Some([]) => Vec::new(),
        Some(list) => vec![RelationChange::Add(listed(list))],
    }
}

fn listed(list: &[Value]) -> Vec<Member> {
    let text = |element: &Value, key: &str| element.get(key).and_then(Value::as_str).map(str::to_owned);
    list.iter()
        .filter_map(|element| Some(Member { value: text(element, "value")?, kind: text(element, "type") }))
        .collect()
}

/// Works out what the changes, one after the other, come to. Only who is newly written is checked (ruling 12).
///
/// # Errors
/// 400 `invalidValue` for a new member that does not exist, unless such are passed over, is of another type than
/// was said, or is nothing that can be a member.
pub(crate) async fn resolve(
    read: &mut dyn ReadTx,
    group: ResourceId,
    changes: &[RelationChange],
    missing: MissingMembers,
) -> Attempt<Effect> {
    if changes.is_empty() {
        return Ok(Effect::default());
    }
    let mut effect = Effect::default();
    let mut wishes = Wishes::new(missing);
    for change in changes {
        match change {
            RelationChange::Add(members) => wishes.add(members)?,
            RelationChange::Replace(members) => {
                wishes.clear();
                wishes.add(members)?;
            }
            RelationChange::Clear => wishes.clear(),
            RelationChange::Remove(ids) => wishes.remove(ids),
            RelationChange::RemoveWhere(filter) => wishes.remove_where(read, group, filter).await?,
        }
    }
    effect.skipped.append(&mut wishes.skipped);
    join(read, group, &wishes, &mut effect).await?;
    leave(read, group, &wishes, &mut effect).await?;
    Ok(effect)
}

async fn join(read: &mut dyn ReadTx, group: ResourceId, wishes: &Wishes, effect: &mut Effect) -> Attempt<()> {
    for chunk in wishes.ins().chunks(AT_ONCE) {
        let ids: Vec<_> = chunk.iter().map(|(id, _)| *id).collect();
        let already = read.are_members(group, &ids).await?;
        let new: Vec<_> = chunk.iter().zip(already).filter(|(_, there)| !there).map(|(new, _)| new).collect();
        let ids: Vec<_> = new.iter().map(|(id, _)| *id).collect();
        let found = read.describe(&ids).await?;
        for ((id, said), found) in new.into_iter().zip(found) {
            let Some((kind, display)) = found else {
                match wishes.missing {
                    MissingMembers::Refuse => return Err(unknown(&id.to_string())),
                    MissingMembers::Skip => effect.skipped.push(id.to_string()),
                }
                continue;
            };
            check_kind(*id, kind, said.as_deref())?;
            effect.joins.push(Participant { id: *id, kind, display });
        }
    }
    Ok(())
}

async fn leave(
    read: &mut dyn ReadTx,
    group: ResourceId,
    wishes: &Wishes,
    effect: &mut Effect,
) -> Attempt<()> {
    if wishes.is_cleared() {
        let mut after = None;
        loop {
            let page = read.members(group, after, AT_ONCE as u32).await?;
            after = page.last().map(|m| m.id);
            let count = page.len();
            let gone = page.into_iter().filter(|m| !wishes.wants(m.id));
            effect.leaves.extend(gone.map(|m| Participant { id: m.id, kind: m.kind, display: m.display }));
            if count < AT_ONCE {
                return Ok(());
            }
        }
    }
    for ids in wishes.outs().chunks(AT_ONCE) {
        let there = read.are_members(group, ids).await?;
        let gone: Vec<_> = ids.iter().zip(there).filter(|(_, there)| *there).map(|(id, _)| *id).collect();
        for (id, found) in gone.iter().zip(read.describe(&gone).await?) {
            // A member is live, or it would be no member.
            let (kind, display) = found.unwrap_or((Kind::USER, String::new()));
            effect.leaves.push(Participant { id: *id, kind, display });
        }
    }
    Ok(())
}

fn check_kind(id: ResourceId, kind: Kind, said: Option<&str>) -> Attempt<()> {
    let name = type_name(kind);
    if name.is_empty() {
        return Err(refused(&format!(
            "The resource {id} is neither a User nor a Group and cannot be a member."
        )));
    }
    match said {
        Some(said) if !said.eq_ignore_ascii_case(name) => Err(refused(&format!(
            "The member {id} is a {name}, not a {said}. Leave `type` out, or correct it."
        ))),
        _ => Ok(()),
    }
}

fn unknown(id: &str) -> Failure {
    let shown: String = id.chars().take(60).collect();
    let detail = format!(
        "`members` names {shown}, but there is no User or Group with this id. Provision it first, or leave it out."
    );
    Failure::because(Explanation::UnknownReference, ScimError::value("members.value", detail))
}

fn refused(detail: &str) -> Failure {
    ScimError::value("members.value", detail).into()
}

fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::USER => "User",
        Kind::GROUP => "Group",
        _ => "",
    }
}

impl Effect {
    /// Whether somebody joins, and whether a group is among them.
    pub(crate) fn nests(&self) -> Option<bool> {
        (!self.joins.is_empty()).then(|| self.joins.iter().any(|who| who.kind == Kind::GROUP))
    }

    /// Whether nothing changes.
    pub(crate) fn is_empty(&self) -> bool {
        self.joins.is_empty() && self.leaves.is_empty()
    }

    /// What the log is to say beside what else was ignored.
    pub(crate) fn remarks(&self) -> Option<String> {
        const SHOWN: usize = 5;
        let first = self.skipped.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
        match self.skipped.len() {
            0 => None,
            count @ 1..=SHOWN => Some(format!("members who are not here were skipped ({count}): {first}")),
            count => Some(format!("members who are not here were skipped ({count}): {first}, …")),
        }
    }

    /// Adds the changes and their events, one for each pair (ruling 10), to a write.
    pub(crate) fn write(
        &self,
        service: &Service,
        writing: &Writing,
        (group, name): (ResourceId, &str),
        tx: &mut WriteTx,
    ) {
        let mut tell = |kind, who: &Participant| {
            let data = MembershipData {
                group: Party { id: group.to_string(), resource_type: "Group", display: name },
                member: Party {
                    id: who.id.to_string(),
                    resource_type: type_name(who.kind),
                    display: &who.display,
                },
            };
            let subject = Some((Kind::GROUP, group));
            let mut event =
                writing.origin.event(service.ids.uuid_v7(), kind, subject, writing.cause(None), &data);
            event.object = Some((who.kind, who.id));
            tx.events.push(event);
        };
        for who in &self.leaves {
            tell(EventKind::MembershipRemoved, who);
        }
        for who in &self.joins {
            tell(EventKind::MembershipAdded, who);
        }
        tx.changes.extend(self.leaves.iter().map(|who| Change::RemoveMember { group, member: who.id }));
        tx.changes.extend(self.joins.iter().map(|who| Change::AddMember {
            group,
            member: who.id,
            kind: who.kind,
        }));
    }
}
