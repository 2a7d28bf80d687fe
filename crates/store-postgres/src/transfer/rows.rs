//! Rows of each table, out and in.

use std::pin::Pin;

use bytes::Bytes;
use store::Kind;
use store::transfer::{Chunk, Table, Value};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::ToSql;

use super::cell::Cell;
use crate::fault::{Done, Fault, internal};
use crate::link::Link;
use crate::text::Text;
use crate::write::display_in;

/// The statement that gives out a table.
pub(super) fn select(table: &Table) -> String {
    match table.name {
        "mark" => "SELECT name, coalesce(pg_sequence_last_value(pg_get_serial_sequence(name, own)::regclass), 0)
                FROM (VALUES ('tenant', 'id'), ('connection', 'id'), ('held_event', 'sequence')) AS a (name, own)
            UNION ALL SELECT 'position', last FROM feed_head
            UNION ALL SELECT 'trimmed', trimmed FROM feed_head"
            .to_owned(),
        "counter" => "SELECT tenant, what, key, sum(n)::bigint FROM counter GROUP BY tenant, what, key".to_owned(),
        "event" => {
            let own: Vec<_> = table.columns.iter().skip(1).map(|column| format!("e.{column}")).collect();
            format!(
                "SELECT f.last - f.n + 1 + e.ordinal, {} FROM feed f
                 JOIN event e ON e.tenant = f.tenant AND e.ticket = f.ticket",
                own.join(", ")
            )
        }
        name => format!("SELECT {} FROM {name}", table.columns.join(", ")),
    }
}

/// How many rows it has.
pub(super) async fn count(db: &Link, table: &Table) -> Done<u64> {
    let sql = match table.name {
        "mark" => return Ok(5),
        "counter" => "SELECT count(DISTINCT (tenant, what, key)) FROM counter".to_owned(),
        name => format!("SELECT count(*) FROM {name}"),
    };
    let row = db.first(&sql, &[]).await?;
    Ok(row.map(|row| row.try_get::<_, i64>(0)).transpose()?.unwrap_or(0).unsigned_abs())
}

/// A table on its way in.
pub(super) struct Writing {
    table: &'static Table,
    /// None for the marks, which are not rows here.
    copy: Option<Pin<Box<BinaryCopyInWriter>>>,
}

impl std::fmt::Debug for Writing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Writing").field(&self.table.name).finish()
    }
}

impl Writing {
    pub(super) async fn begin(db: &Link, table: &'static Table) -> Done<Self> {
        if table.name == "mark" {
            return Ok(Self { table, copy: None });
        }
        let mut columns: Vec<&str> = table.columns.to_vec();
        match table.name {
            "event" => {
                // One event under one ticket.
                columns[0] = "ticket";
                columns.push("ordinal");
            }
            "counter" => columns.push("slot"),
            "resource" => columns.push("display"),
            _ => {}
        }
        let columns = columns.join(", ");
        let look = db.client().prepare(&format!("SELECT {columns} FROM {} LIMIT 0", table.name)).await?;
        let types: Vec<_> = look.columns().iter().map(|column| column.type_().clone()).collect();
        let sql = format!("COPY {} ({columns}) FROM STDIN (FORMAT binary, FREEZE)", table.name);
        let sink = db.client().copy_in::<_, Bytes>(&sql).await?;
        Ok(Self { table, copy: Some(Box::pin(BinaryCopyInWriter::new(sink, &types))) })
    }

    pub(super) async fn put(&mut self, db: &Link, chunk: &Chunk) -> Done<()> {
        let Some(copy) = &mut self.copy else { return marks(db, chunk).await };
        let mut rows: Vec<Vec<Value<'_>>> = Vec::new();
        chunk.each(|row| {
            rows.push(row.to_vec());
            Ok::<_, Fault>(())
        })?;
        for row in &rows {
            let cells: Vec<Cell<'_>> = row.iter().copied().map(Cell).collect();
            let mut values: Vec<&(dyn ToSql + Sync)> = Vec::with_capacity(cells.len() + 1);
            values.extend(cells.iter().map(|cell| cell as &(dyn ToSql + Sync)));
            let shown;
            match self.table.name {
                "event" => values.push(&0_i32),
                "counter" => values.push(&0_i16),
                "resource" => {
                    shown = display(self.table, row);
                    values.push(&shown);
                }
                _ => {}
            }
            copy.as_mut().write(&values).await?;
        }
        Ok(())
    }

    pub(super) async fn end(self, db: &Link) -> Done<()> {
        if let Some(mut copy) = self.copy {
            copy.as_mut().finish().await?;
        }
        match self.table.name {
            "event" => {
                db.batch(
                    "INSERT INTO feed (tenant, ticket, last, n) SELECT tenant, ticket, ticket, 1 FROM event",
                )
                .await
            }
            "trace" => {
                db.batch(
                    "SELECT setval('log_sequence', greatest(1, (SELECT max(sequence) FROM log_entry),
                        (SELECT max(sequence) FROM trace)))",
                )
                .await
            }
            _ => Ok(()),
        }
    }
}

/// What stands beside members and managers.
fn display(table: &Table, row: &[Value<'_>]) -> Option<Text<'static>> {
    let value = |name: &str| row.get(table.columns.iter().position(|column| *column == name)?).copied();
    let kind = i16::try_from(value("kind")?.int()?).ok()?;
    display_in(Kind(kind), value("body")?.text()?)
}

/// Has numbers go on where they were.
async fn marks(db: &Link, chunk: &Chunk) -> Done<()> {
    let mut marks = Vec::new();
    chunk.each(|row| {
        let name = row.first().and_then(|name| name.text());
        let number = row.get(1).and_then(|number| number.int());
        let mark = name.zip(number).ok_or_else(|| internal("no mark"))?;
        marks.push(mark);
        Ok::<_, Fault>(())
    })?;
    for (name, number) in marks {
        let own = if name == "held_event" { "sequence" } else { "id" };
        match name {
            "position" => {
                db.query("UPDATE feed_head SET last = $1", &[&number]).await?;
                db.query("SELECT setval('event_ticket', greatest($1::bigint, 1))", &[&number]).await?;
            }
            "trimmed" => {
                db.query("UPDATE feed_head SET trimmed = $1", &[&number]).await?;
            }
            _ if number == 0 => {}
            _ => {
                let sql = "SELECT setval(pg_get_serial_sequence($1, $2), $3)";
                db.query(sql, &[&name, &own, &number]).await?;
            }
        }
    }
    Ok(())
}
