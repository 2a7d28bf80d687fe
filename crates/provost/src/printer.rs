//! Where output goes: data on stdout, everything else on stderr.

use std::io::{IsTerminal, Write};

use anstyle::{AnsiColor, Style};

/// Prints for one command.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    /// Whether data is for a program.
    pub(crate) json: bool,
}

/// A finished step or a command.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Values and addresses.
pub(crate) const VALUE: Style = AnsiColor::Cyan.on_default();
/// Headings.
pub(crate) const BOLD: Style = Style::new().bold();
/// Detail.
pub(crate) const DIM: Style = Style::new().dimmed();

impl Printer {
    /// A line of data on stdout. A reader that has gone away is not an error of ours.
    pub(crate) fn data(self, line: &str) {
        let _ = writeln!(anstream::stdout().lock(), "{line}");
    }

    /// A JSON value on stdout, on one line.
    pub(crate) fn value(self, value: &serde_json::Value) {
        self.data(&value.to_string());
    }

    /// A line for the person, on stderr.
    pub(crate) fn say(self, line: &str) {
        let _ = writeln!(anstream::stderr().lock(), "{line}");
    }

    /// A progress bar on stderr, shown only to a person.
    pub(crate) fn progress(self, length: u64, what: &'static str) -> indicatif::ProgressBar {
        if !std::io::stderr().is_terminal() || self.json {
            return indicatif::ProgressBar::hidden();
        }
        let bar = indicatif::ProgressBar::new(length);
        let template = "{msg:>12} [{bar:30}] {human_pos}/{human_len}, {per_sec}, {eta} left";
        if let Ok(style) = indicatif::ProgressStyle::with_template(template) {
            let rate = |state: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
                let _ = write!(out, "{:.0}/s", state.per_sec());
            };
            bar.set_style(style.with_key("per_sec", rate).progress_chars("=> "));
        }
        bar.set_message(what);
        bar
    }
}

/// Text in a style.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// A table with a head, for people.
pub(crate) fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING).set_header(head.iter().copied());
    for row in rows {
        table.add_row(row);
    }
    table.trim_fmt()
}
