//! The page model: title, sections with anchors, and the units that answers are made of.

mod read;

pub(crate) use read::options;

use std::sync::LazyLock;

use crate::sources::SOURCES;

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its path below `/docs/`, without an ending: `guides/entra`. The first page is `index`.
    pub slug: &'static str,
    /// Heading that it stands under in lists of pages.
    pub group: &'static str,
    /// Its first heading.
    pub title: String,
    /// Its first paragraph: the answer that the page gives.
    pub summary: String,
    /// Its Markdown.
    pub source: &'static str,
    /// Its sections in order; the first one is what stands before the first heading below the title.
    pub sections: Vec<Section>,
}

/// A part of a page under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Fragment of its address; empty for the page's beginning.
    pub anchor: String,
    /// Its heading, without markup.
    pub title: String,
    /// 1 for the page's beginning, 2 for its main sections …
    pub level: u8,
    /// Headings that it stands under, outermost first, without the page's title.
    pub trail: Vec<String>,
    /// What it says, in order.
    pub(crate) units: Vec<Unit>,
}

/// A sentence, item, row or block: the smallest thing that can be an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) kind: UnitKind,
    /// Markdown that can stand alone.
    pub(crate) markdown: String,
    /// Number of the paragraph, list, table or code block that it is from, within its section.
    pub(crate) block: usize,
    /// What a row stands under: the titles of its columns.
    pub(crate) head: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnitKind {
    Sentence,
    Item,
    Row,
    Code,
}

impl Page {
    /// The page's address below a base: `/docs`, `/docs/guides/entra`.
    #[must_use]
    pub fn href(&self, base: &str) -> String {
        if self.slug == "index" { format!("{base}/docs") } else { format!("{base}/docs/{}", self.slug) }
    }

    /// The address of its Markdown.
    #[must_use]
    pub fn markdown_href(&self, base: &str) -> String {
        format!("{base}/docs/{}.md", self.slug)
    }
}

impl Section {
    /// Page and headings, as a path for people: `Connect Microsoft Entra ID › Before the first user`.
    #[must_use]
    pub fn path(&self, page: &Page) -> String {
        let mut path = page.title.clone();
        for part in self.trail.iter().chain((self.level > 1).then_some(&self.title)) {
            path.push_str(" › ");
            path.push_str(part);
        }
        path
    }
}

static PAGES: LazyLock<Vec<Page>> =
    LazyLock::new(|| SOURCES.iter().map(|(group, slug, source)| read::page(group, slug, source)).collect());

/// Every page, in reading order.
#[must_use]
pub fn pages() -> &'static [Page] {
    &PAGES
}

/// The page at a path below `/docs/`; the empty path is the first page.
#[must_use]
pub fn page(slug: &str) -> Option<&'static Page> {
    let slug = if slug.is_empty() { "index" } else { slug };
    pages().iter().find(|page| page.slug == slug)
}
