//! The words of the documentation and their stems, as the index makes them.

use std::collections::HashMap;

use rusqlite::Connection;

/// A stem's number. Words of one stem are one word to the search.
pub(super) type Stem = u32;

/// Words known, by their spelling.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    /// Stem of every word of the documentation and of the synonyms.
    words: HashMap<String, Stem>,
    stems: HashMap<String, Stem>,
}

/// Shortest word that may be a slip of the pen, shortest in which a changed letter is one, and shortest that may hold two.
const SLIP: usize = 5;
const LONG: usize = 7;
const TWO_SLIPS: usize = 9;

impl Lexicon {
    /// Learns words: asks the index's own tokenizer for the stem of each.
    pub(super) fn learn(&mut self, db: &Connection, words: &[String]) -> rusqlite::Result<()> {
        let mut new: Vec<&String> = words.iter().filter(|w| !self.words.contains_key(*w)).collect();
        new.sort_unstable();
        new.dedup();
        let stems = stems(db, &new)?;
        for (word, stem) in new.into_iter().zip(stems) {
            let next = Stem::try_from(self.stems.len()).unwrap_or(Stem::MAX);
            let stem = *self.stems.entry(stem).or_insert(next);
            self.words.insert(word.clone(), stem);
        }
        Ok(())
    }

    /// The stem of a known word.
    pub(super) fn get(&self, word: &str) -> Option<Stem> {
        self.words.get(word).copied()
    }

    /// The stem of a word that a question holds: known itself, or another form of a known one.
    pub(super) fn find(&self, db: &Connection, word: &str) -> rusqlite::Result<Option<Stem>> {
        if let Some(stem) = self.get(word) {
            return Ok(Some(stem));
        }
        let found = stems(db, &[&word.to_owned()])?;
        Ok(found.first().and_then(|stem| self.stems.get(stem)).copied())
    }

    /// The known word that an unknown one most likely is, misspelt: the same beginning, one slip, or two in a long word.
    pub(super) fn mended(&self, word: &str) -> Option<&str> {
        let letters: Vec<char> = word.chars().collect();
        if letters.len() < SLIP || letters.iter().any(|c| c.is_ascii_digit()) {
            return None;
        }
        let allowed = if letters.len() >= TWO_SLIPS { 2 } else { 1 };
        let near = self.words.keys().filter_map(|known| {
            let other: Vec<char> = known.chars().collect();
            let close = other.len().abs_diff(letters.len()) <= allowed && other.len() >= SLIP;
            if !close || other.first() != letters.first() {
                return None;
            }
            // A changed letter makes another word more often than it is a slip; in a long word it is one.
            let changed =
                letters.len() == other.len() && letters.len() < LONG && sorted(&letters) != sorted(&other);
            if changed {
                return None;
            }
            let distance = distance(&letters, &other);
            (distance <= allowed).then_some((distance, known.as_str()))
        });
        near.min().map(|(_, known)| known)
    }
}

/// Stems of words, in order, by way of a table of the index whose rows are the words.
fn stems(db: &Connection, words: &[&String]) -> rusqlite::Result<Vec<String>> {
    let mut found = vec![String::new(); words.len()];
    {
        let mut insert = db.prepare_cached("INSERT INTO probe (rowid, text) VALUES (?1, ?2)")?;
        for (row, word) in words.iter().enumerate() {
            insert.execute((i64::try_from(row).unwrap_or(i64::MAX), word.as_str()))?;
        }
        let mut read = db.prepare_cached("SELECT doc, term FROM probe_terms")?;
        let mut rows = read.query([])?;
        while let Some(row) = rows.next()? {
            let at: i64 = row.get(0)?;
            if let Some(place) = usize::try_from(at).ok().and_then(|at| found.get_mut(at)) {
                place.push_str(&row.get::<_, String>(1)?);
            }
        }
    }
    db.execute("DELETE FROM probe", [])?;
    Ok(found)
}

fn sorted(letters: &[char]) -> Vec<char> {
    let mut letters = letters.to_vec();
    letters.sort_unstable();
    letters
}

/// Insertions, deletions, changes and swaps of neighbours that make one word another.
fn distance(a: &[char], b: &[char]) -> usize {
    let width = b.len() + 1;
    let mut rows = vec![(0..width).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i; width];
        for j in 1..width {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row[j] = best;
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        let d = |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!(
            [d("token", "token"), d("tokne", "token"), d("tokn", "token"), d("tken", "tokn")],
            [0, 1, 1, 2]
        );
    }
}
