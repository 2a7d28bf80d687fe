//! The groups: teams with people in them, divisions with teams in them, everyone above those, and
//! courses that mix the two.

use serde_json::{Value, json};

use super::DOMAIN;
use super::people::{self, COUNT, DIVISIONS, Place};
use super::seed::Seed;

/// A course or other group across teams: name, mail nickname, description, and what is in it.
struct Mixed {
    name: &'static str,
    nickname: &'static str,
    description: Option<&'static str>,
    /// Which people are direct members.
    people: fn(usize, Place) -> bool,
    /// Which other groups are members, by nickname.
    groups: &'static [&'static str],
}

const MIXED: &[Mixed] = &[
    Mixed {
        name: "Course: First Aid at Work",
        nickname: "course-first-aid",
        description: Some("Two people of each team, and the whole of Facilities. The guide's example."),
        people: |_, place| matches!(place, Place::Team { rank: 4 | 7, .. }),
        groups: &["team-operations-facilities"],
    },
    Mixed {
        name: "Course: Data Protection for All",
        nickname: "course-data-protection",
        description: Some("Required of everyone once a year."),
        people: |_, _| false,
        groups: &["all-employees", "external-partners"],
    },
    Mixed {
        name: "Course: Leading a Team",
        nickname: "course-leading",
        description: Some("For those who lead and those who will."),
        people: |_, place| matches!(place, Place::Team { rank: 0 | 1, .. } | Place::Head(_)),
        groups: &[],
    },
    Mixed {
        name: "Kurs: Arbeitsschutz für Führungskräfte",
        nickname: "course-arbeitsschutz",
        description: Some("Jährliche Unterweisung"),
        people: |person, place| person.is_multiple_of(9) && matches!(place, Place::Team { .. }),
        groups: &[],
    },
    Mixed {
        name: "安全研修 (基礎)",
        nickname: "course-anzen",
        description: None,
        people: |person, _| person % 13 == 4,
        groups: &[],
    },
    Mixed {
        name: "Курс: \"Перші кроки\"",
        nickname: "course-first-steps",
        description: Some("Quotation marks in the name are meant."),
        people: |_, place| matches!(place, Place::Team { rank: 10.., .. }),
        groups: &[],
    },
    Mixed {
        name: "Managers",
        nickname: "managers",
        description: Some("Everyone with people under them."),
        people: |_, place| matches!(place, Place::Chief | Place::Head(_) | Place::Team { rank: 0..=2, .. }),
        groups: &[],
    },
    Mixed {
        name: "External Partners",
        nickname: "external-partners",
        description: Some("Guests."),
        people: |_, place| matches!(place, Place::Guest(_)),
        groups: &[],
    },
    Mixed {
        name: "Pilot of the Autumn Term",
        nickname: "pilot-autumn",
        description: Some("One team, one division and one person: three ways to be in a group."),
        people: |person, _| person == 67,
        groups: &["team-engineering-tools", "division-legal"],
    },
    Mixed {
        name: "Course: Not Yet Announced",
        nickname: "course-not-yet",
        description: Some("Empty on purpose."),
        people: |_, _| false,
        groups: &[],
    },
];

/// All groups: teams, divisions, everyone, courses.
pub(crate) fn all() -> Vec<Value> {
    let mut groups = Vec::new();
    for number in 0..people::team_count() {
        let (division, name) = people::team(number);
        let division = DIVISIONS[division].name;
        let members = (0..COUNT)
            .filter(|&person| matches!(people::place(person), Place::Team { team, .. } if team == number));
        groups.push(group(
            &format!("{division} / {name}"),
            &team_nickname(division, name),
            Some("Team, kept by the people department."),
            members.map(people::id).collect(),
        ));
    }
    for (number, division) in DIVISIONS.iter().enumerate() {
        let teams = division.teams.iter().map(|name| id(&team_nickname(division.name, name)));
        let members = std::iter::once(people::id(1 + number)).chain(teams).collect();
        groups.push(group(division.name, &division_nickname(division.name), Some("Division."), members));
    }
    let divisions = DIVISIONS.iter().map(|division| id(&division_nickname(division.name)));
    let everyone = std::iter::once(people::id(0)).chain(divisions).collect();
    groups.push(group("All Employees", "all-employees", Some("Everyone but guests, by division."), everyone));
    for mixed in MIXED {
        let direct = (0..COUNT).filter(|&person| (mixed.people)(person, people::place(person)));
        let members =
            direct.map(people::id).chain(mixed.groups.iter().map(|nickname| id(nickname))).collect();
        groups.push(group(mixed.name, mixed.nickname, mixed.description, members));
    }
    groups
}

fn team_nickname(division: &str, name: &str) -> String {
    format!("team-{}-{}", slug(division), slug(name))
}

fn division_nickname(division: &str) -> String {
    format!("division-{}", slug(division))
}

fn slug(name: &str) -> String {
    name.to_ascii_lowercase().replace(' ', "-")
}

/// A group's id comes from its nickname, so that groups can name each other.
fn id(nickname: &str) -> String {
    Seed::of(nickname, 0).guid()
}

fn group(name: &str, nickname: &str, description: Option<&str>, members: Vec<String>) -> Value {
    let members: Vec<Value> = members.into_iter().map(|id| json!({ "id": id })).collect();
    let course = nickname.starts_with("course-");
    json!({
        "id": id(nickname),
        "displayName": name,
        "description": description,
        "mailNickname": nickname,
        "mailEnabled": course,
        "mail": course.then(|| format!("{nickname}@{DOMAIN}")),
        "securityEnabled": true,
        "groupTypes": if course { json!(["Unified"]) } else { json!([]) },
        "members": members,
    })
}
