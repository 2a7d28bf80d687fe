//! A customer's year in seven cycles: joiners, movers, managers, a group that loses one of its members, a leaver, a
//! returner, a deletion.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::server::Server;

/// The customer's directory.
pub(super) struct Life {
    users: Vec<Value>,
    groups: Vec<Value>,
    told: String,
}

fn person(name: &str, mail: Option<&str>) -> Value {
    let mut capital = name.to_owned();
    capital[..1].make_ascii_uppercase();
    json!({
        "id": format!("id-of-{name}"), "accountEnabled": true, "mail": mail, "displayName": capital,
        "userPrincipalName": format!("{name}@contoso.example"), "givenName": capital, "surname": "Example",
        "mailNickname": name, "department": "Research",
    })
}

fn group(name: &str, members: &[&str]) -> Value {
    let members: Vec<_> = members.iter().map(|name| json!({"id": format!("id-of-{name}")})).collect();
    json!({"id": format!("id-of-{name}"), "displayName": name, "members": members})
}

impl Life {
    /// Lives it, and tells what was found on the way.
    pub(super) fn of(server: &Server, dialect: &str) -> String {
        // Somebody and a group are there before, without anything that Entra brings.
        let user = "urn:ietf:params:scim:schemas:core:2.0:User";
        server.put("Users", &json!({"schemas": [user], "userName": "cay@contoso.example"}).to_string());
        let schema = "urn:ietf:params:scim:schemas:core:2.0:Group";
        server.put("Groups", &json!({"schemas": [schema], "displayName": "Pilot"}).to_string());

        let mail = |name: &str| Some(format!("{name}@contoso.example"));
        let mut life = Self {
            users: ["ann", "ben", "cay", "eve"].map(|name| person(name, mail(name).as_deref())).into(),
            groups: vec![group("Pilot", &["ann", "ben", "eve"]), group("Staff", &["ann", "dan"])],
            told: String::new(),
        };
        life.users.push(person("dan", None));
        life.users[0]["manager"] = json!({"id": "id-of-ben"});
        life.cycle(server, dialect, "joiners; cay and the group Pilot are there before");

        life.users[0]["department"] = json!("Teaching");
        life.users[4]["mail"] = json!(mail("dan"));
        life.groups[1]["displayName"] = json!("All staff");
        life.cycle(server, dialect, "ann moves, dan gets a mailbox, a group is renamed");

        life.users[0]["manager"] = Value::Null;
        life.users[1]["manager"] = json!({"id": "id-of-eve"});
        life.cycle(server, dialect, "ann has no manager any more, ben gets one");

        life.groups[0] = group("Pilot", &["ann", "eve"]);
        life.cycle(server, dialect, "Pilot loses ben, one of its three members");

        life.users[3]["accountEnabled"] = json!(false);
        life.cycle(server, dialect, "eve leaves");

        life.users[3]["accountEnabled"] = json!(true);
        life.cycle(server, dialect, "eve returns");

        life.users[4]["deletedDateTime"] = json!("2020-01-01T00:00:00Z");
        life.cycle(server, dialect, "dan is deleted for good");
        life.told
    }

    fn cycle(&mut self, server: &Server, dialect: &str, what: &str) {
        let document = json!({"users": self.users, "groups": self.groups});
        std::fs::write(server.folder.path().join("organisation.json"), document.to_string()).unwrap();
        let args = ["provision", "--json", "--verify", "--concurrency", "1", "--source", "organisation.json"];
        let (code, printed) = server.entra(&[&args[..], &["--dialect", dialect]].concat());
        let report: Value = serde_json::from_str(printed.lines().last().unwrap_or_default())
            .unwrap_or_else(|e| panic!("{e}: {printed}"));
        let _ = writeln!(self.told, "{what}: {}", counts(&report));
        let findings = report["findings"].as_array().unwrap();
        assert_eq!(code != 0, !findings.is_empty(), "{report}");
        for finding in findings {
            let text = |name: &str| finding[name].as_str().unwrap_or("-").to_owned();
            let (operation, cause, code) = (text("operation"), text("cause"), text("code"));
            let _ = writeln!(self.told, "  {} × {operation}: {cause} ({code})", finding["count"]);
            let _ = writeln!(self.told, "    {}: {}", finding["names"], without_ids(&text("said")));
            assert!(!text("remedy").is_empty(), "{finding}");
        }
    }
}

fn counts(report: &Value) -> String {
    let names = [
        "created",
        "adopted",
        "updated",
        "restored",
        "disabled",
        "deleted",
        "failed",
        "managers_set",
        "managers_cleared",
        "members_added",
        "members_removed",
        "references_failed",
        "references_unresolved",
    ];
    let some = names.iter().filter(|name| report[**name].as_u64() != Some(0));
    some.map(|name| format!("{} {name}", report[*name])).collect::<Vec<_>>().join(", ")
}

/// Ids are drawn anew each time.
fn without_ids(text: &str) -> String {
    let is_id = |word: &str| word.len() >= 32 && word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    text.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .map(|piece| {
            let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            if is_id(word) { format!("ID{}", &piece[word.len()..]) } else { piece.to_owned() }
        })
        .collect()
}
