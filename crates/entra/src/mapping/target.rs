//! What is known of target attributes: from the schema's target directory, or else from SCIM itself.

use super::{AttributeType, TargetAttribute};
use crate::model::{Kind, TargetPath};
use crate::schema::AttributeDefinition;

impl TargetAttribute {
    pub(super) fn defined(definition: &AttributeDefinition) -> Self {
        Self {
            type_: definition.type_,
            case_exact: definition.case_exact,
            multivalued: definition.multivalued,
            required: definition.required,
            referenced: definition.referenced_objects.clone(),
        }
    }

    /// For a schema that came without its directories: the attribute as RFC 7643 has it.
    pub(super) fn well_known(kind: Kind, path: &TargetPath) -> Self {
        let part = path.sub.as_deref().unwrap_or(&path.attribute);
        let is = |name: &str| part.eq_ignore_ascii_case(name);
        let whole = path.sub.is_none();
        let type_ = match kind {
            Kind::User if is("manager") => AttributeType::Reference,
            Kind::Group if is("members") && whole => AttributeType::Reference,
            _ if is("active") || is("primary") => AttributeType::Boolean,
            _ if is("x509Certificates") => AttributeType::Binary,
            _ => AttributeType::String,
        };
        let lists = [
            "emails",
            "phoneNumbers",
            "ims",
            "photos",
            "addresses",
            "groups",
            "entitlements",
            "roles",
            "x509Certificates",
            "members",
        ];
        let needed = if kind == Kind::User { "userName" } else { "displayName" };
        Self {
            type_,
            case_exact: whole && (is("externalId") || is("id")),
            multivalued: whole && path.element.is_none() && lists.into_iter().any(is),
            required: whole && path.extension.is_none() && is(needed),
            referenced: Vec::new(),
        }
    }
}
