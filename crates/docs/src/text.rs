//! Small functions on text that several modules share.

/// The words of a text: lower case, split where the index splits.
pub(crate) fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// Markdown without the targets of its links, so that only what is read counts.
pub(crate) fn readable(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some(at) = rest.find("](") {
        out.push_str(&rest[..=at]);
        let after = &rest[at + 2..];
        rest = after.find(')').map_or("", |end| &after[end + 1..]);
    }
    out.push_str(rest);
    out
}

/// The anchor of a heading, as the common Markdown viewers make it.
pub(crate) fn anchor(title: &str) -> String {
    let mut out = String::with_capacity(title.len());
    for c in title.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || c == '_' || c == '-' {
            out.push(c);
        } else if c == ' ' {
            out.push('-');
        }
    }
    out
}

/// Where the sentences of a paragraph end. A full stop within code, or one that no capital or code follows, ends none.
pub(crate) fn sentences(paragraph: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut code) = (0, false);
    let mut letters = paragraph.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '`' => code = !code,
            '.' | '?' | '!' if !code => {
                // What closes the sentence belongs to it.
                let mut end = at + 1;
                while let Some((next, closing)) = letters.peek().copied()
                    && matches!(closing, '*' | '_' | ')' | '"')
                {
                    end = next + 1;
                    letters.next();
                }
                let rest = &paragraph[end..];
                let next = rest.trim_start().chars().next();
                let begins = next.is_some_and(|c| {
                    c.is_uppercase() || c.is_numeric() || matches!(c, '`' | '*' | '[' | '"' | '(')
                });
                if rest.starts_with(char::is_whitespace) && begins {
                    found.push(paragraph[start..end].trim());
                    start = end;
                }
            }
            _ => {}
        }
    }
    let last = paragraph[start..].trim();
    if !last.is_empty() {
        found.push(last);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_those_of_markdown_viewers() {
        assert_eq!(anchor("Rotate a token"), "rotate-a-token");
        assert_eq!(anchor("`provost token create`"), "provost-token-create");
        assert_eq!(anchor("What's new, and why?"), "whats-new-and-why");
    }

    #[test]
    fn sentences_end_where_a_reader_would_stop() {
        let text =
            "It ends in `/scim_v2. Not`. For example 1.2 is no end. **Bold ends.** Then\nmore, e.g. this.";
        assert_eq!(
            sentences(text),
            [
                "It ends in `/scim_v2. Not`.",
                "For example 1.2 is no end.",
                "**Bold ends.**",
                "Then\nmore, e.g. this."
            ]
        );
    }

    #[test]
    fn targets_of_links_are_not_read() {
        assert_eq!(readable("see [the guide](../guides/entra.md#x) and [b](c)."), "see [the guide] and [b].");
    }
}
