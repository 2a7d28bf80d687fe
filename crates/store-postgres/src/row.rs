//! Rows to the contract's nouns.

use base::Timestamp;
use store::code::{Code, from_json};
use store::{
    ApiKey, Connection, ConnectionId, ConsoleSession, Job, JobId, Kind, LogEntry, NewEvent, NewLogEntry,
    Progress, Record, ResourceId, SetupLink, Tenant, TenantId, Token, Tombstone, Webhook,
};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::fault::{Done, damaged};
use crate::text::unpack;

/// The columns of `resource` that make a [`Record`], in the order that [`record`] reads them.
macro_rules! record_columns {
    ($alias:literal) => {
        concat!(
            $alias,
            "id, ",
            $alias,
            "kind, ",
            $alias,
            "version, ",
            $alias,
            "created, ",
            $alias,
            "modified, ",
            $alias,
            "state, ",
            $alias,
            "source, ",
            $alias,
            "managed_by, ",
            $alias,
            "managed_since, ",
            $alias,
            "external_ids, ",
            $alias,
            "label, ",
            $alias,
            "body"
        )
    };
    () => {
        $crate::row::record_columns!("")
    };
}
pub(crate) use record_columns;

/// How many columns those are.
pub(crate) const RECORD_COLUMNS: usize = 12;

/// The columns of `webhook w` in the order that [`webhook`] reads them.
macro_rules! webhook_columns {
    (w) => {
        "w.tenant, w.id, w.revision, w.created, w.enabled, w.body, w.secrets, w.cursor, w.not_before, w.wake, \
         w.troubled, w.progress"
    };
}
pub(crate) use webhook_columns;

/// The columns that `event` and `held_event` share, in the order that [`event`] reads them.
macro_rules! event_columns {
    () => {
        "id, kind, subject_kind, subject, object_kind, object, cause, batch, connection, request, actor, at, data"
    };
    (e) => {
        "e.id, e.kind, e.subject_kind, e.subject, e.object_kind, e.object, e.cause, e.batch, e.connection, e.request, \
         e.actor, e.at, e.data"
    };
}
pub(crate) use event_columns;

/// A text.
pub(crate) fn text(row: &Row, index: usize) -> Done<String> {
    Ok(unpack(row.try_get(index)?))
}

fn optional_text(row: &Row, index: usize) -> Done<Option<String>> {
    Ok(row.try_get::<_, Option<&str>>(index)?.map(unpack))
}

fn time(row: &Row, index: usize) -> Done<Timestamp> {
    Ok(Timestamp::from_micros(row.try_get(index)?))
}

fn optional_time(row: &Row, index: usize) -> Done<Option<Timestamp>> {
    Ok(row.try_get::<_, Option<i64>>(index)?.map(Timestamp::from_micros))
}

pub(crate) fn digest(row: &Row, index: usize, table: &'static str) -> Done<[u8; 32]> {
    row.try_get::<_, &[u8]>(index)?.try_into().map_err(|_| damaged(table, "digest", "not 32 bytes"))
}

/// A row that begins with [`record_columns`].
pub(crate) fn record(row: &Row) -> Done<Record> {
    let external_ids = match row.try_get::<_, Option<&str>>(9)? {
        None => Vec::new(),
        Some(text) => from_json(text, "resource", "external_ids")?,
    };
    Ok(Record {
        id: ResourceId(row.try_get(0)?),
        kind: Kind(row.try_get(1)?),
        version: row.try_get(2)?,
        created: time(row, 3)?,
        modified: time(row, 4)?,
        state: Code::decode(row.try_get(5)?, "resource", "state")?,
        source: Code::decode(row.try_get(6)?, "resource", "source")?,
        managed_by: row.try_get::<_, Option<i64>>(7)?.map(ConnectionId),
        managed_since: optional_time(row, 8)?,
        external_ids,
        label: text(row, 10)?,
        body: text(row, 11)?,
    })
}

/// All rows as records.
pub(crate) fn records(rows: &[Row]) -> Done<Vec<Record>> {
    rows.iter().map(record).collect()
}

