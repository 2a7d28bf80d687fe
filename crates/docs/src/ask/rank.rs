//! Weighing sentences, items, rows and code blocks against a question.

use super::concept::Concept;
use super::index::{Index, Indexed, IndexedUnit};
use super::lexicon::Stem;
use crate::page::UnitKind;
use crate::text::words;

/// Where a concept is met, and what that counts.
const IN_UNIT: f64 = 1.0;
const IN_TITLE: f64 = 0.8;
const IN_TRAIL: f64 = 0.6;
const IN_BLOCK: f64 = 0.5;
const IN_SECTION: f64 = 0.25;

/// Least share of the question that the best unit with its headings and neighbours must cover, and least share of it
/// that the unit and its own heading alone must.
const LEAST_COVERED: f64 = 0.61;
const LEAST_WITHIN: f64 = 0.4;
/// The same for lists that are for looking up: they hold so many words that some are met by chance.
const LEAST_OF_A_LIST: f64 = 0.72;

/// Lists are for looking up what has a name; guides are written to answer.
const LOOKED_UP: f64 = -0.1;

/// A unit, weighed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranked {
    /// Index of its section.
    pub(super) section: usize,
    /// Its place in the section.
    pub(super) unit: usize,
    /// Higher is better.
    pub(super) score: f64,
    /// Share of the question that it, its headings and its paragraph speak of.
    pub(super) covered: f64,
    /// Share that it and its headings speak of.
    pub(super) within: f64,
    /// Whether it is from a list for looking up.
    pub(super) list: bool,
    /// Share that it speaks of by itself.
    pub(super) own: f64,
}

impl Ranked {
    /// Whether that is enough for an answer.
    pub(super) fn answers(&self) -> bool {
        let least = if self.list { LEAST_OF_A_LIST } else { LEAST_COVERED };
        self.covered >= least && self.within >= LEAST_WITHIN
    }
}

/// Every unit of the sections, best first.
pub(super) fn rank(
    index: &Index,
    wants: &Wants,
    concepts: &[Concept],
    sections: &[(usize, f64)],
) -> Vec<Ranked> {
    let total: f64 = concepts.iter().map(|c| c.weight).sum();
    if total <= 0.0 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at, relevance) in sections {
        let section = &index.sections[*at];
        let body: Vec<Stem> = section.units.iter().flat_map(|u| u.stems.iter().copied()).collect();
        for (place, unit) in section.units.iter().enumerate() {
            let weighed = weigh(section, unit, &body, concepts, total);
            let list = section.page.group == "Reference";
            let prior = if list { LOOKED_UP } else { 0.0 };
            let score = weighed.score + 0.25 * relevance + wants.bonus(unit, concepts) + prior;
            found.push(Ranked {
                section: *at,
                unit: place,
                score,
                covered: weighed.covered,
                within: weighed.within,
                list,
                own: weighed.own,
            });
        }
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found
}

struct Weighed {
    score: f64,
    covered: f64,
    within: f64,
    own: f64,
}

fn weigh(section: &Indexed, unit: &IndexedUnit, body: &[Stem], concepts: &[Concept], total: f64) -> Weighed {
    let block: Vec<Stem> = section
        .units
        .iter()
        .filter(|other| other.unit.kind != UnitKind::Row && other.unit.block.abs_diff(unit.unit.block) <= 1)
        .flat_map(|other| other.stems.iter().copied())
        .collect();
    let (mut score, mut covered, mut within, mut alone, mut titled) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut places = Vec::new();
    for concept in concepts {
        let met = |text: &[Stem]| concept.in_text(text).map(|(weight, _)| weight);
        let own = concept.in_text(&unit.stems);
        if let Some((_, place)) = own {
            places.push(place);
        }
        let own = own.map(|(weight, _)| weight);
        let share = concept.weight / total;
        alone += share * own.unwrap_or(0.0);
        let title = met(&section.title);
        titled += share * title.unwrap_or(0.0);
        let trail = met(&section.trail);
        let near = met(&block).or_else(|| met(&unit.head));
        let best = [
            own.map(|w| w * IN_UNIT),
            title.map(|w| w * IN_TITLE),
            trail.map(|w| w * IN_TRAIL),
            near.map(|w| w * IN_BLOCK),
            met(body).map(|w| w * IN_SECTION),
        ];
        score += share * best.into_iter().flatten().fold(0.0, f64::max);
        let reached = [own, title, trail, near].into_iter().flatten().fold(0.0, f64::max);
        covered += share * if reached > 0.0 { 1.0 } else { 0.0 };
        within += share * if own.is_some() || title.is_some() || trail.is_some() { 1.0 } else { 0.0 };
    }
    score += 0.1 * closeness(&mut places) + 0.2 * titled;
    // The first cell of a row says what the row is about.
    if unit.unit.kind == UnitKind::Row && places.first().is_some_and(|first| *first < 2) {
        score += 0.08;
    }
    // A long unit speaks of many things.
    let length = unit.stems.len().max(1) as f64;
    score -= 0.03 * (length / 25.0).ln().max(0.0);
    Weighed { score, covered, within, own: alone }
}

