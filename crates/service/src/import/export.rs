//! Learners into CSV: what an import understands, and what a person wants to see.

use std::io;

use serde_json::Value;
use store::{Connection, Kind, ReadTx, Record, ResourceId, Source, State};

use super::CHUNK;
use super::cells::shielded;
use crate::learners::document_of;
use crate::profile::{Profile, manager_of};
use crate::{Code, Operator, Service, ServiceError, ServiceResult};

/// Columns of an export.
const TITLES: [&str; 24] = [
    "id",
    "userName",
    "active",
    "displayName",
    "name.givenName",
    "name.familyName",
    "emails[type eq \"work\"].value",
    "title",
    "department",
    "organization",
    "division",
    "costCenter",
    "employeeNumber",
    "manager",
    "userType",
    "locale",
    "preferredLanguage",
    "timezone",
    "phoneNumbers[type eq \"work\"].value",
    "phoneNumbers[type eq \"mobile\"].value",
    "roles",
    "externalId",
    "source",
    "managed by",
];

impl Service {
    /// Writes all live learners as CSV, by creation: UTF-8, a header line, in portions so that memory does not grow
    /// with their number. Text that a spreadsheet would calculate has an apostrophe in front, which an import takes
    /// away again. Gives how many there were.
    ///
    /// # Errors
    /// When the database does not answer, or the sink fails.
    pub async fn export_csv(
        &self,
        op: &Operator,
        sink: &mut (dyn FnMut(&[u8]) -> io::Result<()> + Send),
    ) -> ServiceResult<u64> {
        let mut send = |bytes: &[u8]| {
            sink(bytes).map_err(|error| {
                ServiceError::new(Code::Internal, format!("cannot write the export: {error}"))
            })
        };
        send(&lines([TITLES.iter().map(ToString::to_string).collect()])?)?;
        let (mut count, mut after) = (0, None);
        loop {
            let query = self.learner_query(op, None, after, CHUNK as u32)?;
            let mut read = self.store.read(&op.caller).await?;
            let page = read.query(&query).await?;
            let connections = read.connections().await?;
            let mut rows = Vec::with_capacity(page.records.len());
            for record in &page.records {
                rows.push(row(&mut *read, record, op, &connections).await?);
            }
            drop(read);
            count += rows.len() as u64;
            send(&lines(rows)?)?;
            match page.next {
                Some(next) => after = Some(next.id),
                None => return Ok(count),
            }
        }
    }
}

fn lines(rows: impl IntoIterator<Item = Vec<String>>) -> ServiceResult<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let broken = |error: &dyn std::fmt::Display| {
        ServiceError::new(Code::Internal, format!("cannot write the export: {error}"))
    };
    for row in rows {
        writer.write_record(&row).map_err(|e| broken(&e))?;
    }
    writer.into_inner().map_err(|e| broken(&e))
}

async fn row(
    read: &mut dyn ReadTx,
    record: &Record,
    op: &Operator,
    connections: &[Connection],
) -> ServiceResult<Vec<String>> {
    let document = document_of(record)?;
    let root = document.as_map();
    let enterprise = root.get(scim::schema::ENTERPRISE_USER);
    let text = |map: Option<&Value>, key: &str| {
        map.and_then(|m| m.get(key)).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let top = |key: &str| root.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let of_type = |list: &str, kind: &str| {
        let elements = root.get(list).and_then(Value::as_array).into_iter().flatten();
        let is = |e: &&Value| text(Some(e), "type").eq_ignore_ascii_case(kind);
        elements.filter(is).map(|e| text(Some(e), "value")).next().unwrap_or_default()
    };
    let manager = match manager_of(&document).and_then(|id| id.parse::<ResourceId>().ok()) {
        // A learner's label is the user name, by which an import finds it.
        Some(id) => read.record(Kind::USER, id).await?.map(|r| r.label).unwrap_or_default(),
        None => String::new(),
    };
    let managed = record.managed_by.and_then(|id| connections.iter().find(|c| c.id == id));
    let cells = vec![
        record.id.to_string(),
        top("userName"),
        if record.state == State::Active { "true" } else { "false" }.to_owned(),
        top("displayName"),
        text(root.get("name"), "givenName"),
        text(root.get("name"), "familyName"),
        of_type("emails", "work"),
        top("title"),
        text(enterprise, "department"),
        text(enterprise, "organization"),
        text(enterprise, "division"),
        text(enterprise, "costCenter"),
        text(enterprise, "employeeNumber"),
        manager,
        top("userType"),
        top("locale"),
        top("preferredLanguage"),
        top("timezone"),
        of_type("phoneNumbers", "work"),
        of_type("phoneNumbers", "mobile"),
        Profile::of(&document).roles.join("; "),
        record.external_id(op.connection.id).unwrap_or_default().to_owned(),
        match record.source {
            Source::Scim => "scim",
            Source::Csv => "csv",
            Source::Api => "api",
            Source::Console => "console",
        }
        .to_owned(),
        managed.map(|c| c.name.clone()).unwrap_or_default(),
    ];
    Ok(cells.iter().map(|cell| shielded(cell)).collect())
}

#[cfg(test)]
mod tests {
    use super::super::header::columns;
    use super::*;

    #[test]
    fn an_import_understands_every_column_of_an_export() {
        let registry = scim::Registry::builtin();
        let titles = TITLES.map(str::to_owned);
        let (columns, problems) = columns(&titles, registry.resource_type("User").expect("User is built in"));
        assert_eq!((columns.len(), problems), (TITLES.len(), Vec::new()));
    }
}
