//! What a table holds, in a few bytes.

use super::Chunk;

/// How many rows, and a sum over their digests: the same whatever the order, and another one when any row is missing, twice
/// there, or different by a bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Rows.
    pub rows: u64,
    /// The sum of the rows' SHA-256, as four numbers.
    pub sum: [u64; 4],
}

impl Tally {
    /// Counts rows in.
    pub fn add(&mut self, chunk: &Chunk) {
        for row in chunk.raw() {
            let digest = base::crypto::sha256(row);
            let (parts, _) = digest.as_chunks::<8>();
            for (sum, part) in self.sum.iter_mut().zip(parts) {
                *sum = sum.wrapping_add(u64::from_be_bytes(*part));
            }
            self.rows += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;
    use crate::transfer::{Chunk, Value};

    fn tally(numbers: &[i64]) -> Tally {
        let mut chunk = Chunk::default();
        numbers.iter().for_each(|n| chunk.push(&[Value::Int(*n)]));
        let mut tally = Tally::default();
        tally.add(&chunk);
        tally
    }

    #[test]
    fn the_order_does_not_matter_and_everything_else_does() {
        assert_eq!(tally(&[1, 2, 3]), tally(&[3, 1, 2]));
        for other in [&[1_i64, 2][..], &[1, 2, 4], &[1, 2, 3, 3], &[1, 1, 1]] {
            assert_ne!(tally(&[1, 2, 3]), tally(other));
        }
    }
}
