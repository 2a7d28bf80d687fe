-- Webhooks: endpoints, how far each has been told, and who works on it until when. Tenant 0 stands for all tenants.

CREATE TABLE webhook (
    tenant      bigint  NOT NULL,
    id          text COLLATE "C" NOT NULL,
    revision    bigint  NOT NULL,
    created     bigint  NOT NULL,
    enabled     boolean NOT NULL,
    body        text    NOT NULL,
    secrets     text    NOT NULL,
    cursor      bigint  NOT NULL,
    not_before  bigint  NOT NULL,
    wake        bigint,
    troubled    boolean NOT NULL,
    progress    text    NOT NULL,
    owner       text,
    lease       bigint  NOT NULL,
    PRIMARY KEY (tenant, id)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
