//! Taking a page apart into commands and files.

/// What is to be done for a page.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) files: Vec<(String, String)>,
    pub(crate) commands: Vec<Command>,
    /// Lines of blocks that are only shown, since they need what a test has not: another machine, a name, a checkout.
    pub(crate) shown: Vec<String>,
}

/// A command and the lines that it prints.
pub(crate) struct Command {
    pub(crate) line: String,
    pub(crate) printed: Vec<String>,
}

impl Page {
    pub(crate) fn read(text: &str) -> Self {
        let mut page = Self::default();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let Some(head) = line.trim_start().strip_prefix("```") else { continue };
            let indent = line.len() - line.trim_start().len();
            let body: Vec<&str> = lines
                .by_ref()
                .take_while(|l| l.trim() != "```")
                .map(|l| l.get(indent.min(l.len() - l.trim_start().len())..).unwrap_or_default())
                .collect();
            match head.split_once(' ') {
                None if head == "console" => page.console(&body),
                Some((_, file)) => page.files.push((file.to_owned(), body.join("\n") + "\n")),
                None if ["sh", ""].contains(&head) => page.show(&body),
                None => {}
            }
        }
        page
    }

    fn show(&mut self, body: &[&str]) {
        let text = body.join("\n").replace("\\\n", " ");
        self.shown.extend(text.lines().map(|line| line.trim_start_matches("$ ").to_owned()));
    }

    fn console(&mut self, body: &[&str]) {
        for line in body {
            if let Some(command) = line.strip_prefix("$ ") {
                self.commands.push(Command { line: command.to_owned(), printed: Vec::new() });
            } else if let Some(last) = self.commands.last_mut() {
                last.printed.push((*line).to_owned());
            }
        }
    }
}

/// Whether a line was printed as the page says; runs of spaces count as one.
pub(crate) fn agrees(wanted: &str, printed: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (wanted, printed) = (plain(wanted), plain(printed));
    let pieces: Vec<&str> = wanted.split('…').map(str::trim).collect();
    let [first, middle @ .., last] = pieces.as_slice() else { return wanted == printed };
    let Some(mut rest) = printed.strip_prefix(first) else { return false };
    for piece in middle {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}