/// How close together what was met stands: 1 when side by side.
fn closeness(places: &mut [usize]) -> f64 {
    places.sort_unstable();
    match places {
        [] | [_] => 0.0,
        [first, .., last] => {
            let span = *last - *first + 1;
            (places.len() as f64 / span as f64).min(1.0)
        }
    }
}

/// Who begins so wants it done.
const IMPERATIVES: &[&str] = &[
    "add",
    "allow",
    "approve",
    "bring",
    "change",
    "check",
    "connect",
    "create",
    "deactivate",
    "delete",
    "disable",
    "enable",
    "export",
    "give",
    "import",
    "increase",
    "limit",
    "make",
    "map",
    "merge",
    "move",
    "pause",
    "raise",
    "refuse",
    "remove",
    "restore",
    "revoke",
    "rotate",
    "run",
    "serve",
    "start",
    "stop",
    "turn",
    "undo",
    "upgrade",
    "use",
];

/// What form of answer the question asks for.
pub(super) struct Wants {
    pub(super) steps: bool,
    number: bool,
    meaning: bool,
}

impl Wants {
    pub(super) fn of(question: &str) -> Self {
        let said = words(question);
        let has = |wanted: &[&str]| wanted.iter().all(|w| said.iter().any(|s| s == w));
        let starts =
            |wanted: &[&str]| said.iter().map(String::as_str).take(wanted.len()).eq(wanted.iter().copied());
        let first = said.first().map_or("", String::as_str);
        let steps =
            ["command", "set", "flag", "configure", "switch"].iter().any(|w| said.iter().any(|s| s == w))
                || IMPERATIVES.contains(&first)
                || starts(&["how", "do"])
                || starts(&["how", "can"])
                || starts(&["how", "to"]);
        let number =
            [&["how", "many"], &["how", "long"], &["how", "big"], &["how", "much"], &["how", "often"]]
                .iter()
                .any(|pair| has(*pair))
                || ["limit", "maximum", "max", "default", "port", "size"]
                    .iter()
                    .any(|w| said.iter().any(|s| s == w));
        let meaning =
            starts(&["what", "is"]) || starts(&["what", "are"]) || has(&["mean"]) || has(&["means"]);
        Self { steps, number, meaning }
    }

    fn bonus(&self, unit: &IndexedUnit, concepts: &[Concept]) -> f64 {
        let text = &unit.unit.markdown;
        let mut bonus = 0.0;
        if self.steps {
            let command = text.contains("`provost ") || text.contains("$ provost ");
            bonus += if command { 0.1 } else { 0.04 * f64::from(u8::from(text.contains('`'))) };
        }
        if self.number && text.contains(|c: char| c.is_ascii_digit()) {
            bonus += 0.05;
        }
        if self.meaning {
            let head = &unit.stems[..unit.stems.len().min(4)];
            let named = concepts.iter().any(|c| c.in_text(head).is_some());
            // A word in bold at the beginning is being defined.
            let defined = named && text.find("**").is_some_and(|at| at < 8);
            bonus += 0.06 * f64::from(u8::from(named)) + 0.2 * f64::from(u8::from(defined));
        }
        bonus
    }
}
