//! What the demo and the tests rely on in the sample organisation.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use super::{FILE, generate};
use crate::workspace;

fn organisation() -> (Vec<Value>, Vec<Value>) {
    let value: Value = serde_json::from_str(&generate()).unwrap();
    (value["users"].as_array().unwrap().clone(), value["groups"].as_array().unwrap().clone())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} is not text in {value}"))
}

#[test]
fn file_equals_the_generator() {
    let file = fs::read_to_string(workspace::root().join(FILE)).unwrap();
    assert!(file == generate(), "{FILE} is not what `cargo xtask sample-organisation` writes; run it");
    assert!(file.len() < 500_000, "{} bytes", file.len());
}

#[test]
fn is_as_large_as_promised() {
    let (users, groups) = organisation();
    assert_eq!(users.len(), 420);
    assert!(groups.len() >= 30, "{}", groups.len());
}

#[test]
fn identifiers_are_unique() {
    let (users, groups) = organisation();
    let ids: BTreeSet<_> = users.iter().chain(&groups).map(|one| text(one, "id")).collect();
    assert_eq!(ids.len(), users.len() + groups.len());
    for key in ["userPrincipalName", "mailNickname"] {
        let names: BTreeSet<_> = users.iter().map(|user| text(user, key).to_lowercase()).collect();
        assert_eq!(names.len(), users.len(), "{key}");
    }
    // A second group of one name is refused with Entra's dialect.
    let names: BTreeSet<_> = groups.iter().map(|group| text(group, "displayName")).collect();
    assert_eq!(names.len(), groups.len());
}

#[test]
fn managers_form_one_tree_of_six_levels() {
    let (users, _) = organisation();
    let managers: BTreeMap<_, _> =
        users.iter().map(|user| (text(user, "id"), user["manager"]["id"].as_str())).collect();
    assert_eq!(managers.values().filter(|manager| manager.is_none()).count(), 1);
    let mut deepest = 0;
    for start in managers.keys() {
        let (mut at, mut level) = (*start, 1);
        while let Some(above) = managers[at] {
            (at, level) = (above, level + 1);
            assert!(level <= managers.len(), "{start} is in a circle of managers");
        }
        deepest = deepest.max(level);
    }
    assert_eq!(deepest, 6);
}

#[test]
fn members_exist_and_nesting_ends() {
    let (users, groups) = organisation();
    let people: BTreeSet<_> = users.iter().map(|user| text(user, "id")).collect();
    let members: BTreeMap<&str, Vec<&str>> = groups
        .iter()
        .map(|group| {
            let members = group["members"].as_array().unwrap();
            (text(group, "id"), members.iter().map(|member| text(member, "id")).collect())
        })
        .collect();
    fn levels<'a>(group: &'a str, members: &BTreeMap<&'a str, Vec<&'a str>>, above: &[&str]) -> usize {
        assert!(!above.contains(&group), "{group} contains itself");
        let above = [above, &[group]].concat();
        let inner = members[group].iter().filter(|id| members.contains_key(*id));
        1 + inner.map(|id| levels(id, members, &above)).max().unwrap_or(0)
    }
    for (group, inside) in &members {
        assert_eq!(
            inside.iter().collect::<BTreeSet<_>>().len(),
            inside.len(),
            "{group} names a member twice"
        );
        for id in inside {
            assert!(people.contains(id) || members.contains_key(id), "{group}: {id} is nobody");
        }
    }
    let deepest = members.keys().map(|group| levels(group, &members, &[])).max();
    assert_eq!(deepest, Some(4), "course > everyone > division > team");
    assert!(members.values().any(Vec::is_empty), "one group is empty");
}

#[test]
fn has_the_people_that_trouble_software() {
    let (users, _) = organisation();
    let count = |test: &dyn Fn(&Value) -> bool| users.iter().filter(|user| test(user)).count();
    assert!(count(&|user| user["accountEnabled"] == false) >= 10);
    assert!(count(&|user| user["mail"].is_null()) >= 10);
    assert!(count(&|user| user["department"].is_null() && user["userType"] == "Member") >= 10);
    assert_eq!(count(&|user| user["userType"] == "Guest"), 18);
    assert_eq!(count(&|user| text(user, "userPrincipalName").contains("#EXT#@")), 18);
    assert!(count(&|user| user["surname"].is_null() && user["userType"] == "Member") >= 1);
    assert!(count(&|user| text(user, "userPrincipalName").contains('\'')) >= 1);
    type InScript = fn(char) -> bool;
    let scripts: [(&str, InScript); 13] = [
        ("Latin with diacritics", |c| ('À'..='ž').contains(&c)),
        ("Vietnamese", |c| ('\u{1ea0}'..='\u{1ef9}').contains(&c)),
        ("Cyrillic", |c| ('\u{400}'..='\u{4ff}').contains(&c)),
        ("Greek", |c| ('\u{370}'..='\u{3ff}').contains(&c)),
        ("Arabic", |c| ('\u{600}'..='\u{6ff}').contains(&c)),
        ("Hebrew", |c| ('\u{590}'..='\u{5ff}').contains(&c)),
        ("Han", |c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
        ("Hangul", |c| ('\u{ac00}'..='\u{d7a3}').contains(&c)),
        ("Devanagari", |c| ('\u{900}'..='\u{97f}').contains(&c)),
        ("Thai", |c| ('\u{e00}'..='\u{e7f}').contains(&c)),
        ("combining marks", |c| ('\u{300}'..='\u{36f}').contains(&c)),
        ("outside the basic plane", |c| c > '\u{ffff}'),
        ("sharp s", |c| c == 'ß'),
    ];
    for (script, test) in scripts {
        assert!(count(&|user| text(user, "displayName").chars().any(test)) >= 1, "{script}");
    }
}
