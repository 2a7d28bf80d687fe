//! References: members and managers.

use client::{Method, Request, filter};

use crate::model::{Kind, TargetPath};
use crate::wire::body::{Body, Operation, Operations};
use crate::wire::{ManagerClear, ManagerForm, Wire};

impl Wire {
    /// The PATCHes that change a group's members, so many in each as the switches say (entra.md §3); none when nothing
    /// changes.
    #[must_use]
    pub fn members<S: AsRef<str>>(&self, group_id: &str, added: &[S], removed: &[S]) -> Vec<Request> {
        let mut requests = Vec::new();
        let mut patch = Operations::new(&self.switches);
        let (size, most) = (self.switches.members_per_operation, self.switches.operations_per_patch);
        let mut push = |write: &dyn Fn(&mut Operations<'_>)| {
            if patch.len() >= most {
                let full = std::mem::replace(&mut patch, Operations::new(&self.switches));
                requests.push(self.patch(Kind::Group, group_id, full));
            }
            write(&mut patch);
        };
        for ids in added.chunks(size) {
            push(&|patch| {
                patch.push(Operation::Add, Some("members"), Some(&|body| self.elements(body, ids)))
            });
        }
        if self.dialect.addresses_elements() {
            for id in removed {
                let path = format!("members[value eq {}]", filter::literal(id.as_ref()));
                push(&|patch| patch.push(Operation::Remove, Some(&path), None));
            }
        } else {
            for ids in removed.chunks(size) {
                push(&|patch| {
                    patch.push(Operation::Remove, Some("members"), Some(&|body| self.elements(body, ids)));
                });
            }
        }
        if patch.len() > 0 {
            requests.push(self.patch(Kind::Group, group_id, patch));
        }
        requests
    }

    fn elements<S: AsRef<str>>(&self, body: &mut Body, ids: &[S]) {
        body.raw("[");
        for id in ids {
            body.comma();
            body.raw(if self.switches.member_ref_null { r#"{"$ref":null,"value":"# } else { r#"{"value":"# });
            body.text(id.as_ref());
            body.raw("}");
        }
        body.raw("]");
    }

    /// Sets a user's manager, whether there was one or not (§2.5). `path` is the mapping's.
    #[must_use]
    pub fn set_manager(&self, user_id: &str, path: &TargetPath, manager_id: &str) -> Request {
        let mut patch = Operations::new(&self.switches);
        let path = self.path_text(path);
        match self.switches.manager_form {
            ManagerForm::Text if self.dialect.groups_changes() => {
                patch.push(
                    Operation::Add,
                    None,
                    Some(&|body| {
                        body.raw("{");
                        body.key(&path);
                        body.text(manager_id);
                        body.raw("}");
                    }),
                );
            }
            ManagerForm::Text => {
                patch.push(Operation::Add, Some(&path), Some(&|body| body.text(manager_id)));
            }
            ManagerForm::Complex => {
                patch.push(Operation::Add, Some(&path), Some(&|body| value_of(body, manager_id)));
            }
            ManagerForm::ReferenceList => patch.push(
                Operation::Add,
                Some("manager"),
                Some(&|body| {
                    body.raw("[{\"$ref\":");
                    match &self.base {
                        Some(base) => body.text(&format!("{base}/Users/{manager_id}")),
                        None => body.raw("null"),
                    }
                    body.raw(",\"value\":");
                    body.text(manager_id);
                    body.raw("}]");
                }),
            ),
        }
        self.patch(Kind::User, user_id, patch)
    }

    /// Takes a user's manager away (§2.5).
    #[must_use]
    pub fn clear_manager(&self, user_id: &str, path: &TargetPath, manager_id: &str) -> Request {
        let mut patch = Operations::new(&self.switches);
        let path = self.path_text(path);
        match self.switches.manager_clear {
            ManagerClear::Remove => patch.push(Operation::Remove, Some(&path), None),
            ManagerClear::RemoveByValue => {
                let path = format!("manager[value eq {}]", filter::literal(manager_id));
                patch.push(Operation::Remove, Some(&path), None);
            }
            ManagerClear::EmptyText => {
                patch.push(Operation::Replace, Some(&path), Some(&|body| body.text("")));
            }
            ManagerClear::EmptyComplex => {
                patch.push(Operation::Replace, Some(&path), Some(&|body| value_of(body, "")));
            }
        }
        self.patch(Kind::User, user_id, patch)
    }

    pub(super) fn patch(&self, kind: Kind, target_id: &str, patch: Operations<'_>) -> Request {
        Request::resource(Method::PATCH, kind.endpoint(), target_id).body(patch.finish())
    }
}

fn value_of(body: &mut Body, id: &str) {
    body.raw("{\"value\":");
    body.text(id);
    body.raw("}");
}
