//! From names and literals to attributes and operands: the comparison matrix of RFC 7644 §3.4.2.2, Table 3.
//!
//! A checked filter asks less of whoever evaluates it than the text did. These decisions are made here, once:
//!
//! - `x eq null` is `not (x pr)`, `x ne null` is `x pr`.
//! - A bare complex attribute means its `value` (`emails co "x"`, `manager eq "m1"`), if it has one (S-FILTER-06,
//!   A-42); with `pr` it means any of its sub-attributes.
//! - Brackets after a *singular* complex attribute are taken off: `manager[value eq "m1"]` is `manager pr and
//!   manager.value eq "m1"` (S-FILTER-08). So [`Expr::Element`] always stands on a multi-valued attribute. Brackets
//!   after a list of simple values know one name, `value`: the simple value itself.
//! - `meta.resourceType` is known with the resource type, so a condition on it is decided; so is `pr` on what every
//!   resource has (`id`, `meta`, `schemas`).
//! - Dates are instants and have no text: `sw` and its like are refused on them as on everything that is not text
//!   in every dialect.
//! - A whole number is compared with whole numbers: `count gt 2.5` is `count gt 2`.
//! - What is decided disappears from the tree, which therefore holds [`Expr::Nothing`] only at its root, alone or
//!   negated.

mod element;
mod literal;
mod simplify;

use std::sync::Arc;

use self::element::Scope;
use super::locate::{is_secret, locate, sub_names, unknown};
use super::{AttrPath, Checked, CompareOp, Expr, Filter, Literal, Operand, Parsed};
use crate::dialect::{Dialect, Quirk};
use crate::error::{Result, ScimError, ScimType};
use crate::schema::{Attribute, AttributeType, Resolved, ResourceType};

impl Filter<Parsed> {
    /// Checks the filter against one resource type.
    ///
    /// # Errors
    /// 400 `invalidFilter`: an attribute the type does not have (S-FILTER-12) or nobody may read (S-FILTER-15), an
    /// operator its type does not know, a literal of another type.
    pub fn check(&self, rt: &ResourceType, dialect: &Dialect) -> Result<Filter<Checked>> {
        let checker = Checker { rt, dialect, missing: Missing::Refused };
        Ok(Filter { expr: checker.expr(&self.expr, &Scope::Resource)? })
    }

    /// Checks the filter of a query over several resource types: one checked filter for each, in the same order.
    ///
    /// An attribute that a type does not have has no value there (S-QUERY-04): `pr` and comparisons are false, `ne`
    /// is true. Ask [`Filter::is_never`] to leave a type out.
    ///
    /// # Errors
    /// Like [`Filter::check`], but never for an unknown attribute.
    pub fn check_any(&self, types: &[&ResourceType], dialect: &Dialect) -> Result<Vec<Filter<Checked>>> {
        types
            .iter()
            .map(|rt| {
                let checker = Checker { rt, dialect, missing: Missing::Unassigned };
                Ok(Filter { expr: checker.expr(&self.expr, &Scope::Resource)? })
            })
            .collect()
    }
}

/// Checks the filter in the brackets of a path, whose attributes are those of an element of `attribute`.
pub(crate) fn element_filter(
    expr: &Expr<Parsed>,
    attribute: &Arc<Attribute>,
    rt: &ResourceType,
    dialect: &Dialect,
) -> Result<Expr<Checked>> {
    let checker = Checker { rt, dialect, missing: Missing::Refused };
    checker.expr(expr, &Scope::of(attribute))
}

/// What becomes of an attribute that the type does not have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    Refused,
    Unassigned,
}

struct Checker<'a> {
    rt: &'a ResourceType,
    dialect: &'a Dialect,
    missing: Missing,
}

