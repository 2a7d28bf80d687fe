-- The console: links that open it once, and sessions.

CREATE TABLE login_link (
    digest bytea PRIMARY KEY,
    name text NOT NULL,
    created bigint NOT NULL,
    expires bigint NOT NULL
);

CREATE TABLE console_session (
    id text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    digest bytea NOT NULL UNIQUE,
    previous bytea,
    rotated bigint NOT NULL,
    proof bytea NOT NULL,
    created bigint NOT NULL,
    seen bigint NOT NULL,
    expires bigint NOT NULL
);
CREATE INDEX console_session_previous ON console_session (previous);
