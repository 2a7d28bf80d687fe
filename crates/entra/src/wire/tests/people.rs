//! What flows for a sample person.

/// Every attribute of the default mapping.
pub(super) const ANN: &[(&str, &str)] = &[
    ("userName", "ann@ex.org"),
    ("active", "True"),
    ("displayName", "Ann Lee"),
    ("title", "Engineer"),
    ("emails[type eq \"work\"].value", "ann@ex.org"),
    ("preferredLanguage", "en-GB"),
    ("name.givenName", "Ann"),
    ("name.familyName", "Lee"),
    ("name.formatted", "Ann Lee"),
    ("addresses[type eq \"work\"].formatted", "Room 7"),
    ("addresses[type eq \"work\"].streetAddress", "Hauptstraße 1"),
    ("addresses[type eq \"work\"].locality", "Berlin"),
    ("addresses[type eq \"work\"].region", "BE"),
    ("addresses[type eq \"work\"].postalCode", "10115"),
    ("addresses[type eq \"work\"].country", "DE"),
    ("phoneNumbers[type eq \"work\"].value", "+49 30 1"),
    ("phoneNumbers[type eq \"mobile\"].value", "+49 170 1"),
    ("phoneNumbers[type eq \"fax\"].value", "+49 30 2"),
    ("externalId", "ann"),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber", "7"),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "R&D"),
];

/// The documentation's own sample: a create with few values.
pub(super) const FEW: &[(&str, &str)] = &[
    ("userName", "ann@ex.org"),
    ("active", "True"),
    ("displayName", "Ann Lee"),
    ("emails[type eq \"work\"].value", "ann@ex.org"),
    ("name.givenName", "Ann"),
    ("name.familyName", "Lee"),
    ("name.formatted", "Ann Lee"),
    ("externalId", "ann"),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "R&D"),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber", "7"),
];
