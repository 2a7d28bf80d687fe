//! The PATCH of attributes (entra.md §2.3).

use std::borrow::Cow;

use client::Request;
use serde_json::{Value as Json, json};

use crate::mapping::AppRole;
use crate::model::{Kind, TargetPath};
use crate::wire::body::{Body, Operations};
use crate::wire::compare::is_role;
use crate::wire::create::{role_claim, scalar};
use crate::wire::{Change, Operation, RenameForm, Wire};

impl Wire {
    /// The update that makes these changes.
    ///
    /// By default each is an operation with its path. With the flag of 2020 only places within an element keep theirs, and
    /// all others that share an operation stand in one value under dotted and URN keys.
    #[must_use]
    pub fn update(&self, kind: Kind, target_id: &str, changes: &[Change]) -> Request {
        let mut patch = Operations::new(&self.switches);
        let lone_rename = kind == Kind::Group && self.switches.rename_form == RenameForm::Pathless;
        let plain = |change: &Change| {
            (self.dialect.groups_changes() || lone_rename && changes.len() == 1)
                && change.path.element.is_none()
        };
        for change in changes.iter().filter(|change| !plain(change)) {
            self.single(&mut patch, change);
        }
        for op in [Operation::Replace, Operation::Add] {
            let together: Vec<_> = changes.iter().filter(|c| plain(c) && c.op == op).collect();
            match &together[..] {
                [] => {}
                [lone] if !lone_rename => self.single(&mut patch, lone),
                _ => patch.push(
                    op,
                    None,
                    Some(&|body| {
                        body.raw("{");
                        for change in &together {
                            body.key(&self.path_text(&change.path));
                            self.new_value(body, change);
                        }
                        body.raw("}");
                    }),
                ),
            }
        }
        self.patch(kind, target_id, patch)
    }

    fn single(&self, patch: &mut Operations<'_>, change: &Change) {
        if is_role(&change.path) && !self.dialect.addresses_elements() {
            // The doc's own asymmetry: a PATCH adds the whole role as JSON in text (§2.6).
            let value = |body: &mut Body| {
                body.raw("[{\"value\":");
                body.text(&self.whole_role(change.new.as_str().unwrap_or_default()));
                body.raw("}]");
            };
            return patch.push(Operation::Add, Some("roles"), Some(&value));
        }
        let path = self.path_text(&change.path);
        patch.push(change.op, Some(&path), Some(&|body| self.new_value(body, change)));
    }

    /// A role as JSON in text, from its value alone. One that is not known goes by the id of default access.
    fn whole_role(&self, value: &str) -> String {
        let is = |role: &&AppRole| {
            role.value.as_deref() == Some(value)
                || role.value.is_none() && role.display_name.as_deref() == Some(value)
        };
        let role = self.roles.iter().find(is);
        json!({
            "id": role.map_or("00000000-0000-0000-0000-000000000000", |role| role.id.as_str()),
            "value": value,
            "displayName": role.and_then(|role| role.display_name.as_deref()).unwrap_or(value),
        })
        .to_string()
    }

    fn new_value(&self, body: &mut Body, change: &Change) {
        match &change.new {
            Json::String(text) if is_role(&change.path) => body.text(&role_claim(text)),
            Json::String(text) => scalar(body, change.type_, text, self.switches.boolean),
            Json::Array(items) => {
                body.raw("[");
                for item in items {
                    body.comma();
                    match item {
                        Json::String(text) => scalar(body, change.type_, text, self.switches.boolean),
                        other => body.json(other),
                    }
                }
                body.raw("]");
            }
            other => body.json(other),
        }
    }

    /// A place as the dialect writes it.
    pub(super) fn path_text<'p>(&self, path: &'p TargetPath) -> Cow<'p, str> {
        match &path.extension {
            Some(urn) if self.dialect.dots_extensions() => {
                let rest = path.as_str().get(urn.len() + 1..).unwrap_or_default();
                Cow::Owned(format!("{urn}.{rest}"))
            }
            _ => Cow::Borrowed(path.as_str()),
        }
    }
}
