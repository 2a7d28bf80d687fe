-- Every key begins with the tenant. The exceptions: the tenants themselves, what finds a tenant (token digest,
-- connection handle), the global order of events, and row numbers, which no statement takes from outside.
-- Ids are 16-byte UUIDs, times microseconds since the epoch.

CREATE TABLE tenant (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT    NOT NULL UNIQUE,
    display_name TEXT    NOT NULL,
    created      INTEGER NOT NULL,
    revision     INTEGER NOT NULL,
    settings     TEXT    NOT NULL
) STRICT;

-- Tenants whose rows are still being deleted.
CREATE TABLE departed (
    tenant INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE connection (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant INTEGER NOT NULL,
    name   TEXT    NOT NULL,
    handle TEXT    NOT NULL UNIQUE,
    body   TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX connection_name ON connection (tenant, name);

CREATE TABLE token (
    tenant     INTEGER NOT NULL,
    id         TEXT    NOT NULL,
    connection INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    scope      INTEGER NOT NULL,
    writes     INTEGER NOT NULL,
    digest     BLOB    NOT NULL,
    created    INTEGER NOT NULL,
    expires    INTEGER,
    revoked    INTEGER,
    last_used  INTEGER,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX token_digest ON token (digest);

CREATE TABLE schema_doc (
    tenant INTEGER NOT NULL,
    name   TEXT    NOT NULL,
    kind   INTEGER,
    body   TEXT    NOT NULL,
    PRIMARY KEY (tenant, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE job (
    row      INTEGER PRIMARY KEY,
    tenant   INTEGER NOT NULL,
    id       BLOB    NOT NULL,
    kind     TEXT    NOT NULL,
    state    INTEGER NOT NULL,
    created  INTEGER NOT NULL,
    moved    INTEGER NOT NULL,
    progress TEXT    NOT NULL,
    payload  BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX job_id ON job (tenant, id);
CREATE INDEX job_running ON job (tenant, created) WHERE state = 1;

-- Live resources. Rows hold about a kilobyte, so the tree is by row number and the ids stand in an index of their own.
-- `keys` repeats the resource's keys, so that a removal need not work them out of the document.
CREATE TABLE resource (
    rid           INTEGER PRIMARY KEY,
    tenant        INTEGER NOT NULL,
    kind          INTEGER NOT NULL,
    id            BLOB    NOT NULL,
    version       INTEGER NOT NULL,
    created       INTEGER NOT NULL,
    modified      INTEGER NOT NULL,
    state         INTEGER NOT NULL,
    source        INTEGER NOT NULL,
    managed_by    INTEGER,
    managed_since INTEGER,
    external_ids  TEXT,
    label         TEXT    NOT NULL,
    body          TEXT    NOT NULL,
    keys          TEXT
) STRICT;
CREATE UNIQUE INDEX resource_id ON resource (tenant, kind, id);
CREATE INDEX resource_inactive ON resource (tenant, kind, id) WHERE state = 2;

-- Key names: 1 userName, 2 displayName, 3 emails.value, -n externalId of connection n, text the path of an attribute.
-- User names stand only here; other unique keys stand here and in lookup_key.
CREATE TABLE unique_key (
    tenant INTEGER NOT NULL,
    kind   INTEGER NOT NULL,
    name   ANY     NOT NULL,
    value  TEXT    NOT NULL,
    rid    INTEGER NOT NULL,
    PRIMARY KEY (tenant, kind, name, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE lookup_key (
    tenant INTEGER NOT NULL,
    kind   INTEGER NOT NULL,
    name   ANY     NOT NULL,
    value  TEXT    NOT NULL,
    rid    INTEGER NOT NULL,
    PRIMARY KEY (tenant, kind, name, value, rid)
) STRICT, WITHOUT ROWID;

CREATE TABLE membership (
    tenant INTEGER NOT NULL,
    grp    BLOB    NOT NULL,
    member BLOB    NOT NULL,
    kind   INTEGER NOT NULL,
    PRIMARY KEY (tenant, grp, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_member ON membership (tenant, member, grp);

-- Removed resources: the content goes when the retention time is over, the rest stays for ever.
CREATE TABLE tombstone (
    row           INTEGER PRIMARY KEY,
    tenant        INTEGER NOT NULL,
    id            BLOB    NOT NULL,
    kind          INTEGER NOT NULL,
    removed       INTEGER NOT NULL,
    version       INTEGER,
    created       INTEGER,
    modified      INTEGER,
    state         INTEGER,
    source        INTEGER,
    managed_by    INTEGER,
    managed_since INTEGER,
    external_ids  TEXT,
    label         TEXT,
    body          TEXT,
    keys          TEXT
) STRICT;
CREATE UNIQUE INDEX tombstone_id ON tombstone (tenant, id);
CREATE INDEX tombstone_kept ON tombstone (tenant, removed) WHERE body IS NOT NULL;

CREATE TABLE removed_key (
    tenant INTEGER NOT NULL,
    kind   INTEGER NOT NULL,
    name   ANY     NOT NULL,
    value  TEXT    NOT NULL,
    row    INTEGER NOT NULL,
    PRIMARY KEY (tenant, kind, name, value, row)
) STRICT, WITHOUT ROWID;

CREATE TABLE removed_membership (
    tenant INTEGER NOT NULL,
    grp    BLOB    NOT NULL,
    member BLOB    NOT NULL,
    kind   INTEGER NOT NULL,
    PRIMARY KEY (tenant, grp, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX removed_membership_member ON removed_membership (tenant, member, grp);

-- What is counted: 1 live resources of a kind, 2 inactive learners, 3 learners of a connection, 4 members of a group,
-- 5 held events of a connection.
CREATE TABLE counter (
    tenant INTEGER NOT NULL,
    what   INTEGER NOT NULL,
    key    ANY     NOT NULL,
    n      INTEGER NOT NULL,
    PRIMARY KEY (tenant, what, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    position     INTEGER PRIMARY KEY,
    tenant       INTEGER NOT NULL,
    id           BLOB    NOT NULL,
    kind         INTEGER NOT NULL,
    subject_kind INTEGER,
    subject      BLOB,
    object_kind  INTEGER,
    object       BLOB,
    cause        INTEGER NOT NULL,
    batch        BLOB,
    connection   INTEGER,
    request      TEXT    NOT NULL,
    actor        TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    data         TEXT    NOT NULL
) STRICT;
CREATE INDEX event_tenant ON event (tenant, position);
CREATE INDEX event_subject ON event (tenant, subject, position) WHERE subject IS NOT NULL;
CREATE INDEX event_object ON event (tenant, object, position) WHERE object IS NOT NULL;

-- Positions below this are given, even where their events went with their tenant.
CREATE TABLE feed (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    floor INTEGER NOT NULL
) STRICT;
INSERT INTO feed VALUES (1, 0);

CREATE TABLE held_event (
    sequence     INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant       INTEGER NOT NULL,
    holder       INTEGER NOT NULL,
    id           BLOB    NOT NULL,
    kind         INTEGER NOT NULL,
    subject_kind INTEGER,
    subject      BLOB,
    object_kind  INTEGER,
    object       BLOB,
    cause        INTEGER NOT NULL,
    batch        BLOB,
    connection   INTEGER,
    request      TEXT    NOT NULL,
    actor        TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    data         TEXT    NOT NULL
) STRICT;
CREATE INDEX held_event_holder ON held_event (tenant, holder, sequence);
CREATE INDEX held_event_subject ON held_event (tenant, subject) WHERE subject IS NOT NULL;
CREATE INDEX held_event_object ON held_event (tenant, object) WHERE object IS NOT NULL;

-- The mass-change guard: learners deactivated or removed, by the hour; `base` is how many the connection managed when the
-- hour's first one came.
CREATE TABLE guard_hour (
    tenant     INTEGER NOT NULL,
    connection INTEGER NOT NULL,
    hour       INTEGER NOT NULL,
    weight     INTEGER NOT NULL,
    base       INTEGER NOT NULL,
    PRIMARY KEY (tenant, connection, hour)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_entry (
    tenant       INTEGER NOT NULL,
    sequence     INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    connection   INTEGER NOT NULL,
    request      TEXT    NOT NULL,
    action       INTEGER NOT NULL,
    outcome      INTEGER NOT NULL,
    status       INTEGER NOT NULL,
    scim_type    TEXT,
    subject_kind INTEGER,
    subject      BLOB,
    label        TEXT    NOT NULL,
    paths        TEXT,
    code         TEXT,
    detail       TEXT,
    raw          TEXT,
    times        INTEGER NOT NULL,
    PRIMARY KEY (tenant, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX log_entry_subject ON log_entry (tenant, subject, sequence) WHERE subject IS NOT NULL;
CREATE INDEX log_entry_failure ON log_entry (tenant, sequence) WHERE outcome >= 3;

-- Which log entry counts the refusals of a minute.
CREATE TABLE refusal (
    tenant     INTEGER NOT NULL,
    connection INTEGER NOT NULL,
    minute     INTEGER NOT NULL,
    code       TEXT    NOT NULL,
    sequence   INTEGER NOT NULL,
    PRIMARY KEY (tenant, connection, minute, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE trace (
    tenant     INTEGER NOT NULL,
    connection INTEGER NOT NULL,
    sequence   INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    body       TEXT    NOT NULL,
    PRIMARY KEY (tenant, connection, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE traffic (
    tenant     INTEGER NOT NULL,
    connection INTEGER NOT NULL,
    minute     INTEGER NOT NULL,
    reads      INTEGER NOT NULL,
    writes     INTEGER NOT NULL,
    failures   INTEGER NOT NULL,
    PRIMARY KEY (tenant, connection, minute)
) STRICT, WITHOUT ROWID;
