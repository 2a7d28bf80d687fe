//! The log as one page that needs nothing else: no script, no picture, no font.

use std::io::{self, Write};

use base::{Timestamp, escape_html};

use crate::log::{Entry, Names, Status, steps, table};

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8884;--dim:#767676;--good:#1a7f37;--bad:#c4320a;--warn:#9a6700}\
@media(prefers-color-scheme:dark){:root{--dim:#9a9a9a;--good:#4ac26b;--bad:#ff7b54;--warn:#d4a72c}}\
body{font:14px/1.5 system-ui,sans-serif;margin:32px auto;max-width:1120px;padding:0 16px}\
h1{font-size:20px;margin:0 0 4px}p{margin:4px 0}.dim{color:var(--dim)}\
ul.sum{display:flex;flex-wrap:wrap;gap:24px;list-style:none;margin:16px 0;padding:0}ul.sum b{display:block;font-size:20px}\
details{border-top:1px solid var(--line);padding:8px 0}summary{cursor:pointer;display:grid;gap:12px;\
grid-template-columns:13em 6em 6em 16em 1fr;overflow-wrap:anywhere}.success{color:var(--good)}.failure{color:var(--bad)}\
.warning,.skipped{color:var(--warn)}table{border-collapse:collapse;margin:8px 0}td,th{border-bottom:1px solid var(--line);\
padding:4px 12px 4px 0;text-align:left;vertical-align:top;overflow-wrap:anywhere}pre{white-space:pre-wrap;overflow-wrap:anywhere}\
code,pre{font:12px/1.5 ui-monospace,monospace}";

/// A report being written. Entries are written as they come, so that any number of them needs no memory.
pub struct HtmlReport<'n, W: Write> {
    out: W,
    names: &'n Names,
}

impl<W: Write> std::fmt::Debug for HtmlReport<'_, W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HtmlReport")
    }
}

impl<'n, W: Write> HtmlReport<'n, W> {
    /// Begins a report with how many entries ended how: successes, warnings, failures, skips.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(mut out: W, names: &'n Names, at: Timestamp, counts: [u64; 4]) -> io::Result<Self> {
        let target = escape_html(&names.target.display_name);
        let verdict = match counts {
            [_, _, 0, _] => "Provisioning is working: nothing failed.".to_owned(),
            [_, _, failed, _] => format!("{failed} of the operations failed; each says what to do about it."),
        };
        write!(
            out,
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>Provisioning log: {target}</title>\
             <style>{STYLE}</style></head><body>\n<h1>{verdict}</h1>\
             <p class=\"dim\">Provisioning log of {target}, {at}; job <code>{}</code></p>\n<ul class=\"sum\">",
            escape_html(&names.job)
        )?;
        let words = [Status::Success, Status::Warning, Status::Failure, Status::Skipped];
        for (status, count) in words.into_iter().zip(counts) {
            let word = status.word();
            write!(out, "<li><b class=\"{word}\">{count}</b>{word}</li>")?;
        }
        writeln!(out, "</ul>")?;
        Ok(Self { out, names })
    }

    /// Writes one entry.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn entry(&mut self, entry: &Entry) -> io::Result<()> {
        let (out, status) = (&mut self.out, entry.status.word());
        writeln!(
            out,
            "<details><summary><span class=\"dim\">{}</span><span>{}</span><span class=\"{status}\">{status}</span>\
             <b>{}</b><span>{}</span></summary>",
            entry.time(),
            entry.action.word(),
            escape_html(&entry.source.name),
            escape_html(&table::what_happened(entry))
        )?;
        if let Some(error) = &entry.error {
            write!(
                out,
                "<p class=\"failure\"><b>{}</b> {}</p><p><b>What to do:</b> {}</p>",
                escape_html(&error.code),
                escape_html(&error.reason),
                escape_html(&error.recommendation)
            )?;
            if !error.details.is_empty() {
                write!(out, "<pre>{}</pre>", escape_html(&error.details))?;
            }
        }
        write!(out, "<table><tr><th>Step</th><th>Status</th><th>What happened</th></tr>")?;
        for step in steps::steps(entry, self.names) {
            let text = |name: &str| escape_html(step[name].as_str().unwrap_or_default());
            write!(
                out,
                "<tr><td>{}</td><td class=\"{1}\">{1}</td><td>{2}</td></tr>",
                text("name"),
                text("status"),
                text("description")
            )?;
        }
        write!(out, "</table>")?;
        if !entry.modified.is_empty() {
            write!(out, "<table><tr><th>Attribute</th><th>Before</th><th>After</th></tr>")?;
            for changed in &entry.modified {
                let value = |value: &Option<String>| value.as_deref().map_or("–".to_owned(), escape_html);
                write!(
                    out,
                    "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
                    escape_html(&changed.name),
                    value(&changed.old),
                    value(&changed.new)
                )?;
            }
            write!(out, "</table>")?;
        }
        let target = entry.target.as_ref().map_or("–", |target| &target.id);
        writeln!(
            out,
            "<p class=\"dim\">source <code>{}</code>, target <code>{}</code>, {} ms, cycle <code>{}</code></p></details>",
            escape_html(&entry.source.id),
            escape_html(target),
            entry.millis,
            escape_html(&entry.cycle)
        )
    }

    /// Ends the report.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(mut self) -> io::Result<()> {
        writeln!(self.out, "</body></html>")?;
        self.out.flush()
    }
}
