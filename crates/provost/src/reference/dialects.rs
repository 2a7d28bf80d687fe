//! `docs/reference/dialects.md`: each quirk with the JSON that it is about.

use std::fmt::Write as _;

use scim::{Dialect, Quirk};

use super::hold;
use super::source::entries;

const INTRO: &str = "# Dialects and quirks

A dialect is a set of named quirks: departures from the RFCs that identity providers are known for. The engine behind them is
strict. `entra` (the default) and `okta` switch every quirk on; `strict` switches none on. This page is generated from the
program.

## Choose a dialect

```console
$ provost tenant set default --dialect strict
$ provost tenant set default --dialect entra
```

## Switch one quirk

`--quirk NAME=on`, `NAME=off`, or `NAME=default` for what the dialect says; it may be repeated.

```console
$ provost connection set --quirk unknown-attribute=off --quirk string-boolean=off
…unknown-attribute=off string-boolean=off…
$ provost connection set --quirk unknown-attribute=default --quirk string-boolean=default
```

With a quirk off, what it is about is refused with an error that says what the RFC wants, or means what the RFC says.
";

#[test]
fn the_dialects_page_is_fresh() {
    let source = include_str!("../../../scim/src/dialect/quirk.rs");
    let found = entries(source, "quirks! {");
    assert_eq!(found.len(), Quirk::ALL.len());
    let mut text = INTRO.to_owned();
    let mut group = String::new();
    for (entry, quirk) in found.iter().zip(Quirk::ALL) {
        assert!(entry.rest.contains(&format!("\"{}\"", quirk.name())), "{}", quirk.name());
        assert!(
            Dialect::entra().has(*quirk) && Dialect::okta().has(*quirk) && !Dialect::strict().has(*quirk)
        );
        if entry.group != group {
            group.clone_from(&entry.group);
            let _ = write!(text, "\n## {}\n", title(&group));
        }
        let _ = write!(text, "\n### {}\n\n{}\n", quirk.name(), entry.doc);
    }
    hold("dialects", &text);
}

fn title(group: &str) -> &str {
    match group {
        "text: the lexer" => "Quirks in filters and paths",
        "body to operations" => "Quirks of messages",
        "operation and document" => "Quirks of operations",
        "settings and answers" => "Quirks of values and answers",
        other => other,
    }
}
