//! Rows to the contract's nouns.

use base::Timestamp;
use rusqlite::Row;
use store::code::{Code, from_json};
use store::{
    ApiKey, Connection, ConnectionId, ConsoleSession, Job, JobId, Kind, LogEntry, NewEvent, NewLogEntry,
    Progress, Record, ResourceId, SetupLink, Tenant, TenantId, Token, Tombstone, Webhook,
};
use uuid::Uuid;

use crate::fault::{Done, damaged};

/// The columns of `resource` that make a [`Record`], in the order that [`record`] reads them.
macro_rules! record_columns {
    () => {
        "id, kind, version, created, modified, state, source, managed_by, managed_since, external_ids, label, body"
    };
}
pub(crate) use record_columns;

/// The columns that `event` and `held_event` share, in the order that [`event`] reads them.
macro_rules! event_columns {
    () => {
        "id, kind, subject_kind, subject, object_kind, object, cause, batch, connection, request, actor, at, data"
    };
}
pub(crate) use event_columns;

/// The columns of `webhook` in the order that [`webhook`] reads them.
macro_rules! webhook_columns {
    () => {
        "tenant, id, revision, created, enabled, body, secrets, cursor, not_before, wake, troubled, progress"
    };
}
pub(crate) use webhook_columns;

/// A 16-byte id.
pub(crate) fn uuid(row: &Row<'_>, index: usize, table: &'static str, column: &'static str) -> Done<Uuid> {
    let bytes = row.get_ref(index)?.as_blob().map_err(|e| damaged(table, column, e))?;
    Uuid::from_slice(bytes).map_err(|e| damaged(table, column, e))
}

fn optional_uuid(row: &Row<'_>, index: usize, column: &'static str) -> Done<Option<Uuid>> {
    match row.get_ref(index)?.as_blob_or_null().map_err(|e| damaged("event", column, e))? {
        None => Ok(None),
        Some(bytes) => Uuid::from_slice(bytes).map(Some).map_err(|e| damaged("event", column, e)),
    }
}

fn time(row: &Row<'_>, index: usize) -> Done<Timestamp> {
    Ok(Timestamp::from_micros(row.get(index)?))
}

fn optional_time(row: &Row<'_>, index: usize) -> Done<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(index)?.map(Timestamp::from_micros))
}

/// A row that begins with [`record_columns`].
pub(crate) fn record(row: &Row<'_>) -> Done<Record> {
    let external_ids =
        match row.get_ref(9)?.as_str_or_null().map_err(|e| damaged("resource", "external_ids", e))? {
            None => Vec::new(),
            Some(text) => from_json(text, "resource", "external_ids")?,
        };
    Ok(Record {
        id: ResourceId(uuid(row, 0, "resource", "id")?),
        kind: Kind(row.get(1)?),
        version: row.get(2)?,
        created: time(row, 3)?,
        modified: time(row, 4)?,
        state: Code::decode(row.get(5)?, "resource", "state")?,
        source: Code::decode(row.get(6)?, "resource", "source")?,
        managed_by: row.get::<_, Option<i64>>(7)?.map(ConnectionId),
        managed_since: optional_time(row, 8)?,
        external_ids,
        label: row.get(10)?,
        body: row.get(11)?,
    })
}

/// A row of `tombstone`: [`record_columns`], then `removed`. Without a body the content is purged.
pub(crate) fn tombstone(row: &Row<'_>) -> Done<Tombstone> {
    let purged = row.get_ref(11)? == rusqlite::types::ValueRef::Null;
    Ok(Tombstone {
        record: if purged { None } else { Some(record(row)?) },
        id: ResourceId(uuid(row, 0, "tombstone", "id")?),
        kind: Kind(row.get(1)?),
        removed: time(row, 12)?,
    })
}

/// A row whose columns from `first` on are [`event_columns`].
pub(crate) fn event(row: &Row<'_>, first: usize) -> Done<NewEvent> {
    let party = |kind: usize, column: &'static str| -> Done<Option<(Kind, ResourceId)>> {
        Ok(match (row.get::<_, Option<i16>>(first + kind)?, optional_uuid(row, first + kind + 1, column)?) {
            (Some(kind), Some(id)) => Some((Kind(kind), ResourceId(id))),
            _ => None,
        })
    };
    Ok(NewEvent {
        id: uuid(row, first, "event", "id")?,
        kind: Code::decode(row.get(first + 1)?, "event", "kind")?,
        subject: party(2, "subject")?,
        object: party(4, "object")?,
        cause: Code::decode(row.get(first + 6)?, "event", "cause")?,
        batch: optional_uuid(row, first + 7, "batch")?,
        connection: row.get::<_, Option<i64>>(first + 8)?.map(ConnectionId),
        request: row.get(first + 9)?,
        actor: from_json(
            row.get_ref(first + 10)?.as_str().map_err(|e| damaged("event", "actor", e))?,
            "event",
            "actor",
        )?,
        at: time(row, first + 11)?,
        data: row.get(first + 12)?,
    })
}

