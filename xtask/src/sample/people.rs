//! The people: one head, eight divisions, thirty-five teams, and guests.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::DOMAIN;
use super::names::{OFFICES, Office, Order};
use super::seed::Seed;

/// How many people there are.
pub(crate) const COUNT: usize = 420;
/// How many of them are guests, at the end.
const GUESTS: usize = 18;

/// A division and its teams.
pub(crate) struct Division {
    pub(crate) name: &'static str,
    head: &'static str,
    role: &'static str,
    pub(crate) teams: &'static [&'static str],
}

/// All divisions.
pub(crate) const DIVISIONS: &[Division] = &[
    Division {
        name: "Engineering",
        head: "Chief Technology Officer",
        role: "Engineer",
        teams: &["Platform", "Mobile", "Web", "Data", "Security", "Quality", "Tools"],
    },
    Division {
        name: "Product",
        head: "Chief Product Officer",
        role: "Designer",
        teams: &["Learning Design", "Research", "Interaction", "Content", "Accessibility"],
    },
    Division {
        name: "Sales",
        head: "Head of Sales",
        role: "Account Manager",
        teams: &["North", "South", "East", "West", "Partners"],
    },
    Division {
        name: "Customer Success",
        head: "Head of Customer Success",
        role: "Consultant",
        teams: &["Onboarding", "Support Europe", "Support Asia", "Support Americas", "Training"],
    },
    Division {
        name: "Operations",
        head: "Chief Operating Officer",
        role: "Coordinator",
        teams: &["Facilities", "Logistics", "Procurement", "Field Service"],
    },
    Division {
        name: "Finance",
        head: "Chief Financial Officer",
        role: "Analyst",
        teams: &["Accounting", "Payroll", "Controlling"],
    },
    Division {
        name: "People",
        head: "Chief People Officer",
        role: "Partner",
        teams: &["Recruiting", "Learning and Development", "Compensation"],
    },
    Division {
        name: "Legal",
        head: "General Counsel",
        role: "Counsel",
        teams: &["Contracts", "Privacy", "Compliance"],
    },
];

/// Where in the organisation a person stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// The root of the manager tree.
    Chief,
    /// Head of the division with this number.
    Head(usize),
    /// In the team with this number (over all divisions); rank 0 leads it.
    Team { team: usize, rank: usize },
    /// Invited from outside.
    Guest(usize),
}

/// How many teams there are.
pub(crate) fn team_count() -> usize {
    DIVISIONS.iter().map(|division| division.teams.len()).sum()
}

/// The division of a team, and the team's name.
pub(crate) fn team(number: usize) -> (usize, &'static str) {
    let mut left = number;
    for (index, division) in DIVISIONS.iter().enumerate() {
        match division.teams.get(left) {
            Some(name) => return (index, name),
            None => left -= division.teams.len(),
        }
    }
    unreachable!("teams are numbered below team_count()")
}

/// The place of the person with this number.
pub(crate) fn place(person: usize) -> Place {
    let first_in_team = 1 + DIVISIONS.len();
    match person {
        0 => Place::Chief,
        head if head < first_in_team => Place::Head(head - 1),
        guest if guest >= COUNT - GUESTS => Place::Guest(guest - (COUNT - GUESTS)),
        member => {
            let member = member - first_in_team;
            Place::Team { team: member % team_count(), rank: member / team_count() }
        }
    }
}

/// The number of the team's member with this rank.
pub(crate) fn in_team(team: usize, rank: usize) -> usize {
    1 + DIVISIONS.len() + rank * team_count() + team
}

/// The id of the person with this number.
pub(crate) fn id(person: usize) -> String {
    Seed::of("person", person).guid()
}

/// Two seniors under each lead, members under the seniors, the newest under a member: six levels.
fn manager(person: usize) -> Option<usize> {
    match place(person) {
        Place::Chief => None,
        Place::Head(_) => Some(0),
        Place::Team { team: number, rank: 0 } => Some(1 + team(number).0),
        Place::Team { team, rank: 1 | 2 } => Some(in_team(team, 0)),
        Place::Team { team, rank: rank @ 3..=9 } => Some(in_team(team, 1 + rank % 2)),
        Place::Team { team, rank } => Some(in_team(team, 3 + rank % 4)),
        Place::Guest(number) => Some(in_team(number % team_count(), 0)),
    }
}

/// A name that the pools would not give, for the sake of what it does to software.
struct Unusual {
    person: usize,
    given: Option<&'static str>,
    family: Option<&'static str>,
    display: &'static str,
    account: &'static str,
    mail: Option<&'static str>,
}

