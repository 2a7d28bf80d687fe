//! The small numbers and the JSON that stand for nouns in tables. Every backend writes the same ones, so that a directory
//! can be moved from one to another. Numbers are never reused.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{
    Action, ApiScope, Cause, EventKind, JobState, Outcome, Scope, Source, State, StoreError, StoreResult,
};

/// A closed list as numbers.
pub trait Code: Copy {
    /// The number of a value.
    fn code(self) -> i16;

    /// The value with this number.
    fn from_code(code: i16) -> Option<Self>;

    /// The value of a number read from `table.column`.
    ///
    /// # Errors
    /// `Inconsistent` when no value has this number.
    fn decode(code: i16, table: &'static str, column: &'static str) -> StoreResult<Self> {
        Self::from_code(code).ok_or_else(|| StoreError::Inconsistent {
            table,
            column,
            detail: format!("unknown code {code}"),
        })
    }
}

macro_rules! codes {
    ($name:ident { $($variant:ident = $number:literal,)* }) => {
        impl Code for $name {
            fn code(self) -> i16 {
                match self { $($name::$variant => $number,)* }
            }

            fn from_code(code: i16) -> Option<Self> {
                match code { $($number => Some($name::$variant),)* _ => None }
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
codes!(Counted { Live = 1, Inactive = 2, Managed = 3, Members = 4, Held = 5, });

impl Code for EventKind {
    fn code(self) -> i16 {
        Self::code(self)
    }

    fn from_code(code: i16) -> Option<Self> {
        Self::from_code(code)
    }
}

/// What backends keep counters of, so that a count need not walk over what it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counted {
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

/// JSON kept in a column; what this program wrote always serialises.
pub fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// JSON read from `table.column`.
///
/// # Errors
/// `Inconsistent` when it is not what the program writes there.
pub fn from_json<T: DeserializeOwned>(
    text: &str,
    table: &'static str,
    column: &'static str,
) -> StoreResult<T> {
    serde_json::from_str(text).map_err(|e| StoreError::Inconsistent { table, column, detail: e.to_string() })
}

#[cfg(test)]
mod tests {
    use super::Code;
    use crate::{Action, Cause, EventKind, JobState, Outcome, Scope, Source, State, StoreError};

    /// The numbers that stand for something; each is read back as what was written.
    fn numbers<T: Code>() -> Vec<i16> {
        let known = (i16::MIN..=i16::MAX).filter_map(|code| Some((code, T::from_code(code)?)));
        known.inspect(|(code, value)| assert_eq!(value.code(), *code)).map(|(code, _)| code).collect()
    }

    #[test]
    fn every_number_is_read_back_as_what_was_written() {
        assert_eq!(numbers::<State>(), [1, 2]);
        assert_eq!(numbers::<Source>(), [1, 2, 3, 4]);
        assert_eq!(numbers::<Scope>(), [1, 2]);
        assert_eq!(numbers::<JobState>(), [1, 2, 3]);
        assert_eq!(numbers::<Cause>(), [1, 2, 3, 4, 5, 6]);
        assert_eq!(numbers::<Action>(), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        assert_eq!(numbers::<Outcome>(), [1, 2, 3, 4]);
        assert_eq!(numbers::<EventKind>().len(), EventKind::ALL.len());
    }

    #[test]
    fn an_unknown_number_is_told_with_its_place() {
        let error = State::decode(7, "resource", "state").unwrap_err();
        assert!(
            matches!(error, StoreError::Inconsistent { table: "resource", column: "state", .. }),
            "{error}"
        );
    }
}
