//! What a sequence of changes wants of each id, before anybody asks who is a member now.

use std::collections::HashMap;

use scim::filter::{Checked, CompareOp, Expr, Operand, eval};
use scim::patch::Member;
use serde_json::{Value, json};
use store::{Kind, MissingMembers, ReadTx, ResourceId};

use super::{AT_ONCE, type_name, unknown};
use crate::resources::Attempt;

/// What is wanted so far.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    /// Whether everybody leaves who is not wanted.
    cleared: bool,
    wanted: HashMap<ResourceId, Wish>,
    /// What becomes of ids of nobody.
    pub(super) missing: MissingMembers,
    /// What cannot be an id and was passed over.
    pub(super) skipped: Vec<String>,
    /// Order of first mention, so that changes and events come in the order of the request.
    order: Vec<ResourceId>,
}

#[derive(Debug, Clone)]
enum Wish {
    /// To be a member; of this type, if one was said.
    In(Option<String>),
    Out,
}

impl Wishes {
    pub(super) fn new(missing: MissingMembers) -> Self {
        Self { missing, ..Self::default() }
    }

    pub(super) fn add(&mut self, members: &[Member]) -> Attempt<()> {
        for member in members {
            match (member.value.parse(), self.missing) {
                (Ok(id), _) => self.wish(id, Wish::In(member.kind.clone())),
                (Err(_), MissingMembers::Skip) => self.skipped.push(member.value.chars().take(60).collect()),
                (Err(_), MissingMembers::Refuse) => return Err(unknown(&member.value)),
            }
        }
        Ok(())
    }

    /// Whoever is no member need not leave; what is no id is nobody.
    pub(super) fn remove(&mut self, ids: &[String]) {
        for id in ids.iter().filter_map(|id| id.parse().ok()) {
            self.wish(id, Wish::Out);
        }
    }

    pub(super) fn clear(&mut self) {
        self.cleared = true;
        self.wanted.clear();
        self.order.clear();
    }

    /// Those who satisfy the filter leave. `value eq "…"` costs nothing; anything else looks through the members.
    pub(super) async fn remove_where(
        &mut self,
        read: &mut dyn ReadTx,
        group: ResourceId,
        filter: &Expr<Checked>,
    ) -> Attempt<()> {
        if let Some(ids) = named(filter) {
            self.remove(&ids);
            return Ok(());
        }
        // Those who have been added by this very request.
        let added: Vec<_> = self.ins().into_iter().map(|(id, _)| id).collect();
        for ids in added.chunks(AT_ONCE) {
            for (id, found) in ids.iter().zip(read.describe(ids).await?) {
                if found.is_some_and(|(kind, display)| {
                    eval::matches_element(filter, &element(*id, kind, &display))
                }) {
                    self.wish(*id, Wish::Out);
                }
            }
        }
        if self.cleared {
            return Ok(());
        }
        let mut after = None;
        loop {
            let page = read.members(group, after, AT_ONCE as u32).await?;
            after = page.last().map(|m| m.id);
            for member in &page {
                if !self.wanted.contains_key(&member.id)
                    && eval::matches_element(filter, &element(member.id, member.kind, &member.display))
                {
                    self.wish(member.id, Wish::Out);
                }
            }
            if page.len() < AT_ONCE {
                return Ok(());
            }
        }
    }

    fn wish(&mut self, id: ResourceId, wish: Wish) {
        if self.wanted.insert(id, wish).is_none() {
            self.order.push(id);
        }
    }

    /// Whether everybody leaves who is not wanted.
    pub(super) fn is_cleared(&self) -> bool {
        self.cleared
    }

    /// Whether the id is to be a member.
    pub(super) fn wants(&self, id: ResourceId) -> bool {
        matches!(self.wanted.get(&id), Some(Wish::In(_)))
    }

    /// Who is to be a member, with the type that was said.
    pub(super) fn ins(&self) -> Vec<(ResourceId, Option<String>)> {
        let found = self.order.iter().filter_map(|id| match self.wanted.get(id) {
            Some(Wish::In(kind)) => Some((*id, kind.clone())),
            _ => None,
        });
        found.collect()
    }

