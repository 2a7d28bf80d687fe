//! Running a page's commands in one shell, so that what one sets another one sees.

use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command as Process;

use crate::page::{Command, Page, agrees};

/// Stands before the number of the command in what the shell prints.
const MARK: &str = "@@@";

/// Runs everything; gives what did not go as the page says.
pub(crate) fn run(page: &Page) -> Vec<String> {
    if page.commands.is_empty() {
        return Vec::new();
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in &page.files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let port = free_port();
    let address = format!("127.0.0.1:{port}");
    let program = Path::new(env!("CARGO_BIN_EXE_provost")).parent().unwrap();
    let search = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let output = Process::new("bash")
        .arg("-c")
        .arg(script(page, port))
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", search)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut problems = Vec::new();
    for (number, command) in page.commands.iter().enumerate() {
        let begin = printed.find(&format!("{MARK}{number}\n"));
        let text = begin.map_or("", |at| printed[at..].split_once('\n').map_or("", |(_, rest)| rest));
        let text = text.split(MARK).next().unwrap_or_default();
        let may_fail = page.commands.get(number + 1).is_some_and(|next| next.line == "echo $?");
        if let Some(problem) = judge(command, text, &address, may_fail) {
            problems.push(format!("$ {}\n{problem}\nit printed:\n{}", command.line, text.trim_end()));
        }
    }
    problems
}

/// Output of both kinds goes one way, each command's after its mark, with its exit code at the end.
fn script(page: &Page, port: u16) -> String {
    let mut text = String::from("exec 2>&1\ntrap 'kill $(jobs -p) 2>/dev/null; wait' EXIT\n");
    for (number, command) in page.commands.iter().enumerate() {
        let line = command.line.replace("127.0.0.1:8080", &format!("127.0.0.1:{port}"));
        let _ = writeln!(text, "echo; echo '{MARK}{number}'");
        if line.starts_with("provost serve") {
            // The server of an earlier block of the page ends first.
            let _ = writeln!(text, "kill $(jobs -p) 2>/dev/null; wait");
            let _ = writeln!(text, "{line} > serve.log 2>&1 &");
            let ready = format!("http://127.0.0.1:{port}/readyz");
            let _ = writeln!(
                text,
                "for i in $(seq 200); do curl -sf {ready} >/dev/null && break; sleep 0.05; done; curl -sf {ready} >/dev/null; code=$?; cat serve.log"
            );
        } else {
            // So that `echo $?` shows how the command before it ended.
            let _ = writeln!(text, "(exit ${{code:-0}})\n{line}\ncode=$?");
        }
        text.push_str("echo; echo \"exit code $code\"\n");
    }
    text
}

fn judge(command: &Command, text: &str, address: &str, may_fail: bool) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    match lines.pop() {
        Some("exit code 0") => {}
        Some(last) if may_fail && last.starts_with("exit code ") => {}
        Some(last) => return Some(format!("it ended with {last}")),
        None => return Some("it was not reached".to_owned()),
    }
    let mut printed = lines.into_iter();
    for wanted in &command.printed {
        if !printed.by_ref().any(|line| agrees(&wanted.replace("127.0.0.1:8080", address), line)) {
            return Some(format!("it did not print: {wanted}"));
        }
    }
    None
}

/// The part of a line that calls Provost: without variables before it, and what becomes of its output.
pub(crate) fn of_provost(line: &str) -> Option<String> {
    let begin = line.split(' ').position(|word| word == "provost")?;
    let before: Vec<&str> = line.split(' ').take(begin).collect();
    let call: Vec<&str> = line.split(' ').skip(begin).collect();
    let call = call.join(" ");
    let end = [" > ", " | ", " && ", "   #", " #"].iter().filter_map(|mark| call.find(mark)).min();
    before.iter().all(|word| word.contains('=')).then(|| call[..end.unwrap_or(call.len())].to_owned())
}

/// Whether the program takes these arguments. With `--help` at the end it does nothing, but reads what stands before.
pub(crate) fn is_taken(call: &str) -> bool {
    let program = Path::new(env!("CARGO_BIN_EXE_provost")).parent().unwrap();
    let search = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let script = format!("{call} --help");
    let output = Process::new("bash").args(["-c", &script]).env_clear().env("PATH", search).output().unwrap();
    output.status.success()
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}
