//! What comes of a question.

use crate::links::absolute;

/// An answer, or the word that there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The question, as it was understood: shortened, without control characters.
    pub question: String,
    /// The passage that answers it; `None` when the documentation does not.
    pub direct: Option<Excerpt>,
    /// Further passages.
    pub excerpts: Vec<Excerpt>,
    /// Where to read on when nothing was found, without text.
    pub nearest: Vec<Excerpt>,
}

/// A passage of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The page's slug.
    pub page: &'static str,
    /// The section's fragment; empty for the page's beginning.
    pub anchor: String,
    /// Page and headings, for people.
    pub path: String,
    /// Its Markdown, as it stands in the page.
    pub text: String,
}

impl Answer {
    /// Whether the documentation answers the question.
    #[must_use]
    pub fn is_found(&self) -> bool {
        self.direct.is_some()
    }

    /// The answer in Markdown: the direct answer, the passages, and where they stand. `base` is the public URL.
    #[must_use]
    pub fn markdown(&self, base: &str) -> String {
        self.render(base, ".md")
    }

    pub(crate) fn render(&self, base: &str, ending: &str) -> String {
        let mut text = format!("# {}\n\n", one_line(&self.question));
        let Some(direct) = &self.direct else {
            text.push_str("**Not found.** The documentation does not answer this question.\n");
            if !self.nearest.is_empty() {
                text.push_str("\nWhat comes nearest:\n\n");
                for place in &self.nearest {
                    text.push_str(&format!("- {}\n", place.link(base, ending)));
                }
            }
            return text;
        };
        text.push_str(&absolute(direct.page, &direct.text, base, ending));
        text.push_str(&format!("\n\nFrom {}.\n", direct.link(base, ending)));
        if !self.excerpts.is_empty() {
            text.push_str("\n## More on this\n");
            for excerpt in &self.excerpts {
                let passage = absolute(excerpt.page, &excerpt.text, base, ending);
                text.push_str(&format!("\n### {}\n\n{passage}\n", excerpt.link(base, ending)));
            }
        }
        text
    }
}

impl Excerpt {
    fn link(&self, base: &str, ending: &str) -> String {
        let fragment = if self.anchor.is_empty() { String::new() } else { format!("#{}", self.anchor) };
        format!("[{}]({base}/docs/{}{ending}{fragment})", self.path, self.page)
    }
}

/// What a person typed, so that it is a heading and no markup.
fn one_line(question: &str) -> String {
    let mut out = String::with_capacity(question.len());
    for c in question.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    if out.is_empty() { "Ask a question".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_found_is_said_and_the_way_on_shown() {
        let place = Excerpt {
            page: "security",
            anchor: "tokens".into(),
            path: "Security › Tokens".into(),
            text: String::new(),
        };
        let answer = Answer { question: "what <b>?".into(), nearest: vec![place], ..Answer::default() };
        assert_eq!(
            answer.markdown("https://h"),
            "# what \\<b\\>?\n\n**Not found.** The documentation does not answer this question.\n\nWhat comes nearest:\n\n- [Security › Tokens](https://h/docs/security.md#tokens)\n"
        );
    }
}
