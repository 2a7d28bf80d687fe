//! What a resource is sorted by, as SQL. `scim::sort::key` says what that is.

use scim::schema::{AttributeType, Resolved};
use store::{ConnectionId, TypedFilter};

use super::place::{Place, Scope, comparable, first, member, names, path};
use super::{Compiler, Form};
use crate::read::Params;

/// The sort value of a resource `r` in comparable form; NULL when it has none.
pub(crate) fn sort_value(
    by: &Resolved,
    typed: &TypedFilter,
    connection: ConnectionId,
    params: &mut Params,
) -> String {
    Compiler { typed, connection, params, aliases: 0 }.sort(by)
}

impl Compiler<'_> {
    fn sort(&mut self, by: &Resolved) -> String {
        let form = Form::of(by.leaf());
        match self.computed(by, form) {
            Some(Place::One { value, .. }) => return value,
            // None of a computed list is primary; it is shown by id.
            Some(Place::Many { rows, value, .. }) => {
                let id = if by.attribute.name == "members" { "member" } else { "grp" };
                return format!("(SELECT {value} FROM {rows} ORDER BY {id} LIMIT 1)");
            }
            None => {}
        }
        if !by.attribute.multi_valued {
            return match self.place(by, &Scope::Resource) {
                Place::One { value, .. } => value,
                // A list below a singular attribute: its first.
                Place::Many { rows, value, .. } => format!("(SELECT {value} FROM {rows} LIMIT 1)"),
            };
        }
        let names = names(by);
        let leading = format!("r.body -> {}", first(&names));
        if by.attribute.ty != AttributeType::Complex {
            return comparable(&leading, form);
        }
        let Some(sub) = &by.sub else { return "NULL".to_owned() };
        let e = self.alias('e');
        let element = format!(
            "coalesce((SELECT {e}.value FROM json_each(r.body, {}) {e} \
             WHERE {e}.type = 'object' AND json_type({e}.value, '$.primary') = 'true' LIMIT 1), {leading})",
            path(&names)
        );
        if sub.multi_valued {
            comparable(&format!("{element} -> {}", first(&[sub.name.as_str()])), form)
        } else {
            comparable(&member(&element, &[sub.name.as_str()]), form)
        }
    }
}
