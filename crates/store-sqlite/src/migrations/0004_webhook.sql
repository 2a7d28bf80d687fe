-- Webhooks: endpoints, how far each has been told, and who works on it until when. Tenant 0 stands for all tenants.

CREATE TABLE webhook (
    tenant      INTEGER NOT NULL,
    id          TEXT    NOT NULL,
    revision    INTEGER NOT NULL,
    created     INTEGER NOT NULL,
    enabled     INTEGER NOT NULL,
    body        TEXT    NOT NULL,
    secrets     TEXT    NOT NULL,
    cursor      INTEGER NOT NULL,
    not_before  INTEGER NOT NULL,
    wake        INTEGER,
    troubled    INTEGER NOT NULL,
    progress    TEXT    NOT NULL,
    owner       TEXT,
    lease       INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