impl Checker<'_> {
    fn expr(&self, expr: &Expr<Parsed>, scope: &Scope) -> Result<Expr<Checked>> {
        let all =
            |terms: &[Expr<Parsed>]| terms.iter().map(|t| self.expr(t, scope)).collect::<Result<Vec<_>>>();
        match expr {
            Expr::And(terms) => Ok(simplify::and(all(terms)?)),
            Expr::Or(terms) => Ok(simplify::or(all(terms)?)),
            Expr::Not(inner) => Ok(simplify::not(self.expr(inner, scope)?)),
            Expr::Compare(attr, op, literal) => self.compare(attr, *op, literal, scope),
            Expr::Present(attr) => Ok(match self.find(attr, scope)? {
                None => Expr::Nothing,
                Some(found) => present(found, scope),
            }),
            Expr::Element(attr, inner) => self.element(attr, inner, scope),
            Expr::Nothing => Ok(Expr::Nothing),
        }
    }

    /// The attribute, if the type has it.
    fn find(&self, path: &AttrPath, scope: &Scope) -> Result<Option<Resolved>> {
        let found = match scope {
            Scope::Resource => locate(self.rt, path, self.dialect)
                .ok_or_else(|| unknown(self.rt, path, ScimType::InvalidFilter)),
            Scope::Element(element) => element.find(path),
            Scope::Singular(parent) => element::sub_attribute(parent, path),
        };
        match found {
            Ok(found) if is_secret(&found) => Err(invalid(
                &found,
                scope,
                "can never be read, so resources cannot be searched by it. Leave it out of the filter.",
            )),
            Ok(found) => Ok(Some(found)),
            Err(_) if self.missing == Missing::Unassigned => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn compare(
        &self,
        path: &AttrPath,
        op: CompareOp,
        literal: &Literal,
        scope: &Scope,
    ) -> Result<Expr<Checked>> {
        let Some(mut found) = self.find(path, scope)? else {
            return Ok(unassigned(op, literal));
        };
        if *literal == Literal::Null {
            let present = if is_resource_type(&found, scope) {
                Expr::everything()
            } else {
                Expr::Present(found.clone())
            };
            return match op {
                CompareOp::Eq => Ok(simplify::not(present)),
                CompareOp::Ne => Ok(present),
                _ => {
                    let told = format!("cannot be compared with null by {op}. Use eq, ne or pr.");
                    Err(invalid(&found, scope, &told))
                }
            };
        }
        if found.leaf().ty == AttributeType::Complex {
            self.descend(&mut found, scope)?;
        }
        let fixed = is_resource_type(&found, scope);
        let compare = literal::compare(found, op, literal, self.dialect, scope)?;
        Ok(match compare {
            Expr::Compare(_, op, operand) if fixed => {
                let own = Operand::Exact(self.rt.name.clone());
                if super::eval::satisfies(&own, op, &operand) { Expr::everything() } else { Expr::Nothing }
            }
            other => other,
        })
    }

    /// `emails` to `emails.value`.
    fn descend(&self, found: &mut Resolved, scope: &Scope) -> Result<()> {
        let value = found.attribute.sub("value").cloned();
        match value {
            Some(value) if found.sub.is_none() => {
                found.sub = Some(value);
                Ok(())
            }
            _ => {
                let names = sub_names(found.leaf());
                let told = format!("is complex; compare one of its sub-attributes: {names}.");
                Err(invalid(found, scope, &told))
            }
        }
    }

    fn element(&self, path: &AttrPath, inner: &Expr<Parsed>, scope: &Scope) -> Result<Expr<Checked>> {
        let Some(found) = self.find(path, scope)? else {
            return Ok(Expr::Nothing);
        };
        let attribute = &found.attribute;
        let list = if found.sub.is_some() { false } else { attribute.multi_valued };
        if list {
            let inner = self.expr(inner, &Scope::of(attribute))?;
            return Ok(match inner {
                Expr::Nothing => Expr::Nothing,
                inner if inner.is_everything() => Expr::Present(found),
                inner => Expr::Element(found, Box::new(inner)),
            });
        }
        let singular = found.sub.is_none() && attribute.ty == AttributeType::Complex;
        if singular && self.dialect.has(Quirk::SingularValueFilter) {
            let inner = self.expr(inner, &Scope::Singular(found.clone()))?;
            let present = present(found, &Scope::Resource);
            return Ok(simplify::and(vec![present, inner]));
        }
        let told = if singular {
            format!(
                "holds one value, not a list; write {}.{} without brackets.",
                attribute.name,
                first_sub(attribute)
            )
        } else {
            "is not a list of values, so nothing can be selected from it in brackets.".to_owned()
        };
        Err(invalid(&found, scope, &told))
    }
}

fn first_sub(attribute: &Attribute) -> &str {
    let value = attribute.sub("value").or_else(|| attribute.sub_attributes.first());
    value.map_or("value", |sub| &sub.name)
}

/// A comparison with an attribute that has no value.
fn unassigned(op: CompareOp, literal: &Literal) -> Expr<Checked> {
    let holds = match (op, literal) {
        (CompareOp::Eq, Literal::Null) => true,
        (CompareOp::Ne, Literal::Null) => false,
        (op, _) => op == CompareOp::Ne,
    };
    if holds { Expr::everything() } else { Expr::Nothing }
}

/// `x pr`; decided for what every resource has.
fn present(found: Resolved, scope: &Scope) -> Expr<Checked> {
    let common = !matches!(scope, Scope::Element(_)) && found.container.is_none();
    if common && matches!(found.attribute.name.as_str(), "id" | "meta" | "schemas") {
        Expr::everything()
    } else {
        Expr::Present(found)
    }
}

/// Whether this is `meta.resourceType`.
fn is_resource_type(found: &Resolved, scope: &Scope) -> bool {
    !matches!(scope, Scope::Element(_))
        && found.container.is_none()
        && found.attribute.name == "meta"
        && found.sub.as_ref().is_some_and(|sub| sub.name == "resourceType")
}

/// 400 `invalidFilter`: the attribute, and what is wrong with its use.
fn invalid(found: &Resolved, scope: &Scope, told: &str) -> ScimError {
    let path = match scope {
        Scope::Element(element) => format!("{}.{found}", element.name()),
        _ => found.to_string(),
    };
    ScimError::bad(ScimType::InvalidFilter, format!("`{path}` {told}")).at(path)
}
