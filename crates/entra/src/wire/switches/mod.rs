//! What is not known for certain of Entra's behaviour, each as a switch with a stated default.

mod choice;

pub use choice::{
    BooleanForm, ContentType, FilterValue, KeyOrder, ManagerClear, ManagerForm, OpCase, PostForm,
    PrimaryMarks, ReferenceCheck, RenameForm, Throttled,
};

use choice::Choice;

use crate::fidelity::Grade;
use crate::wire::Dialect;

/// One switch, described.
pub struct Switch {
    /// Its name, as the command line and the ledger have it.
    pub name: &'static str,
    /// What it decides, and why that is open.
    pub doc: &'static str,
    /// The place in the fact sheet.
    pub clause: &'static str,
    /// How well its default is known.
    pub grade: Grade,
    /// Whether [`Switches::vary`] turns it: it changes what a service sees.
    pub varies: bool,
    plausible: fn() -> Vec<String>,
    get: fn(&Switches) -> String,
    set: fn(&mut Switches, &str) -> bool,
}

impl Switch {
    /// The values worth trying, in words.
    #[must_use]
    pub fn plausible(&self) -> Vec<String> {
        (self.plausible)()
    }

    /// What it is set to, in a word.
    #[must_use]
    pub fn value(&self, switches: &Switches) -> String {
        (self.get)(switches)
    }
}

impl std::fmt::Debug for Switch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

macro_rules! switches {
    ($($field:ident: $type:ty = $default:expr, $name:literal, $clause:literal, $grade:ident, $varies:literal, $doc:literal;)+) => {
        /// Every switch, set. [`Switches::of`] gives a dialect's defaults.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Switches {
            $(#[doc = $doc] pub $field: $type,)+
        }

        impl Default for Switches {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }

        /// All switches, described.
        pub const SWITCHES: &[Switch] = &[$(Switch {
            name: $name,
            doc: $doc,
            clause: $clause,
            grade: Grade::$grade,
            varies: $varies,
            plausible: || <$type>::PLAUSIBLE.iter().map(|choice| choice.word()).collect(),
            get: |switches| switches.$field.word(),
            set: |switches, text| <$type>::read(text).map(|value| switches.$field = value).is_some(),
        },)+];
    };
}

