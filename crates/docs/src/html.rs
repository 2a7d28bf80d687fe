//! Pages for people: one stylesheet, no script, no request to any other host.

use std::fmt::Write as _;

use base::escape_html;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Parser, Tag, TagEnd, html};

use crate::ask::Answer;
use crate::links::{href, resolve};
use crate::page::{Page, options, page, pages};
use crate::text::anchor;

/// The stylesheet, served at `{base}/docs/style.css`.
pub const STYLESHEET: &str = include_str!("style.css");

/// A page. `base` is put in front of every address: empty, or the path of the public URL.
#[must_use]
pub fn page_html(page: &Page, base: &str) -> String {
    let mut body = String::from("<article>\n");
    body.push_str(&to_html(page.slug, page.source, base));
    let _ = write!(
        body,
        "<footer><p><a href=\"{}\">This page as Markdown</a></p>{}</footer>\n</article>\n{}",
        escape_html(&page.markdown_href(base)),
        neighbours(page, base),
        contents(page)
    );
    layout(&page.title, Some(page), base, "", &body)
}

/// What was found for a question, as a page.
#[must_use]
pub fn answer_html(answer: &Answer, base: &str) -> String {
    let text = answer.render(base, "");
    let body = format!("<article class=\"answer\">\n{}</article>\n", to_html("index", &text, base));
    layout(&answer.question, None, base, &answer.question, &body)
}

/// The page for an address that has none.
#[must_use]
pub fn missing_html(base: &str) -> String {
    let body =
        "<article><h1>There is no such page</h1>\n<p>Search above, or choose from the list.</p></article>\n";
    layout("There is no such page", None, base, "", body)
}

fn layout(title: &str, current: Option<&Page>, base: &str, question: &str, body: &str) -> String {
    let name = if current.is_some_and(|p| p.slug == "index") {
        "Provost documentation".to_owned()
    } else {
        format!("{title} · Provost")
    };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"{base}/docs/style.css\">\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#content\">Skip to the text</a>\n\
         <header class=\"bar\"><a class=\"name\" href=\"{base}/docs\">Provost <span>documentation</span></a>\n\
         <form action=\"{base}/docs\" method=\"get\" role=\"search\">\
         <label for=\"ask\">Ask the documentation</label>\
         <input id=\"ask\" name=\"ask\" type=\"search\" required maxlength=\"400\" value=\"{question}\" \
         placeholder=\"Ask: how do I rotate a token?\"><button>Ask</button></form></header>\n\
         <div class=\"frame\">\n{nav}<main id=\"content\" tabindex=\"-1\">\n{body}</main>\n</div>\n</body>\n</html>\n",
        title = escape_html(&name),
        base = escape_html(base),
        question = escape_html(question),
        nav = navigation(current, base),
    )
}

/// All pages. On a narrow screen it is folded, by an element that needs no script.
fn navigation(current: Option<&Page>, base: &str) -> String {
    let mut list = String::new();
    let mut group = "";
    for page in pages() {
        if page.group != group {
            if !group.is_empty() {
                list.push_str("</ul>\n");
            }
            group = page.group;
            let _ = writeln!(list, "<h2>{}</h2>\n<ul>", escape_html(group));
        }
        let here = if current.is_some_and(|c| c.slug == page.slug) { " aria-current=\"page\"" } else { "" };
        let title = escape_html(&page.title);
        let _ = writeln!(list, "<li><a href=\"{}\"{here}>{title}</a></li>", escape_html(&page.href(base)));
    }
    list.push_str("</ul>\n");
    format!(
        "<nav class=\"pages wide\" aria-label=\"Pages\">\n{list}</nav>\n\
         <details class=\"pages narrow\"><summary>All pages</summary>\n<nav aria-label=\"All pages\">\n{list}</nav>\n</details>\n"
    )
}

/// The page's own sections.
fn contents(page: &Page) -> String {
    let sections: Vec<_> = page.sections.iter().filter(|s| s.level == 2).collect();
    if sections.len() < 3 {
        return String::new();
    }
    let mut list =
        String::from("<nav class=\"contents\" aria-label=\"On this page\">\n<h2>On this page</h2>\n<ul>\n");
    for section in sections {
        let _ =
            writeln!(list, "<li><a href=\"#{}\">{}</a></li>", section.anchor, escape_html(&section.title));
    }
    list.push_str("</ul>\n</nav>\n");
    list
}

