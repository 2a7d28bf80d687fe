//! The command line as a person meets it: exit code, stdout and stderr of the real binary, as golden files.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what cannot be run fails the test")]

use std::path::Path;
use std::process::Command;

/// Runs the binary in a folder and shows everything it did, with what differs from run to run blanked.
fn provost(folder: &Path, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_provost"))
        .args(args)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .output()
        .unwrap();
    let code = output.status.code().map_or("none".to_owned(), |c| c.to_string());
    let text = format!(
        "exit {code}\n--- stdout\n{}--- stderr\n{}",
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap()
    );
    blank(&text)
}

/// Times, tokens, handles and ids become words.
fn blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || "_-:.".contains(c))) {
        let word = piece.trim_end_matches(|c: char| !(c.is_ascii_alphanumeric() || "_-:.".contains(c)));
        let end = &piece[word.len()..];
        out.push_str(&blanked(word));
        out.push_str(end);
    }
    // Columns are as wide as what was in them.
    out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n").collect()
}

/// Words of the snapshots that are as long as a handle or an id, which may happen to have no digit.
const WORDS: [&str; 15] = [
    "customer",
    "database",
    "division",
    "embedded",
    "exported",
    "identity",
    "imported",
    "learners",
    "operator",
    "organization",
    "problems",
    "programs",
    "provider",
    "provisioning",
    "timezone",
];