/// A row `sequence, at, connection, request, action, outcome, status, scim_type, subject_kind, subject, label, paths,
/// code, detail, raw, times`.
pub(crate) fn log_entry(row: &Row<'_>) -> Done<LogEntry> {
    let subject = match (row.get::<_, Option<i16>>(8)?, optional_uuid(row, 9, "subject")?) {
        (Some(kind), Some(id)) => Some((Kind(kind), ResourceId(id))),
        _ => None,
    };
    let paths = match row.get_ref(11)?.as_str_or_null().map_err(|e| damaged("log_entry", "paths", e))? {
        None => Vec::new(),
        Some(text) => from_json(text, "log_entry", "paths")?,
    };
    Ok(LogEntry {
        sequence: row.get(0)?,
        entry: NewLogEntry {
            at: time(row, 1)?,
            connection: ConnectionId(row.get(2)?),
            request: row.get(3)?,
            action: Code::decode(row.get(4)?, "log_entry", "action")?,
            outcome: Code::decode(row.get(5)?, "log_entry", "outcome")?,
            status: row.get(6)?,
            scim_type: row.get(7)?,
            subject,
            label: row.get(10)?,
            paths,
            code: row.get(12)?,
            detail: row.get(13)?,
            raw: row.get(14)?,
        },
        times: row.get(15)?,
    })
}

/// A row whose columns from `first` on are `id, name, display_name, created, revision, settings`.
pub(crate) fn tenant(row: &Row<'_>, first: usize) -> Done<Tenant> {
    let settings: String = row.get(first + 5)?;
    Ok(Tenant {
        id: TenantId(row.get(first)?),
        name: row.get(first + 1)?,
        display_name: row.get(first + 2)?,
        created: time(row, first + 3)?,
        revision: row.get(first + 4)?,
        settings: from_json(&settings, "tenant", "settings")?,
    })
}

/// A row whose columns from `first` on are `id, tenant, body`.
pub(crate) fn connection(row: &Row<'_>, first: usize) -> Done<Connection> {
    let body: String = row.get(first + 2)?;
    let mut connection: Connection = from_json(&body, "connection", "body")?;
    connection.id = ConnectionId(row.get(first)?);
    connection.tenant = TenantId(row.get(first + 1)?);
    Ok(connection)
}

/// A row that begins with `tenant, id, connection, name, scope, writes, digest, created, expires, revoked, last_used`.
pub(crate) fn token(row: &Row<'_>) -> Done<Token> {
    Ok(Token {
        tenant: TenantId(row.get(0)?),
        id: row.get(1)?,
        connection: ConnectionId(row.get(2)?),
        name: row.get(3)?,
        grant: store::Grant { scope: Code::decode(row.get(4)?, "token", "scope")?, write: row.get(5)? },
        digest: row.get(6)?,
        created: time(row, 7)?,
        expires: optional_time(row, 8)?,
        revoked: optional_time(row, 9)?,
        last_used: optional_time(row, 10)?,
    })
}

/// A row `id, tenant, name, scope, digest, created, expires, revoked, last_used`.
pub(crate) fn api_key(row: &Row<'_>) -> Done<ApiKey> {
    Ok(ApiKey {
        id: row.get(0)?,
        tenant: row.get::<_, Option<i64>>(1)?.map(TenantId),
        name: row.get(2)?,
        scope: Code::decode(row.get(3)?, "api_key", "scope")?,
        digest: row.get(4)?,
        created: time(row, 5)?,
        expires: optional_time(row, 6)?,
        revoked: optional_time(row, 7)?,
        last_used: optional_time(row, 8)?,
    })
}

/// A row that begins with `id, name, digest, previous, rotated, proof, created, seen, expires`.
pub(crate) fn console_session(row: &Row<'_>) -> Done<ConsoleSession> {
    Ok(ConsoleSession {
        id: row.get(0)?,
        name: row.get(1)?,
        digest: row.get(2)?,
        previous: row.get(3)?,
        rotated: time(row, 4)?,
        proof: row.get(5)?,
        created: time(row, 6)?,
        seen: time(row, 7)?,
        expires: time(row, 8)?,
    })
}

/// A row that begins with `tenant, id, connection, name, digest, created, expires, revoked, opened`.
pub(crate) fn setup_link(row: &Row<'_>) -> Done<SetupLink> {
    Ok(SetupLink {
        tenant: TenantId(row.get(0)?),
        id: row.get(1)?,
        connection: ConnectionId(row.get(2)?),
        name: row.get(3)?,
        digest: row.get(4)?,
        created: time(row, 5)?,
        expires: time(row, 6)?,
        revoked: optional_time(row, 7)?,
        opened: optional_time(row, 8)?,
    })
}

/// A row whose columns from `first` on are `id, kind, state, created, moved, progress, payload`.
pub(crate) fn job(row: &Row<'_>, first: usize) -> Done<Job> {
    Ok(Job {
        id: JobId(uuid(row, first, "job", "id")?),
        kind: row.get(first + 1)?,
        state: Code::decode(row.get(first + 2)?, "job", "state")?,
        created: time(row, first + 3)?,
        moved: time(row, first + 4)?,
        progress: row.get(first + 5)?,
        payload: row.get(first + 6)?,
    })
}

/// A row of [`webhook_columns`].
pub(crate) fn webhook(row: &Row<'_>) -> Done<(Webhook, Progress)> {
    let tenant: i64 = row.get(0)?;
    let webhook = Webhook {
        tenant: (tenant != 0).then_some(TenantId(tenant)),
        id: row.get(1)?,
        revision: row.get(2)?,
        created: time(row, 3)?,
        enabled: row.get(4)?,
        body: row.get(5)?,
        secrets: row.get::<_, String>(6)?.into(),
    };
    let progress = Progress {
        cursor: row.get(7)?,
        not_before: time(row, 8)?,
        wake: optional_time(row, 9)?,
        troubled: row.get(10)?,
        body: row.get(11)?,
    };
    Ok((webhook, progress))
}
