//! Links between pages: where they go, written for who reads them, and whether text and target agree.

use std::collections::BTreeSet;
use std::fmt;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::page::{Page, options, page, pages};
use crate::text::words;

/// Where a link in a page goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A page, and a section of it.
    Page { slug: String, anchor: Option<String> },
    /// Somewhere else.
    Outside(String),
}

/// Resolves what stands in a link of the page `slug`: files are named relative to it, as in the folder.
pub(crate) fn resolve(slug: &str, href: &str) -> Target {
    if href.contains("://") || href.starts_with('/') || href.starts_with("mailto:") {
        return Target::Outside(href.to_owned());
    }
    let (path, anchor) = match href.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor.to_owned())),
        None => (href, None),
    };
    if path.is_empty() {
        return Target::Page { slug: slug.to_owned(), anchor };
    }
    let mut parts: Vec<&str> = slug.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name.strip_suffix(".md").unwrap_or(name)),
        }
    }
    Target::Page { slug: parts.join("/"), anchor }
}

/// The address of a target; pages are HTML.
pub(crate) fn href(target: &Target, base: &str) -> String {
    match target {
        Target::Outside(href) => href.clone(),
        Target::Page { slug, anchor } => {
            let page = page(slug).map_or_else(|| format!("{base}/docs/{slug}"), |page| page.href(base));
            anchor.as_ref().map_or_else(|| page.clone(), |anchor| format!("{page}#{anchor}"))
        }
    }
}

/// A part of a page's Markdown that is to stand elsewhere: its links get addresses that hold there.
///
/// A link is what stands between `](` and `)`, which our pages use for nothing else.
/// `ending` is `.md` for readers of Markdown, nothing for pages.
pub(crate) fn absolute(slug: &str, markdown: &str, base: &str, ending: &str) -> String {
    let mut out = String::with_capacity(markdown.len() + 64);
    let mut rest = markdown;
    while let Some(at) = rest.find("](") {
        let (before, after) = rest.split_at(at + 2);
        out.push_str(before);
        let Some(end) = after.find(')') else {
            rest = after;
            break;
        };
        match resolve(slug, &after[..end]) {
            Target::Outside(href) => out.push_str(&href),
            Target::Page { slug, anchor } => {
                out.push_str(&format!("{base}/docs/{slug}{ending}"));
                if let Some(anchor) = anchor {
                    out.push_str(&format!("#{anchor}"));
                }
            }
        }
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

/// A link that leads nowhere, or elsewhere than it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkProblem {
    /// The page that it stands in.
    pub page: &'static str,
    /// Its text.
    pub text: String,
    /// What it points at, as written.
    pub target: String,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for LinkProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.md: [{}]({}): {}", self.page, self.text, self.target, self.problem)
    }
}

/// Every link of every page that does not resolve, or whose text names something else than its target.
#[must_use]
pub fn check_links() -> Vec<LinkProblem> {
    let mut problems = Vec::new();
    for page in pages() {
        for (text, target) in links_of(page) {
            if let Some(problem) = problem(page.slug, &text, &target) {
                problems.push(LinkProblem { page: page.slug, text, target, problem });
            }
        }
    }
    problems
}

fn links_of(page: &Page) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Option<(String, String)> = None;
    for event in Parser::new_ext(page.source, options()) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => open = Some((String::new(), dest_url.to_string())),
            Event::End(TagEnd::Link) => found.extend(open.take()),
            Event::Text(part) | Event::Code(part) => {
                if let Some((text, _)) = &mut open {
                    text.push_str(&part);
                }
            }
            Event::SoftBreak => {
                if let Some((text, _)) = &mut open {
                    text.push(' ');
                }
            }
            _ => {}
        }
    }
    found
}

fn problem(from: &str, text: &str, href: &str) -> Option<String> {
    let (slug, anchor) = match resolve(from, href) {
        Target::Outside(url) => return outside_problem(text, &url),
        Target::Page { slug, anchor } => (slug, anchor),
    };
    let Some(page) = page(&slug) else { return Some("there is no such page".to_owned()) };
    if !href.is_empty()
        && !href.starts_with('#')
        && !href.split('#').next().is_some_and(|p| p.ends_with(".md"))
    {
        return Some("name the file, with .md, so that it also works in a folder".to_owned());
    }
    let mut said: BTreeSet<String> = names(&page.title);
    said.extend(names(&slug.replace(['/', '-'], " ")));
    if let Some(anchor) = &anchor {
        let Some(section) = page.sections.iter().find(|s| s.anchor == *anchor) else {
            return Some("the page has no such section".to_owned());
        };
        said.extend(names(&section.title));
    }
    let strange: Vec<String> = names(text).into_iter().filter(|word| !said.contains(word)).collect();
    if strange.is_empty() {
        return None;
    }
    Some(format!("the target does not say {}", strange.join(", ")))
}

/// A text that looks like an address must be the address.
fn outside_problem(text: &str, url: &str) -> Option<String> {
    if url == "/llms.txt" {
        return None;
    }
    if !url.starts_with("https://") {
        return Some("links to the outside are https".to_owned());
    }
    let shown = text.trim_start_matches("https://");
    let looks_like_one = text.contains("://") || (shown.contains('.') && !shown.contains(' '));
    (looks_like_one && !url.contains(shown)).then(|| "the text is another address".to_owned())
}

/// Words that say what something is, each cut to what its forms share.
fn names(text: &str) -> BTreeSet<String> {
    const LITTLE: &[&str] = &[
        "a", "an", "and", "by", "for", "from", "how", "in", "into", "it", "its", "of", "on", "or", "the",
        "to", "with", "your", "them", "they", "what", "is", "this", "page", "see", "md",
    ];
    let stem = |word: String| {
        let cut = ["ing", "es", "ed", "s", "e"].iter().find_map(|end| word.strip_suffix(end));
        cut.filter(|c| c.len() >= 3).map_or(word.clone(), str::to_owned)
    };
    words(text).into_iter().filter(|w| !LITTLE.contains(&w.as_str())).map(stem).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_link_resolves_and_says_where_it_goes() {
        let problems: Vec<String> = check_links().iter().map(ToString::to_string).collect();
        assert!(problems.is_empty(), "{}", problems.join("\n"));
        assert!(pages().iter().map(|p| links_of(p).len()).sum::<usize>() > 40);
    }

    #[test]
    fn a_wrong_link_is_found() {
        let wrong = |text, href| problem("guides/okta", text, href);
        assert!(wrong("Rotate a token", "../how-to/rotate-a-token.md").is_none());
        assert!(wrong("Rotate a token", "../how-to/held-changes.md").unwrap().contains("rotat"));
        assert!(wrong("Rotate a token", "../how-to/nothing.md").unwrap().contains("no such page"));
        assert!(
            wrong("Rotate a token", "../how-to/rotate-a-token.md#no").unwrap().contains("no such section")
        );
        assert!(wrong("Rotate a token", "../how-to/rotate-a-token").unwrap().contains("with .md"));
        assert!(wrong("example.com", "https://example.org").unwrap().contains("another address"));
        assert!(wrong("plain", "http://example.org").is_some());
    }

    #[test]
    fn links_hold_where_an_excerpt_stands() {
        let text = "see [Okta](okta.md), [x](../security.md#tokens) and [y](https://example.com/z)";
        assert_eq!(
            absolute("guides/entra", text, "https://h", ".md"),
            "see [Okta](https://h/docs/guides/okta.md), [x](https://h/docs/security.md#tokens) and [y](https://example.com/z)"
        );
    }
}
