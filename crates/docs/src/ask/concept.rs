//! What a question is about: its words, each with what else it may be called.

use rusqlite::Connection;

use super::lexicon::{Lexicon, Stem};
use super::synonyms::{GENERIC, LITTLE, SYNONYMS};
use crate::text::words;

/// How much a synonym counts beside the word itself, and how much a misspelt word.
const SYNONYM: f64 = 0.85;
const MENDED: f64 = 0.9;

/// One thing that the question asks about.
#[derive(Debug, Clone, Default)]
pub(super) struct Concept {
    /// What it may be called; none of them when the documentation knows no such word.
    pub(super) names: Vec<Name>,
    /// How much it says: rare words say more. Set once the whole documentation has been looked through.
    pub(super) weight: f64,
    /// What kind of word it is.
    pub(super) word: Word,
}

/// What the spelling of a word tells about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Word {
    #[default]
    Plain,
    /// One that says little.
    Generic,
    /// With a capital within the sentence: the name of something.
    Proper,
}

/// A word, or several in a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Name {
    /// Stems.
    pub(super) stems: Vec<Stem>,
    /// As words, for the full-text index.
    pub(super) words: String,
    /// 1 for the word of the question itself.
    pub(super) weight: f64,
}

impl Concept {
    /// How well a text speaks of it: the weight of the best name found in it, and where; 0 when of none.
    pub(super) fn in_text(&self, text: &[Stem]) -> Option<(f64, usize)> {
        let mut best: Option<(f64, usize)> = None;
        for name in &self.names {
            let found = text.windows(name.stems.len().max(1)).position(|window| window == name.stems);
            if let Some(at) = found
                && best.is_none_or(|(weight, _)| name.weight > weight)
            {
                best = Some((name.weight, at));
            }
        }
        best
    }
}

/// The synonyms as stems, made once.
#[derive(Debug, Default)]
pub(super) struct Thesaurus {
    groups: Vec<Vec<Name>>,
}

impl Thesaurus {
    pub(super) fn build(db: &Connection, lexicon: &mut Lexicon) -> rusqlite::Result<Self> {
        let all: Vec<String> =
            SYNONYMS.iter().flat_map(|group| group.iter()).flat_map(|name| words(name)).collect();
        lexicon.learn(db, &all)?;
        let name = |text: &&str| Name {
            stems: words(text).iter().filter_map(|w| lexicon.get(w)).collect(),
            words: words(text).join(" "),
            weight: SYNONYM,
        };
        Ok(Self { groups: SYNONYMS.iter().map(|group| group.iter().map(name).collect()).collect() })
    }

    /// Groups that name what the stems say, longest name first, and how many stems that name takes.
    fn longest(&self, stems: &[Option<Stem>]) -> Option<(usize, Vec<&Vec<Name>>)> {
        let starts = |name: &Name| {
            name.stems.len() <= stems.len() && name.stems.iter().zip(stems).all(|(a, b)| Some(*a) == *b)
        };
        let length = self.groups.iter().flatten().filter(|n| starts(n)).map(|n| n.stems.len()).max()?;
        let named = |group: &&Vec<Name>| group.iter().any(|n| n.stems.len() == length && starts(n));
        Some((length, self.groups.iter().filter(named).collect()))
    }
}

/// Takes a question apart.
pub(super) fn concepts(
    db: &Connection,
    lexicon: &Lexicon,
    thesaurus: &Thesaurus,
    question: &str,
) -> rusqlite::Result<Vec<Concept>> {
    let mut said = words(question);
    let shapes = shapes(question);
    let mut stems = Vec::with_capacity(said.len());
    let mut mended = vec![false; said.len()];
    for (at, word) in said.iter_mut().enumerate() {
        let mut stem = lexicon.find(db, word)?;
        if stem.is_none()
            && !LITTLE.contains(&word.as_str())
            && let Some(known) = lexicon.mended(word)
        {
            stem = lexicon.get(known);
            known.clone_into(word);
            mended[at] = true;
        }
        stems.push(stem);
    }
    let mut found: Vec<Concept> = Vec::new();
    let mut at = 0;
    while at < said.len() {
        let named = thesaurus.longest(&stems[at..]);
        let (length, groups) = named.unwrap_or((1, Vec::new()));
        let shape = shapes.get(at).copied().unwrap_or_default();
        let little = LITTLE.contains(&said[at].as_str()) && length == 1 && !shape.path;
        if !little {
            let own = 1.0 - (1.0 - MENDED) * f64::from(u8::from(mended[at]));
            let mut concept = concept(lexicon, &said[at..], &stems[at..], length, own, &groups);
            concept.word = match () {
                () if shape.capital => Word::Proper,
                () if length == 1 && GENERIC.contains(&said[at].as_str()) => Word::Generic,
                () => Word::Plain,
            };
            let known =
                |other: &Concept| !concept.names.is_empty() && other.names.first() == concept.names.first();
            let same = |other: &Concept| known(other) || shares(other, &concept);
            if !found.iter().any(same) {
                found.push(concept);
            }
        }
        at += length;
    }
    Ok(found)
}

/// How a word is written.
#[derive(Debug, Clone, Copy, Default)]
struct Shape {
    /// With a capital, and not because a sentence begins.
    capital: bool,
    /// After a slash: `/Me` is no pronoun.
    path: bool,
}

fn shapes(question: &str) -> Vec<Shape> {
    let mut found = Vec::new();
    let mut before = ' ';
    let mut inside = false;
    for c in question.chars() {
        let letter = c.is_alphanumeric();
        if letter && !inside {
            found.push(Shape { capital: c.is_uppercase() && !found.is_empty(), path: before == '/' });
        } else if letter
            && c.is_uppercase()
            && let Some(last) = found.last_mut()
        {
            last.capital = true;
        }
        inside = letter;
        before = c;
    }
    found
}

/// Whether two words of the question mean one thing.
fn shares(a: &Concept, b: &Concept) -> bool {
    let synonyms = |c: &Concept| c.names.iter().skip(1).map(|n| n.stems.clone()).collect::<Vec<_>>();
    let (a, b) = (synonyms(a), synonyms(b));
    !a.is_empty() && a.iter().any(|name| b.contains(name))
}

fn concept(
    lexicon: &Lexicon,
    said: &[String],
    stems: &[Option<Stem>],
    length: usize,
    weight: f64,
    groups: &[&Vec<Name>],
) -> Concept {
    let mut names = Vec::new();
    let own: Vec<Stem> = stems[..length].iter().flatten().copied().collect();
    if own.len() == length {
        names.push(Name { stems: own, words: said[..length].join(" "), weight });
    }
    // `external id` for `externalId`: two words that are one in the text.
    if length == 1
        && let Some(next) = said.get(1)
    {
        let joined = format!("{}{next}", said[0]);
        if let Some(stem) = lexicon.get(&joined) {
            names.push(Name { stems: vec![stem], words: joined, weight });
        }
    }
    for name in groups.iter().flat_map(|group| group.iter()) {
        if names.iter().all(|known: &Name| known.stems != name.stems) {
            names.push(Name { weight: name.weight * weight, ..name.clone() });
        }
    }
    Concept { names, ..Concept::default() }
}
