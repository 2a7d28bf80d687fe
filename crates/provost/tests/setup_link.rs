//! `provost tenant setup-link`, and whose name the page carries, by the real binary.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what cannot be run fails the test")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

fn provost(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_provost"));
    command.args(args).current_dir(folder).env_clear();
    command
}

fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = provost(folder, args).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// A server that ends with the test.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(folder: &Path) -> (Served, String) {
    let mut child = provost(folder, &["serve", "--json", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let said: serde_json::Value = serde_json::from_str(&line).unwrap();
    (Served(child), said["address"].as_str().unwrap().to_owned())
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn the_link_stands_alone_on_stdout() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, err) =
        run(folder.path(), &["tenant", "setup-link", "default", "--public-url", "https://scim.example.com/"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.starts_with("https://scim.example.com/setup/") && out.lines().count() == 1, "{out}");
    assert!(err.contains("Whoever has it can make Secret Tokens."), "{err}");
    for (args, word) in [
        (["tenant", "setup-link", "nobody", "--expires", "7d"], "there is no tenant"),
        (["tenant", "setup-link", "default", "--expires", "91d"], "90 days"),
        (["tenant", "setup-link", "default", "--expires", "soon"], "not an age"),
        (["tenant", "setup-link", "default", "--connection", "x"], "has no connection"),
    ] {
        let (code, out, err) = run(folder.path(), &args);
        assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
        assert!(err.contains(word), "{err}");
    }
}

#[test]
fn the_page_carries_the_name_logo_colour_and_language_of_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    file("logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"/>");
    file(
        "provost.toml",
        "[branding]\nname = \"Learn & Well\"\nlogo = \"logo.svg\"\naccent = \"#ffff00\"\n\
         support = \"help@learnwell.example\"\nlanguage = \"de\"\n",
    );
    let (_server, address) = serve(folder.path());
    let (_, link, err) = run(folder.path(), &["tenant", "setup-link", "default"]);
    let path = format!("/setup/{}", link.trim().rsplit('/').next().unwrap());
    let page = get(&address, &path);
    assert!(page.starts_with("HTTP/1.1 200"), "{page} {err}");
    for part in [
        "Ihr Verzeichnis mit Learn &amp; Well verbinden",
        "mailto:help@learnwell.example",
        "Learn &amp; Well SCIM",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let asset = |stem: &str| {
        let (_, rest) = page.split_once(&format!("/brand/{stem}")).unwrap();
        get(&address, &format!("/brand/{stem}{}", rest.split('"').next().unwrap()))
    };
    assert!(asset("logo").contains("image/svg+xml"));
    // Yellow on white cannot be read: the shade is another.
    let style = asset("style");
    let light = style.split(":root{--accent:").nth(1).unwrap();
    assert!(!light.starts_with("#ffff00"), "{style}");
}

#[test]
fn a_brand_that_cannot_be_is_refused_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("provost.toml"), "[branding]\naccent = \"red\"\n").unwrap();
    let (code, _, err) = run(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("--branding-accent red") && err.contains("#2f56c7"), "{err}");
    std::fs::write(folder.path().join("provost.toml"), "[branding]\ncolour = \"#fff\"\n").unwrap();
    let (code, _, err) = run(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("branding-colour"), "{err}");
}
