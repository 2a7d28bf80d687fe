//! People as a table, such as the portal's *Download users* gives.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use csv::{ByteRecord, ReaderBuilder};
use serde_json::{Map, Value as Json};

use crate::model::{Kind, SourceObject};
use crate::source::{BadRecord, Place, Record, Sink, Source, SourceFault, graph, organisation};

/// A CSV file of people. The first line has Graph's attribute names or what people call them (`email`, `first name`, …);
/// other columns are attributes under their own names. Without a column `id` the user principal name stands for it: then
/// somebody who is renamed is somebody new. `manager` is the manager's id.
#[derive(Clone, Debug)]
pub struct CsvPeople {
    path: PathBuf,
}

impl CsvPeople {
    /// The file at this path. Opens nothing yet.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }
}

/// What a column may be called, without regard to case, spaces, dashes and underscores.
const ALIASES: &[(&str, &str)] = &[
    ("objectid", "id"),
    ("id", "id"),
    ("userprincipalname", "userPrincipalName"),
    ("upn", "userPrincipalName"),
    ("username", "userPrincipalName"),
    ("mail", "mail"),
    ("email", "mail"),
    ("emailaddress", "mail"),
    ("givenname", "givenName"),
    ("firstname", "givenName"),
    ("surname", "surname"),
    ("lastname", "surname"),
    ("familyname", "surname"),
    ("displayname", "displayName"),
    ("name", "displayName"),
    ("jobtitle", "jobTitle"),
    ("title", "jobTitle"),
    ("department", "department"),
    ("companyname", "companyName"),
    ("company", "companyName"),
    ("employeeid", "employeeId"),
    ("employeenumber", "employeeId"),
    ("mailnickname", "mailNickname"),
    ("alias", "mailNickname"),
    ("accountenabled", "accountEnabled"),
    ("enabled", "accountEnabled"),
    ("active", "accountEnabled"),
    ("manager", "manager"),
    ("managerid", "manager"),
    ("officelocation", "officeLocation"),
    ("office", "officeLocation"),
    ("physicaldeliveryofficename", "officeLocation"),
    ("streetaddress", "streetAddress"),
    ("street", "streetAddress"),
    ("postalcode", "postalCode"),
    ("zip", "postalCode"),
    ("city", "city"),
    ("state", "state"),
    ("country", "country"),
    ("usagelocation", "usageLocation"),
    ("preferredlanguage", "preferredLanguage"),
    ("language", "preferredLanguage"),
    ("telephonenumber", "telephoneNumber"),
    ("businessphones", "telephoneNumber"),
    ("phone", "telephoneNumber"),
    ("mobilephone", "mobilePhone"),
    ("mobile", "mobilePhone"),
    ("faxnumber", "faxNumber"),
    ("fax", "faxNumber"),
    ("facsimiletelephonenumber", "faxNumber"),
    ("usertype", "userType"),
    ("deleteddatetime", "deletedDateTime"),
];

fn attribute(header: &str) -> String {
    let plain: String = header
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '_' | '\u{feff}'))
        .flat_map(char::to_lowercase)
        .collect();
    let known = ALIASES.iter().find(|(alias, _)| *alias == plain);
    known.map_or_else(|| header.trim_matches(['\u{feff}', ' ']).to_owned(), |(_, name)| (*name).to_owned())
}

impl Source for CsvPeople {
    fn describe(&self) -> String {
        format!("the table of people {}", self.path.display())
    }

    fn read(&self, sink: &mut Sink<'_>) -> Result<(), SourceFault> {
        let file = self.path.display().to_string();
        let name: Arc<str> =
            self.path.file_name().map_or(file.as_str().into(), |n| n.to_string_lossy().into());
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(organisation::open(&self.path)?);
        let document = |error: csv::Error| match error.into_kind() {
            csv::ErrorKind::Io(error) => SourceFault::File { file: file.clone(), error },
            other => SourceFault::Document { file: file.clone(), why: format!("{other:?}") },
        };
        let headers: Vec<String> = reader
            .byte_headers()
            .map_err(document)?
            .iter()
            .map(|header| attribute(&String::from_utf8_lossy(header)))
            .collect();
        let key = ["id", "userPrincipalName"].into_iter().find(|key| headers.iter().any(|h| h == key));
        let Some(key) = key else {
            return Err(SourceFault::Column {
                file,
                wanted: "`id` or `userPrincipalName`",
                found: headers.join(", "),
            });
        };
        let mut row = ByteRecord::new();
        while reader.read_byte_record(&mut row).map_err(document)? {
            let line = row.position().map_or(0, csv::Position::line);
            let place = Place::Line { file: Arc::clone(&name), line };
            let record = match person(&headers, key, &row) {
                Ok(object) => Record::Object(object, place),
                Err((id, why)) => Record::Bad(BadRecord { place, kind: Some(Kind::User), id, why }),
            };
            if let ControlFlow::Break(()) = sink(record) {
                return Ok(());
            }
        }
        Ok(())
    }
}

fn person(headers: &[String], key: &str, row: &ByteRecord) -> Result<SourceObject, (Option<String>, String)> {
    if row.len() != headers.len() {
        return Err((
            None,
            format!("it has {} fields where the first line has {}", row.len(), headers.len()),
        ));
    }
    let mut map = Map::new();
    for (header, field) in headers.iter().zip(row) {
        let text = std::str::from_utf8(field).map_err(|_| (None, format!("its `{header}` is no UTF-8")))?;
        // An empty cell is nothing, as null in Graph.
        if !text.trim().is_empty() && !map.contains_key(header) {
            map.insert(header.clone(), Json::String(text.trim().to_owned()));
        }
    }
    if key != "id"
        && let Some(Json::String(name)) = map.get(key)
    {
        let id = name.to_lowercase();
        map.insert("id".into(), Json::String(id));
        if let Some(Json::String(manager)) = map.get_mut("manager") {
            *manager = manager.to_lowercase();
        }
    }
    graph::object(Kind::User, map).map_err(|found| (found.id, found.why))
}