fn neighbours(page: &Page, base: &str) -> String {
    let at = pages().iter().position(|p| p.slug == page.slug).unwrap_or(0);
    let link = |other: Option<&Page>, word: &str| {
        other.map_or_else(String::new, |p| {
            format!(
                "<a href=\"{}\"><span>{word}</span> {}</a>",
                escape_html(&p.href(base)),
                escape_html(&p.title)
            )
        })
    };
    let before = at.checked_sub(1).and_then(|i| pages().get(i));
    format!(
        "<nav class=\"neighbours\" aria-label=\"Neighbouring pages\">{}{}</nav>",
        link(before, "Before"),
        link(pages().get(at + 1), "Next")
    )
}

/// Markdown as HTML: headings get addresses, links lead to pages, wide tables scroll, raw HTML is text.
fn to_html(slug: &str, source: &str, base: &str) -> String {
    let ids = page(slug)
        .filter(|p| p.source == source)
        .map(|p| p.sections.iter().filter(|s| s.level > 1).map(|s| s.anchor.clone()).collect::<Vec<_>>());
    let mut ids = ids.unwrap_or_default().into_iter();
    let events: Vec<Event<'_>> = Parser::new_ext(source, options()).collect();
    let mut out = Vec::with_capacity(events.len() + 16);
    for (at, event) in events.iter().enumerate() {
        let event = match event {
            Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
                let id = if *level == HeadingLevel::H1 { None } else { ids.next() };
                let id = id.or_else(|| {
                    (*level != HeadingLevel::H1).then(|| anchor(&heading_text(&events[at + 1..])))
                });
                Event::Start(Tag::Heading {
                    level: *level,
                    id: id.map(CowStr::from),
                    classes: classes.clone(),
                    attrs: attrs.clone(),
                })
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => Event::Start(Tag::Link {
                link_type: *link_type,
                dest_url: href(&resolve(slug, dest_url), base).into(),
                title: title.clone(),
                id: id.clone(),
            }),
            Event::Start(Tag::Table(alignment)) => {
                out.push(Event::Html(
                    "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\">".into(),
                ));
                Event::Start(Tag::Table(alignment.clone()))
            }
            Event::End(TagEnd::Table) => {
                out.push(Event::End(TagEnd::Table));
                Event::Html("</div>\n".into())
            }
            Event::Html(text) | Event::InlineHtml(text) => Event::Text(text.clone()),
            other => other.clone(),
        };
        out.push(event);
    }
    let mut text = String::with_capacity(source.len() * 2);
    html::push_html(&mut text, out.into_iter());
    text.replace("<pre>", "<pre tabindex=\"0\">")
}

fn heading_text(events: &[Event<'_>]) -> String {
    let mut text = String::new();
    for event in events {
        match event {
            Event::End(TagEnd::Heading(_)) => break,
            Event::Text(part) | Event::Code(part) => text.push_str(part),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_have_addresses_and_links_lead_to_pages() {
        let html = to_html(
            "guides/entra",
            "# T\n\n## A part\n\n[Rotate](../how-to/rotate-a-token.md#x) <b>\n",
            "/p",
        );
        assert!(html.contains("<h2 id=\"a-part\">"), "{html}");
        assert!(html.contains("href=\"/p/docs/how-to/rotate-a-token#x\""), "{html}");
        assert!(html.contains("&lt;b&gt;") && !html.contains("<b>"), "{html}");
    }

    #[test]
    fn every_page_is_whole_and_marks_itself() {
        for page in pages() {
            let html = page_html(page, "");
            assert_eq!(html.matches("<h1").count(), 1, "{}: one title", page.slug);
            assert_eq!(html.matches("aria-current").count(), 2, "{}", page.slug);
            for section in page.sections.iter().filter(|s| s.level > 1) {
                assert!(
                    html.contains(&format!("id=\"{}\"", section.anchor)),
                    "{}#{}",
                    page.slug,
                    section.anchor
                );
            }
        }
    }

    #[test]
    fn a_question_is_shown_as_text() {
        let answer = Answer { question: "<script>\"&".to_owned(), ..Answer::default() };
        let html = answer_html(&answer, "");
        assert!(!html.contains("<script>") && html.contains("value=\"&lt;script&gt;&quot;&amp;\""), "{html}");
    }
}
