//! Where the values of a path are: in the document, in columns, in rows of other tables.

use scim::filter::{Checked, Expr};
use scim::schema::{AttributeType, Resolved};

use super::{Compiler, Form};

/// What paths are relative to.
#[derive(Debug, Clone)]
pub(super) enum Scope {
    /// The resource `r`.
    Resource,
    /// A complex element, as JSON.
    Complex(String),
    /// A simple element, as JSON.
    Simple(String),
    /// A computed element: the texts of its sub-attributes.
    Computed(Computed),
}

/// An element that stands in rows: its sub-attributes as SQL texts.
#[derive(Debug, Clone)]
pub(super) struct Computed {
    pub(super) value: String,
    pub(super) ty: String,
    pub(super) display: String,
    pub(super) link: String,
}

/// The values of a path.
pub(super) enum Place {
    /// At most one.
    One {
        /// In comparable form; NULL when there is none.
        value: String,
        /// Whether there is one, 1 or 0.
        present: String,
    },
    /// One for each row of a source.
    Many {
        /// What stands after FROM, with a condition, to be continued with AND.
        rows: String,
        /// In comparable form; NULL when the row has none.
        value: String,
        /// Whether the row has one.
        present: String,
    },
}

impl Place {
    /// A value that is JSON, NULL when missing.
    fn json(json: &str, form: Form) -> Self {
        Self::One { value: comparable(json, form), present: assigned(json) }
    }

    /// A value that is a text, NULL when missing.
    pub(super) fn text(text: &str, form: Form) -> Self {
        Self::One {
            value: format!("scim_text({}, {text})", form as i64),
            present: format!("({text} IS NOT NULL)"),
        }
    }

    /// Several values: this one in each row, or this place's rows for each row.
    pub(super) fn in_rows(self, rows: String) -> Self {
        match self {
            Self::One { value, present } => Self::Many { rows, value, present },
            Self::Many { rows: inner, value, present } => {
                let inner = inner.strip_suffix(" WHERE 1").unwrap_or(&inner);
                let rows = rows.replacen(" WHERE 1", &format!(" CROSS JOIN {inner} WHERE 1"), 1);
                Self::Many { rows, value, present }
            }
        }
    }
}

pub(super) fn comparable(json: &str, form: Form) -> String {
    format!("scim_value({}, {json})", form as i64)
}

/// `null`, `[]` and `{}` are no values (S-NULL-01).
fn assigned(json: &str) -> String {
    format!("(coalesce({json}, 'null') NOT IN ('null', '[]', '{{}}'))")
}

/// A member of a JSON object, as JSON.
pub(super) fn member(json: &str, names: &[&str]) -> String {
    format!("{json} -> {}", path(names))
}

/// A JSON path as an SQL literal. Names come from schemas; characters that no name has and no path can hold are left
/// out.
pub(super) fn path(names: &[&str]) -> String {
    let mut path = String::from("'$");
    for name in names {
        path.push_str(".\"");
        for c in name.chars().filter(|c| *c != '"' && *c != '\\') {
            path.push(c);
            if c == '\'' {
                path.push(c);
            }
        }
        path.push('"');
    }
    path.push('\'');
    path
}

/// The path of the first element of a list.
pub(super) fn first(names: &[&str]) -> String {
    let path = path(names);
    format!("{}[0]'", path.trim_end_matches('\''))
}

impl Compiler<'_> {
    /// Where the values of a path are.
    pub(super) fn place(&mut self, path: &Resolved, scope: &Scope) -> Place {
        let form = Form::of(path.leaf());
        match scope {
            Scope::Resource => match self.computed(path, form) {
                Some(place) => place,
                None => self.stored("r.body", &names(path), path, form),
            },
            Scope::Complex(json) => self.stored(json, &[path.attribute.name.as_str()], path, form),
            Scope::Simple(json) => Place::json(json, form),
            Scope::Computed(element) => Place::text(element.named(&path.attribute.name), form),
        }
    }

    fn stored(&mut self, json: &str, names: &[&str], path: &Resolved, form: Form) -> Place {
        if !path.attribute.multi_valued {
            let Some(sub) = &path.sub else { return Place::json(&member(json, names), form) };
            let names: Vec<&str> = names.iter().copied().chain([sub.name.as_str()]).collect();
            if !sub.multi_valued {
                return Place::json(&member(json, &names), form);
            }
            let (rows, element) = self.list(json, &names, false);
            return Place::json(&element, form).in_rows(rows);
        }
        let (rows, element) = self.list(json, names, path.attribute.ty == AttributeType::Complex);
        let inner = match &path.sub {
            None => Place::json(&element, form),
            Some(sub) if sub.multi_valued => {
                let (inner, element) = self.list(&element, &[sub.name.as_str()], false);
                Place::json(&element, form).in_rows(inner)
            }
            Some(sub) => Place::json(&member(&element, &[sub.name.as_str()]), form),
        };
        inner.in_rows(rows)
    }

    /// The elements of a list: a row source, and an element of it as JSON.
    fn list(&mut self, json: &str, names: &[&str], complex: bool) -> (String, String) {
        let e = self.alias('e');
        let element = if complex {
            // Anything but an object has no members.
            format!("(CASE {e}.type WHEN 'object' THEN {e}.value END)")
        } else {
            // As it stands in the document: the row's own value has lost what type it was.
            format!("({json} -> {e}.fullkey)")
        };
        (format!("json_each({json}, {}) {e} WHERE 1", path(names)), element)
    }

    /// One and the same element satisfies the filter in brackets (S-FILTER-07).
    pub(super) fn element(&mut self, path: &Resolved, inner: &Expr<Checked>, scope: &Scope) -> String {
        let computed = if matches!(scope, Scope::Resource) { self.computed_list(path) } else { None };
        let complex = path.attribute.ty == AttributeType::Complex;
        let stored = |(rows, json)| (rows, if complex { Scope::Complex(json) } else { Scope::Simple(json) });
        let (rows, element) = match (computed, scope) {
            (Some((rows, element)), _) => (rows, Scope::Computed(element)),
            (None, Scope::Resource) => stored(self.list("r.body", &names(path), complex)),
            (None, Scope::Complex(json)) => stored(self.list(json, &[path.attribute.name.as_str()], complex)),
            (None, Scope::Simple(_) | Scope::Computed(_)) => return "0".to_owned(),
        };
        let condition = self.expr(inner, &element);
        format!("EXISTS (SELECT 1 FROM {rows} AND {condition})")
    }
}

/// The attribute's place in the document.
pub(super) fn names(path: &Resolved) -> Vec<&str> {
    path.container.as_deref().into_iter().chain([path.attribute.name.as_str()]).collect()
}

impl Computed {
    /// The text of a sub-attribute.
    pub(super) fn named(&self, name: &str) -> &str {
        match name {
            "value" => &self.value,
            "type" => &self.ty,
            "display" => &self.display,
            "$ref" => &self.link,
            _ => "NULL",
        }
    }
}
