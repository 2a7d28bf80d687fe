//! One row against the directory.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use scim::schema::{ENTERPRISE_USER, USER};
use scim::{Dialect, Document, ResourceType, ScimError, document};
use serde_json::{Map, Value, json};
use store::{Action, Cause, Key, Kind, ReadTx, Record, ResourceId, Source};
use uuid::Uuid;

use super::RowProblem;
use super::cells::{put, unshielded};
use super::header::{Column, columns};
use super::sheet::{Row, Sheet};
use crate::learners::{Prepared, Steward, holder, whole_document};
use crate::{Operator, Service, ServiceResult, changes, keys};

/// A file, understood, about to be compared with the directory.
pub(super) struct Importer<'a> {
    pub(super) op: &'a Operator,
    pub(super) sheet: Sheet,
    pub(super) steward: Steward<'a>,
    /// What is worth knowing about the file as a whole.
    pub(super) notes: Vec<String>,
    columns: Vec<Column>,
    /// Column of the user name.
    name: usize,
    /// Column of the manager.
    manager: Option<usize>,
    /// Line of each user name, folded.
    lines: HashMap<String, u64>,
    dialect: Dialect,
    force: bool,
}

/// What a row asks for.
pub(super) enum Step {
    Create(Box<Prepared>),
    Update(Box<Prepared>),
    Unchanged,
    Problem(RowProblem),
}

/// What is to be done about a manager who is no learner yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Managers {
    /// Leave that for later if the manager is in the file.
    Later,
    /// The row is a problem.
    Now,
}

/// What other rows of the same transaction bring.
#[derive(Debug, Default)]
pub(super) struct Pending {
    names: HashMap<String, ResourceId>,
    claims: HashSet<(store::KeyName, String)>,
}

impl<'a> Importer<'a> {
    /// Reads and understands a file. What is wrong with the file itself comes beside it.
    pub(super) fn new(
        service: &'a Service,
        op: &'a Operator,
        bytes: &[u8],
        force: bool,
        batch: Option<Uuid>,
    ) -> ServiceResult<(Self, Vec<RowProblem>)> {
        let steward = service.steward(op, Cause::Imported, Action::Import, batch)?;
        let (sheet, mut problems) = Sheet::read(bytes);
        let (columns, more) = columns(&sheet.titles, steward.resource_type());
        problems.extend(more);
        let legible = !problems.iter().any(|p| p.line <= 1);
        let mut notes = Vec::new();
        let is = |want: fn(&Column) -> bool| columns.iter().position(want);
        let name = is(
            |c| matches!(c, Column::Value(at) if at.container.is_none() && at.attribute.name == "userName"),
        );
        let name = name.or_else(|| {
            let email = is(|c| {
                matches!(c, Column::Element { list, kind, part }
                if list.attribute.name == "emails" && kind == "work" && part == "value")
            })?;
            notes.push(format!("user names are taken from column `{}`", sheet.titles[email]));
            Some(email)
        });
        if name.is_none() && legible {
            problems.push(RowProblem::line(1, "no column holds the user name; name one `user name`"));
        }
        let ignored: Vec<_> = columns
            .iter()
            .zip(&sheet.titles)
            .filter(|(c, _)| **c == Column::Ignored)
            .map(|(_, t)| t.as_str())
            .collect();
        if !ignored.is_empty() && legible {
            notes.push(format!("columns that Provost keeps itself are ignored: {}", ignored.join(", ")));
        }
        let mut importer = Self {
            op,
            steward,
            notes,
            name: name.unwrap_or(0),
            manager: is(|c| *c == Column::Manager),
            lines: HashMap::with_capacity(sheet.rows.len()),
            dialect: Dialect::entra(),
            columns,
            sheet,
            force,
        };
        if legible && name.is_some() {
            importer.index(&mut problems);
        }
        Ok((importer, problems))
    }

