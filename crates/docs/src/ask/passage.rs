//! From a unit to a passage that can be read alone.

use super::answer::Excerpt;
use super::index::{Index, Indexed};
use super::rank::{Ranked, Wants};
use crate::page::UnitKind;

/// A paragraph up to this many bytes is shown whole.
const SHORT: usize = 700;
/// A further passage must be at least this good beside the best.
const WORTH: f64 = 0.55;
/// A row or item that says less of the question than this was chosen for its heading: then the whole table or list is the
/// answer.
const LITTLE_OF_ITS_OWN: f64 = 0.5;
/// At most this many passages of one section; of a list for looking up, one.
const OF_ONE: usize = 2;

/// The address of a section, without text.
pub(super) fn address(index: &Index, at: usize) -> Excerpt {
    let Indexed { page, section, .. } = &index.sections[at];
    Excerpt { page: page.slug, anchor: section.anchor.clone(), path: section.path(page), text: String::new() }
}

/// The best passages, at most `most`, none twice.
pub(super) fn choose(index: &Index, ranked: &[Ranked], wants: &Wants, most: usize) -> Vec<Excerpt> {
    let best = ranked.first().map_or(0.0, |r| r.score);
    let mut chosen: Vec<(usize, Vec<usize>, Excerpt)> = Vec::new();
    for one in ranked.iter().take_while(|r| r.score >= best * WORTH) {
        if chosen.len() >= most {
            break;
        }
        let here = chosen.iter().filter(|(section, _, _)| *section == one.section).count();
        let shown =
            chosen.iter().any(|(section, units, _)| *section == one.section && units.contains(&one.unit));
        let most_here = if one.list { 1 } else { OF_ONE };
        if shown || here >= most_here {
            continue;
        }
        let section = &index.sections[one.section];
        let mut units = around(section, one.unit);
        if one.own < LITTLE_OF_ITS_OWN {
            whole(section, one.unit, &mut units);
        }
        if wants.steps && chosen.is_empty() {
            command(section, &mut units);
        }
        let mut excerpt = address(index, one.section);
        excerpt.text = text(section, &units);
        chosen.push((one.section, units, excerpt));
    }
    chosen.into_iter().map(|(_, _, excerpt)| excerpt).collect()
}

/// The unit with what it needs: its paragraph, what introduces it, the code that it announces.
fn around(section: &Indexed, at: usize) -> Vec<usize> {
    let units = &section.units;
    let kind = |i: usize| units[i].unit.kind;
    let block = |i: usize| units[i].unit.block;
    let mut from = at;
    let mut to = at;
    if kind(at) == UnitKind::Sentence {
        while from > 0 && block(from - 1) == block(at) {
            from -= 1;
        }
        while to + 1 < units.len() && block(to + 1) == block(at) {
            to += 1;
        }
        let whole: usize = (from..=to).map(|i| units[i].unit.markdown.len() + 1).sum();
        if whole > SHORT {
            from = at;
            to = if at + 1 < units.len() && block(at + 1) == block(at) { at + 1 } else { at };
        }
    }
    // What announces a code block or list is read with it.
    if kind(at) == UnitKind::Code && at > 0 && kind(at - 1) != UnitKind::Row {
        from = at - 1;
        while from > 0 && kind(from) == UnitKind::Sentence && block(from - 1) == block(at - 1) {
            from -= 1;
        }
    }
    let next = to + 1;
    if kind(at) != UnitKind::Row
        && next < units.len()
        && kind(next) == UnitKind::Code
        && kind(at) != UnitKind::Code
    {
        to = next;
    }
    let ordered = |i: usize| units[i].unit.markdown.starts_with(|c: char| c.is_ascii_digit());
    let last = &units[to].unit.markdown;
    let announces = last.trim_end().ends_with(':')
        || (next < units.len() && kind(at) == UnitKind::Sentence && ordered(next));
    let mut chosen: Vec<usize> = (from..=to).collect();
    if announces && next < units.len() && matches!(kind(next), UnitKind::Item | UnitKind::Row) {
        let list = block(next);
        let items = (next..units.len()).take_while(|i| block(*i) == list);
        let mut length = 0;
        chosen.extend(items.take_while(|i| {
            length += units[*i].unit.markdown.len();
            length <= 2 * SHORT
        }));
    }
    chosen
}

/// The table or list that the unit is from, as far as it is short.
fn whole(section: &Indexed, at: usize, chosen: &mut Vec<usize>) {
    let units = &section.units;
    if !matches!(units[at].unit.kind, UnitKind::Row | UnitKind::Item) {
        return;
    }
    let all: Vec<usize> = (0..units.len()).filter(|i| units[*i].unit.block == units[at].unit.block).collect();
    let length: usize = all.iter().map(|i| text_length(section, *i)).sum();
    if length <= 3 * SHORT {
        chosen.retain(|i| units[*i].unit.block != units[at].unit.block);
        chosen.extend(all);
        chosen.sort_unstable();
    }
}

fn text_length(section: &Indexed, at: usize) -> usize {
    let unit = section.units[at].unit;
    unit.markdown.len() - 2 * unit.head.len().min(unit.markdown.len() / 2)
}

/// Who asks how, wants to see the command: the section's first one.
fn command(section: &Indexed, chosen: &mut Vec<usize>) {
    let is_command = |i: usize| {
        let unit = section.units[i].unit;
        unit.kind == UnitKind::Code
            && (unit.markdown.starts_with("```console") || unit.markdown.starts_with("```sh"))
    };
    if let Some(first) = (0..section.units.len()).find(|i| is_command(*i))
        && !chosen.contains(&first)
    {
        chosen.push(first);
        chosen.sort_unstable();
    }
}

/// Units as Markdown: sentences of a paragraph in one, rows under one head.
fn text(section: &Indexed, units: &[usize]) -> String {
    let mut out = String::new();
    let mut before: Option<usize> = None;
    for at in units {
        let unit = section.units[*at].unit;
        let joint = match before.map(|i| section.units[i].unit) {
            None => "",
            Some(last) if last.block != unit.block => "\n\n",
            Some(last) if last.kind == UnitKind::Sentence => " ",
            Some(_) => "\n",
        };
        out.push_str(joint);
        let same_table = unit.kind == UnitKind::Row && joint == "\n";
        let markdown = if same_table { unit.markdown.splitn(3, '\n').nth(2) } else { None };
        out.push_str(markdown.unwrap_or(&unit.markdown));
        before = Some(*at);
    }
    out
}
