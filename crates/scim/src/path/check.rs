//! From the names in a path to what they mean in a resource type.

use super::{Path, PathTarget};
use crate::dialect::{Dialect, Quirk};
use crate::error::{Result, ScimError, ScimType};
use crate::filter::check::element_filter;
use crate::filter::locate::{locate, no_sub_attribute, unknown, well_formed};
use crate::filter::{AttrPath, Checked, Expr, Parsed};
use crate::schema::{AttributeType, ResourceType};

impl Path<Parsed> {
    /// Finds what the path names in a resource type. Whether it may be written is not asked here.
    ///
    /// A URN that is one of the type's extensions as a whole becomes [`PathTarget::Schema`], in the schema's spelling.
    ///
    /// # Errors
    /// 400 `invalidPath` for an attribute or sub-attribute the type does not have (S-PATCH-20, S-PATCH-21) and for
    /// brackets after what is no list; 400 `invalidFilter` for what stands in the brackets.
    pub fn check(&self, rt: &ResourceType, dialect: &Dialect) -> Result<Path<Checked>> {
        let target = match &self.target {
            PathTarget::Schema(urn) => container(rt, urn, dialect)?.ok_or_else(|| {
                let detail = format!("`{urn}` is no schema extension of {}.", rt.name);
                ScimError::bad(ScimType::InvalidPath, detail)
            })?,
            PathTarget::Attr(path) => attribute(rt, path, dialect)?,
            PathTarget::Element { attr, filter, sub } => element(rt, attr, filter, sub.as_deref(), dialect)?,
        };
        Ok(Path { target })
    }
}

/// The extension of this URN.
fn container(rt: &ResourceType, urn: &str, dialect: &Dialect) -> Result<Option<PathTarget<Checked>>> {
    if urn.eq_ignore_ascii_case(&rt.schema.id) {
        let detail = format!(
            "`{urn}` is the schema of every {}. Name an attribute, or leave the path out to change several.",
            rt.name
        );
        return Err(ScimError::bad(ScimType::InvalidPath, detail));
    }
    let urn = well_formed(urn, dialect).unwrap_or(urn);
    Ok(rt.container(urn).map(|extension| PathTarget::Schema(extension.schema.id.to_string())))
}

fn attribute(rt: &ResourceType, path: &AttrPath, dialect: &Dialect) -> Result<PathTarget<Checked>> {
    // The text of a URN is also that of an attribute: `urn:…:2.0` and `User`.
    if path.urn.is_some()
        && let Some(extension) = container(rt, &path.to_string(), dialect)?
    {
        return Ok(extension);
    }
    match locate(rt, path, dialect) {
        Some(found) => Ok(PathTarget::Attr(found)),
        None => Err(unknown(rt, path, ScimType::InvalidPath)),
    }
}

fn element(
    rt: &ResourceType,
    path: &AttrPath,
    filter: &Expr<Parsed>,
    sub: Option<&str>,
    dialect: &Dialect,
) -> Result<PathTarget<Checked>> {
    let found = locate(rt, path, dialect).ok_or_else(|| unknown(rt, path, ScimType::InvalidPath))?;
    let invalid = |detail: String| ScimError::bad(ScimType::InvalidPath, detail).at(found.to_string());
    // `urn:…:User.name[…]` where the dot was none has a sub-attribute only in writing.
    let list = found.sub.is_none() && found.attribute.multi_valued;
    let singular = found.sub.is_none() && found.attribute.ty == AttributeType::Complex;
    let selects = list || (singular && dialect.has(Quirk::SingularValueFilter));
    if !selects {
        return Err(invalid(format!(
            "`{found}` is not a list of values, so nothing can be selected from it in brackets. Leave them out."
        )));
    }
    let sub = match sub {
        None => None,
        Some(name) => match found.attribute.sub(name) {
            Some(sub) => Some(sub.name.clone()),
            None => return Err(invalid(no_sub_attribute(&found.attribute, name))),
        },
    };
    let filter = Box::new(element_filter(filter, &found.attribute, rt, dialect)?);
    Ok(PathTarget::Element { attr: found, filter, sub })
}
