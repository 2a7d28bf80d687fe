use std::sync::Arc;

use scim::Registry;

use super::*;

fn user() -> Arc<ResourceType> {
    Arc::clone(Registry::builtin().resource_type("User").expect("User is built in"))
}

fn shown(title: &str) -> String {
    match column(title, &user()) {
        Ok(Column::Value(at)) => at.to_string(),
        Ok(Column::Element { list, kind, part }) => format!("{list}[{kind}].{part}"),
        Ok(Column::List(at)) => format!("{at}…"),
        Ok(other) => format!("{other:?}"),
        Err(message) => format!("error: {message}"),
    }
}

#[test]
fn paths_and_what_people_call_them_mean_the_same() {
    for (titles, meaning) in [
        (&["userName", "User Name", "USERNAME", "user_principal_name"][..], "userName"),
        (
            &["email", "E-Mail", "emails", "emails.value", "emails[type eq \"work\"].value"],
            "emails[work].value",
        ),
        (&["first name", "Given-Name", "name.givenName", "name.givenname"], "name.givenName"),
        (&["Display Name", "full name"], "displayName"),
        (&["mobile", "phoneNumbers[type eq \"mobile\"].value"], "phoneNumbers[mobile].value"),
        (&["city", "addresses.locality"], "addresses[work].locality"),
        (&["roles", "Role", "roles.value"], "roles.value…"),
        (&["active", "enabled"], "active"),
        (
            &[
                "manager",
                "Manager E-Mail",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
            ],
            "Manager",
        ),
        (&["externalId", "external id"], "ExternalId"),
        (&["id", "source"], "Ignored"),
        (
            &[
                "department",
                "Department",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            ],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        ),
    ] {
        for title in titles {
            let found = shown(title);
            assert!(found == meaning || found == meaning.replace(".value…", "…"), "{title}: {found}");
        }
    }
}

#[test]
fn what_cannot_be_imported_says_what_to_do() {
    for (title, part) in [
        ("frist name", "is no attribute known here"),
        ("name.given", "is no attribute known here"),
        ("groups", "remove the column"),
        ("password", "keeps no passwords"),
        ("emails[primary eq true].value", "is no attribute known here"),
        ("", "has no name"),
    ] {
        let found = shown(title);
        assert!(found.starts_with("error: ") && found.contains(part), "{title}: {found}");
    }
}

#[test]
fn two_columns_of_one_meaning_are_a_problem() {
    let titles = ["user name", "email", "mail", "id", "state"].map(str::to_owned);
    let (columns, problems) = columns(&titles, &user());
    assert_eq!(columns.len(), 5);
    assert_eq!(problems.len(), 1);
    assert_eq!(
        problems[0].to_string(),
        "line 1, column `mail`: means the same as column `email`; keep one of them"
    );
}
