//! A list of people as the provider exports it: CSV, or Graph's JSON.

use std::collections::HashSet;

use serde_json::Value;

use super::rehearsal::listed;
use crate::import::Sheet;

/// Most people of one rehearsal.
const MOST: usize = 50_000;
/// Most problems told.
const TOLD: usize = 20;

/// One person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) user_name: String,
    pub(super) mail: Option<String>,
    pub(super) enabled: bool,
}

/// Reads a list; each user name counts once.
pub(super) fn people(text: &str) -> (Vec<Person>, Vec<String>) {
    let trimmed = text.trim_start_matches('\u{feff}').trim_start();
    let (mut people, mut problems) =
        if trimmed.starts_with(['{', '[']) { from_json(trimmed) } else { from_csv(trimmed) };
    let mut seen = HashSet::new();
    people.retain(|person| seen.insert(person.user_name.to_lowercase()));
    if people.len() > MOST {
        problems.push(format!("only the first {MOST} people were looked at"));
        people.truncate(MOST);
    }
    problems.truncate(TOLD);
    (people, problems)
}

fn from_json(text: &str) -> (Vec<Person>, Vec<String>) {
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => return (Vec::new(), vec![format!("this is not JSON: {error}")]),
    };
    let Some(list) = listed(&value) else {
        return (Vec::new(), vec!["there is no list of users: `value`, `users`, or a list alone".to_owned()]);
    };
    let (mut people, mut problems) = (Vec::new(), Vec::new());
    for (at, one) in list.iter().enumerate() {
        let text =
            |name: &str| one.get(name).and_then(Value::as_str).map(str::trim).filter(|t| !t.is_empty());
        match text("userPrincipalName").or_else(|| text("userName")) {
            Some(name) => people.push(Person {
                user_name: name.to_owned(),
                mail: text("mail").or_else(|| text("email")).map(str::to_owned),
                enabled: one.get("accountEnabled").and_then(Value::as_bool).unwrap_or(true),
            }),
            None => problems.push(format!("user {} has no userPrincipalName", at + 1)),
        }
    }
    (people, problems)
}

fn from_csv(text: &str) -> (Vec<Person>, Vec<String>) {
    let (sheet, problems) = Sheet::read(text.as_bytes());
    let mut problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let title = |cell: &str| -> String {
        cell.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let column = |names: &[&str]| sheet.titles.iter().position(|cell| names.contains(&title(cell).as_str()));
    let Some(name) = column(&["userprincipalname", "username", "upn", "login"]) else {
        if problems.is_empty() {
            problems.push("no column is titled userPrincipalName or user name".to_owned());
        }
        return (Vec::new(), problems);
    };
    let mail = column(&["mail", "email", "emailaddress", "workemail"]);
    let enabled = column(&["accountenabled", "enabled", "active"]);
    let mut people = Vec::new();
    for row in &sheet.rows {
        let cell = |at: usize| row.cells.get(at).map(String::as_str).unwrap_or_default();
        if cell(name).is_empty() {
            problems.push(format!("line {}: no user name", row.line));
            continue;
        }
        people.push(Person {
            user_name: cell(name).to_owned(),
            mail: mail.map(cell).filter(|mail| !mail.is_empty()).map(str::to_owned),
            enabled: !enabled.map(cell).is_some_and(|text| text.eq_ignore_ascii_case("false")),
        });
    }
    (people, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        people(text).0.into_iter().map(|p| p.user_name).collect()
    }

    #[test]
    fn the_portals_csv_and_graphs_json_are_read() {
        let csv = "\u{feff}userPrincipalName,displayName,mail,accountEnabled\na@x.org,A,a@x.org,TRUE\n,B,,\nA@x.org,A,,\nc@x.org,C,,False\n";
        let (list, problems) = people(csv);
        assert_eq!(list.len(), 2, "each once");
        assert_eq!(
            (list[0].mail.as_deref(), list[0].enabled, list[1].enabled),
            (Some("a@x.org"), true, false)
        );
        assert_eq!(problems, ["line 3: no user name"]);
        assert_eq!(
            names(r#"{"value":[{"userPrincipalName":"a"},{"userPrincipalName":"b","mail":null}]}"#),
            ["a", "b"]
        );
        assert_eq!(names(r#"[{"userName":"a"}]"#), ["a"]);
        assert_eq!(names("User name;Email\na;a@x\n"), ["a"]);
    }

    #[test]
    fn what_is_no_list_says_so() {
        for text in ["", "hello", "{", "{\"x\":1}", "[{}]", "name,mail\na,b\n"] {
            let (list, problems) = people(text);
            assert!(list.is_empty() && !problems.is_empty(), "{text}");
        }
    }
}