/// A row of `tombstone`: [`record_columns`], then `removed`. Without a body the content is purged.
pub(crate) fn tombstone(row: &Row) -> Done<Tombstone> {
    let purged = row.try_get::<_, Option<&str>>(11)?.is_none();
    Ok(Tombstone {
        record: if purged { None } else { Some(record(row)?) },
        id: ResourceId(row.try_get(0)?),
        kind: Kind(row.try_get(1)?),
        removed: time(row, 12)?,
    })
}

/// A row whose columns from `first` on are [`event_columns`].
pub(crate) fn event(row: &Row, first: usize) -> Done<NewEvent> {
    let party = |kind: usize| -> Done<Option<(Kind, ResourceId)>> {
        let kind_of: Option<i16> = row.try_get(first + kind)?;
        let id: Option<Uuid> = row.try_get(first + kind + 1)?;
        Ok(kind_of.zip(id).map(|(kind, id)| (Kind(kind), ResourceId(id))))
    };
    Ok(NewEvent {
        id: row.try_get(first)?,
        kind: Code::decode(row.try_get(first + 1)?, "event", "kind")?,
        subject: party(2)?,
        object: party(4)?,
        cause: Code::decode(row.try_get(first + 6)?, "event", "cause")?,
        batch: row.try_get(first + 7)?,
        connection: row.try_get::<_, Option<i64>>(first + 8)?.map(ConnectionId),
        request: text(row, first + 9)?,
        actor: from_json(row.try_get(first + 10)?, "event", "actor")?,
        at: time(row, first + 11)?,
        data: text(row, first + 12)?,
    })
}

/// A row `sequence, at, connection, request, action, outcome, status, scim_type, subject_kind, subject, label, paths,
/// code, detail, raw, times`.
pub(crate) fn log_entry(row: &Row) -> Done<LogEntry> {
    let (kind, subject): (Option<i16>, Option<Uuid>) = (row.try_get(8)?, row.try_get(9)?);
    let paths = match row.try_get::<_, Option<&str>>(11)? {
        None => Vec::new(),
        Some(text) => from_json(text, "log_entry", "paths")?,
    };
    let status: i16 = row.try_get(6)?;
    let times: i64 = row.try_get(15)?;
    Ok(LogEntry {
        sequence: row.try_get(0)?,
        entry: NewLogEntry {
            at: time(row, 1)?,
            connection: ConnectionId(row.try_get(2)?),
            request: text(row, 3)?,
            action: Code::decode(row.try_get(4)?, "log_entry", "action")?,
            outcome: Code::decode(row.try_get(5)?, "log_entry", "outcome")?,
            status: status.unsigned_abs(),
            scim_type: optional_text(row, 7)?,
            subject: kind.zip(subject).map(|(kind, id)| (Kind(kind), ResourceId(id))),
            label: text(row, 10)?,
            paths,
            code: optional_text(row, 12)?,
            detail: optional_text(row, 13)?,
            raw: optional_text(row, 14)?,
        },
        times: u32::try_from(times).unwrap_or(u32::MAX),
    })
}

/// A row whose columns from `first` on are `id, name, display_name, created, revision, settings`.
pub(crate) fn tenant(row: &Row, first: usize) -> Done<Tenant> {
    Ok(Tenant {
        id: TenantId(row.try_get(first)?),
        name: text(row, first + 1)?,
        display_name: text(row, first + 2)?,
        created: time(row, first + 3)?,
        revision: row.try_get(first + 4)?,
        settings: from_json(row.try_get(first + 5)?, "tenant", "settings")?,
    })
}

/// A row whose columns from `first` on are `id, tenant, body`.
pub(crate) fn connection(row: &Row, first: usize) -> Done<Connection> {
    let mut connection: Connection = from_json(row.try_get(first + 2)?, "connection", "body")?;
    connection.id = ConnectionId(row.try_get(first)?);
    connection.tenant = TenantId(row.try_get(first + 1)?);
    Ok(connection)
}

