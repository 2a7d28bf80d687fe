//! The guide's steps as markup.

use maud::{Markup, html};
use service::noun::ConnectionKind;
use service::{Lang, SetupProgress};

use super::guide::{AS_OF, Step, Tick, steps, to_know};
use super::words as w;
use super::{Words, say};

/// What stands for the values in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Values<'a> {
    pub(super) url: &'a str,
    pub(super) app: &'a str,
    /// How long nothing may have changed for a cycle to count as done.
    pub(super) quiet: &'a str,
}

/// The steps of a provider, each with its mark.
pub(super) fn guide(
    lang: Lang,
    kind: ConnectionKind,
    values: Values<'_>,
    progress: &SetupProgress,
) -> Markup {
    html! {
        section aria-labelledby="steps" {
            h2 id="steps" { (say(lang, w::STEPS)) }
            @if kind == ConnectionKind::Entra { p { (say(lang, w::AS_OF).replace("{date}", AS_OF)) } }
            ol.steps {
                @for (at, step) in steps(kind).iter().enumerate() { (one(lang, at + 1, step, values, progress)) }
            }
        }
        @if !to_know(kind).is_empty() {
            section aria-labelledby="know" {
                h2 id="know" { (say(lang, w::KNOW)) }
                ul.know { @for words in to_know(kind) { li { (text(say(lang, *words), values)) } } }
            }
        }
    }
}

fn one(lang: Lang, number: usize, step: &Step, values: Values<'_>, progress: &SetupProgress) -> Markup {
    let list = |items: &'static [Words]| {
        html! { ul { @for item in items { li { (text(say(lang, *item), values)) } } } }
    };
    html! {
        li {
            (mark(lang, number, step.tick, progress, false))
            h3 { (say(lang, step.title)) }
            (list(step.todo))
            @if !step.older.is_empty() {
                details { summary { (say(lang, w::OLDER)) } (list(step.older)) }
            }
            @if !step.also.is_empty() { p.hint { (say(lang, w::ALSO).replace("{labels}", step.also)) } }
        }
    }
}

/// Every mark of the guide once more, to be put in the place of those that are there.
pub(super) fn marks(lang: Lang, kind: ConnectionKind, progress: &SetupProgress) -> Markup {
    html! {
        @for (at, step) in steps(kind).iter().enumerate().filter(|(_, step)| step.tick.is_some()) {
            (mark(lang, at + 1, step.tick, progress, true))
        }
    }
}

fn mark(lang: Lang, number: usize, tick: Option<Tick>, progress: &SetupProgress, again: bool) -> Markup {
    let done = tick.is_some_and(|tick| is_done(tick, progress));
    let id = tick.map(|tick| format!("tick-{}", tick.id()));
    let said = if done { w::DONE } else { w::OPEN };
    html! {
        span.tick.done[done] id=[id] hx-swap-oob=[again.then_some("true")] {
            @if done { "✓" } @else { (number) }
            @if tick.is_some() { span.unseen { " " (say(lang, said)) } }
        }
    }
}

/// Whether what proves a step has arrived.
pub(super) fn is_done(tick: Tick, progress: &SetupProgress) -> bool {
    match tick {
        Tick::Tested => progress.contact.first_well.is_some(),
        Tick::Groups => {
            !progress.connection.groups || progress.contact.groups_asked.is_some() || progress.groups > 0
        }
        Tick::Learner => progress.learners > 0,
        Tick::Cycle => progress.first_synced.is_some(),
    }
}

/// A text with its labels and values marked.
pub(super) fn text(source: &str, values: Values<'_>) -> Markup {
    let mut parts: Vec<(char, &str)> = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find(['*', '`']) {
        let (before, found) = rest.split_at(at);
        parts.push((' ', before));
        let sign = if found.starts_with('*') { '*' } else { '`' };
        let inner = &found[1..];
        match inner.split_once(sign) {
            Some((marked, after)) => {
                parts.push((sign, marked));
                rest = after;
            }
            None => {
                parts.push((' ', found));
                rest = "";
            }
        }
    }
    parts.push((' ', rest));
    html! {
        @for (sign, part) in parts {
            @let filled = part.replace("{url}", values.url).replace("{app}", values.app).replace("{quiet}", values.quiet);
            @match sign {
                '*' => em { (filled) },
                '`' => code { (filled) },
                _ => (filled),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_values_are_marked_and_nothing_else_is_markup() {
        let values = Values { url: "https://h/<x>", app: "A & B SCIM", quiet: "10 minutes" };
        let html = text("Open *New*, paste `{url}` into <b>, {app}", values).into_string();
        assert_eq!(
            html,
            "Open <em>New</em>, paste <code>https://h/&lt;x&gt;</code> into &lt;b&gt;, A &amp; B SCIM"
        );
        assert_eq!(text("a * b", values).into_string(), "a * b");
    }

    #[test]
    fn every_step_of_every_guide_is_whole_in_each_language() {
        for kind in [ConnectionKind::Entra, ConnectionKind::Okta, ConnectionKind::Generic] {
            let ticks: Vec<_> = steps(kind).iter().filter_map(|step| step.tick).collect();
            assert_eq!(ticks, [Tick::Tested, Tick::Groups, Tick::Learner, Tick::Cycle], "{kind:?}");
            let all = steps(kind).iter().flat_map(|s| s.todo.iter().chain(s.older).chain([&s.title]));
            for words in all.chain(to_know(kind)) {
                for text in words {
                    assert!(
                        text.matches('*').count() % 2 == 0 && text.matches('`').count() % 2 == 0,
                        "{text}"
                    );
                }
            }
        }
    }
}
