//! Rehearsing the first cycle, and who was left over after it.

use maud::{Markup, html};
use service::{Lang, Leftovers, Rehearsal, Rehearsed};

use super::page::Shown;
use super::words as w;
use super::{Words, say};
use crate::look::{csrf, number};

/// The field that holds a list.
pub const LIST: &str = "list";
/// The field that holds a file.
pub const FILE: &str = "file";

/// The form, and what came of it.
pub(super) fn rehearsal(shown: &Shown<'_>, result: Option<&Rehearsal>) -> Markup {
    let lang = shown.lang;
    html! {
        section #rehearsal aria-labelledby="rehearse" {
            h2 id="rehearse" { (say(lang, w::REHEARSE)) }
            p { (say(lang, w::REHEARSE_TEXT)) }
            @if let Some(result) = result { (outcome(lang, result)) }
            details open[result.is_some_and(|r| r.people == 0)] {
                summary { (say(lang, w::REHEARSE_OPEN)) }
                form.result method="post" enctype="multipart/form-data" action={ (shown.href()) "/rehearsal#rehearsal" } {
                    (csrf(shown.proof))
                    input type="hidden" name="for" value=(super::provider(shown.kind));
                    input type="hidden" name="lang" value=(lang.code());
                    div.field {
                        label for=(FILE) { (say(lang, w::REHEARSE_FILE)) }
                        input id=(FILE) name=(FILE) type="file" accept=".csv,.json,text/csv,application/json";
                    }
                    div.field {
                        label for=(LIST) { (say(lang, w::REHEARSE_PASTE)) }
                        textarea id=(LIST) name=(LIST) rows="6" spellcheck="false"
                            placeholder="userPrincipalName,mail" {}
                    }
                    button.button.plain { (say(lang, w::REHEARSE_DO)) }
                }
            }
        }
    }
}

fn outcome(lang: Lang, result: &Rehearsal) -> Markup {
    let rows: [(&Rehearsed, Words, Words); 6] = [
        (&result.adopted, w::R_ADOPTED, w::R_ADOPTED_TEXT),
        (&result.created, w::R_CREATED, w::R_CREATED_TEXT),
        (&result.known, w::R_KNOWN, w::R_KNOWN_TEXT),
        (&result.refused, w::R_REFUSED, w::R_REFUSED_TEXT),
        (&result.skipped, w::R_SKIPPED, w::R_SKIPPED_TEXT),
        (&result.untouched, w::R_UNTOUCHED, w::R_UNTOUCHED_TEXT),
    ];
    html! {
        div.problems role="status" {
            @for problem in &result.problems { div.problem.warn { p { (problem) } } }
            @if result.people > 0 {
                div.values {
                    @for (group, title, text) in rows.into_iter().filter(|(group, ..)| group.count > 0) {
                        div {
                            strong { (number(group.count)) " " (say(lang, title)) }
                            p.hint { (say(lang, text)) }
                            details {
                                summary { (say(lang, w::R_NAMES)) }
                                ul.know { @for name in &group.names { li { (name) } } }
                                @if (group.names.len() as u64) < group.count { p.hint { "…" } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Who was left over, after the first cycle.
pub(super) fn leftovers(lang: Lang, found: &Leftovers) -> Markup {
    html! {
        section aria-labelledby="leftovers" {
            h2 id="leftovers" { (say(lang, w::LEFTOVERS)) }
            p { (say(lang, w::LEFTOVERS_TEXT).replace("{n}", &number(found.total))) }
            ul.know {
                @for row in &found.rows {
                    li {
                        (row.user_name)
                        @if !row.active { " · " (say(lang, w::INACTIVE)) }
                        @if row.protected { " · " (say(lang, w::PROTECTED)) }
                    }
                }
            }
            @if (found.rows.len() as u64) < found.total { p.hint { "…" } }
        }
    }
}