#[rustfmt::skip]
const UNUSUAL: &[Unusual] = &[
    // An apostrophe, also in the account name, where it is legal.
    Unusual { person: 60, given: Some("Seán"), family: Some("O'Brien"), display: "Seán O'Brien", account: "sean.o'brien", mail: None },
    // The typographic apostrophe.
    Unusual { person: 61, given: Some("Chiara"), family: Some("D’Angelo"), display: "Chiara D’Angelo", account: "chiara.dangelo", mail: None },
    // Letters as base and combining mark (NFD), as some sources store them.
    Unusual { person: 62, given: Some("Zoe\u{308}"), family: Some("A\u{30a}ngstro\u{308}m"), display: "Zoe\u{308} A\u{30a}ngstro\u{308}m", account: "zoe.angstroem", mail: None },
    // Folds to two letters in full case folding, to itself in simple folding.
    Unusual { person: 63, given: Some("Götz"), family: Some("Groß"), display: "Götz Groß", account: "goetz.gross", mail: None },
    // One word.
    Unusual { person: 64, given: Some("Suharti"), family: None, display: "Suharti", account: "suharti", mail: None },
    // A character outside the Basic Multilingual Plane.
    Unusual { person: 65, given: Some("花子"), family: Some("𠮷野"), display: "𠮷野 花子", account: "hanako.yoshino", mail: None },
    // Quotation marks, which filters must escape.
    Unusual { person: 66, given: Some("Roberta"), family: Some("Tables"), display: "Roberta \"Bobby\" Tables", account: "roberta.tables", mail: None },
    // Capitals in the account name.
    Unusual { person: 67, given: Some("Barbara"), family: Some("Jensen"), display: "Barbara Jensen", account: "BJensen", mail: None },
    // Long.
    Unusual { person: 68, given: Some("María del Carmen Inmaculada"), family: Some("Fernández de Córdoba y Álvarez de Toledo"), display: "María del Carmen Inmaculada Fernández de Córdoba y Álvarez de Toledo", account: "mariadelcarmen.fernandezdecordoba", mail: None },
    // A plus in the mail address, which forms and URLs like to turn into a space.
    Unusual { person: 69, given: Some("Pat"), family: Some("Plus"), display: "Pat Plus", account: "pat.plus", mail: Some("pat.plus+learning@contoso-learning.example") },
    // Two people of one name; only the account tells them apart.
    Unusual { person: 70, given: Some("Kim"), family: Some("Nguyen"), display: "Kim Nguyen", account: "kim.nguyen", mail: None },
    Unusual { person: 71, given: Some("Kim"), family: Some("Nguyen"), display: "Kim Nguyen", account: "kim.nguyen7", mail: None },
];

/// Everyone, in the order of their numbers.
pub(crate) fn all() -> Vec<Value> {
    let mut taken: BTreeSet<String> =
        UNUSUAL.iter().map(|unusual| unusual.account.to_ascii_lowercase()).collect();
    (0..COUNT).map(|person| describe(person, &mut taken)).collect()
}

/// Who someone is, before the directory's attributes are made of it.
struct Identity {
    given: Option<String>,
    family: Option<String>,
    display: String,
    account: String,
    mail: Option<String>,
}

fn identity(person: usize, office: &Office, seed: &mut Seed, taken: &mut BTreeSet<String>) -> Identity {
    if let Some(unusual) = UNUSUAL.iter().find(|unusual| unusual.person == person) {
        return Identity {
            given: unusual.given.map(str::to_owned),
            family: unusual.family.map(str::to_owned),
            display: unusual.display.to_owned(),
            account: unusual.account.to_owned(),
            mail: unusual.mail.map(str::to_owned),
        };
    }
    let (given, given_latin) = *seed.pick(office.given);
    let (family, family_latin) = *seed.pick(office.family);
    let plain = format!("{given_latin}.{family_latin}");
    let account = (1..)
        .map(|number| if number == 1 { plain.clone() } else { format!("{plain}{number}") })
        .find(|candidate| taken.insert(candidate.clone()))
        .unwrap_or(plain);
    let display = match office.order {
        Order::GivenFirst => format!("{given} {family}"),
        Order::FamilyFirst => format!("{family} {given}"),
        Order::Joined => format!("{family}{given}"),
    };
    Identity { given: Some(given.to_owned()), family: Some(family.to_owned()), display, account, mail: None }
}

