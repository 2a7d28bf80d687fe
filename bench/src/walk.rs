//! A walk over everyone: the last pages may cost no more than the first.

use std::time::Instant;

use crate::load::{self, Socket};
use crate::measure::{middle, ratio_row};
use crate::prepare::Prepared;
use crate::report::Row;
use crate::server::Server;
use crate::{Options, note};

/// First and last pages of a cursor walk over everyone.
pub async fn row(options: &Options, prepared: &Prepared, server: &Server) -> std::io::Result<Row> {
    note("cursor walk over everyone");
    let mut socket = Socket::open(server.address).await?;
    let mut cursor = String::new();
    let mut times = Vec::new();
    loop {
        let mut out = Vec::new();
        load::get(&mut out, &format!("/scim_v2/Users?count=1000&cursor={cursor}"), &prepared.token);
        let begin = Instant::now();
        let answer = socket.exchange(&out).await?;
        times.push(begin.elapsed().as_micros() as f64);
        match next_cursor(answer.body) {
            Some(next) => cursor = next,
            None => break,
        }
    }
    // The very last page is a part of one; the ten full ones before it stand for the end.
    let pages = times.len().saturating_sub(1);
    let some = 10.min(pages / 2).max(1);
    let first = middle(times[1..=some.min(pages)].to_vec());
    let last = middle(times[pages - some..pages].to_vec());
    let mut row = ratio_row("last pages to first pages of a cursor walk", last, first);
    row.note = format!("{} pages of 1000 over {} learners and more", times.len(), options.learners);
    Ok(row)
}

fn next_cursor(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let at = text.find("\"nextCursor\":\"")? + "\"nextCursor\":\"".len();
    text[at..].split('"').next().map(str::to_owned)
}
