//! What a switch can be set to.

/// The values of a switch.
pub(super) trait Choice: Sized + Copy + PartialEq + 'static {
    /// Those worth trying: every one occurs, or may.
    const PLAUSIBLE: &'static [Self];

    /// The value as text.
    fn word(self) -> String;

    /// The value of a text.
    fn read(text: &str) -> Option<Self> {
        Self::PLAUSIBLE.iter().copied().find(|choice| choice.word() == text)
    }
}

impl Choice for bool {
    const PLAUSIBLE: &'static [Self] = &[true, false];

    fn word(self) -> String {
        if self { "on" } else { "off" }.to_owned()
    }
}

/// How many of something go together: at least one.
impl Choice for usize {
    const PLAUSIBLE: &'static [Self] = &[1, 5, 20, 100];

    fn word(self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().filter(|n| *n > 0)
    }
}

macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $word:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$value_doc])* $value,)+
        }

        impl Choice for $name {
            const PLAUSIBLE: &'static [Self] = &[$(Self::$value),+];

            fn word(self) -> String {
                match self {
                    $(Self::$value => $word,)+
                }
                .to_owned()
            }
        }
    )+};
}

choices! {
    /// How `op` is written.
    OpCase {
        /// `Add`, `Replace`, `Remove`.
        Capital = "capital",
        /// `add`, `replace`, `remove`.
        Lower = "lower",
    }
    /// How a truth value is written.
    BooleanForm {
        /// `"True"`, `"False"`.
        CapitalText = "capital-text",
        /// `"true"`, `"false"`.
        LowerText = "lower-text",
        /// `true`, `false`.
        Real = "real",
    }
    /// Which member of a message comes first.
    KeyOrder {
        /// `schemas`, then the rest; `op`, `path`, `value`.
        SchemasFirst = "schemas-first",
        /// `Operations`, then `schemas`; `value` before `path`.
        SchemasLast = "schemas-last",
    }
    /// The query that precedes a manager's update.
    ReferenceCheck {
        /// `id eq "u" and manager eq "m"`.
        IdFirst = "id-first",
        /// `manager eq "m" and id eq "u"`.
        ManagerFirst = "manager-first",
        /// None.
        Off = "off",
    }
    /// What 429 does.
    Throttled {
        /// The job pauses for `Retry-After` and tries what was refused again.
        Honour = "honour",
        /// It is a failure like any other.
        Fail = "fail",
    }
    /// The media type of bodies.
    ContentType {
        /// `application/scim+json; charset=utf-8`.
        Scim = "scim",
        /// `application/json; charset=utf-8`.
        Json = "json",
    }
    /// How a value stands in a matching query.
    FilterValue {
        /// `userName eq "a@b.c"`.
        Quoted = "quoted",
        /// `userName eq a@b.c`, where the value is one word that means nothing else.
        Bare = "bare",
    }
    /// How a manager is set.
    ManagerForm {
        /// `"value":"m1"`.
        Text = "text",
        /// `"value":{"value":"m1"}`.
        Complex = "complex",
        /// `"path":"manager","value":[{"$ref":"…/Users/m1","value":"m1"}]`.
        ReferenceList = "reference-list",
    }
    /// How a manager is taken away.
    ManagerClear {
        /// `remove` of the path.
        Remove = "remove",
        /// `remove` of `manager[value eq "m1"]`.
        RemoveByValue = "remove-by-value",
        /// `replace` with `""`.
        EmptyText = "empty-text",
        /// `replace` with `{"value":""}`.
        EmptyComplex = "empty-complex",
    }
    /// The body of a create.
    PostForm {
        /// As captured.
        Usual = "usual",
        /// As *Example 2* of the documentation: the enterprise URN without its last colon, and explicit nulls.
        ExampleTwo = "example-two",
    }
    /// Which elements of a created resource are marked `primary`.
    PrimaryMarks {
        /// The first e-mail address.
        Email = "email",
        /// The first element of each attribute.
        FirstOfEach = "first-of-each",
    }
    /// How a group is renamed.
    RenameForm {
        /// Without a path: `"value":{"displayName":"N"}`.
        Pathless = "pathless",
        /// With its path.
        Pathed = "pathed",
    }
}
