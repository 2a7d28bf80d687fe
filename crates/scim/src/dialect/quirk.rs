//! The closed list of quirks.

macro_rules! quirks {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// One named departure from the RFCs that a dialect may accept.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Quirk { $($(#[$doc])* $name,)* }

        impl Quirk {
            /// Every quirk, in the order of declaration.
            pub const ALL: &'static [Quirk] = &[$(Quirk::$name,)*];

            /// The switch's name in settings and logs.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Quirk::$name => $text,)* }
            }
        }
    };
}

quirks! {
    // --- text: the lexer
    /// `externalId eq jyoung`, `meta.resourceType eq User`: a literal without quotes.
    UnquotedLiteral = "unquoted-literal",
    /// `displayName sw 'Group'`.
    SingleQuotes = "single-quotes",
    /// `members[value eq"x"]`: no space before the literal.
    MissingSpace = "missing-space",
    /// `urn:…:2.0:User.manager`: a dot where the colon after the URN belongs.
    UrnDot = "urn-dot",
    /// `emails[type eq "work"].value eq "x"` in a filter.
    ElementSubInFilter = "element-sub-in-filter",
    /// `roles[primary eq "True"]`, `count gt "3"`: a boolean or number in quotes, in filters.
    QuotedLiteral = "quoted-literal",
    // --- body to operations
    /// `"op":"Add"`, `"operations":[…]`, `"Path":…`.
    OpCase = "op-case",
    /// `"Operations":[]` is a no-op.
    EmptyOperations = "empty-operations",
    /// A message body without its `schemas`.
    MissingMessageSchema = "missing-message-schema",
    /// `{"op":"replace","value":{"name.givenName":"B","urn:…:User:department":"C"}}`.
    FlattenedKeys = "flattened-keys",
    /// `{"op":"Remove","path":"members","value":[{"value":"u1"}]}` removes only what is listed.
    RemoveWithValue = "remove-with-value",
    /// The data of a bulk PATCH is the bare list of operations.
    BulkPatchArray = "bulk-patch-array",
    /// Read-only keys inside a pathless value are ignored: `{"op":"replace","value":{"id":"g","displayName":"N"}}`.
    ReadOnlyInValue = "read-only-in-value",
    // --- operation and document
    /// `emails[type eq "work"].value` on a user who has no work e-mail creates the element.
    FilteredPathUpsert = "filtered-path-upsert",
    /// `emails.value` on a user without e-mails creates one element.
    SubWithoutElement = "sub-without-element",
    /// `manager[value eq "m1"]`: a value filter on a singular complex attribute guards it.
    SingularValueFilter = "singular-value-filter",
    /// `""` clears a value in PATCH.
    EmptyStringClears = "empty-string-clears",
    /// `"value":null` in an `add` is a no-op; null keys are absent.
    NullIsAbsent = "null-is-absent",
    /// `"manager":"m1"`, `[{"value":"m1"}]`, `"members":["u1"]`: wrong shape, clear meaning.
    ShapeMismatch = "shape-mismatch",
    /// `"value":"{\"id\":\"g\",\"value\":\"Admin\"}"`: a role as JSON in a string.
    StringifiedRole = "stringified-role",
    /// `"roles":[{"value":"Admin","displayName":"Admin"}]`: the role's `display` under another name.
    RoleDisplayName = "role-display-name",
    // --- settings and answers
    /// `"active":"True"`.
    StringBoolean = "string-boolean",
    /// `"count":"3"` for a number.
    StringNumber = "string-number",
    /// Unknown attributes are ignored instead of refused.
    UnknownAttribute = "unknown-attribute",
    /// An extension's object is taken although its URN is not in `schemas`.
    UnannouncedExtension = "unannounced-extension",
    /// Unknown schema URNs (Microsoft's group URN among them) are dropped with their objects.
    UnknownSchema = "unknown-schema",
    /// `…enterprise:2.0User` without the last colon.
    MalformedEnterpriseUrn = "malformed-enterprise-urn",
    /// `schemas` missing, empty or with duplicates on a resource.
    MissingSchemas = "missing-schemas",
    /// `attributes` together with `excludedAttributes`: the first wins.
    BothProjections = "both-projections",
    /// `attributes=emails[type eq "work"]` means `emails`.
    BracketedProjection = "bracketed-projection",
    /// A second group of the same display name is 409.
    UniqueGroupName = "unique-group-name",
    /// `"manager":{"value":"KQXTNZWBVJRD"}`: a manager that cannot be an id of this service is kept as it is, as
    /// Microsoft's validators expect. An id that could be one must still be somebody's.
    ForeignManager = "foreign-manager",
    /// Answers are `application/scim+json` whatever `Accept` says.
    AlwaysScimJson = "always-scim-json",
    /// Endpoint names match in any case: `/users`.
    EndpointCase = "endpoint-case",
    /// A conditional header without quotes or without `W/`.
    LooseEtag = "loose-etag",
    /// `"active":null` and removing `active` change nothing.
    ActiveNeverUnassigned = "active-never-unassigned",
}

impl Quirk {
    /// The quirk of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|q| q.name() == name)
    }
}
