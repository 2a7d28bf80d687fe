-- Identity alarms of the last days, one for each learner and identity that was claimed.

CREATE TABLE identity_alarm (
    tenant     INTEGER NOT NULL,
    learner    BLOB    NOT NULL,
    connection INTEGER NOT NULL,
    claim      BLOB    NOT NULL,
    at         INTEGER NOT NULL,
    label      TEXT    NOT NULL,
    refused    INTEGER NOT NULL,
    PRIMARY KEY (tenant, learner, connection, claim)
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_alarm_at ON identity_alarm (tenant, connection, at);
