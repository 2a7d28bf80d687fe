-- The REST API: its keys, which may open all tenants; setup links; requests that named themselves; how far the feed has
-- been trimmed.

CREATE TABLE api_key (
    id        TEXT    PRIMARY KEY,
    tenant    INTEGER,
    name      TEXT    NOT NULL,
    scope     INTEGER NOT NULL,
    digest    BLOB    NOT NULL UNIQUE,
    created   INTEGER NOT NULL,
    expires   INTEGER,
    revoked   INTEGER,
    last_used INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE setup_link (
    tenant     INTEGER NOT NULL,
    id         TEXT    NOT NULL,
    connection INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    digest     BLOB    NOT NULL UNIQUE,
    created    INTEGER NOT NULL,
    expires    INTEGER NOT NULL,
    revoked    INTEGER,
    opened     INTEGER,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE replay (
    owner       TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    fingerprint BLOB    NOT NULL,
    at          INTEGER NOT NULL,
    answer      TEXT,
    PRIMARY KEY (owner, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX replay_at ON replay (at);

-- Events up to this position are gone.
ALTER TABLE feed ADD COLUMN trimmed INTEGER NOT NULL DEFAULT 0;
