//! An organisation file: one JSON object of Microsoft Graph resources, read as a stream.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

use crate::model::{Kind, Member};
use crate::source::graph::{self, Unreadable};
use crate::source::{BadRecord, MEMBERS_AT_ONCE, Place, Record, Sink, Source, SourceFault};

/// `users` (with `manager: {"id"}`), `groups` (with `members: [{"id"}]`), and optionally `appRoleAssignedTo`.
#[derive(Clone, Debug)]
pub struct OrganisationFile {
    path: PathBuf,
}

impl OrganisationFile {
    /// The file at this path. Opens nothing yet.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }
}

impl Source for OrganisationFile {
    fn describe(&self) -> String {
        format!("the organisation file {}", self.path.display())
    }

    fn read(&self, sink: &mut Sink<'_>) -> Result<(), SourceFault> {
        read_document(open(&self.path)?, &self.path.display().to_string(), sink)
    }
}

/// Opens a file for one pass. A byte order mark, as Windows' editors and shells write it, is passed over.
pub(super) fn open(path: &Path) -> Result<BufReader<File>, SourceFault> {
    let fault = |error| SourceFault::File { file: path.display().to_string(), error };
    let mut reader = BufReader::with_capacity(256 << 10, File::open(path).map_err(fault)?);
    // What cannot be read here, a folder perhaps, is told by whoever reads on.
    let begin = reader.fill_buf().unwrap_or_default();
    if begin.starts_with(&[0xff, 0xfe]) || begin.starts_with(&[0xfe, 0xff]) {
        return Err(SourceFault::Utf16 { file: path.display().to_string() });
    }
    if begin.starts_with("\u{feff}".as_bytes()) {
        reader.consume("\u{feff}".len());
    }
    Ok(reader)
}

/// Reads one document.
pub(super) fn read_document(reader: impl Read, name: &str, sink: &mut Sink<'_>) -> Result<(), SourceFault> {
    let mut out = Out { sink, stopped: false };
    let mut json = serde_json::Deserializer::from_reader(reader);
    let read = json.deserialize_map(Document { out: &mut out }).and_then(|()| json.end());
    match read {
        _ if out.stopped => Ok(()),
        Ok(()) => Ok(()),
        Err(error) => Err(SourceFault::Document { file: name.to_owned(), why: error.to_string() }),
    }
}

/// The sink, and whether it wants no more: serde knows no other way to end than an error.
pub(super) struct Out<'s, 'f> {
    pub(super) sink: &'s mut Sink<'f>,
    pub(super) stopped: bool,
}

impl Out<'_, '_> {
    pub(super) fn give<E: Error>(&mut self, record: Record) -> Result<(), E> {
        match (self.sink)(record) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => {
                self.stopped = true;
                Err(E::custom("the reading was ended"))
            }
        }
    }

    fn bad<E: Error>(&mut self, place: Place, kind: Option<Kind>, found: Unreadable) -> Result<(), E> {
        self.give(Record::Bad(BadRecord { place, kind, id: found.id, why: found.why }))
    }
}

struct Document<'o, 's, 'f> {
    out: &'o mut Out<'s, 'f>,
}

impl<'de> Visitor<'de> for Document<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `users` and `groups`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut has_users = false;
        while let Some(key) = map.next_key::<String>()? {
            let what = match key.as_str() {
                "users" => What::Objects(Kind::User),
                "groups" => What::Objects(Kind::Group),
                "appRoleAssignedTo" => What::Assignments,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            has_users |= key == "users";
            map.next_value_seed(List { what, out: self.out })?;
        }
        // A file without people would disable everybody.
        if has_users { Ok(()) } else { Err(A::Error::missing_field("users")) }
    }
}

#[derive(Clone, Copy)]
enum What {
    Objects(Kind),
    Assignments,
}

struct List<'o, 's, 'f> {
    what: What,
    out: &'o mut Out<'s, 'f>,
}

