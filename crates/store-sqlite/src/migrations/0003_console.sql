-- The console: links that open it once, and sessions.

CREATE TABLE login_link (
    digest  BLOB    PRIMARY KEY,
    name    TEXT    NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE console_session (
    id       TEXT    PRIMARY KEY,
    name     TEXT    NOT NULL,
    digest   BLOB    NOT NULL UNIQUE,
    previous BLOB,
    rotated  INTEGER NOT NULL,
    proof    BLOB    NOT NULL,
    created  INTEGER NOT NULL,
    seen     INTEGER NOT NULL,
    expires  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX console_session_previous ON console_session (previous);
