//! Rows on their way.

use crate::{StoreError, StoreResult};

/// A value of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// None.
    Null,
    /// A number, a truth value (0 or 1), or a time in microseconds.
    Int(i64),
    /// A text.
    Text(&'a str),
    /// Bytes, or an id.
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    /// A number, if it is one.
    #[must_use]
    pub fn int(self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(number),
            _ => None,
        }
    }

    /// A text, if it is one.
    #[must_use]
    pub fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Bytes, if it is some.
    #[must_use]
    pub fn bytes(self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

/// Some rows of one table: each is its length in four bytes, then its values, each with a tag before it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chunk {
    bytes: Vec<u8>,
    rows: u64,
}

/// How large a chunk grows before it is sent on.
const ENOUGH: usize = 256 * 1024;

impl Chunk {
    /// Adds a row.
    pub fn push(&mut self, row: &[Value<'_>]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 4]);
        for value in row {
            match value {
                Value::Null => self.bytes.push(0),
                Value::Int(number) => {
                    self.bytes.push(1);
                    self.bytes.extend_from_slice(&number.to_be_bytes());
                }
                Value::Text(text) => self.run(2, text.as_bytes()),
                Value::Bytes(bytes) => self.run(3, bytes),
            }
        }
        let length = self.bytes.len() - start - 4;
        // A row of four gigabytes does not come about: documents have bounds far below.
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        self.bytes[start..start + 4].copy_from_slice(&length.to_be_bytes());
        self.rows += 1;
    }

    fn run(&mut self, tag: u8, bytes: &[u8]) {
        self.bytes.push(tag);
        self.bytes.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        self.bytes.extend_from_slice(bytes);
    }

    /// How many rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Whether it is large enough to be sent on.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.bytes.len() >= ENOUGH
    }

    /// Each row as bytes: what is compared on both sides.
    pub(super) fn raw(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.bytes.as_slice();
        std::iter::from_fn(move || {
            let (length, after) = rest.split_first_chunk::<4>()?;
            let (row, next) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
            rest = next;
            Some(row)
        })
    }

    /// Calls `each` with the values of every row.
    ///
    /// # Errors
    /// What `each` gives, and when a row is not what [`Self::push`] makes.
    pub fn each<'a, E: From<StoreError>>(
        &'a self,
        mut each: impl FnMut(&[Value<'a>]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut row = Vec::new();
        for mut bytes in self.raw() {
            row.clear();
            while !bytes.is_empty() {
                row.push(value(&mut bytes)?);
            }
            each(&row)?;
        }
        Ok(())
    }
}

fn value<'a>(bytes: &mut &'a [u8]) -> StoreResult<Value<'a>> {
    let torn = || StoreError::Internal("a row on its way is torn".to_owned());
    let (tag, rest) = bytes.split_first().ok_or_else(torn)?;
    let (value, rest) = match tag {
        0 => (Value::Null, rest),
        1 => {
            let (number, rest) = rest.split_first_chunk::<8>().ok_or_else(torn)?;
            (Value::Int(i64::from_be_bytes(*number)), rest)
        }
        2 | 3 => {
            let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(torn)?;
            let (run, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize).ok_or_else(torn)?;
            let text = || std::str::from_utf8(run).map_err(|_| torn());
            (if *tag == 2 { Value::Text(text()?) } else { Value::Bytes(run) }, rest)
        }
        _ => return Err(torn()),
    };
    *bytes = rest;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::{Chunk, Value};
    use crate::StoreError;

    #[test]
    fn rows_come_back_as_they_went_in() {
        let rows: [&[Value<'_>]; 3] = [
            &[Value::Int(-7), Value::Null, Value::Text("a\0é"), Value::Bytes(&[0, 255])],
            &[],
            &[Value::Text(""), Value::Bytes(&[])],
        ];
        let mut chunk = Chunk::default();
        rows.iter().for_each(|row| chunk.push(row));
        let mut nth = 0;
        chunk
            .each(|row| {
                assert_eq!(row, rows[nth]);
                nth += 1;
                Ok::<_, StoreError>(())
            })
            .unwrap();
        assert_eq!((nth, chunk.rows()), (3, 3));
    }
}