    /// Who is to leave.
    pub(super) fn outs(&self) -> Vec<ResourceId> {
        self.order.iter().filter(|id| matches!(self.wanted.get(id), Some(Wish::Out))).copied().collect()
    }
}

/// The ids that a filter names, when it does nothing else: `value eq "a"`, `value eq "a" or value eq "b"`.
fn named(filter: &Expr<Checked>) -> Option<Vec<String>> {
    match filter {
        Expr::Compare(path, CompareOp::Eq, Operand::Exact(id) | Operand::Folded(id))
            if path.leaf().name == "value" =>
        {
            Some(vec![id.clone()])
        }
        Expr::Or(terms) => {
            let ids: Option<Vec<_>> = terms.iter().map(named).collect();
            ids.map(|ids| ids.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// A member as a filter sees it.
fn element(id: ResourceId, kind: Kind, display: &str) -> Value {
    json!({"value": id.to_string(), "type": type_name(kind), "display": display})
}

#[cfg(test)]
mod tests {
    use scim::filter::{AttrPath, Filter};
    use scim::schema::Resolved;
    use uuid::Uuid;

    use super::*;

    fn id(number: u128) -> ResourceId {
        ResourceId(Uuid::from_u128(number))
    }

    fn members(ids: &[ResourceId]) -> Vec<Member> {
        ids.iter().map(|id| Member { value: id.to_string(), kind: None }).collect()
    }

    fn ins(wishes: &Wishes) -> Vec<ResourceId> {
        wishes.ins().into_iter().map(|(id, _)| id).collect()
    }

    // S-PATCH-05: each operation on what the one before it left
    #[test]
    fn the_last_wish_about_somebody_counts() {
        let mut wishes = Wishes::default();
        wishes.add(&members(&[id(1), id(2)])).unwrap();
        wishes.remove(&[id(1).to_string(), id(3).to_string(), "nobody".to_owned()]);
        wishes.add(&members(&[id(3)])).unwrap();
        assert_eq!((ins(&wishes), wishes.outs()), (vec![id(2), id(3)], vec![id(1)]));
        assert!(!wishes.is_cleared());
    }

    // S-PUT-11
    #[test]
    fn clearing_forgets_what_was_wished_before_and_keeps_what_is_wished_after() {
        let mut wishes = Wishes::default();
        wishes.add(&members(&[id(1)])).unwrap();
        wishes.clear();
        wishes.add(&members(&[id(2)])).unwrap();
        assert!(wishes.is_cleared() && wishes.wants(id(2)) && !wishes.wants(id(1)));
    }

    //
    #[test]
    fn what_is_no_id_can_leave_but_not_join() {
        let mut wishes = Wishes::default();
        wishes.remove(&["ann".to_owned()]);
        let failure = wishes.add(&[Member { value: "ann".to_owned(), kind: None }]).unwrap_err();
        let (error, why) = failure.into_parts();
        assert_eq!((error.status, why), (400, crate::Explanation::UnknownReference));
        assert!(error.detail.contains("ann"));
    }

    #[test]
    fn filters_that_only_name_ids_need_no_look_at_the_members() {
        let registry = scim::Registry::builtin();
        let rt = registry.resource_type("Group").unwrap();
        let path = |sub: &str| {
            let path = AttrPath { urn: None, name: "members".into(), sub: Some(sub.into()) };
            let found = rt.resolve(&path).unwrap();
            Resolved { container: None, attribute: found.sub.unwrap(), sub: None }
        };
        let is = |sub, text: &str| Expr::Compare(path(sub), CompareOp::Eq, Operand::Exact(text.into()));
        assert_eq!(named(&is("value", "a")), Some(vec!["a".to_owned()]));
        let either = Filter { expr: Expr::Or(vec![is("value", "a"), is("value", "b")]) };
        assert_eq!(named(&either.expr), Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(named(&Expr::Or(vec![is("value", "a"), is("type", "User")])), None);
        assert_eq!(named(&is("type", "User")), None);
    }
}
