//! What machines read: `/llms.txt`, and each page's Markdown with its pointers.

use crate::page::{Page, pages};

/// `/llms.txt`: what this is, every page with its first sentence, and how to ask. `base` is the public URL.
#[must_use]
pub fn llms_txt(base: &str) -> String {
    let mut text = String::from("# Provost\n\n");
    if let Some(first) = pages().first() {
        text.push_str(&format!("> {}\n", first.summary));
    }
    text.push_str(&format!(
        "\nAsk a question: `GET {base}/docs/index.md?ask=<question>` answers in Markdown, with the passages it is drawn \
         from, or says that the documentation does not answer it. Every page is Markdown under its address with `.md`.\n"
    ));
    let mut group = "";
    for page in pages() {
        if page.group != group {
            group = page.group;
            text.push_str(&format!("\n## {group}\n\n"));
        }
        let summary = crate::links::absolute(page.slug, &page.summary, base, ".md");
        text.push_str(&format!("- [{}]({}): {summary}\n", page.title, page.markdown_href(base)));
    }
    text
}

/// A page's Markdown as it is served: opens with a pointer to the list of pages, closes with how to ask.
#[must_use]
pub fn markdown_face(page: &Page, base: &str) -> String {
    format!(
        "> All pages: {base}/llms.txt\n\n{}\n\n---\n\nThis page: {url}. To ask the documentation a question: \
         `GET {url}?ask=<question>`; it answers in Markdown, with the passages and their addresses.\n",
        page.source.trim_end(),
        url = page.markdown_href(base),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page;

    #[test]
    fn the_list_names_every_page() {
        let text = llms_txt("https://scim.example.com");
        for page in pages() {
            assert!(
                text.contains(&format!("](https://scim.example.com/docs/{}.md)", page.slug)),
                "{}",
                page.slug
            );
        }
    }

    #[test]
    fn the_markdown_face_opens_and_closes_with_pointers() {
        let text = markdown_face(page("guides/entra").unwrap(), "https://h");
        assert!(text.starts_with("> All pages: https://h/llms.txt\n"));
        assert!(text.contains("`GET https://h/docs/guides/entra.md?ask=<question>`"));
    }
}
