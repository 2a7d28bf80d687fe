//! `provost docs`.

use serde_json::{Value, json};

use crate::cli::Docs as Command;
use crate::failure::Failure;
use crate::printer::Printer;

/// Where addresses in answers lead: the server as it listens unless told otherwise.
const BASE: &str = "http://127.0.0.1:8080";

/// Answers a question from the documentation that the program carries.
pub(super) fn run(command: &Command, printer: Printer) -> Result<(), Failure> {
    let Command::Ask { question, public_url } = command;
    let base = public_url.as_deref().unwrap_or(BASE).trim_end_matches('/');
    let answer = docs::ask(&question.join(" "))
        .map_err(|error| Failure::unexpected("the documentation cannot be searched").caused_by(&error))?;
    if printer.json {
        let excerpt =
            |e: &docs::Excerpt| json!({"page": e.page, "section": e.anchor, "path": e.path, "text": e.text});
        let excerpts: Vec<Value> = answer.excerpts.iter().map(excerpt).collect();
        let nearest: Vec<Value> = answer.nearest.iter().map(excerpt).collect();
        printer.value(&json!({
            "question": answer.question, "found": answer.is_found(), "answer": answer.direct.as_ref().map(excerpt),
            "excerpts": excerpts, "nearest": nearest,
        }));
    } else {
        printer.data(answer.markdown(base).trim_end());
    }
    if answer.is_found() {
        return Ok(());
    }
    Err(Failure::input("the documentation does not answer this question")
        .hint("say it in other words, or read `provost --help`"))
}
