//! Attributes that no document holds: ids, times, versions, and what follows from memberships and references.

use scim::schema::{Resolved, USER};

use super::place::{self, Computed, Place, comparable};
use super::{Compiler, Form};

/// What a resource `x` is called where it stands as a member or manager.
fn display(x: &str) -> String {
    format!(
        "CASE WHEN {x}.kind = 1 THEN nullif(json_extract({x}.body, '$.displayName'), '') ELSE {x}.label END"
    )
}

/// Kinds that the tenant has records of: ids are indexed after their kind.
const KINDS: &str = "(SELECT CAST(key AS INTEGER) FROM counter WHERE tenant = ?1 AND what = 1)";

impl Compiler<'_> {
    /// Whether the type's `members` are rows.
    pub(super) fn has_members(&self) -> bool {
        self.typed.resource_type.relation().is_some()
    }

    /// Whether the type's `groups` are computed.
    pub(super) fn has_groups(&self) -> bool {
        &*self.typed.resource_type.schema.id == USER
    }

    /// Where the values of a computed attribute are; `None` for an attribute of the document.
    pub(super) fn computed(&mut self, path: &Resolved, form: Form) -> Option<Place> {
        let sub = path.sub.as_ref().map(|sub| sub.name.as_str());
        if let Some(urn) = path.container.as_deref() {
            return self.reference(urn, path, form);
        }
        match (path.attribute.name.as_str(), sub) {
            ("id", None) => Some(Place::text("scim_id(r.id)", form)),
            ("externalId", None) => {
                let connection = self.params.bind(self.connection.0);
                let x = self.alias('x');
                let found = format!(
                    "(SELECT {x}.value -> 1 FROM json_each(r.external_ids) {x} WHERE {x}.value ->> 0 = {connection})"
                );
                Some(Place::One {
                    value: comparable(&found, form),
                    present: format!("({found} IS NOT NULL)"),
                })
            }
            // Shown to the millisecond, so compared to the millisecond.
            ("meta", Some("created")) => Some(always("(r.created - r.created % 1000)")),
            ("meta", Some("lastModified")) => Some(always("(r.modified - r.modified % 1000)")),
            ("meta", Some("version")) => Some(Place::text("('W/\"' || r.version || '\"')", form)),
            ("meta", Some("location")) => {
                // As references are compared: `Users/{id}`, wherever this service is reached.
                let endpoint = self.typed.resource_type.endpoint.trim_start_matches('/').to_owned();
                let endpoint = self.params.bind(endpoint);
                Some(Place::text(&format!("({endpoint} || '/' || scim_id(r.id))"), form))
            }
            (_, sub) => {
                let (rows, element) = self.computed_list(path)?;
                // `members pr`: each row is a value.
                let value = sub.map_or("''", |sub| element.named(sub));
                Some(Place::text(value, form).in_rows(rows))
            }
        }
    }

    /// A computed list: a row source, and what an element of it holds.
    pub(super) fn computed_list(&mut self, path: &Resolved) -> Option<(String, Computed)> {
        match path.attribute.name.as_str() {
            _ if path.container.is_some() => None,
            "members" if self.has_members() => Some(self.members()),
            "groups" if self.has_groups() => Some(self.groups()),
            _ => None,
        }
    }

    fn members(&mut self) -> (String, Computed) {
        let (m, x) = (self.alias('m'), self.alias('x'));
        let ty = type_name(&format!("{m}.kind"));
        let display = display(&x);
        let element = Computed {
            value: format!("scim_id({m}.member)"),
            display: format!(
                "(SELECT {display} FROM resource {x} \
                 WHERE {x}.tenant = ?1 AND {x}.kind = {m}.kind AND {x}.id = {m}.member)"
            ),
            link: format!("({ty} || 's/' || scim_id({m}.member))"),
            ty,
        };
        (format!("membership {m} WHERE {m}.tenant = ?1 AND {m}.grp = r.id"), element)
    }

    fn groups(&mut self) -> (String, Computed) {
        let (g, x) = (self.alias('g'), self.alias('x'));
        let rows = format!(
            "(WITH RECURSIVE up (grp, direct) AS (\
             SELECT grp, 1 FROM membership WHERE tenant = ?1 AND member = r.id UNION \
             SELECT m.grp, 0 FROM up CROSS JOIN membership m ON m.tenant = ?1 AND m.member = up.grp) \
             SELECT grp, max(direct) AS direct FROM up GROUP BY grp) {g} WHERE 1"
        );
        let element = Computed {
            value: format!("scim_id({g}.grp)"),
            ty: format!("CASE {g}.direct WHEN 1 THEN 'direct' ELSE 'indirect' END"),
            display: format!(
                "(SELECT {x}.label FROM resource {x} \
                 WHERE {x}.tenant = ?1 AND {x}.kind IN {KINDS} AND {x}.id = {g}.grp)"
            ),
            link: format!("('Groups/' || scim_id({g}.grp))"),
        };
        (rows, element)
    }

    /// What is computed of a singular reference in an extension, such as `manager`: its `$ref` and `displayName`.
    fn reference(&mut self, urn: &str, path: &Resolved, form: Form) -> Option<Place> {
        let sub = path.sub.as_ref()?;
        if path.attribute.multi_valued || !path.attribute.points_at_resource() {
            return None;
        }
        let value = format!("json_extract(r.body, {})", place::path(&[urn, &path.attribute.name, "value"]));
        // What is no id refers to nobody.
        let id = format!("scim_blob({value})");
        match sub.name.as_str() {
            "$ref" => Some(Place::text(&format!("('Users/' || scim_id({id}))"), form)),
            "displayName" => {
                let x = self.alias('x');
                let found = format!(
                    "(SELECT {} FROM resource {x} \
                     WHERE {x}.tenant = ?1 AND {x}.kind IN {KINDS} AND {x}.id = {id})",
                    display(&x)
                );
                Some(Place::text(&found, form))
            }
            _ => None,
        }
    }
}

/// A column that always has a value in comparable form.
fn always(column: &str) -> Place {
    Place::One { value: column.to_owned(), present: "1".to_owned() }
}

/// The name of a kind's resource type.
fn type_name(kind: &str) -> String {
    format!(
        "CASE {kind} WHEN 1 THEN 'User' WHEN 2 THEN 'Group' \
         ELSE (SELECT name FROM schema_doc WHERE tenant = ?1 AND kind = {kind}) END"
    )
}
