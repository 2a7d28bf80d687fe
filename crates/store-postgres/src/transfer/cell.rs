//! Values between rows and the driver.

use std::borrow::Cow;
use std::error::Error;

use store::transfer::{Chunk, Table, Value, pack_keys, unpack_keys};
use tokio_postgres::Row;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use crate::fault::{Done, damaged};
use crate::text::{pack, unpack};

/// A value that may have been made here.
enum Held<'a> {
    Plain(Value<'a>),
    Text(String),
    Bytes(Vec<u8>),
    Id(Uuid),
}

impl Held<'_> {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Plain(value) => *value,
            Self::Text(text) => Value::Text(text),
            Self::Bytes(bytes) => Value::Bytes(bytes),
            Self::Id(id) => Value::Bytes(id.as_bytes()),
        }
    }
}

/// Adds a row.
pub(super) fn push(chunk: &mut Chunk, row: &Row, table: &'static Table) -> Done<()> {
    let mut held = Vec::with_capacity(row.len());
    for nth in 0..row.len() {
        let name = table.columns.get(nth).copied().unwrap_or("?");
        held.push(read(row, nth)?.ok_or_else(|| damaged(table.name, name, "of an unknown type"))?);
    }
    let values: Vec<Value<'_>> = held.iter().map(Held::value).collect();
    chunk.push(&values);
    Ok(())
}

fn read(row: &Row, nth: usize) -> Done<Option<Held<'_>>> {
    let int = |number: Option<i64>| Held::Plain(number.map_or(Value::Null, Value::Int));
    let ty = row.columns()[nth].type_();
    Ok(Some(match *ty {
        Type::BOOL => int(row.try_get::<_, Option<bool>>(nth)?.map(i64::from)),
        Type::INT2 => int(row.try_get::<_, Option<i16>>(nth)?.map(i64::from)),
        Type::INT4 => int(row.try_get::<_, Option<i32>>(nth)?.map(i64::from)),
        Type::INT8 => int(row.try_get(nth)?),
        Type::TEXT => match row.try_get::<_, Option<&str>>(nth)? {
            None => Held::Plain(Value::Null),
            Some(text) if text.contains('\u{1a}') => Held::Text(unpack(text)),
            Some(text) => Held::Plain(Value::Text(text)),
        },
        Type::BYTEA => Held::Plain(row.try_get::<_, Option<&[u8]>>(nth)?.map_or(Value::Null, Value::Bytes)),
        Type::UUID => row.try_get::<_, Option<Uuid>>(nth)?.map_or(Held::Plain(Value::Null), Held::Id),
        Type::BYTEA_ARRAY => match row.try_get::<_, Option<Vec<&[u8]>>>(nth)? {
            None => Held::Plain(Value::Null),
            Some(keys) => Held::Bytes(pack_keys(keys)),
        },
        _ => return Ok(None),
    }))
}

/// A value as a column takes it.
#[derive(Debug)]
pub(super) struct Cell<'a>(pub(super) Value<'a>);

impl ToSql for Cell<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (self.0, ty) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Int(number), &Type::BOOL) => (number != 0).to_sql(ty, out),
            (Value::Int(number), &Type::INT2) => i16::try_from(number)?.to_sql(ty, out),
            (Value::Int(number), &Type::INT4) => i32::try_from(number)?.to_sql(ty, out),
            (Value::Int(number), &Type::INT8) => number.to_sql(ty, out),
            (Value::Text(text), &Type::TEXT) => match pack(text) {
                Cow::Borrowed(text) => text.to_sql(ty, out),
                Cow::Owned(text) => text.to_sql(ty, out),
            },
            (Value::Bytes(bytes), &Type::BYTEA) => bytes.to_sql(ty, out),
            (Value::Bytes(bytes), &Type::UUID) => Uuid::from_slice(bytes)?.to_sql(ty, out),
            (Value::Bytes(bytes), &Type::BYTEA_ARRAY) => unpack_keys(bytes).ok_or("no keys")?.to_sql(ty, out),
            (value, ty) => Err(format!("{value:?} is no {ty}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
