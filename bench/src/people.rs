//! The people of the benchmark, and the bodies that an identity provider would send for them.

/// User name of person number `n`; spread, so that keys come in no order.
pub fn user_name(n: u64) -> String {
    format!("{:012x}.person@contoso-learning.example", n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 16)
}

/// Entra's create body, about 1 KB.
pub fn create_body(n: u64) -> String {
    let name = user_name(n);
    let department = ["Sales", "Research", "Support", "Finance", "Logistics"][(n % 5) as usize];
    format!(
        r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"externalId":"{external:08x}-0000-4000-8000-{n:012x}","userName":"{name}","active":true,"displayName":"Person Number {n}","title":"Specialist {level}","preferredLanguage":"en-GB","emails":[{{"primary":true,"type":"work","value":"{name}"}}],"phoneNumbers":[{{"type":"work","value":"+44 20 7946 {phone:04}"}},{{"type":"mobile","value":"+44 7700 90{phone:04}"}}],"addresses":[{{"type":"work","streetAddress":"{street} Market Street","locality":"Leeds","region":"West Yorkshire","postalCode":"LS1 {phone:04}","country":"GB","formatted":"Building {street}"}}],"meta":{{"resourceType":"User"}},"name":{{"formatted":"Person Number {n}","familyName":"Number{n}","givenName":"Person"}},"roles":[],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{{"department":"{department}","employeeNumber":"{n}","costCenter":"CC-{cost}"}}}}"#,
        external = n.wrapping_mul(0x9E37_79B9) & 0xffff_ffff,
        level = n % 9,
        phone = n % 10_000,
        street = n % 400,
        cost = n % 70,
    )
}

/// Entra's matching query.
pub fn match_path(n: u64) -> String {
    format!("/scim_v2/Users?filter=userName+eq+%22{}%22", user_name(n))
}

/// Entra's disabling PATCH, in its default dialect.
pub const DISABLE: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"active","value":"False"}]}"#;

/// Adding one member, as Entra does.
pub fn add_member(id: &str) -> String {
    format!(
        r#"{{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{"op":"Add","path":"members","value":[{{"$ref":null,"value":"{id}"}}]}}]}}"#
    )
}

/// A number with no order to it, from a counter.
pub fn scatter(n: u64) -> u64 {
    let mut x = n.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}