impl<'de> DeserializeSeed<'de> for List<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of Microsoft Graph resources")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if matches!(self.what, What::Assignments) {
            self.out.give(Record::HasAssignments)?;
        }
        for index in 0.. {
            let found = match self.what {
                What::Objects(Kind::User) => list.next_element::<Json>()?.map(|json| {
                    let place = Place::Index { list: "users", index };
                    object(Kind::User, json, place, self.out)
                }),
                What::Objects(Kind::Group) => {
                    let place = Place::Index { list: "groups", index };
                    list.next_element_seed(Group { place, out: self.out })?.map(Ok)
                }
                What::Assignments => list.next_element::<Json>()?.map(|json| {
                    let place = Place::Index { list: "appRoleAssignedTo", index };
                    assignment(&json, place, self.out)
                }),
            };
            match found {
                Some(result) => result?,
                None => break,
            }
        }
        Ok(())
    }
}

/// Gives a user or a group without its members.
pub(super) fn object<E: Error>(kind: Kind, json: Json, place: Place, out: &mut Out<'_, '_>) -> Result<(), E> {
    let read = match json {
        Json::Object(map) => graph::object(kind, map),
        other => Err(Unreadable::new(None, format!("it is {} and no object", shortened(&other)))),
    };
    match read {
        Ok(object) => out.give(Record::Object(object, place)),
        Err(found) => out.bad(place, Some(kind), found),
    }
}

/// Gives an assignment.
pub(super) fn assignment<E: Error>(json: &Json, place: Place, out: &mut Out<'_, '_>) -> Result<(), E> {
    match graph::assignment(json) {
        Ok(assignment) => out.give(Record::Assignment(assignment)),
        Err(found) => out.bad(place, None, found),
    }
}

/// A group, its members given as they are read.
pub(super) struct Group<'o, 's, 'f> {
    pub(super) place: Place,
    pub(super) out: &'o mut Out<'s, 'f>,
}

impl<'de> DeserializeSeed<'de> for Group<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Group<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a group")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut rest = Map::new();
        let mut early = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == "members" {
                let id = rest.get("id").and_then(Json::as_str).map(str::to_owned);
                let place = self.place.clone();
                map.next_value_seed(Members { group: id, early: &mut early, place, out: self.out })?;
            } else {
                rest.insert(key, map.next_value()?);
            }
        }
        let id = rest.get("id").and_then(Json::as_str).map(str::to_owned);
        object(Kind::Group, Json::Object(rest), self.place, self.out)?;
        // Only what came before the id had to wait.
        while let (Some(group), false) = (&id, early.is_empty()) {
            let rest = early.split_off(early.len().min(MEMBERS_AT_ONCE));
            let members = std::mem::replace(&mut early, rest);
            self.out.give(Record::Members { group: group.clone(), members })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        self.odd("a list")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.odd("null")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.odd("a truth value")
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.odd("a text")
    }
}

impl Group<'_, '_, '_> {
    fn odd<E: Error>(self, what: &str) -> Result<(), E> {
        let found = Unreadable::new(None, format!("it is {what} and no object"));
        self.out.bad(self.place, Some(Kind::Group), found)
    }
}

struct Members<'o, 's, 'f> {
    group: Option<String>,
    early: &'o mut Vec<Member>,
    place: Place,
    out: &'o mut Out<'s, 'f>,
}

impl<'de> DeserializeSeed<'de> for Members<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Members<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of members")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut members = Vec::new();
        let mut at = 0_u64;
        while let Some(json) = list.next_element::<Json>()? {
            let shown = shortened(&json);
            match graph::member(json) {
                Some(member) if self.group.is_none() => self.early.push(member),
                Some(member) => members.push(member),
                None => {
                    let why = format!("its member {at} is {shown} and no object with `id`");
                    let found = Unreadable::new(self.group.clone(), why);
                    self.out.bad(self.place.clone(), Some(Kind::Group), found)?;
                }
            }
            at += 1;
            if let (Some(group), MEMBERS_AT_ONCE) = (&self.group, members.len()) {
                let members = std::mem::take(&mut members);
                self.out.give(Record::Members { group: group.clone(), members })?;
            }
        }
        match self.group {
            Some(group) if !members.is_empty() => self.out.give(Record::Members { group, members }),
            _ => Ok(()),
        }
    }
}

/// As much of a value as a message holds.
fn shortened(json: &Json) -> String {
    let text = json.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
