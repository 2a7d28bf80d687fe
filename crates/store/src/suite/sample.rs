//! Generated resources and filters, the same at every run.

mod filter;

pub use filter::{Known, filter};

use scim::schema::{Registry, Schema};
use serde_json::{Map, Value, json};

/// URN of the extension that brings every data type.
pub const CUSTOM: &str = "urn:example:params:scim:schemas:learning's:1.0:User";

/// Numbers that look random (SplitMix64).
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    /// A sequence of its own for each seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap()
    }

    /// One of these.
    pub fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    fn maybe(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// Texts that differ by case, width, composition and length, or that some language would misread.
const TEXTS: &[&str] = &[
    "ada",
    "ADA",
    "Ａｄａ",
    "Straße",
    "STRASSE",
    "é",
    "e\u{301}",
    "%_",
    "a%",
    "a\"b\\c",
    "it's",
    "",
    " ",
    "😀",
    "😀a",
    "null",
    "true",
    "1",
    "work",
    "Work",
    "home",
    "ada@example.com",
    "ADA@EXAMPLE.COM",
    "z",
    "\u{10FFFF}",
    "\u{fffd}",
    "İ",
    "ı",
    "line\nbreak",
    "[x]",
    "$.a",
    "ﬁ",
    "K",
];
const DATES: &[&str] = &[
    "2026-05-13T09:30:00Z",
    "2026-05-13T11:30:00+02:00",
    "2026-05-13T09:30:00.000001Z",
    "1969-12-31T23:59:59Z",
    "2030-01-01T00:00:00Z",
];
const NUMBERS: &[&str] = &["0", "1", "-1", "2", "7", "9007199254740993", "-9223372036854775808"];
const DECIMALS: &[&str] = &["0", "1.0", "1.5", "-2.25", "2", "1e2", "100"];
const BINARIES: &[&str] = &["aGk=", "aGk", "/+8=", "_-8", "AAAA"];

/// The built-in schemas, and users with the extension [`CUSTOM`].
pub fn registry() -> Registry {
    let attribute = |name: &str, ty: &str, many: bool, exact: bool| {
        json!({"name": name, "type": ty, "multiValued": many, "caseExact": exact, "description": name,
            "required": false, "mutability": "readWrite", "returned": "default", "uniqueness": "none"})
    };
    let mut courses = attribute("courses", "complex", true, false);
    courses["subAttributes"] = json!([
        attribute("value", "string", false, true),
        attribute("due", "dateTime", false, false),
        attribute("score", "decimal", false, false),
        attribute("tags", "string", true, false),
        attribute("primary", "boolean", false, false),
    ]);
    let mut badge = attribute("badge", "complex", false, false);
    badge["subAttributes"] =
        json!([attribute("colour", "string", false, false), attribute("numbers", "integer", true, false),]);
    let schema = json!({"id": CUSTOM, "name": "Learning", "description": "Every data type", "attributes": [
        attribute("level", "integer", false, false), attribute("rate", "decimal", false, false),
        attribute("since", "dateTime", false, false), attribute("remote", "boolean", false, false),
        attribute("code", "string", false, true), attribute("key", "binary", false, true),
        attribute("words", "string", true, false), attribute("days", "dateTime", true, false),
        courses, badge,
    ]});
    let mut registry = Registry::builtin();
    registry.add_schema(Schema::from_json(&schema).unwrap()).unwrap();
    registry.extend("User", CUSTOM, false).unwrap();
    registry
}

fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The canonical document of a learner, without `externalId`.
pub fn document(
    dice: &mut Dice,
    user_name: &str,
    manager: Option<String>,
    active: bool,
) -> Map<String, Value> {
    let mut root = Map::new();
    root.insert("schemas".into(), json!([scim::schema::USER, CUSTOM]));
    root.insert("userName".into(), json!(user_name));
    root.insert("active".into(), json!(active));
    for name in ["displayName", "title"] {
        if dice.maybe(60) {
            root.insert(name.into(), json!(dice.pick(TEXTS)));
        }
    }
    if dice.maybe(50) {
        // What most databases end a text at.
        root.insert("nickName".into(), json!(format!("{}\u{0}{}", dice.pick(TEXTS), dice.pick(TEXTS))));
    }
    if dice.maybe(50) {
        root.insert("name".into(), json!({"familyName": dice.pick(TEXTS)}));
    }
    for list in ["emails", "phoneNumbers", "roles"] {
        let elements: Vec<Value> = (0..dice.below(4)).map(|_| element(dice)).collect();
        if !elements.is_empty() {
            root.insert(list.into(), json!(elements));
        }
    }
    if dice.maybe(30) {
        root.insert("x509Certificates".into(), json!([{"value": dice.pick(BINARIES)}]));
    }
    let mut enterprise = Map::new();
    if dice.maybe(50) {
        enterprise.insert("department".into(), json!(dice.pick(TEXTS)));
    }
    if let Some(manager) = manager {
        enterprise.insert("manager".into(), json!({"value": manager}));
    }
    if !enterprise.is_empty() {
        root.insert(scim::schema::ENTERPRISE_USER.into(), Value::Object(enterprise));
    }
    let custom = custom(dice);
    if !custom.is_empty() {
        root.insert(CUSTOM.into(), Value::Object(custom));
    }
    root
}

fn element(dice: &mut Dice) -> Value {
    let mut element = Map::new();
    element.insert("value".into(), json!(dice.pick(TEXTS)));
    if dice.maybe(70) {
        element.insert("type".into(), json!(dice.pick(&["work", "Work", "home"])));
    }
    if dice.maybe(30) {
        element.insert("primary".into(), json!(dice.maybe(60)));
    }
    if dice.maybe(20) {
        element.insert("display".into(), json!(dice.pick(TEXTS)));
    }
    Value::Object(element)
}

fn custom(dice: &mut Dice) -> Map<String, Value> {
    let mut custom = Map::new();
    let some = |dice: &mut Dice| dice.maybe(45);
    if some(dice) {
        custom.insert("level".into(), number(dice.pick(NUMBERS)));
    }
    if some(dice) {
        custom.insert("rate".into(), number(dice.pick(DECIMALS)));
    }
    if some(dice) {
        custom.insert("since".into(), json!(dice.pick(DATES)));
    }
    if some(dice) {
        custom.insert("remote".into(), json!(dice.maybe(50)));
    }
    if some(dice) {
        custom.insert("code".into(), json!(dice.pick(TEXTS)));
    }
    if some(dice) {
        custom.insert("key".into(), json!(dice.pick(BINARIES)));
    }
    if some(dice) {
        custom.insert("words".into(), json!([dice.pick(TEXTS), dice.pick(TEXTS)]));
    }
    if some(dice) {
        custom.insert("days".into(), json!([dice.pick(DATES)]));
    }
    if some(dice) {
        let course = |dice: &mut Dice| {
            let mut course = json!({"value": dice.pick(TEXTS)});
            if dice.maybe(50) {
                course["due"] = json!(dice.pick(DATES));
            }
            if dice.maybe(50) {
                course["score"] = number(dice.pick(DECIMALS));
            }
            if dice.maybe(50) {
                course["tags"] = json!([dice.pick(TEXTS), dice.pick(TEXTS)]);
            }
            if dice.maybe(30) {
                course["primary"] = json!(true);
            }
            course
        };
        let courses: Vec<_> = (0..1 + dice.below(3)).map(|_| course(dice)).collect();
        custom.insert("courses".into(), json!(courses));
    }
    if some(dice) {
        custom.insert(
            "badge".into(),
            json!({"colour": dice.pick(TEXTS), "numbers": [number(dice.pick(NUMBERS))]}),
        );
    }
    custom
}

/// A user name, unique by its number.
pub fn user_name(dice: &mut Dice, number: usize) -> String {
    format!("{}{number}", dice.pick(TEXTS))
}
