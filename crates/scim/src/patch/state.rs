//! The resource while a request is applied to it.

use serde_json::Value;

use super::step::{Element, Step, Target};
use super::{Op, RelationChange, element, expand, relation, schemas, write};
use crate::dialect::operation::{self, Verdict};
use crate::dialect::{Dialect, Quirk};
use crate::document::Document;
use crate::error::{Result, ScimError, ScimType};
use crate::schema::{AttributeType, Mutability, Registry, Resolved, ResourceType, USER};

/// Most notes that one request leaves.
const MOST_NOTES: usize = 20;

pub(crate) struct State<'a> {
    pub(crate) rt: &'a ResourceType,
    pub(crate) registry: &'a Registry,
    pub(crate) dialect: &'a Dialect,
    pub(crate) document: Document,
    pub(crate) relation: Vec<RelationChange>,
    pub(crate) ignored: Vec<String>,
    /// Required values that an operation took away; another one may have put them back (S-PATCH-12, S-PATCH-13).
    unassigned: Vec<Resolved>,
    unassigned_extensions: Vec<String>,
    /// Lists whose elements lost sub-attributes.
    thinned: Vec<Resolved>,
}

impl<'a> State<'a> {
    pub(super) fn new(
        rt: &'a ResourceType,
        registry: &'a Registry,
        document: Document,
        dialect: &'a Dialect,
    ) -> Self {
        Self {
            rt,
            registry,
            dialect,
            document,
            relation: Vec::new(),
            ignored: Vec::new(),
            unassigned: Vec::new(),
            unassigned_extensions: Vec::new(),
            thinned: Vec::new(),
        }
    }

    pub(super) fn note(&mut self, text: String) {
        if self.ignored.len() < MOST_NOTES {
            self.ignored.push(text);
        }
    }

    /// Whether this is the attribute whose values are rows of their own.
    pub(crate) fn is_relation(&self, path: &Resolved) -> bool {
        path.container.is_none() && self.rt.relation().is_some_and(|r| r.name == path.attribute.name)
    }

    /// Lets the dialect rewrite a step, then does it.
    pub(super) fn step(&mut self, mut step: Step) -> Result<()> {
        for (quirk, rewrite) in operation::REWRITES {
            if self.dialect.has(*quirk)
                && let Verdict::Drop(note) = rewrite(&mut step, self)?
            {
                if let Some(note) = note {
                    self.note(note);
                }
                return Ok(());
            }
        }
        self.strictly(step)
    }

    /// What the RFC says, and where it is silent, the rulings.
    fn strictly(&mut self, step: Step) -> Result<()> {
        // Passwords are taken and discarded in every dialect (design ruling 11).
        if step.target.leaf().is_some_and(|leaf| leaf.is_discarded()) {
            return Ok(());
        }
        if step.target.is_read_only() {
            let path = step.target.to_string();
            let detail = format!("`{path}` is read-only: the service sets it. Take it out of the request.");
            return Err(ScimError::mutability(path, detail));
        }
        match (step.op, &step.value) {
            (Op::Add | Op::Replace, None) => {
                return Err(at_fault(&step.target, "needs a `value`", "Send one, or use `remove`"));
            }
            (Op::Add, Some(value)) if is_nothing(value) => {
                return Err(at_fault(
                    &step.target,
                    "cannot be added to with null",
                    "Send a value, or use `remove`",
                ));
            }
            (Op::Remove, Some(value)) if !value.is_null() => {
                return Err(at_fault(
                    &step.target,
                    "is removed with a `value`, which `remove` does not have",
                    "Select what to remove by a filter in the path",
                ));
            }
            _ => {}
        }
        if let Target::Attr(Resolved { container: None, attribute, .. }) = &step.target
            && attribute.name == "active"
            && &*self.rt.schema.id == USER
            && (step.op == Op::Remove || step.value.as_ref().is_some_and(is_nothing))
        {
            let detail = "`active` is never without a value. Send true or false.";
            return Err(ScimError::mutability("active", detail));
        }
        match &step.target {
            Target::Container(_) => self.container(step),
            Target::Attr(path) | Target::Element(Element { list: path, .. }) if self.is_relation(path) => {
                let change = relation::change(self, step)?;
                self.relation.extend(change);
                Ok(())
            }
            Target::Attr(path) | Target::Element(Element { list: path, .. })
                if path.container.is_none() && path.attribute.name == "schemas" =>
            {
                schemas::change(self, step)
            }
            Target::Attr(_) => write::attribute(self, step),
            Target::Element(_) => element::change(self, step),
        }
    }