switches! {
    op_case: OpCase = OpCase::Capital, "op-case", "§2.3", Doc, true,
        "How `op` is written: the documentation's own samples have both.";
    boolean: BooleanForm = BooleanForm::CapitalText, "boolean", "§2.3", Doc, true,
        "How a truth value is written in a PATCH; all combinations with `op-case` occur.";
    boolean_at_create: BooleanForm = BooleanForm::Real, "boolean-at-create", "§2.2", Unverified, true,
        "How a truth value is written in a POST: boolean and text have both been seen.";
    key_order: KeyOrder = KeyOrder::SchemasFirst, "key-order", "§2.3", Doc, true,
        "The order of a message's members, which varies in the documentation.";
    members_per_operation: usize = 1, "members-per-operation", "§3", Unverified, true,
        "How many members one operation carries. The documentation shows one.";
    operations_per_patch: usize = 1, "operations-per-patch", "§3", Unverified, true,
        "How many member operations one PATCH carries. The documentation says not to rely on several.";
    member_ref_null: bool = true, "member-ref-null", "§3", Doc, true,
        "Whether a member carries `\"$ref\":null`.";
    reference_check: ReferenceCheck = ReferenceCheck::IdFirst, "reference-check", "§2.5", Doc, true,
        "The query that precedes a manager's update; the order of its terms is open.";
    throttled: Throttled = Throttled::Honour, "throttled", "§5.3", Second, false,
        "What 429 with `Retry-After` does: older answers say it counts as a failure, a newer one that the job pauses.";
    external_id_in_patch: bool = true, "external-id-in-patch", "§2.4", Unverified, true,
        "Whether a changed `externalId` is sent in a PATCH.";
    meta_at_create: bool = true, "meta-at-create", "§2.2", Doc, true,
        "Whether a POST carries `meta`.";
    roles_at_create: bool = true, "roles-at-create", "§2.2", Doc, true,
        "Whether a POST of a user without roles carries `\"roles\":[]`.";
    members_at_create: bool = false, "members-at-create", "§3", Cap, true,
        "Whether a POST of a group carries `\"members\":[]`.";
    post_form: PostForm = PostForm::Usual, "post-form", "§2.2", Doc, true,
        "The body of a create, as captured or as the documentation's second example.";
    primary_marks: PrimaryMarks = PrimaryMarks::Email, "primary-marks", "§2.2", Unverified, true,
        "Which elements of a created user are marked `primary`.";
    primary: BooleanForm = BooleanForm::Real, "primary", "§2.6", Cap, true,
        "How `primary` is written: `\"True\"` as text occurs in roles and e-mail addresses.";
    content_type: ContentType = ContentType::Scim, "content-type", "§2.2", Doc, true,
        "The media type of bodies.";
    filter_value: FilterValue = FilterValue::Quoted, "filter-value", "§2.1", Doc, true,
        "Whether a matching query's value stands in quotes: one sample of the documentation has none.";
    manager_at_create: bool = false, "manager-at-create", "§2.2", Cap, true,
        "Whether a POST carries the id of a manager who is there already, as text: usually it follows in a PATCH.";
    manager_form: ManagerForm = ManagerForm::Text, "manager-form", "§2.5", Cap, true,
        "How a manager is set.";
    manager_clear: ManagerClear = ManagerClear::Remove, "manager-clear", "§2.5", Unverified, true,
        "How a manager is taken away.";
    rename_form: RenameForm = RenameForm::Pathed, "rename-form", "§3", Unverified, true,
        "How a group's lone change is sent.";
    reference_query_for_members: bool = false, "reference-check-members", "§3", Unverified, true,
        "Whether `id eq \"g\" and members eq \"u\"` precedes a member's addition.";
    discovery_at_test: bool = false, "discovery-at-test", "§1.1", Unverified, true,
        "Whether `/ServiceProviderConfig`, `/ResourceTypes` and `/Schemas` are read at Test Connection; no capture shows it.";
    probe_before_cycle: bool = true, "probe-before-cycle", "§1.4", Cap, true,
        "Whether each cycle begins with the requests of Test Connection.";
    follow_redirects: bool = false, "follow-redirects", "§9", Unverified, false,
        "Whether a redirect within the same origin is followed.";
    gone_is_deleted: bool = true, "gone-is-deleted", "§2.7", Unverified, false,
        "Whether 404 to a DELETE counts as done, or as `InvalidAnchor`.";
    delete_groups_out_of_scope: bool = true, "delete-groups-out-of-scope", "§3", Unverified, false,
        "Whether a group that left the scope is deleted in the target; groups have no `active`.";
    timeout_seconds: usize = 100, "timeout-seconds", "§5.3", Unverified, false,
        "How long an answer is waited for. The value is not published.";
}

impl Switches {
    /// A dialect's defaults.
    #[must_use]
    pub fn of(dialect: Dialect) -> Self {
        let usual = Self::default();
        match dialect {
            Dialect::Entra2020 | Dialect::EntraValidator => Self {
                op_case: OpCase::Lower,
                boolean: BooleanForm::Real,
                rename_form: RenameForm::Pathless,
                ..usual
            },
            // Onboarding demands that one PATCH may carry several members.
            Dialect::EntraGallery => Self { members_per_operation: 20, ..usual },
            _ => usual,
        }
    }

