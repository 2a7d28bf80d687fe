-- Single facts about the job, as JSON.
CREATE TABLE fact (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The source as it was last imported. kind: 0 user, 1 group.
CREATE TABLE object (
    kind           INTEGER NOT NULL,
    id             TEXT    NOT NULL,
    digest         BLOB    NOT NULL,
    attributes     TEXT    NOT NULL,
    manager        TEXT,
    enabled        INTEGER NOT NULL,
    -- When it came into the recycle bin, or was first missed.
    deleted_at     INTEGER,
    -- To be worked on: the object itself, its references; held back with other removals.
    due            INTEGER NOT NULL,
    references_due INTEGER NOT NULL,
    staged         INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, id)
) STRICT;
CREATE INDEX object_due ON object (kind, id) WHERE due = 1;
CREATE INDEX object_references_due ON object (kind, id) WHERE references_due = 1;
CREATE INDEX object_staged ON object (kind, id) WHERE staged = 1;
CREATE INDEX object_deleted ON object (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE member (
    grp TEXT NOT NULL,
    id  TEXT NOT NULL,
    PRIMARY KEY (grp, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_of ON member (id, grp);

CREATE TABLE assignment (
    principal    TEXT NOT NULL,
    role         TEXT NOT NULL,
    value        TEXT,
    display_name TEXT,
    PRIMARY KEY (principal, role)
) STRICT, WITHOUT ROWID;

-- Which object of the target stands for which of the source.
CREATE TABLE link (
    kind      INTEGER NOT NULL,
    source_id TEXT    NOT NULL,
    target_id TEXT    NOT NULL,
    -- 0 once it left the scope: then its deletion in the source is none of ours.
    managed   INTEGER NOT NULL,
    -- Whether it was last left enabled in the target.
    active    INTEGER NOT NULL,
    PRIMARY KEY (kind, source_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX link_target ON link (kind, target_id);

-- References as exported: a user's manager (kind 0), a group's members (kind 1).
CREATE TABLE reference (
    kind       INTEGER NOT NULL,
    owner      TEXT    NOT NULL,
    referenced TEXT    NOT NULL,
    target_id  TEXT    NOT NULL,
    -- 0 after a restart: it is sent again, because the target is never asked for it.
    sent       INTEGER NOT NULL,
    PRIMARY KEY (kind, owner, referenced)
) STRICT, WITHOUT ROWID;
CREATE INDEX reference_to ON reference (referenced);

-- What failed and waits. part: 0 the object itself, 1 its references.
CREATE TABLE escrow (
    kind     INTEGER NOT NULL,
    id       TEXT    NOT NULL,
    part     INTEGER NOT NULL,
    code     TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    attempts INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    retry_at INTEGER NOT NULL,
    PRIMARY KEY (kind, id, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX escrow_retry ON escrow (retry_at);

CREATE TABLE log (
    sequence  INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    cycle     TEXT    NOT NULL,
    source_id TEXT    NOT NULL,
    status    TEXT    NOT NULL,
    action    TEXT    NOT NULL,
    entry     TEXT    NOT NULL
) STRICT;
CREATE INDEX log_at ON log (at);
CREATE INDEX log_source ON log (source_id, sequence);