    /// T9.
    fn container(&mut self, step: Step) -> Result<()> {
        let Target::Container(urn) = step.target else { return Ok(()) };
        let nothing = step.value.as_ref().is_none_or(Value::is_null);
        if step.op != Op::Remove && !nothing {
            for inner in expand::extension(step.op, &urn, step.value, self)? {
                self.step(inner)?;
            }
            return Ok(());
        }
        self.drop_container(&urn)
    }

    /// Takes an extension away with all it holds.
    pub(super) fn drop_container(&mut self, urn: &str) -> Result<()> {
        let Some(extension) = self.rt.container(urn) else { return Ok(()) };
        let held = self.document.root.get(urn).and_then(Value::as_object);
        let fixed = |a: &&std::sync::Arc<crate::Attribute>| {
            a.mutability == Mutability::Immutable && held.is_some_and(|held| held.contains_key(&a.name))
        };
        if let Some(attribute) = extension.schema.attributes.iter().find(fixed) {
            let path = format!("{urn}:{}", attribute.name);
            return Err(ScimError::mutability(
                &*path,
                format!("`{path}` cannot be changed once it has a value."),
            ));
        }
        if extension.required {
            self.unassigned_extensions.push(urn.to_owned());
        }
        self.document.root.shift_remove(urn);
        Ok(())
    }

    /// The value of an attribute, taken out to be changed. [`State::put`] must follow.
    pub(super) fn take(&mut self, path: &Resolved) -> Option<Value> {
        let map = match &path.container {
            None => Some(&mut self.document.root),
            Some(urn) => self.document.root.get_mut(&**urn).and_then(Value::as_object_mut),
        };
        map?.get_mut(&path.attribute.name).map(Value::take)
    }

    pub(super) fn put(&mut self, path: &Resolved, value: Option<Value>) {
        if value.is_none() && path.attribute.required {
            self.unassigned.push(Resolved { sub: None, ..path.clone() });
        }
        self.document.set_attribute(path, value);
    }

    /// Notes that a sub-attribute has been unassigned.
    pub(super) fn lost(&mut self, path: &Resolved, sub: &std::sync::Arc<crate::Attribute>) {
        let list = Resolved { sub: None, ..path.clone() };
        if sub.required {
            self.unassigned.push(Resolved { sub: Some(sub.clone()), ..list.clone() });
        }
        if list.attribute.multi_valued && !self.thinned.contains(&list) {
            self.thinned.push(list);
        }
    }

    /// After the last operation: drops elements that say nothing any more, and refuses what must not be missing.
    pub(super) fn settle(&mut self) -> Result<()> {
        for path in std::mem::take(&mut self.thinned) {
            if let Some(Value::Array(mut list)) = self.take(&path) {
                list.retain(says_something);
                self.put(&path, if list.is_empty() { None } else { Some(Value::Array(list)) });
            }
        }
        let missing = self.unassigned.iter().find(|path| match &path.sub {
            None => self.document.attribute(path).is_none(),
            Some(sub) => match self.document.attribute(path) {
                Some(Value::Array(list)) => list.iter().any(|e| e.get(&sub.name).is_none()),
                Some(one) => one.get(&sub.name).is_none(),
                None => false,
            },
        });
        let extension =
            || self.unassigned_extensions.iter().find(|urn| !self.document.root.contains_key(*urn));
        let Some(path) = missing.map(Resolved::to_string).or_else(|| extension().cloned()) else {
            return Ok(());
        };
        let detail = format!("`{path}` is required and cannot be removed. Replace it instead.");
        Err(ScimError::mutability(path, detail))
    }

    /// An error for a path that selects nothing (Table 9, `noTarget`).
    pub(crate) fn no_target(target: &Target) -> ScimError {
        let path = target.to_string();
        let detail = format!(
            "`{path}` selects nothing. Add the value first, or use `add` with a filter that says what to add."
        );
        ScimError::bad(ScimType::NoTarget, detail).at(path)
    }
}

/// 400 `invalidValue`: what is wrong with the operation on this place, and what to do.
pub(super) fn at_fault(target: &Target, what: &str, advice: &str) -> ScimError {
    let path = target.to_string();
    ScimError::value(&*path, format!("`{path}` {what}. {advice}."))
}

/// RFC 7643 §2.5: no value.
pub(crate) fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

/// An element of which only `type` and `primary` are left describes nothing.
fn says_something(element: &Value) -> bool {
    element.as_object().is_none_or(|object| object.keys().any(|key| key != "type" && key != "primary"))
}

/// Whether the attribute is an object.
pub(super) fn is_complex(attribute: &crate::Attribute) -> bool {
    attribute.ty == AttributeType::Complex
}

/// Whether the dialect ignores what no schema knows.
pub(super) fn ignores_unknown(dialect: &Dialect) -> bool {
    dialect.has(Quirk::UnknownAttribute)
}
