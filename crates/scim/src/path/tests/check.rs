use crate::dialect::{Dialect, Quirk};
use crate::error::{ScimError, ScimType};
use crate::path::{PathTarget, parse};
use crate::schema::{ENTERPRISE_USER, Registry};

fn check(text: &str, ty: &str, dialect: &Dialect) -> crate::Result<String> {
    let registry = Registry::builtin();
    let parsed = parse(text, dialect)?;
    Ok(parsed.check(registry.resource_type(ty).unwrap(), dialect)?.to_string())
}

fn refused(text: &str, ty: &str) -> ScimError {
    check(text, ty, &Dialect::entra()).expect_err(text)
}

#[test]
fn names_are_brought_into_the_schemas_spelling() {
    let e = ENTERPRISE_USER;
    for (text, means) in [
        ("USERNAME", "userName".to_owned()),
        ("Name.GivenName", "name.givenName".into()),
        ("emails[TYPE eq \"Work\"].VALUE", "emails[type eq \"work\"].value".into()),
        ("roles[primary eq \"True\"].value", "roles[primary eq true].value".into()),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName", "userName".into()),
        (&format!("{e}:manager"), format!("{e}:manager")),
        (&format!("{e}.manager"), format!("{e}:manager")),
        ("manager", format!("{e}:manager")),
        ("manager.$ref", format!("{e}:manager.$ref")),
        ("manager[value eq \"m1\"]", format!("{e}:manager[value eq \"m1\"]")),
        (&e.to_uppercase(), e.to_owned()),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0User", e.to_owned()),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0User:department", format!("{e}:department")),
        ("schemas eq \"urn:X\"", "schemas[value eq \"urn:x\"]".into()),
        ("password", "password".into()),
    ] {
        assert_eq!(check(text, "User", &Dialect::entra()), Ok(means), "{text}");
    }
    assert_eq!(
        check("members[value eq \"U1\"]", "Group", &Dialect::strict()).as_deref(),
        Ok("members[value eq \"U1\"]")
    );
}

#[test]
fn a_container_is_known_as_such() {
    let registry = Registry::builtin();
    let user = registry.resource_type("User").unwrap();
    let path = parse(ENTERPRISE_USER, &Dialect::strict()).unwrap().check(user, &Dialect::strict()).unwrap();
    assert_eq!(path.target, PathTarget::Schema(ENTERPRISE_USER.to_owned()));
}

// S-PATCH-20, S-PATCH-21
#[test]
fn names_the_type_does_not_have_are_invalid_paths() {
    for (text, ty) in [
        ("foo", "User"),
        ("members", "User"),
        ("userName", "Group"),
        ("name.foo", "User"),
        ("emails[type eq \"work\"].foo", "User"),
        ("userName[value eq \"x\"]", "User"),
        ("active.value", "User"),
        ("urn:x:y:z", "User"),
        ("urn:x:2.0", "User"),
        ("urn:ietf:params:scim:schemas:core:2.0:User", "User"),
        (ENTERPRISE_USER, "Group"),
        ("schemas[value eq \"x\"].value", "User"),
    ] {
        assert_eq!(refused(text, ty).scim_type, Some(ScimType::InvalidPath), "{text}");
    }
    for text in
        ["emails[foo eq \"x\"]", "emails[primary gt true]", "emails[type eq 1].value", "schemas[x pr]"]
    {
        let error = check(text, "User", &Dialect::strict()).expect_err(text);
        assert_eq!(error.scim_type, Some(ScimType::InvalidFilter), "{text}");
    }
}

#[test]
fn each_leniency_has_its_switch() {
    for (quirk, text) in [
        (Quirk::SingularValueFilter, "manager[value eq \"m1\"]".to_owned()),
        (Quirk::UrnDot, format!("{ENTERPRISE_USER}.manager")),
        (Quirk::UrnDot, format!("{ENTERPRISE_USER}.manager.value")),
        (Quirk::MalformedEnterpriseUrn, ENTERPRISE_USER.replace("0:User", "0User")),
        (Quirk::QuotedLiteral, "roles[primary eq \"True\"]".to_owned()),
        (Quirk::MissingSpace, "members[value eq\"x\"]".to_owned()),
    ] {
        let ty = if text.starts_with("members") { "Group" } else { "User" };
        let mut dialect = Dialect::strict();
        dialect.set(quirk, true);
        assert!(check(&text, ty, &dialect).is_ok(), "{text}");
        assert!(check(&text, ty, &Dialect::strict()).is_err(), "{text}");
    }
}