fn blanked(word: &str) -> String {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let is_uuid = word.len() == 36 && word.bytes().filter(|b| *b == b'-').count() == 4;
    if word.starts_with("pvt_") || word.starts_with("pvk_") {
        "TOKEN".to_owned()
    } else if word.len() == 24 && word.ends_with('Z') && digits == 17 {
        "TIME".to_owned()
    } else if is_uuid {
        "ID".to_owned()
    } else if (word.len() == 8 || word.len() == 12)
        && !WORDS.contains(&word)
        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    {
        "HANDLE".to_owned()
    } else {
        word.to_owned()
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn help_names_the_commands_and_gives_examples() {
    let folder = folder();
    insta::assert_snapshot!("help", provost(folder.path(), &["--help"]));
    for command in [
        "demo",
        "serve",
        "tenant",
        "connection",
        "token",
        "api-key",
        "learner",
        "group",
        "held",
        "log",
        "migrate",
        "completions",
    ] {
        let help = provost(folder.path(), &[command, "--help"]);
        assert!(help.starts_with("exit 0"), "{command}: {help}");
    }
    insta::assert_snapshot!("help-token-create", provost(folder.path(), &["token", "create", "--help"]));
    insta::assert_snapshot!("help-learner-import", provost(folder.path(), &["learner", "import", "--help"]));
}

#[test]
fn a_token_stands_alone_on_stdout() {
    let folder = folder();
    insta::assert_snapshot!("token-create", provost(folder.path(), &["token", "create", "--name", "entra"]));
    insta::assert_snapshot!(
        "token-create-again",
        provost(folder.path(), &["token", "create", "--name", "entra"])
    );
    insta::assert_snapshot!("token-list", provost(folder.path(), &["token", "list"]));
}

#[test]
fn tenants_are_made_listed_changed_and_deleted() {
    let folder = folder();
    let run = |args: &[&str]| provost(folder.path(), args);
    insta::assert_snapshot!("tenant-create", run(&["tenant", "create", "acme", "--groups", "off"]));
    insta::assert_snapshot!("tenant-create-bad-name", run(&["tenant", "create", "Acme & Sons"]));
    insta::assert_snapshot!(
        "tenant-set",
        run(&["tenant", "set", "acme", "--dialect", "strict", "--groups", "on"])
    );
    insta::assert_snapshot!("tenant-list", run(&["tenant", "list"]));
    insta::assert_snapshot!("tenant-unknown", run(&["tenant", "show", "nobody"]));
    insta::assert_snapshot!("tenant-delete-wrong", run(&["tenant", "delete", "acme", "--confirm", "amce"]));
    insta::assert_snapshot!("tenant-delete", run(&["tenant", "delete", "acme", "--confirm", "acme"]));
}

#[test]
fn people_are_imported_as_a_whole_or_not_at_all() {
    let folder = folder();
    let run = |args: &[&str]| provost(folder.path(), args);
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "bad.csv",
        "userName,email,active\nann@x.example,ann@x.example,true\n,ben@x.example,true\ncay@x.example,c@x.example,maybe\n",
    );
    insta::assert_snapshot!("import-bad", run(&["learner", "import", "bad.csv"]));
    insta::assert_snapshot!("import-bad-left-nothing", run(&["learner", "list"]));
    write(
        "good.csv",
        "user name,e-mail,first name,last name,department\nann@x.example,ann@x.example,Ann,Lee,R&D\nben@x.example,ben@x.example,Ben,=1+1,Sales\n",
    );
    insta::assert_snapshot!("import-dry-run", run(&["learner", "import", "good.csv", "--dry-run"]));
    insta::assert_snapshot!("import-good", run(&["learner", "import", "good.csv"]));
    insta::assert_snapshot!("import-again", run(&["learner", "import", "good.csv"]));
    insta::assert_snapshot!("learner-list", run(&["learner", "list"]));
    insta::assert_snapshot!(
        "learner-list-bad-filter",
        run(&["learner", "list", "--filter", "userName == \"x\""])
    );
    insta::assert_snapshot!("learner-export", run(&["learner", "export"]));
}

#[test]
fn an_api_key_is_shown_once_listed_and_revoked() {
    let folder = folder();
    let run = |args: &[&str]| provost(folder.path(), args);
    insta::assert_snapshot!(
        "api-key-create",
        run(&["api-key", "create", "--name", "app", "--scope", "write"])
    );
    run(&["api-key", "create", "--name", "default-only", "--tenant", "default", "--expires", "365d"]);
    insta::assert_snapshot!("api-key-list", run(&["api-key", "list"]));
    insta::assert_snapshot!("api-key-revoke", run(&["api-key", "revoke", "app"]));
    insta::assert_snapshot!("api-key-unknown", run(&["api-key", "revoke", "app"]));
    insta::assert_snapshot!(
        "api-key-bad-scope",
        run(&["api-key", "create", "--name", "x", "--scope", "all"])
    );
}

#[test]
fn mistakes_are_explained() {
    let folder = folder();
    let run = |args: &[&str]| provost(folder.path(), args);
    insta::assert_snapshot!("bad-age", run(&["token", "create", "--expires", "soon"]));
    insta::assert_snapshot!("bad-scope", run(&["token", "create", "--scope", "everything"]));
    insta::assert_snapshot!(
        "bad-public-url",
        run(&["serve", "--public-url", "scim.example.com", "--listen", "127.0.0.1:0"])
    );
    insta::assert_snapshot!(
        "missing-tls",
        run(&["serve", "--tls-cert", "no.pem", "--tls-key", "no.key", "--listen", "127.0.0.1:0"])
    );
    std::fs::write(folder.path().join("provost.toml"), "data-dri = \"x\"\n").unwrap();
    insta::assert_snapshot!("config-unknown-key", run(&["token", "list"]));
}

#[test]
fn the_configuration_file_gives_defaults_that_flags_override() {
    let folder = folder();
    std::fs::write(folder.path().join("provost.toml"), "data-dir = \"from-file\"\n").unwrap();
    provost(folder.path(), &["token", "list"]);
    assert!(folder.path().join("from-file/provost.db").exists());
    provost(folder.path(), &["token", "list", "--data-dir", "from-flag"]);
    assert!(folder.path().join("from-flag/provost.db").exists());
}

#[test]
fn completions_are_printed_for_a_shell() {
    let text = provost(folder().path(), &["completions", "bash"]);
    assert!(text.starts_with("exit 0") && text.contains("_provost"), "{text}");
}

#[test]
fn the_documentation_answers_or_says_that_it_does_not() {
    let folder = folder();
    let found = provost(folder.path(), &["docs", "ask", "how do I revoke a token?"]);
    assert!(found.starts_with("exit 0") && found.contains("provost token revoke"), "{found}");
    let nothing = provost(folder.path(), &["docs", "ask", "how do I set up Kerberos?"]);
    assert!(nothing.starts_with("exit 1") && nothing.contains("**Not found.**"), "{nothing}");
}
