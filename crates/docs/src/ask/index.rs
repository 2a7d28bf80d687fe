//! The index: sections in a full-text table, and the same text as stems.

use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use super::concept::{Concept, Thesaurus, Word, concepts};
use super::lexicon::{Lexicon, Stem};
use crate::page::{Page, Section, Unit, UnitKind};
use crate::text::{readable, words};

/// Sections looked at closely.
const CANDIDATES: u32 = 24;

/// A word that stands in one section only says no more than this.
const RAREST: f64 = 4.5;
/// A word that the documentation does not know may be what the question is about, or beside the point; a name is what it is
/// about.
const UNKNOWN: f64 = 3.6;
const UNKNOWN_NAME: f64 = 6.0;

const TABLES: &str = "
    CREATE VIRTUAL TABLE section USING fts5(title, trail, body, tokenize = 'porter unicode61 remove_diacritics 2');
    CREATE VIRTUAL TABLE probe USING fts5(text, tokenize = 'porter unicode61 remove_diacritics 2');
    CREATE VIRTUAL TABLE probe_terms USING fts5vocab(probe, instance);
";

/// The documentation, ready to be asked.
pub(super) struct Index {
    db: Mutex<Connection>,
    lexicon: Lexicon,
    thesaurus: Thesaurus,
    pub(super) sections: Vec<Indexed>,
}

/// A section as stems.
pub(super) struct Indexed {
    pub(super) page: &'static Page,
    pub(super) section: &'static Section,
    /// Its heading.
    pub(super) title: Vec<Stem>,
    /// The page's title and the headings above.
    pub(super) trail: Vec<Stem>,
    pub(super) units: Vec<IndexedUnit>,
}

pub(super) struct IndexedUnit {
    pub(super) unit: &'static Unit,
    pub(super) stems: Vec<Stem>,
    /// What a row stands under.
    pub(super) head: Vec<Stem>,
}

impl Index {
    pub(super) fn build(pages: &'static [Page]) -> rusqlite::Result<Self> {
        let db = Connection::open_in_memory()?;
        db.execute_batch(TABLES)?;
        let mut lexicon = Lexicon::default();
        let everything: Vec<String> = pages.iter().flat_map(|page| words(&readable(page.source))).collect();
        lexicon.learn(&db, &everything)?;
        let titles: Vec<String> =
            pages.iter().flat_map(|p| &p.sections).flat_map(|s| words(&s.title)).collect();
        lexicon.learn(&db, &titles)?;
        let thesaurus = Thesaurus::build(&db, &mut lexicon)?;
        let mut sections = Vec::new();
        {
            let mut insert =
                db.prepare("INSERT INTO section (rowid, title, trail, body) VALUES (?1, ?2, ?3, ?4)")?;
            for page in pages {
                for section in page.sections.iter().filter(|s| !s.units.is_empty()) {
                    let trail = format!("{} {}", page.title, section.trail.join(" "));
                    let body: Vec<String> = section.units.iter().map(text_of).collect();
                    let row = i64::try_from(sections.len()).unwrap_or(i64::MAX);
                    insert.execute((row, &section.title, &trail, body.join("\n")))?;
                    sections.push(Indexed {
                        page,
                        section,
                        title: stems(&lexicon, &section.title),
                        trail: stems(&lexicon, &trail),
                        units: section.units.iter().map(|unit| indexed(&lexicon, unit)).collect(),
                    });
                }
            }
        }
        Ok(Self { db: Mutex::new(db), lexicon, thesaurus, sections })
    }

    /// What a question is about, weighed by how rare each thing is in the documentation.
    pub(super) fn concepts(&self, question: &str) -> rusqlite::Result<Vec<Concept>> {
        let db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = concepts(&db, &self.lexicon, &self.thesaurus, question)?;
        drop(db);
        let all = self.sections.len() as f64;
        for concept in &mut found {
            let speaks = |s: &&Indexed| {
                concept.in_text(&s.title).is_some()
                    || s.units.iter().any(|u| concept.in_text(&u.stems).is_some())
            };
            let count = self.sections.iter().filter(speaks).count() as f64;
            concept.weight = match concept.word {
                Word::Proper if count == 0.0 => UNKNOWN_NAME,
                _ if count == 0.0 => UNKNOWN,
                Word::Generic => 0.5 * (1.0 + all / count).ln().min(RAREST),
                Word::Plain | Word::Proper => (1.0 + all / count).ln().min(RAREST),
            };
        }
        Ok(found)
    }

    /// Sections that speak of any of it, best first, each with its rank from 1 (best) to 0.
    pub(super) fn search(&self, concepts: &[Concept]) -> rusqlite::Result<Vec<(usize, f64)>> {
        // Two names of one thing in one section are one hit; the weights of BM25 see to the rest.
        let names = concepts.iter().flat_map(|c| &c.names).map(|n| format!("\"{}\"", n.words));
        let query = names.collect::<Vec<_>>().join(" OR ");
        if query.is_empty() {
            return Ok(Vec::new());
        }
        let db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        let mut read = db.prepare_cached(
            "SELECT rowid, bm25(section, 6.0, 3.0, 1.0) AS rank FROM section WHERE section MATCH ?1 ORDER BY rank LIMIT ?2",
        )?;
        let rows =
            read.query_map((query, CANDIDATES), |row| Ok((row.get::<_, i64>(0)?, row.get::<_, f64>(1)?)))?;
        let mut found = Vec::new();
        for row in rows {
            let (id, rank) = row?;
            found.push((usize::try_from(id).unwrap_or(usize::MAX), -rank));
        }
        let best = found.first().map_or(1.0, |(_, rank)| rank.max(f64::MIN_POSITIVE));
        Ok(found
            .into_iter()
            .filter(|(id, _)| *id < self.sections.len())
            .map(|(id, r)| (id, r / best))
            .collect())
    }
}

/// What of a unit is read: of a row, without its table's head.
fn text_of(unit: &Unit) -> String {
    let own = if unit.head.is_empty() {
        unit.markdown.as_str()
    } else {
        unit.markdown.splitn(3, '\n').nth(2).unwrap_or(&unit.markdown)
    };
    if unit.kind == UnitKind::Code && own.starts_with("```console") {
        // What a command prints is no text about it.
        return own.lines().filter(|line| line.starts_with("$ ")).collect::<Vec<_>>().join("\n");
    }
    readable(own)
}

fn indexed(lexicon: &Lexicon, unit: &'static Unit) -> IndexedUnit {
    IndexedUnit { unit, stems: stems(lexicon, &text_of(unit)), head: stems(lexicon, &unit.head) }
}

fn stems(lexicon: &Lexicon, text: &str) -> Vec<Stem> {
    words(text).iter().filter_map(|word| lexicon.get(word)).collect()
}
