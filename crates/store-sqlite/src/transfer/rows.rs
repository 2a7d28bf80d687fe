//! Rows of each table, out and in.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{ToSqlOutput, Value as Sql, ValueRef};
use rusqlite::{Connection, ToSql, params, params_from_iter};
use store::code::{Code, Counted, from_json, to_json};
use store::transfer::{Chunk, Table, Value, key_bytes, key_parts, pack_keys, unpack_keys};
use store::{ConnectionId, KeyName};
use tokio::sync::mpsc;

use crate::fault::{Done, damaged};
use crate::key::KeyCode;

/// A record's keys as they are stored with it: name, value, and whether it was made as a unique one.
type StoredKeys = Vec<(KeyCode, String, bool)>;

/// Makes the functions known that the statements below use.
pub(super) fn register(db: &Connection) -> Done<()> {
    let pure = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    db.create_scalar_function("copy_key", 2, pure, |args| {
        let value = args.get_raw(1).as_str()?;
        Ok(key_bytes(&name_of(&code(args.get_raw(0))?), value))
    })?;
    db.create_scalar_function("copy_keys", 1, pure, |args| packed(args).map_err(failed))?;
    db.create_scalar_function("copy_counted", 1, pure, |args| {
        Ok(match args.get_raw(0) {
            ValueRef::Integer(number) => u128::from(number.unsigned_abs()).to_be_bytes().to_vec(),
            other => other.as_blob()?.to_vec(),
        })
    })?;
    Ok(())
}

fn code(name: ValueRef<'_>) -> rusqlite::Result<KeyCode> {
    Ok(match name {
        ValueRef::Integer(number) => KeyCode::Number(number),
        other => KeyCode::Path(other.as_str()?.to_owned()),
    })
}

fn name_of(code: &KeyCode) -> KeyName {
    match code {
        KeyCode::Number(1) => KeyName::UserName,
        KeyCode::Number(2) => KeyName::DisplayName,
        KeyCode::Number(3) => KeyName::Email,
        KeyCode::Number(number) => KeyName::ExternalId(ConnectionId(-number)),
        KeyCode::Path(path) => KeyName::Attribute(path.clone()),
    }
}

fn packed(args: &Context<'_>) -> Done<Vec<u8>> {
    let text = args.get_raw(0).as_str_or_null().map_err(|e| damaged("resource", "keys", e))?;
    let stored: StoredKeys =
        text.map_or_else(|| Ok(Vec::new()), |text| from_json(text, "resource", "keys"))?;
    let keys: Vec<_> = stored.iter().map(|(name, value, _)| key_bytes(&name_of(name), value)).collect();
    Ok(pack_keys(keys.iter().map(Vec::as_slice)))
}

fn failed(fault: crate::fault::Fault) -> rusqlite::Error {
    rusqlite::Error::UserFunctionError(Box::new(store::StoreError::from(fault)))
}

/// The statement that gives out a table.
fn select(table: &Table) -> String {
    match table.name {
        "mark" => "SELECT name, coalesce((SELECT seq FROM sqlite_sequence s WHERE s.name = a.name), 0)
                FROM (SELECT 'tenant' AS name UNION ALL SELECT 'connection' UNION ALL SELECT 'held_event') a
            UNION ALL SELECT 'position', max(floor, coalesce((SELECT max(position) FROM event), 0)) FROM feed
            UNION ALL SELECT 'trimmed', trimmed FROM feed"
            .to_owned(),
        "unique_key" | "lookup_key" => format!(
            "SELECT k.tenant, k.kind, copy_key(k.name, k.value), r.id FROM {} k JOIN resource r ON r.rid = k.rid",
            table.name
        ),
        "removed_key" => "SELECT k.tenant, k.kind, copy_key(k.name, k.value), t.id
            FROM removed_key k JOIN tombstone t ON t.row = k.row"
            .to_owned(),
        name => {
            let column = |column: &&str| match (name, *column) {
                ("resource", "keys") => "copy_keys(keys)".to_owned(),
                ("tombstone", "keys") => "CASE WHEN body IS NOT NULL THEN copy_keys(keys) END".to_owned(),
                ("counter", "key") => "copy_counted(key)".to_owned(),
                (_, other) => other.to_owned(),
            };
            let columns: Vec<_> = table.columns.iter().map(column).collect();
            format!("SELECT {} FROM {name}", columns.join(", "))
        }
    }
}

/// How many rows it has.
pub(super) fn count(db: &Connection, table: &Table) -> Done<u64> {
    let rows: i64 = match table.name {
        "mark" => 5,
        name => db.query_row(&format!("SELECT count(*) FROM {name}"), [], |row| row.get(0))?,
    };
    Ok(rows.unsigned_abs())
}

/// Gives out a table, until nobody takes any more.
pub(super) fn read(db: &Connection, table: &Table, to: &mpsc::Sender<Chunk>) -> Done<()> {
    let mut statement = db.prepare(&select(table))?;
    let width = statement.column_count();
    let mut rows = statement.query([])?;
    let mut chunk = Chunk::default();
    while let Some(row) = rows.next()? {
        let mut values = Vec::with_capacity(width);
        for nth in 0..width {
            values.push(match row.get_ref(nth)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => Value::Int(number),
                ValueRef::Text(bytes) => Value::Text(
                    std::str::from_utf8(bytes).map_err(|e| damaged(table.name, table.columns[nth], e))?,
                ),
                ValueRef::Blob(bytes) => Value::Bytes(bytes),
                ValueRef::Real(_) => return Err(damaged(table.name, table.columns[nth], "a real number")),
            });
        }
        chunk.push(&values);
        if chunk.is_full() && to.blocking_send(std::mem::take(&mut chunk)).is_err() {
            return Ok(());
        }
    }
    if !chunk.is_empty() {
        // Whoever is gone does not miss it.
        let _ = to.blocking_send(chunk);
    }
    Ok(())
}

