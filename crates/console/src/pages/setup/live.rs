//! The part that renews itself: the answer, how far it is, what is wrong.

use base::Timestamp;
use maud::{Markup, html};
use service::noun::ConnectionKind;
use service::{Lang, Problem, SetupProgress, Weight};

use super::guide::Tick;
use super::page::Shown;
use super::steps::{is_done, marks};
use super::when::{ago, lasting};
use super::words as w;
use super::{provider, say};
use crate::look::{Figure, Tone, answer, figures, number};

/// The part alone, with the guide's marks beside it, for the script that asks every five seconds.
#[must_use]
pub fn live(shown: &Shown<'_>) -> String {
    html! { (block(shown)) (marks(shown.lang, shown.kind, shown.progress)) }.into_string()
}

/// The part within the page.
pub(super) fn block(shown: &Shown<'_>) -> Markup {
    let Shown { lang, kind, progress, now, .. } = *shown;
    let again = format!("{}/progress?for={}&lang={}", shown.href(), provider(kind), lang.code());
    html! {
        div #live-part hx-get=(again) hx-trigger="every 5s" hx-swap="outerHTML" {
            (sentence(lang, progress))
            (ticks(lang, progress, now))
            (numbers(lang, progress, now))
            @if !progress.problems.is_empty() {
                section aria-labelledby="problems" {
                    h2 id="problems" { (say(lang, w::PROBLEMS)) }
                    div.problems { @for problem in &progress.problems { (one(lang, problem, now)) } }
                }
            }
            noscript { p.hint { a href=(shown.page_href()) { (say(lang, w::REFRESH)) } } }
        }
    }
}

fn sentence(lang: Lang, progress: &SetupProgress) -> Markup {
    let stop = progress.problems.iter().find(|p| p.fault.weight == Weight::Stops);
    let people = number(progress.learners);
    let (tone, text) = match stop {
        Some(problem) => (Tone::Bad, say(lang, w::A_STOPPED).replace("{why}", problem.fault.said(lang).name)),
        None if progress.first_synced.is_some() && progress.learners == 1 => {
            (Tone::Good, say(lang, w::A_DONE_ONE).to_owned())
        }
        None if progress.first_synced.is_some() => (Tone::Good, say(lang, w::A_DONE).replace("{n}", &people)),
        None if progress.learners == 1 => (Tone::Info, say(lang, w::A_ARRIVING_ONE).to_owned()),
        None if progress.learners > 0 => (Tone::Info, say(lang, w::A_ARRIVING).replace("{n}", &people)),
        None if progress.contact.first_well.is_some() => (Tone::Info, say(lang, w::A_TESTED).to_owned()),
        None => (Tone::Quiet, say(lang, w::A_BEGIN).to_owned()),
    };
    let more = stop.map(|_| html! { p { (say(lang, w::A_MORE)) } });
    answer(tone, &html! { (text) }, more.as_ref())
}

fn ticks(lang: Lang, progress: &SetupProgress, now: Timestamp) -> Markup {
    let row = |done: bool, what: &str, when: Markup| {
        html! {
            li {
                span.tick.done[done] aria-hidden="true" { @if done { "✓" } }
                span.what { (what) span.unseen { ": " (say(lang, if done { w::DONE } else { w::OPEN })) } }
                span.when { (when) }
            }
        }
    };
    let when = |at: Option<Timestamp>| html! { @if let Some(at) = at { (ago(lang, now, at)) } };
    let groups = progress.connection.groups;
    html! {
        h2.unseen { (say(lang, w::PROGRESS)) }
        ul.progress {
            (row(is_done(Tick::Tested, progress), say(lang, w::TICK_TESTED), when(progress.contact.first_well)))
            (row(
                is_done(Tick::Groups, progress),
                say(lang, if groups { w::TICK_GROUPS } else { w::TICK_GROUPS_OFF }),
                when(progress.contact.groups_asked.filter(|_| groups)),
            ))
            (row(is_done(Tick::Learner, progress), say(lang, w::TICK_LEARNER), html! {}))
            @if groups { (row(progress.groups > 0, say(lang, w::TICK_GROUP), html! {})) }
            (row(
                is_done(Tick::Cycle, progress),
                say(lang, w::TICK_CYCLE),
                match progress.first_synced {
                    Some(at) => ago(lang, now, at),
                    None => html! { (say(lang, w::TICK_CYCLE_WAIT).replace("{quiet}", &lasting(lang, progress.quiet))) },
                },
            ))
        }
    }
}

fn numbers(lang: Lang, progress: &SetupProgress, now: Timestamp) -> Markup {
    let mut list =
        vec![Figure { name: say(lang, w::PEOPLE), value: number(progress.learners), note: None, href: None }];
    if progress.connection.groups {
        list.push(Figure {
            name: say(lang, w::GROUPS),
            value: number(progress.groups),
            note: None,
            href: None,
        });
    }
    html! {
        div.result {
            (figures(&list))
            p.hint {
                (say(lang, w::CONTACT)) ": "
                @match progress.contact.heard {
                    Some(at) => (ago(lang, now, at)),
                    None => (say(lang, w::NEVER)),
                }
                ". " (say(lang, w::LIVE))
            }
        }
    }
}

fn one(lang: Lang, problem: &Problem, now: Timestamp) -> Markup {
    let said = problem.fault.said(lang);
    let tone = match problem.fault.weight {
        Weight::Stops => Tone::Bad,
        Weight::Loses => Tone::Warn,
        Weight::Advice => Tone::Info,
    };
    html! {
        article.problem.(tone.class()) {
            h3 { (said.name) }
            p { (said.remedy) }
            p.hint {
                (say(lang, w::PROBLEM_SEEN)) " " (ago(lang, now, problem.last))
                @if problem.times > 1 { ", " (say(lang, w::PROBLEM_TIMES).replace("{n}", &number(problem.times))) }
                @if let Some(who) = &problem.example { ", " (say(lang, w::PROBLEM_EXAMPLE).replace("{who}", who)) }
                " · " code { (problem.fault.id) }
            }
        }
    }
}

/// Whether a provider has requests to wait for.
pub(super) const fn is_live(kind: ConnectionKind) -> bool {
    !matches!(kind, ConnectionKind::Google)
}
