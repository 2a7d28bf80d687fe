//! Documentation comments of closed lists, read from the source: they are not there at run time.

/// An entry of a list in source text.
pub(super) struct Entry {
    /// Its comment, as one text.
    pub(super) doc: String,
    /// The identifier.
    pub(super) name: String,
    /// What stands after the identifier, up to the end of the line.
    pub(super) rest: String,
    /// The latest `// --- title` above it.
    pub(super) group: String,
}

/// Entries between the line that is `start` and the next line that is `}`.
pub(super) fn entries(source: &str, start: &str) -> Vec<Entry> {
    let mut found = Vec::new();
    let (mut doc, mut group) = (Vec::new(), String::new());
    let lines = source.lines().skip_while(|line| line.trim() != start).skip(1);
    for line in lines.take_while(|line| line.trim() != "}") {
        let line = line.trim();
        if let Some(text) = line.strip_prefix("///") {
            doc.push(text.trim().to_owned());
        } else if let Some(title) = line.strip_prefix("// --- ") {
            title.clone_into(&mut group);
        } else if line.starts_with(|c: char| c.is_ascii_uppercase()) {
            let end = line.find(|c: char| !c.is_alphanumeric()).unwrap_or(line.len());
            let (name, rest) = line.split_at(end);
            let doc = std::mem::take(&mut doc).join(" ");
            found.push(Entry { doc, name: name.to_owned(), rest: rest.to_owned(), group: group.clone() });
        }
    }
    found
}