    /// Finds rows without a user name, and names that stand twice.
    fn index(&mut self, problems: &mut Vec<RowProblem>) {
        let title = &self.sheet.titles[self.name];
        for row in &self.sheet.rows {
            let name = unshielded(&row.cells[self.name]);
            if name.is_empty() {
                problems.push(RowProblem::cell(row.line, title, "is empty; every row needs a user name"));
                continue;
            }
            let first = *self.lines.entry(scim::text::fold(name).into_owned()).or_insert(row.line);
            if first != row.line {
                let message = format!("\"{name}\" stands in line {first} already");
                problems.push(RowProblem::cell(row.line, title, message));
            }
        }
    }

    /// Whether the file has a row for this user name.
    pub(super) fn has(&self, user_name: &str) -> bool {
        self.lines.contains_key(&*scim::text::fold(user_name))
    }

    /// Compares a row with the directory. The flag says that its manager is left for later.
    pub(super) async fn step(
        &self,
        read: &mut dyn ReadTx,
        row: &Row,
        pending: &mut Pending,
        managers: Managers,
    ) -> ServiceResult<(Step, bool)> {
        let name = unshielded(&row.cells[self.name]);
        let found = read.by_key(Kind::USER, &keys::user_name(name), 1).await?.pop();
        let current = found.as_ref().map(|record| whole_document(record, self.op)).transpose()?;
        let mut body = match &current {
            Some(document) => document.as_map().clone(),
            None => {
                Map::from_iter([("schemas".to_owned(), json!([USER])), ("userName".to_owned(), json!(name))])
            }
        };
        for (at, (column, cell)) in self.columns.iter().zip(&row.cells).enumerate() {
            // An existing learner's user name keeps its spelling: it is what the row was matched by.
            let is_name = at == self.name && matches!(column, Column::Value(_));
            if !(is_name && current.is_some()) {
                put(&mut body, column, cell);
            }
        }
        let mut later = false;
        if let Some(at) = self.manager {
            match self.manager(read, unshielded(&row.cells[at]), pending).await? {
                Manager::Unsaid => {}
                Manager::Is(id) => set_manager(&mut body, id),
                Manager::InFile if managers == Managers::Later => later = true,
                Manager::InFile | Manager::Unknown => {
                    let message = format!(
                        "there is no learner \"{}\", neither here nor in the file; give the manager's user name",
                        row.cells[at]
                    );
                    let title = &self.sheet.titles[at];
                    return Ok((Step::Problem(RowProblem::cell(row.line, title, message)), false));
                }
            }
        }
        let next = match self.next(current.as_ref(), body) {
            Ok(next) => next,
            Err(error) => return Ok((Step::Problem(self.problem(row, &error)), false)),
        };
        let step = match (&found, &current) {
            (Some(record), Some(current)) => self.update(read, row, record, current, &next, pending).await?,
            _ => self.create(read, row, next, name, pending).await?,
        };
        Ok((step, later))
    }

    fn next(&self, current: Option<&Document>, body: Map<String, Value>) -> Result<Document, ScimError> {
        let rt: &Arc<ResourceType> = self.steward.resource_type();
        let registry = &self.op.tenant.registry;
        let incoming = document::read(rt, registry, Value::Object(body), &self.dialect)?;
        let mut next = match current {
            Some(current) => document::replace(rt, current, incoming, &self.dialect),
            None => document::create(rt, incoming),
        }?;
        self.op.tenant.intake.admit(rt, current, &mut next)?;
        Ok(next)
    }

    async fn update(
        &self,
        read: &mut dyn ReadTx,
        row: &Row,
        record: &Record,
        current: &Document,
        next: &Document,
        pending: &mut Pending,
    ) -> ServiceResult<Step> {
        if record.managed_by.is_some() && !self.force {
            let changed = changes::between(self.steward.resource_type(), current, next);
            let mapped: Vec<_> = changed.iter().map(|c| c.path.as_str()).filter(|p| is_mapped(p)).collect();
            if !mapped.is_empty() {
                let message = format!(
                    "\"{}\" is managed by an identity provider, which sets {}; change it there, or force the import",
                    record.label,
                    mapped.join(", ")
                );
                return Ok(Step::Problem(RowProblem::line(row.line, message)));
            }
        }
        let Some(prepared) = self.steward.update(read, record, current, next).await? else {
            return Ok(Step::Unchanged);
        };
        if let Some(problem) = self.claim(read, row, &prepared, pending).await? {
            return Ok(Step::Problem(problem));
        }
        Ok(Step::Update(Box::new(prepared)))
    }

