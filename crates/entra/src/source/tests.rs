//! What sources give, and how they meet bad records.

use std::ops::ControlFlow;

use serde_json::json;

use base::Hinted;

use super::*;
use crate::model::Value;

fn all(source: &dyn Source) -> Result<Vec<Record>, SourceFault> {
    let mut records = Vec::new();
    source.read(&mut |record| {
        records.push(record);
        ControlFlow::Continue(())
    })?;
    Ok(records)
}

fn written(name: &str, text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn objects(records: &[Record]) -> Vec<&SourceObject> {
    records.iter().filter_map(|r| if let Record::Object(o, _) = r { Some(o) } else { None }).collect()
}

fn bad(records: &[Record]) -> Vec<String> {
    records.iter().filter_map(|r| if let Record::Bad(b) = r { Some(b.to_string()) } else { None }).collect()
}

#[test]
fn an_organisation_file_gives_people_groups_members_and_assignments() {
    let document = json!({
        "users": [{"id": "u1", "userPrincipalName": "ann@x.example", "accountEnabled": false,
                   "manager": {"id": "u2"}, "businessPhones": ["+44 1", "+44 2"], "mobilePhone": "+44 7",
                   "faxNumber": null, "officeLocation": "GB 6",
                   "onPremisesExtensionAttributes": {"extensionAttribute3": "blue"}},
                  {"id": "u2", "userPrincipalName": "bob@x.example", "deletedDateTime": "2026-01-01T00:00:00Z"}],
        "groups": [{"members": [{"id": "u1", "@odata.type": "#microsoft.graph.user"}, "u2"], "id": "g1",
                    "displayName": "Eng"}],
        "appRoleAssignedTo": [{"principalId": "g1", "appRoleId": "r1", "appRole": {"value": "Admin"}}],
        "@odata.context": "ignored",
    });
    let records = all(&Organisation::new(document)).unwrap();
    let people = objects(&records);
    let text = |name| people[0].attributes.get(name).and_then(Value::as_text);
    assert_eq!(
        (text("telephoneNumber"), text("mobile"), text("mobilePhone")),
        (Some("+44 1"), Some("+44 7"), Some("+44 7"))
    );
    assert_eq!((text("objectId"), text("id"), text("faxNumber")), (Some("u1"), Some("u1"), None));
    assert_eq!((text("extensionAttribute3"), text("accountEnabled")), (Some("blue"), Some("False")));
    assert_eq!((people[0].manager.as_deref(), people[0].enabled), (Some("u2"), false));
    assert!(people[1].soft_deleted && !people[0].soft_deleted);
    assert_eq!(people[2].kind, Kind::Group);
    let members = records
        .iter()
        .find_map(|r| if let Record::Members { group, members } = r { Some((group, members)) } else { None });
    let (group, members) = members.unwrap();
    assert_eq!((group.as_str(), members.len(), members[0].kind), ("g1", 2, Some(Kind::User)));
    assert!(records.contains(&Record::HasAssignments));
    let role =
        records.iter().find_map(|r| if let Record::Assignment(a) = r { a.role.value.clone() } else { None });
    assert_eq!(role.as_deref(), Some("Admin"));
}

#[test]
fn a_guests_name_loses_the_inviting_tenant() {
    assert_eq!(guest_name("ann_b_home.example#EXT#@tenant.example").as_deref(), Some("ann_b@home.example"));
    assert_eq!(guest_name("ann#EXT#@tenant.example").as_deref(), Some("ann"));
    assert_eq!(guest_name("ann_b@tenant.example"), None);
    let guest = json!({"users": [{"id": "1", "userPrincipalName": "ann_home.example#EXT#@t.example"}]});
    let records = all(&Organisation::new(guest)).unwrap();
    let attributes = &objects(&records)[0].attributes;
    assert_eq!(attributes.get("userPrincipalName"), Some(&Value::from("ann@home.example")));
    assert_eq!(
        attributes.get("originalUserPrincipalName"),
        Some(&Value::from("ann_home.example#EXT#@t.example"))
    );
}

#[test]
fn bad_records_are_told_by_their_place_and_the_rest_runs() {
    let document = json!({
        "users": [{"id": "u1"}, {"displayName": "no id"}, 7, {"id": "u4", "accountEnabled": "perhaps"},
                  {"id": "u5", "manager": {"name": "x"}}, {"id": "u6"}],
        "groups": [null, "text", [1], {"id": "g1", "members": [{"id": "u1"}, {"x": 1}]}],
        "appRoleAssignedTo": [{"appRoleId": "r"}, {"principalId": "u1"}],
    });
    let records = all(&Organisation::new(document)).unwrap();
    let ids: Vec<_> = objects(&records).iter().map(|o| o.id.as_str()).collect();
    assert_eq!(ids, ["u1", "u6", "g1"]);
    insta::assert_snapshot!(bad(&records).join("\n"));
}

#[test]
fn a_damaged_document_is_no_directory() {
    let (_folder, path) = written("org.json", r#"{"users":[{"id":"u1"},{"id":"#);
    let fault = all(&OrganisationFile::new(path)).unwrap_err();
    assert!(fault.to_string().contains("line 1 column"), "{fault}");
    let (_folder, path) = written("org.json", r#"{"groups":[]}"#);
    let fault = all(&OrganisationFile::new(path)).unwrap_err().to_string();
    assert!(fault.contains("missing field `users`"), "{fault}");
}

#[test]
fn what_windows_writes_is_read_or_told() {
    let (_folder, path) = written("org.json", "\u{feff}{\r\n\"users\":[\r\n{\"id\":\"u1\"}]}\r\n");
    assert_eq!(objects(&all(&OrganisationFile::new(path)).unwrap()).len(), 1);
    let (folder, path) = written("users.jsonl", "\u{feff}{\"id\":\"u1\"}\r\n{\"id\":\"u2\"}\r\n");
    assert_eq!(objects(&all(&JsonLines::new(folder.path())).unwrap()).len(), 2);
    let bytes: Vec<u8> = "\u{feff}{\"users\":[]}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(&path, bytes).unwrap();
    let fault = all(&OrganisationFile::new(&path)).unwrap_err();
    assert!(fault.to_string().ends_with("users.jsonl is UTF-16, and UTF-8 is read here"), "{fault}");
    assert!(fault.hints()[0].contains("-Encoding utf8"));
    let (_folder, path) = written("people.csv", "id;userPrincipalName\nu1;ann@x.example\n");
    let fault = all(&CsvPeople::new(path)).unwrap_err();
    assert_eq!(fault.hints(), ["separate the columns by commas: the first line has none"]);
    let (_folder, path) = written("people.csv", "");
    assert!(all(&CsvPeople::new(path)).unwrap_err().to_string().ends_with("it has none"));
}

#[test]
fn a_folder_is_read_line_by_line() {
    let (folder, _) = written("users.jsonl", "{\"id\":\"u1\"}\n\n{\"id\":\n{\"id\":\"u2\"}");
    std::fs::write(folder.path().join("groups.jsonl"), "{\"id\":\"g1\",\"members\":[{\"id\":\"u1\"}]}\n{]\n")
        .unwrap();
    let records = all(&JsonLines::new(folder.path())).unwrap();
    assert_eq!(objects(&records).len(), 3);
    assert!(!records.contains(&Record::HasAssignments));
    let bad = bad(&records);
    assert!(bad[0].starts_with("users.jsonl, line 3: it is no JSON"), "{bad:?}");
    assert!(bad[1].starts_with("groups.jsonl, line 2: it is no JSON"), "{bad:?}");
    std::fs::write(folder.path().join("appRoleAssignedTo.jsonl"), "").unwrap();
    assert!(all(&JsonLines::new(folder.path())).unwrap().contains(&Record::HasAssignments));
    let missing = all(&JsonLines::new(folder.path().join("nowhere"))).unwrap_err();
    assert!(missing.to_string().contains("users.jsonl"), "{missing}");
}

#[test]
fn a_table_of_people_is_read_by_what_people_call_its_columns() {
    let table = "\u{feff}Object ID,User principal name,First name,Last Name,E-mail,Enabled,costCode\n\
                 u1,ann@x.example,Ann,Lee,ann@mail.example,FALSE,77\n\
                 u2,bob@x.example\n\
                 u3,\"cy, the third@x.example\",,,,,\n";
    let (_folder, path) = written("people.csv", table);
    let records = all(&CsvPeople::new(path)).unwrap();
    let people = objects(&records);
    let text = |n: usize, name: &str| people[n].attributes.get(name).and_then(Value::as_text);
    assert_eq!(
        (text(0, "mail"), text(0, "surname"), text(0, "costCode")),
        (Some("ann@mail.example"), Some("Lee"), Some("77"))
    );
    assert!(!people[0].enabled && people[1].enabled);
    assert_eq!(text(1, "mail"), None);
    assert_eq!(bad(&records), ["people.csv, line 3: it has 2 fields where the first line has 7"]);
    let (_folder, path) = written("people.csv", "name,manager\nx,y\n");
    let fault = all(&CsvPeople::new(path)).unwrap_err().to_string();
    assert!(fault.contains("no column `id` or `userPrincipalName`; it has displayName, manager"), "{fault}");
}

#[test]
fn without_an_id_the_name_stands_for_it() {
    let (_folder, path) = written("people.csv", "upn,manager\nAnn@X.example,BOB@x.example\n");
    let records = all(&CsvPeople::new(path)).unwrap();
    let people = objects(&records);
    assert_eq!(
        (people[0].id.as_str(), people[0].manager.as_deref()),
        ("ann@x.example", Some("bob@x.example"))
    );
}

#[test]
fn a_large_group_comes_in_pieces_and_the_reader_may_be_stopped() {
    let members: Vec<_> = (0..2500).map(|n| json!({"id": format!("u{n}")})).collect();
    let source = Organisation::new(json!({"users": [], "groups": [{"id": "g", "members": members}]}));
    let sizes: Vec<_> = all(&source)
        .unwrap()
        .iter()
        .filter_map(|r| if let Record::Members { members, .. } = r { Some(members.len()) } else { None })
        .collect();
    assert_eq!(sizes, [1000, 1000, 500]);
    let mut given = 0;
    let stop = &mut |_: Record| {
        given += 1;
        ControlFlow::Break(())
    };
    source.read(stop).unwrap();
    assert_eq!(given, 1);
}