struct In<'a>(Value<'a>);

impl ToSql for In<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// Takes rows of a table in.
pub(super) fn write(db: &Connection, table: &Table, chunk: &Chunk) -> Done<()> {
    chunk.each(|row| match table.name {
        "mark" => mark(db, row),
        "unique_key" | "lookup_key" | "removed_key" => key(db, table.name, row),
        _ => plain(db, table, row),
    })
}

fn plain(db: &Connection, table: &Table, row: &[Value<'_>]) -> Done<()> {
    let places: Vec<_> = (1..=table.columns.len()).map(|n| format!("?{n}")).collect();
    let sql =
        format!("INSERT INTO {} ({}) VALUES ({})", table.name, table.columns.join(", "), places.join(", "));
    let mut values: Vec<Box<dyn ToSql + '_>> = Vec::with_capacity(row.len());
    for (column, value) in table.columns.iter().zip(row) {
        values.push(match (table.name, *column) {
            ("resource" | "tombstone", "keys") => Box::new(stored(*value)?),
            ("counter", "key") => Box::new(counted(row)?),
            _ => Box::new(In(*value)),
        });
    }
    db.prepare_cached(&sql)?.execute(params_from_iter(values))?;
    Ok(())
}

/// A record's keys as they are stored here. Which of them are unique is known when those come.
fn stored(packed: Value<'_>) -> Done<Option<String>> {
    let Some(packed) = packed.bytes() else { return Ok(None) };
    let wrong = || damaged("resource", "keys", "no keys");
    let mut keys = StoredKeys::new();
    for bytes in unpack_keys(packed).ok_or_else(wrong)? {
        let (name, value) = key_parts(bytes).ok_or_else(wrong)?;
        keys.push((KeyCode::from(&name), value.to_owned(), name == KeyName::UserName));
    }
    Ok(if keys.is_empty() { None } else { Some(to_json(&keys)) })
}

/// What a counter counts: a group, or a number.
fn counted(row: &[Value<'_>]) -> Done<Sql> {
    let wrong = || damaged("counter", "key", "not 16 bytes");
    let what = row.get(1).and_then(|what| what.int());
    let key = row.get(2).and_then(|key| key.bytes()).ok_or_else(wrong)?;
    if what == Some(i64::from(Counted::Members.code())) {
        return Ok(Sql::Blob(key.to_vec()));
    }
    let number = u128::from_be_bytes(key.try_into().map_err(|_| wrong())?);
    Ok(Sql::Integer(i64::try_from(number).map_err(|e| damaged("counter", "key", e))?))
}

fn mark(db: &Connection, row: &[Value<'_>]) -> Done<()> {
    let (Some(name), Some(number)) = (row.first().and_then(|n| n.text()), row.get(1).and_then(|n| n.int()))
    else {
        return Err(damaged("feed", "floor", "no mark"));
    };
    let sql = match name {
        "position" => "UPDATE feed SET floor = ?1",
        "trimmed" => "UPDATE feed SET trimmed = ?1",
        _ if number == 0 => return Ok(()),
        _ => "INSERT INTO sqlite_sequence (seq, name) VALUES (?1, ?2)",
    };
    let mut statement = db.prepare_cached(sql)?;
    statement.raw_bind_parameter(1, number)?;
    if statement.parameter_count() > 1 {
        statement.raw_bind_parameter(2, name)?;
    }
    statement.raw_execute()?;
    Ok(())
}

fn key(db: &Connection, table: &str, row: &[Value<'_>]) -> Done<()> {
    let wrong = || damaged("unique_key", "name", "no key");
    let [tenant, kind, key, id] = row else { return Err(wrong()) };
    let (name, value) = key.bytes().and_then(key_parts).ok_or_else(wrong)?;
    let code = KeyCode::from(&name);
    let of = if table == "removed_key" { ("row", "tombstone") } else { ("rid", "resource") };
    let sql = format!(
        "INSERT INTO {table} (tenant, kind, name, value, {0})
         SELECT tenant, kind, ?4, ?5, {0} FROM {1} WHERE tenant = ?1 AND kind = ?2 AND id = ?3",
        of.0, of.1
    );
    let params = params![In(*tenant), In(*kind), In(*id), code, value];
    if db.prepare_cached(&sql)?.execute(params)? == 0 {
        return Err(damaged("unique_key", "rid", "a key of a record that is not there"));
    }
    if table == "unique_key" && name != KeyName::UserName {
        make_unique(db, [*tenant, *kind, *id], &code, value)?;
    }
    Ok(())
}

/// A record knows which of its keys are unique.
fn make_unique(db: &Connection, [tenant, kind, id]: [Value<'_>; 3], code: &KeyCode, value: &str) -> Done<()> {
    let (rid, text): (i64, Option<String>) = db
        .prepare_cached("SELECT rid, keys FROM resource WHERE tenant = ?1 AND kind = ?2 AND id = ?3")?
        .query_row(params![In(tenant), In(kind), In(id)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some(text) = text else { return Ok(()) };
    let mut keys: StoredKeys = from_json(&text, "resource", "keys")?;
    for (name, held, unique) in &mut keys {
        *unique |= name == code && held == value;
    }
    db.prepare_cached("UPDATE resource SET keys = ?2 WHERE rid = ?1")?
        .execute(params![rid, to_json(&keys)])?;
    Ok(())
}