    async fn create(
        &self,
        read: &mut dyn ReadTx,
        row: &Row,
        next: Document,
        name: &str,
        pending: &mut Pending,
    ) -> ServiceResult<Step> {
        let prepared = self.steward.create(read, next, Source::Csv).await?;
        if let Some(problem) = self.claim(read, row, &prepared, pending).await? {
            return Ok(Step::Problem(problem));
        }
        pending.names.insert(scim::text::fold(name).into_owned(), prepared.id);
        Ok(Step::Create(Box::new(prepared)))
    }

    /// Values that may stand only once: none of them with somebody else, here or in an earlier row.
    async fn claim(
        &self,
        read: &mut dyn ReadTx,
        row: &Row,
        prepared: &Prepared,
        pending: &mut Pending,
    ) -> ServiceResult<Option<RowProblem>> {
        let say = |key: &Key, who: &str| {
            let path = match &key.name {
                store::KeyName::Attribute(path) => path.clone(),
                _ => "userName".to_owned(),
            };
            RowProblem::line(row.line, format!("{who} has the same `{path}`, which may stand only once"))
        };
        if let Some((key, other)) = holder(read, &prepared.claims, prepared.id).await? {
            return Ok(Some(say(key, &format!("learner \"{}\"", other.label))));
        }
        for key in &prepared.claims {
            if !pending.claims.insert((key.name.clone(), key.value.clone())) {
                return Ok(Some(say(key, "an earlier row")));
            }
        }
        Ok(None)
    }

    async fn manager(&self, read: &mut dyn ReadTx, cell: &str, pending: &Pending) -> ServiceResult<Manager> {
        if cell.is_empty() {
            return Ok(Manager::Unsaid);
        }
        if let Ok(id) = cell.parse::<ResourceId>()
            && matches!(read.describe(&[id]).await?.first(), Some(Some((Kind::USER, _))))
        {
            return Ok(Manager::Is(id));
        }
        if let Some(record) = read.by_key(Kind::USER, &keys::user_name(cell), 1).await?.first() {
            return Ok(Manager::Is(record.id));
        }
        let folded = scim::text::fold(cell);
        if let Some(id) = pending.names.get(&*folded) {
            return Ok(Manager::Is(*id));
        }
        if self.lines.contains_key(&*folded) {
            return Ok(Manager::InFile);
        }
        // An address says who it is only as long as nobody shares it.
        match read.by_key(Kind::USER, &keys::email(cell), 2).await?.as_slice() {
            [one] => Ok(Manager::Is(one.id)),
            _ => Ok(Manager::Unknown),
        }
    }

    /// The schema's complaint, said of the column that it is about.
    fn problem(&self, row: &Row, error: &ScimError) -> RowProblem {
        let column = error.path.as_deref().and_then(|path| {
            self.columns.iter().position(|column| match column {
                Column::Value(at) => at.to_string() == path,
                Column::Element { list, .. } | Column::List(list) => path.starts_with(&list.attribute.name),
                Column::ExternalId => path == "externalId",
                Column::Manager | Column::Ignored => false,
            })
        });
        match column {
            Some(at) => RowProblem::cell(row.line, &self.sheet.titles[at], error.detail.clone()),
            None => RowProblem::line(row.line, error.detail.clone()),
        }
    }
}

enum Manager {
    Unsaid,
    Is(ResourceId),
    InFile,
    Unknown,
}

fn set_manager(body: &mut Map<String, Value>, id: ResourceId) {
    let container = body.entry(ENTERPRISE_USER).or_insert_with(|| json!({}));
    container["manager"] = json!({"value": id.to_string()});
}

/// Whether an identity provider maps this attribute: what the standard schemas define (ruling 7). A tenant's own
/// attributes are free.
pub(crate) fn is_mapped(path: &str) -> bool {
    !path.contains(':') || path.starts_with(ENTERPRISE_USER)
}