fn describe(person: usize, taken: &mut BTreeSet<String>) -> Value {
    let seed = &mut Seed::of("details", person);
    let office = match place(person) {
        Place::Chief | Place::Head(_) => &OFFICES[0],
        _ => &OFFICES[seed.below(OFFICES.len())],
    };
    let identity = identity(person, office, seed, taken);
    if let Place::Guest(number) = place(person) {
        return guest(person, number, &identity, seed);
    }
    let (title, department) = job(person);
    let ordinary = matches!(place(person), Place::Team { rank: 3.., .. });
    // People in the field have an account but no mailbox; some records are simply incomplete.
    let has_mail = !(ordinary && person % 11 == 5);
    let has_details = !(ordinary && person % 17 == 3);
    let enabled = !(ordinary && person % 23 == 7);
    let mail = identity.mail.unwrap_or_else(|| format!("{}@{DOMAIN}", identity.account.to_ascii_lowercase()));
    let number = 1 + seed.below(199);
    json!({
        "id": id(person),
        "accountEnabled": enabled,
        "userType": "Member",
        "userPrincipalName": format!("{}@{DOMAIN}", identity.account),
        "displayName": identity.display,
        "givenName": identity.given,
        "surname": identity.family,
        "mail": has_mail.then_some(mail),
        "mailNickname": identity.account,
        "jobTitle": has_details.then_some(title),
        "department": has_details.then_some(department),
        "companyName": "Contoso Learning",
        "employeeId": has_details.then(|| format!("{:06}", 1000 + person * 7)),
        "employeeType": if person % 29 == 28 { "Contractor" } else { "Employee" },
        "officeLocation": has_details.then(|| format!("{} {}", office.country, 1 + seed.below(6))),
        "streetAddress": has_details.then(|| format!("{} {number}", office.street)),
        "postalCode": has_details.then_some(office.postal),
        "city": has_details.then_some(office.city),
        "state": office.state.filter(|_| has_details),
        "country": has_details.then_some(office.country),
        "usageLocation": office.country,
        "preferredLanguage": office.language,
        // Numbers that the United Kingdom's regulator keeps free for fiction.
        "businessPhones": if has_details { json!([format!("+44 20 7946 0{person:03}")]) } else { json!([]) },
        "mobilePhone": (person % 3 != 1).then(|| format!("+44 7700 900{person:03}")),
        "faxNumber": (person.is_multiple_of(31)).then(|| format!("+44 20 7946 0{:03}", 500 + person)),
        "createdDateTime": created(seed),
        "manager": manager(person).map(|manager| json!({"id": id(manager)})),
    })
}

/// A guest's account name holds the home address, with `_` for `@`, and `#EXT#`.
fn guest(person: usize, number: usize, identity: &Identity, seed: &mut Seed) -> Value {
    let home = *seed.pick(&["partner.example", "supplier.example", "university.example"]);
    let nickname = format!("{}_{home}#EXT#", identity.account);
    // Those who never took up the invitation have only what the inviter typed.
    let accepted = !number.is_multiple_of(4);
    json!({
        "id": id(person),
        "accountEnabled": number != 7,
        "userType": "Guest",
        "userPrincipalName": format!("{nickname}@{DOMAIN}"),
        "displayName": if accepted { identity.display.clone() } else { format!("{}@{home}", identity.account) },
        "givenName": identity.given.as_ref().filter(|_| accepted),
        "surname": identity.family.as_ref().filter(|_| accepted),
        "mail": format!("{}@{home}", identity.account),
        "mailNickname": nickname,
        "jobTitle": null,
        "department": null,
        "companyName": accepted.then_some(home),
        "employeeId": null,
        "employeeType": null,
        "officeLocation": null,
        "streetAddress": null,
        "postalCode": null,
        "city": null,
        "state": null,
        "country": null,
        "usageLocation": null,
        "preferredLanguage": null,
        "businessPhones": [],
        "mobilePhone": null,
        "faxNumber": null,
        "creationType": "Invitation",
        "externalUserState": if accepted { "Accepted" } else { "PendingAcceptance" },
        "createdDateTime": created(seed),
        "manager": manager(person).map(|manager| json!({"id": id(manager)})),
    })
}

/// Title and department.
fn job(person: usize) -> (String, String) {
    match place(person) {
        Place::Chief => ("Chief Executive Officer".to_owned(), "Executive".to_owned()),
        Place::Head(division) => (DIVISIONS[division].head.to_owned(), DIVISIONS[division].name.to_owned()),
        Place::Team { team: number, rank } => {
            let (division, name) = team(number);
            let role = DIVISIONS[division].role;
            let title = match rank {
                0 => format!("Team Lead, {name}"),
                1 | 2 => format!("Senior {role}"),
                3..=9 => role.to_owned(),
                _ => format!("Trainee {role}"),
            };
            (title, format!("{} / {name}", DIVISIONS[division].name))
        }
        Place::Guest(_) => ("Guest".to_owned(), "Guests".to_owned()),
    }
}

fn created(seed: &mut Seed) -> String {
    let (year, month, day) = (2019 + seed.below(7), 1 + seed.below(12), 1 + seed.below(28));
    format!("{year}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", seed.below(24), seed.below(60), seed.below(60))
}
