-- Identity alarms of the last days, one for each learner and identity that was claimed.

CREATE TABLE identity_alarm (
    tenant     bigint  NOT NULL,
    learner    uuid    NOT NULL,
    connection bigint  NOT NULL,
    claim      bytea   NOT NULL,
    at         bigint  NOT NULL,
    label      text    NOT NULL,
    refused    boolean NOT NULL,
    PRIMARY KEY (tenant, learner, connection, claim)
);
CREATE INDEX identity_alarm_at ON identity_alarm (tenant, connection, at);
