//! The numbers and texts that stand for the contract's closed lists in tables. Numbers are never reused.

use serde::de::DeserializeOwned;
use store::{Action, ApiScope, Cause, JobState, Outcome, Scope, Source, State};

use crate::fault::{Done, damaged};

/// A closed list as numbers.
pub(crate) trait Code: Copy + Sized + 'static {
    /// Every value with its number.
    const TABLE: &'static [(Self, i16)];

    /// The number of a value.
    fn code(self) -> i16;

    /// The value of a number read from `table.column`.
    fn decode(code: i16, table: &'static str, column: &'static str) -> Done<Self> {
        Self::TABLE
            .iter()
            .find(|(_, number)| *number == code)
            .map(|(value, _)| *value)
            .ok_or_else(|| damaged(table, column, format!("unknown code {code}")))
    }
}

macro_rules! codes {
    ($name:ident { $($variant:ident = $number:literal,)* }) => {
        impl Code for $name {
            const TABLE: &'static [(Self, i16)] = &[$(($name::$variant, $number),)*];

            fn code(self) -> i16 {
                match self { $($name::$variant => $number,)* }
            }
        }
    };
}

codes!(State { Active = 1, Inactive = 2, });
codes!(Source { Scim = 1, Csv = 2, Api = 3, Console = 4, });
codes!(Scope { UsersAndGroups = 1, Users = 2, });
codes!(ApiScope { Read = 1, Write = 2, Admin = 3, });
codes!(JobState { Running = 1, Done = 2, Failed = 3, });
codes!(Cause {
    InitialSync = 1,
    Adopted = 2,
    Changed = 3,
    Returned = 4,
    Restored = 5,
    Imported = 6,
});
codes!(Action {
    Create = 1,
    Replace = 2,
    Patch = 3,
    Delete = 4,
    Read = 5,
    Bulk = 6,
    Restore = 7,
    Import = 8,
    Adopt = 9,
    Authenticate = 10,
    Administer = 11,
});
// Failures are 3 and up: an index says so.
codes!(Outcome { Done = 1, Unchanged = 2, Refused = 3, Failed = 4, });

/// What [`crate::write`] counts, as `counter.what`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Counted {
    /// Live resources of a kind.
    Live,
    /// Inactive learners.
    Inactive,
    /// Learners that a connection manages.
    Managed,
    /// Members of a group.
    Members,
    /// Held events of a connection.
    Held,
}

impl Counted {
    /// `counter.what`.
    pub(crate) const fn code(self) -> i16 {
        match self {
            Self::Live => 1,
            Self::Inactive => 2,
            Self::Managed => 3,
            Self::Members => 4,
            Self::Held => 5,
        }
    }
}

/// JSON kept in a column; what this program wrote always serialises.
pub(crate) fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// JSON read from `table.column`.
pub(crate) fn from_json<T: DeserializeOwned>(
    text: &str,
    table: &'static str,
    column: &'static str,
) -> Done<T> {
    serde_json::from_str(text).map_err(|e| damaged(table, column, e))
}
