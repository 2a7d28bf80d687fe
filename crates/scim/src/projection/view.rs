//! A projection as it applies to one resource type.

use std::sync::Arc;

use super::{Kind, Projection};
use crate::filter::AttrPath;
use crate::schema::{Attribute, ResourceType, Returned};

/// A projection whose names have been looked up in a resource type. Made once for all the resources of an answer.
#[derive(Debug, Clone)]
pub struct View<'a> {
    pub(super) rt: &'a ResourceType,
    kind: Kind,
    picks: Vec<Pick>,
    /// Attributes of `returned: request` that the client wrote in this very request (S-SCHEMA-06).
    supplied: Vec<Pick>,
}

/// What one name of the projection means.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pick {
    container: Option<Arc<str>>,
    attribute: Arc<Attribute>,
    sub: Option<Arc<Attribute>>,
}

/// How much of an attribute is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    No,
    /// All of it that its sub-attributes allow.
    Whole,
    /// Some sub-attributes: ask [`View::shows_sub`].
    Some,
}

impl<'a> View<'a> {
    /// Looks the names up. Names that mean nothing here are ignored (S-ATTR-07); a bare extension URN means all of the
    /// extension, the base URN all of the base schema (S-ATTR-05).
    #[must_use]
    pub fn new(rt: &'a ResourceType, projection: &Projection) -> Self {
        let mut picks = Vec::new();
        for name in &projection.names {
            pick(rt, name, &mut picks);
        }
        Self { rt, kind: projection.kind, picks, supplied: Vec::new() }
    }

    /// Says that the client wrote this attribute just now, so that the answer shows it even if it is only returned on
    /// request (S-SCHEMA-06).
    pub fn supplied(&mut self, container: Option<&str>, name: &str) {
        let path = AttrPath { urn: container.map(str::to_owned), name: name.to_owned(), sub: None };
        if let Some(found) = self.rt.resolve(&path) {
            self.supplied.push(Pick { container: found.container, attribute: found.attribute, sub: None });
        }
    }

    /// Whether the projection asks for nothing special.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.kind == Kind::Default && self.supplied.is_empty()
    }

    /// Whether the attribute is shown at all; if not, it need not be fetched or computed (S-ATTR-09).
    /// `container` is the URN of the extension it belongs to.
    #[must_use]
    pub fn wants(&self, container: Option<&str>, name: &str) -> bool {
        let attribute = match container {
            None => self.rt.core(name),
            Some(urn) => self.rt.container(urn).and_then(|e| e.schema.attribute(name)),
        };
        attribute.is_some_and(|a| self.shows(container, a) != Shown::No)
    }

    /// Whether a sub-attribute of a wanted attribute is shown: `display` of `groups`, say, which may be dear to compute.
    #[must_use]
    pub fn wants_sub(&self, container: Option<&str>, name: &str, sub: &str) -> bool {
        let attribute = match container {
            None => self.rt.core(name),
            Some(urn) => self.rt.container(urn).and_then(|e| e.schema.attribute(name)),
        };
        attribute.is_some_and(|a| match (self.shows(container, a), a.sub(sub)) {
            (Shown::No, _) | (_, None) => false,
            (Shown::Whole, Some(sub)) => self.shows_by_default(sub),
            (Shown::Some, Some(sub)) => self.shows_sub(container, a, sub),
        })
    }

    pub(super) fn shows(&self, container: Option<&str>, attribute: &Attribute) -> Shown {
        match attribute.returned {
            Returned::Never => return Shown::No,
            Returned::Always => return Shown::Whole,
            Returned::Default | Returned::Request => {}
        }
        let supplied = || self.supplied.iter().any(|p| p.covers(container, attribute) == Some(true));
        match self.kind {
            Kind::Default => {
                if attribute.returned == Returned::Default || supplied() {
                    Shown::Whole
                } else {
                    Shown::No
                }
            }
            Kind::Only => {
                let mut shown = Shown::No;
                for pick in &self.picks {
                    match pick.covers(container, attribute) {
                        Some(true) => return self.whole_or_some(container, attribute),
                        Some(false) => shown = Shown::Some,
                        None => {}
                    }
                }
                shown
            }
            Kind::Without => {
                let mut shown = Shown::Whole;
                if attribute.returned == Returned::Request && !supplied() {
                    return Shown::No;
                }
                for pick in &self.picks {
                    match pick.covers(container, attribute) {
                        Some(true) => return Shown::No,
                        Some(false) => shown = Shown::Some,
                        None => {}
                    }
                }
                shown
            }
        }
    }

    /// `attributes=emails,emails.secret`: the whole, and a part that is only returned on request.
    fn whole_or_some(&self, container: Option<&str>, attribute: &Attribute) -> Shown {
        let part = |p: &Pick| p.covers(container, attribute) == Some(false);
        if self.picks.iter().any(part) { Shown::Some } else { Shown::Whole }
    }

    /// For a parent that is [`Shown::Some`].
    pub(super) fn shows_sub(&self, container: Option<&str>, parent: &Attribute, sub: &Attribute) -> bool {
        match sub.returned {
            Returned::Never => return false,
            Returned::Always => return true,
            Returned::Default | Returned::Request => {}
        }
        let covering = self.picks.iter().filter(|p| p.covers(container, parent).is_some());
        let named = covering.clone().any(|p| p.sub.as_deref().is_some_and(|s| s.name == sub.name));
        match self.kind {
            Kind::Default => self.shows_by_default(sub),
            Kind::Only => {
                let whole = covering.clone().any(|p| p.sub.is_none());
                named || whole && self.shows_by_default(sub)
            }
            Kind::Without => !named && self.shows_by_default(sub),
        }
    }

    #[expect(clippy::unused_self, reason = "reads as one of the view's questions")]
    pub(super) fn shows_by_default(&self, sub: &Attribute) -> bool {
        matches!(sub.returned, Returned::Always | Returned::Default)
    }
}

impl Pick {
    /// `Some(true)` when the pick means the whole attribute, `Some(false)` when a sub-attribute of it.
    fn covers(&self, container: Option<&str>, attribute: &Attribute) -> Option<bool> {
        if self.container.as_deref() != container {
            return None;
        }
        if self.attribute.name == attribute.name { Some(self.sub.is_none()) } else { None }
    }
}

/// What a name means: one attribute or sub-attribute, or those of a whole schema. Naming a schema is not naming what is
/// returned on request only.
fn pick(rt: &ResourceType, name: &str, out: &mut Vec<Pick>) {
    let extension = rt.container(name).map(|e| (Some(&e.schema.id), &e.schema));
    let base = || if name.eq_ignore_ascii_case(&rt.schema.id) { Some((None, &rt.schema)) } else { None };
    if let Some((container, schema)) = extension.or_else(base) {
        let shown = schema.attributes.iter().filter(|a| a.returned != Returned::Request);
        out.extend(shown.map(|a| Pick { container: container.cloned(), attribute: a.clone(), sub: None }));
        return;
    }
    // URNs hold dots, so the attribute starts after the last colon (S-FILTER-10).
    let (urn, rest) = match name.rsplit_once(':') {
        Some((urn, rest)) => (Some(urn.to_owned()), rest),
        None => (None, name),
    };
    let (attribute, sub) = match rest.split_once('.') {
        Some((attribute, sub)) => (attribute.to_owned(), Some(sub.to_owned())),
        None => (rest.to_owned(), None),
    };
    if let Some(found) = rt.resolve(&AttrPath { urn, name: attribute, sub }) {
        out.push(Pick { container: found.container, attribute: found.attribute, sub: found.sub });
    }
}
