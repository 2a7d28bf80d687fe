//! Filters on generated resources.

use super::{BINARIES, CUSTOM, DATES, DECIMALS, Dice, NUMBERS, TEXTS};

/// Texts that stand in some resource only: ids and names.
#[derive(Debug, Default)]
pub struct Known {
    /// Ids of learners and groups.
    pub ids: Vec<String>,
    /// User names.
    pub names: Vec<String>,
}

/// A filter on learners or on groups.
pub fn filter(dice: &mut Dice, known: &Known, groups: bool, depth: usize) -> String {
    match if depth == 0 { 0 } else { dice.below(8) } {
        1 | 2 => {
            let word = dice.pick(&["and", "or"]);
            let (a, b) = (filter(dice, known, groups, depth - 1), filter(dice, known, groups, depth - 1));
            format!("({a}) {word} ({b})")
        }
        3 => format!("not ({})", filter(dice, known, groups, depth - 1)),
        4 => brackets(dice, known, groups),
        _ => simple(dice, known, groups),
    }
}

const TEXT_OPS: &[&str] = &["eq", "eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];
const ORDER_OPS: &[&str] = &["eq", "ne", "gt", "ge", "lt", "le"];

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn text(dice: &mut Dice, known: &Known) -> String {
    let from = |dice: &mut Dice, list: &Vec<String>| list[dice.below(list.len())].clone();
    let text = match dice.below(8) {
        0 => from(dice, &known.ids),
        1 => from(dice, &known.names),
        2 => from(dice, &known.names).to_uppercase(),
        _ => dice.pick(TEXTS).to_owned(),
    };
    quoted(&text)
}

fn comparison(dice: &mut Dice, known: &Known, path: &str, ty: &str) -> String {
    if dice.below(8) == 0 {
        return format!("{path} {}", dice.pick(&["pr", "eq null", "ne null"]));
    }
    match ty {
        "binary" => format!("{path} {} {}", dice.pick(&["eq", "ne", "sw"]), quoted(dice.pick(BINARIES))),
        "boolean" => format!("{path} {} {}", dice.pick(&["eq", "ne"]), dice.pick(&["true", "false"])),
        "integer" => format!("{path} {} {}", dice.pick(ORDER_OPS), dice.pick(NUMBERS)),
        "decimal" => format!("{path} {} {}", dice.pick(ORDER_OPS), dice.pick(DECIMALS)),
        "date" => format!("{path} {} {}", dice.pick(ORDER_OPS), quoted(dice.pick(DATES))),
        _ => format!("{path} {} {}", dice.pick(TEXT_OPS), text(dice, known)),
    }
}

fn simple(dice: &mut Dice, known: &Known, groups: bool) -> String {
    let common = [
        ("id", ""),
        ("externalId", ""),
        ("meta.created", "date"),
        ("meta.version", ""),
        ("meta.location", ""),
    ];
    let on_groups = [
        ("displayName", ""),
        ("members", ""),
        ("members.value", ""),
        ("members.type", ""),
        ("members.display", ""),
        ("members.$ref", ""),
    ];
    let manager = format!("{}:manager", scim::schema::ENTERPRISE_USER);
    let custom = |name: &str| format!("{CUSTOM}:{name}");
    let extended = [
        (format!("{}:department", scim::schema::ENTERPRISE_USER), ""),
        (manager.clone(), ""),
        (format!("{manager}.value"), ""),
        (format!("{manager}.displayName"), ""),
        (format!("{manager}.$ref"), ""),
        (custom("level"), "integer"),
        (custom("rate"), "decimal"),
        (custom("since"), "date"),
        (custom("remote"), "boolean"),
        (custom("code"), ""),
        (custom("key"), "binary"),
        (custom("words"), ""),
        (custom("days"), "date"),
        (custom("courses.value"), ""),
        (custom("courses.due"), "date"),
        (custom("courses.score"), "decimal"),
        (custom("courses.tags"), ""),
        (custom("badge.colour"), ""),
        (custom("badge.numbers"), "integer"),
    ];
    let on_users = [
        ("userName", ""),
        ("userName", ""),
        ("displayName", ""),
        ("nickName", ""),
        ("title", ""),
        ("active", "boolean"),
        ("name.familyName", ""),
        ("emails", ""),
        ("emails.value", ""),
        ("emails.type", ""),
        ("emails.primary", "boolean"),
        ("roles.value", ""),
        ("phoneNumbers.display", ""),
        ("x509Certificates.value", "binary"),
        ("schemas", ""),
        ("groups", ""),
        ("groups.value", ""),
        ("groups.display", ""),
        ("groups.type", ""),
        ("groups.$ref", ""),
    ];
    if dice.below(6) == 0 {
        let (path, ty) = common[dice.below(common.len())];
        return comparison(dice, known, path, ty);
    }
    if groups {
        let (path, ty) = on_groups[dice.below(on_groups.len())];
        return comparison(dice, known, path, ty);
    }
    match dice.below(12) {
        0 => format!("{} pr", dice.pick(&["name", "emails", "groups", "manager", "active", CUSTOM_PRESENT])),
        1..=5 => {
            let (path, ty) = &extended[dice.below(extended.len())];
            comparison(dice, known, path, ty)
        }
        _ => {
            let (path, ty) = on_users[dice.below(on_users.len())];
            comparison(dice, known, path, ty)
        }
    }
}

const CUSTOM_PRESENT: &str = "badge";

fn brackets(dice: &mut Dice, known: &Known, groups: bool) -> String {
    let lists: &[(&str, &[(&str, &str)])] = if groups {
        &[("members", &[("value", ""), ("type", ""), ("display", ""), ("$ref", "")])]
    } else {
        &[
            ("emails", &[("value", ""), ("type", ""), ("primary", "boolean"), ("display", "")]),
            ("emails", &[("value", ""), ("value", ""), ("type", "")]),
            ("roles", &[("value", ""), ("type", ""), ("primary", "boolean")]),
            ("groups", &[("value", ""), ("type", ""), ("display", ""), ("$ref", "")]),
            ("schemas", &[("value", "")]),
            (
                "courses",
                &[("value", ""), ("due", "date"), ("score", "decimal"), ("tags", ""), ("primary", "boolean")],
            ),
            ("words", &[("value", "")]),
            ("days", &[("value", "date")]),
        ]
    };
    let (list, subs) = lists[dice.below(lists.len())];
    let term = |dice: &mut Dice| {
        let (sub, ty) = subs[dice.below(subs.len())];
        comparison(dice, known, sub, ty)
    };
    let inner = match dice.below(4) {
        0 => term(dice),
        1 => format!("{} and {}", term(dice), term(dice)),
        2 => format!("{} or {}", term(dice), term(dice)),
        _ => format!("not ({}) and {}", term(dice), term(dice)),
    };
    format!("{list}[{inner}]")
}
