//! What is copied.

/// A table as both backends give it out and take it in.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns, in the order of a row's values.
    pub columns: &'static [&'static str],
}

macro_rules! tables {
    ($($name:ident: $($column:ident)*;)*) => {
        &[$(Table { name: stringify!($name), columns: &[$(stringify!($column)),*] }),*]
    };
}

/// Every table, in the order in which they are copied: what a row refers to comes before it.
///
/// Values are integers (also for truth values and times), texts and bytes (also for ids: 16 of them). `key` in the tables of
/// keys is the name and the value in one (see [`super::key_bytes`]); `keys` are all of a record's, each with its length in
/// four bytes before it; `counter.key` is a group's id, or a number as one. `mark` keeps numbers from being given again: the
/// last id of `tenant`, `connection` and `held_event`, the newest event's `position`, and up to where events are `trimmed`.
pub const TABLES: &[Table] = tables! {
    mark: name number;
    tenant: id name display_name created revision settings;
    departed: tenant;
    connection: tenant id name handle body;
    token: tenant id connection name scope writes digest created expires revoked last_used;
    schema_doc: tenant name kind body;
    job: tenant id kind state created moved progress payload;
    resource: tenant id kind version created modified state source managed_by managed_since external_ids label body keys;
    unique_key: tenant kind key id;
    lookup_key: tenant kind key id;
    membership: tenant grp member kind;
    tombstone: tenant id kind removed version created modified state source managed_by managed_since external_ids label
        body keys;
    removed_key: tenant kind key id;
    removed_membership: tenant grp member kind;
    counter: tenant what key n;
    event: position tenant id kind subject_kind subject object_kind object cause batch connection request actor at data;
    held_event: tenant sequence holder id kind subject_kind subject object_kind object cause batch connection request actor
        at data;
    guard_hour: tenant connection hour weight base;
    log_entry: tenant sequence at connection request action outcome status scim_type subject_kind subject label paths code
        detail raw times;
    refusal: tenant connection minute code sequence;
    trace: tenant connection sequence at body;
    traffic: tenant connection minute reads writes failures;
    identity_alarm: tenant connection learner claim at label refused;
    api_key: id tenant name scope digest created expires revoked last_used;
    setup_link: tenant id connection name digest created expires revoked opened;
    replay: owner name fingerprint at answer;
    login_link: digest name created expires;
    console_session: id name digest previous rotated proof created seen expires;
    webhook: tenant id revision created enabled body secrets cursor not_before wake troubled progress owner lease;
};

/// Columns of a database that no table here covers, as `table.column`. `own` are those that a backend makes by itself or
/// copies in another form; an empty list of columns there stands for the whole table.
#[must_use]
pub fn uncovered(catalogue: &[(String, String)], own: &[(&str, &[&str])]) -> Vec<String> {
    let is_covered = |table: &str, column: &str| {
        let listed = TABLES.iter().any(|t| t.name == table && t.columns.contains(&column));
        let is_own = |(name, columns): &(&str, &[&str])| {
            *name == table && (columns.is_empty() || columns.contains(&column))
        };
        listed || own.iter().any(is_own)
    };
    let lost = catalogue.iter().filter(|(table, column)| !is_covered(table, column));
    lost.map(|(table, column)| format!("{table}.{column}")).collect()
}