/// A row that begins with `tenant, id, connection, name, scope, writes, digest, created, expires, revoked, last_used`.
pub(crate) fn token(row: &Row) -> Done<Token> {
    Ok(Token {
        tenant: TenantId(row.try_get(0)?),
        id: text(row, 1)?,
        connection: ConnectionId(row.try_get(2)?),
        name: text(row, 3)?,
        grant: store::Grant {
            scope: Code::decode(row.try_get(4)?, "token", "scope")?,
            write: row.try_get(5)?,
        },
        digest: digest(row, 6, "token")?,
        created: time(row, 7)?,
        expires: optional_time(row, 8)?,
        revoked: optional_time(row, 9)?,
        last_used: optional_time(row, 10)?,
    })
}

/// A row `id, tenant, name, scope, digest, created, expires, revoked, last_used`.
pub(crate) fn api_key(row: &Row) -> Done<ApiKey> {
    Ok(ApiKey {
        id: text(row, 0)?,
        tenant: row.try_get::<_, Option<i64>>(1)?.map(TenantId),
        name: text(row, 2)?,
        scope: Code::decode(row.try_get(3)?, "api_key", "scope")?,
        digest: digest(row, 4, "api_key")?,
        created: time(row, 5)?,
        expires: optional_time(row, 6)?,
        revoked: optional_time(row, 7)?,
        last_used: optional_time(row, 8)?,
    })
}

/// A row that begins with `id, name, digest, previous, rotated, proof, created, seen, expires`.
pub(crate) fn console_session(row: &Row) -> Done<ConsoleSession> {
    let has_previous = row.try_get::<_, Option<&[u8]>>(3)?.is_some();
    Ok(ConsoleSession {
        id: text(row, 0)?,
        name: text(row, 1)?,
        digest: digest(row, 2, "console_session")?,
        previous: has_previous.then(|| digest(row, 3, "console_session")).transpose()?,
        rotated: time(row, 4)?,
        proof: digest(row, 5, "console_session")?,
        created: time(row, 6)?,
        seen: time(row, 7)?,
        expires: time(row, 8)?,
    })
}

/// A row that begins with `tenant, id, connection, name, digest, created, expires, revoked, opened`.
pub(crate) fn setup_link(row: &Row) -> Done<SetupLink> {
    Ok(SetupLink {
        tenant: TenantId(row.try_get(0)?),
        id: text(row, 1)?,
        connection: ConnectionId(row.try_get(2)?),
        name: text(row, 3)?,
        digest: digest(row, 4, "setup_link")?,
        created: time(row, 5)?,
        expires: time(row, 6)?,
        revoked: optional_time(row, 7)?,
        opened: optional_time(row, 8)?,
    })
}

/// A row whose columns from `first` on are `id, kind, state, created, moved, progress, payload`.
pub(crate) fn job(row: &Row, first: usize) -> Done<Job> {
    Ok(Job {
        id: JobId(row.try_get(first)?),
        kind: text(row, first + 1)?,
        state: Code::decode(row.try_get(first + 2)?, "job", "state")?,
        created: time(row, first + 3)?,
        moved: time(row, first + 4)?,
        progress: text(row, first + 5)?,
        payload: row.try_get(first + 6)?,
    })
}

/// A row of [`webhook_columns`].
pub(crate) fn webhook(row: &Row) -> Done<(Webhook, Progress)> {
    let tenant: i64 = row.try_get(0)?;
    let webhook = Webhook {
        tenant: (tenant != 0).then_some(TenantId(tenant)),
        id: text(row, 1)?,
        revision: row.try_get(2)?,
        created: time(row, 3)?,
        enabled: row.try_get(4)?,
        body: text(row, 5)?,
        secrets: text(row, 6)?.into(),
    };
    let progress = Progress {
        cursor: row.try_get(7)?,
        not_before: time(row, 8)?,
        wake: optional_time(row, 9)?,
        troubled: row.try_get(10)?,
        body: text(row, 11)?,
    };
    Ok((webhook, progress))
}