    /// The same with plausible variants of whatever changes what a service sees, always the same for one seed. A service
    /// that survives many seeds does not depend on our guesses.
    #[must_use]
    pub fn vary(mut self, seed: u64) -> Self {
        for switch in SWITCHES.iter().filter(|switch| switch.varies) {
            let choices = switch.plausible();
            // By name and not in turn, so that a new switch does not change what a seed means for the others.
            let hash = base::sha256(format!("{seed}/{}", switch.name).as_bytes());
            let choice = &choices[usize::from(u16::from_be_bytes([hash[0], hash[1]])) % choices.len()];
            (switch.set)(&mut self, choice);
        }
        self
    }

    /// Sets one by name.
    ///
    /// # Errors
    /// When there is no such switch or value; the message lists what there is.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), SwitchFault> {
        let Some(switch) = SWITCHES.iter().find(|switch| switch.name == name) else {
            let names = SWITCHES.iter().map(|s| s.name).collect::<Vec<_>>().join(", ");
            return Err(SwitchFault::Name { name: name.to_owned(), names });
        };
        match (switch.set)(self, value) {
            true => Ok(()),
            false => Err(SwitchFault::Value {
                name: switch.name,
                value: value.to_owned(),
                choices: switch.plausible().join(", "),
            }),
        }
    }

    /// Name and value of each switch that is not as in the dialect's defaults: what a report must tell.
    #[must_use]
    pub fn turned(&self, dialect: Dialect) -> Vec<(&'static str, String)> {
        let usual = Self::of(dialect);
        let differs = |s: &&Switch| s.value(self) != s.value(&usual);
        SWITCHES.iter().filter(differs).map(|s| (s.name, s.value(self))).collect()
    }
}

/// A setting that no switch has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SwitchFault {
    /// No such switch.
    #[error("`{name}` is no switch; there are {names}")]
    Name {
        /// The name given.
        name: String,
        /// Those there are.
        names: String,
    },
    /// No such value.
    #[error("`{value}` is no value of the switch `{name}`; choose among {choices}")]
    Value {
        /// The switch.
        name: &'static str,
        /// The value given.
        value: String,
        /// Those there are.
        choices: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_set_by_name_to_each_of_its_values() {
        for switch in SWITCHES {
            for value in switch.plausible() {
                let mut switches = Switches::default();
                switches.set(switch.name, &value).unwrap();
                assert_eq!(switch.value(&switches), value, "{}", switch.name);
            }
        }
        let mut switches = Switches::default();
        switches.set("members-per-operation", "37").unwrap();
        assert_eq!(switches.members_per_operation, 37);
        let fault = switches.set("members-per-operation", "0").unwrap_err().to_string();
        assert!(fault.contains("1, 5, 20, 100"), "{fault}");
        let fault = switches.set("op-kase", "lower").unwrap_err().to_string();
        assert!(fault.contains("op-case"), "{fault}");
    }

    #[test]
    fn a_seed_always_means_the_same_and_seeds_differ() {
        let of = |seed| Switches::of(Dialect::EntraDefault).vary(seed);
        assert_eq!(of(7), of(7));
        let turned = |seed| of(seed).turned(Dialect::EntraDefault);
        assert_ne!(turned(1), turned(2));
        // Over some seeds every value of every varying switch occurs, and the others stay.
        for switch in SWITCHES {
            for value in switch.plausible() {
                let occurs = (0..400).any(|seed| switch.value(&of(seed)) == value);
                assert!(occurs || !switch.varies, "{} {value}", switch.name);
            }
            let still = (0..50).all(|seed| switch.value(&of(seed)) == switch.value(&Switches::default()));
            assert_eq!(still, !switch.varies, "{}", switch.name);
        }
    }

    #[test]
    fn the_flag_of_2020_speaks_lower_case_and_real_booleans() {
        assert_eq!(
            Switches::of(Dialect::Entra2020).turned(Dialect::EntraDefault),
            [
                ("op-case", "lower".to_owned()),
                ("boolean", "real".to_owned()),
                ("rename-form", "pathless".to_owned())
            ]
        );
    }
}
