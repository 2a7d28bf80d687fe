use std::path::Path;

use super::{FORBIDDEN, MOST_LINES, PLACES, problems_of};

fn problems(name: &str, text: &str) -> Vec<String> {
    problems_of(Path::new(name), name, text)
}

#[test]
fn an_ordinary_file_passes() {
    assert_eq!(
        problems("a.rs", "//! Ordinary.\n\n#[expect(dead_code, reason = \"so\")]\nfn f() {}\n"),
        [""; 0]
    );
}

#[test]
fn each_forbidden_text_is_found_with_its_line() {
    for (forbidden, _) in FORBIDDEN {
        let found = problems("a.rs", &format!("fn f() {{\n    {forbidden}\n}}\n"));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("a.rs:2: "), "{found:?}");
        assert_eq!(problems("a.md", forbidden), [""; 0], "only Rust is searched for {forbidden}");
    }
}

#[test]
fn each_place_is_found_in_any_file() {
    for place in PLACES {
        assert_eq!(problems("a.md", &format!("see {place}x")).len(), 1, "{place}");
    }
}

#[test]
fn a_long_file_is_refused() {
    assert_eq!(problems("a.rs", &"\n".repeat(MOST_LINES)), [""; 0]);
    assert_eq!(problems("a.rs", &"\n".repeat(MOST_LINES + 1)).len(), 1);
    assert_eq!(problems("a.json", &"\n".repeat(MOST_LINES + 1)), [""; 0]);
}
