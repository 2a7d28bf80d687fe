//! `docs/reference/scim-support.md`: the catalogue for people, held against it.

use std::fmt::Write as _;
use std::fs;

use super::catalogue::Requirement;
use crate::{Outcome, workspace};

/// The page, relative to the workspace.
const FILE: &str = "docs/reference/scim-support.md";

const INTRO: &str = "# SCIM support

Provost keeps every MUST and SHALL of RFC 7643, RFC 7644 and RFC 9865, each shown by a test; what it leaves out is optional and
stands at the end with the reason. This page is generated from `docs/reference/requirements.toml`.

## In short

| feature | supported |
|---|---|
| PATCH, PUT, POST, DELETE, GET | yes |
| filters, all operators; sorting | yes |
| `attributes`, `excludedAttributes` | yes |
| pages by `startIndex` and `count`, and by cursor (RFC 9865) | yes |
| `/Bulk`, with `bulkId` references in any direction | yes |
| ETags: `If-Match`, `If-None-Match` | yes |
| `POST /.search` | yes |
| `/ServiceProviderConfig`, `/ResourceTypes`, `/Schemas` | yes, without a token too |
| custom schemas and resource types | yes, per tenant |
| `/Me` | 501: a token is nobody |
| changing passwords | no: passwords are discarded |

*Lenient* in a sentence means the dialects `entra` and `okta`; *strict* is the dialect of that name. The words MUST, SHOULD and MAY
are the standard's; TEXT is said there without such a word; OUR is decided here where the standard is silent.
";

/// Titles of the families, in the order of the catalogue.
const FAMILIES: &[(&str, &str)] = &[
    ("S-MODEL", "Attributes"),
    ("S-TYPE", "Data types"),
    ("S-MULTI", "Multi-valued attributes"),
    ("S-NULL", "No value"),
    ("S-RES", "The envelope of a resource"),
    ("S-COMMON", "Common attributes"),
    ("S-USER", "Users"),
    ("S-GROUP", "Groups"),
    ("S-ENT", "The enterprise extension"),
    ("S-SPC", "ServiceProviderConfig"),
    ("S-RT", "ResourceTypes"),
    ("S-SCHEMA", "Schemas"),
    ("S-PRIV", "Privacy"),
    ("S-HTTP", "HTTP"),
    ("S-VER", "Protocol version"),
    ("S-MSG", "Messages"),
    ("S-AUTH", "Authentication and authorisation"),
    ("S-CREATE", "Create"),
    ("S-GET", "Retrieve"),
    ("S-QUERY", "Query"),
    ("S-FILTER", "Filters"),
    ("S-SORT", "Sorting"),
    ("S-PAGE", "Pages by index"),
    ("S-ATTR", "Projection"),
    ("S-SEARCH", "Search by POST"),
    ("S-PUT", "Replace"),
    ("S-PATCH", "PATCH"),
    ("S-DEL", "Delete"),
    ("S-BULK", "Bulk"),
    ("S-ETAG", "Versions"),
    ("S-ME", "Me"),
    ("S-ERR", "Errors"),
    ("S-DISC", "Discovery endpoints"),
    ("S-TEN", "Tenants"),
    ("S-I18N", "Text"),
    ("S-SEC", "Security"),
    ("S-CUR", "Pages by cursor"),
    ("A", "Where the standards are silent or contradict each other"),
];

/// Writes the page.
pub(super) fn write(catalogue: &[Requirement]) -> Outcome {
    let path = workspace::root().join(FILE);
    fs::write(&path, page(catalogue)?).map_err(|error| format!("{FILE} cannot be written: {error}"))?;
    println!("{FILE} is written");
    Ok(())
}

/// Says when the page is not what the catalogue says.
pub(super) fn check(catalogue: &[Requirement]) -> Outcome {
    if workspace::read(&workspace::root().join(FILE))? == page(catalogue)? {
        return Ok(());
    }
    Err(format!("{FILE} is not fresh: `cargo xtask requirements --write` writes it anew"))
}

fn page(catalogue: &[Requirement]) -> Outcome<String> {
    let family =
        |one: &Requirement| one.id.rsplit_once('-').map_or(one.id.clone(), |(family, _)| family.to_owned());
    if let Some(one) = catalogue.iter().find(|one| FAMILIES.iter().all(|(name, _)| *name != family(one))) {
        return Err(format!(
            "{} is of a family without a title: give it one in xtask/src/requirements/page.rs",
            one.id
        ));
    }
    let mut text = INTRO.to_owned();
    for (name, title) in FAMILIES {
        let rows: Vec<_> = catalogue.iter().filter(|one| family(one) == *name).collect();
        if rows.is_empty() {
            continue;
        }
        let _ = write!(text, "\n## {title}\n\n| id | level | requirement | clause |\n|---|---|---|---|\n");
        for one in rows {
            let left_out = if one.left_out.is_some() { " *(left out, see the end)*" } else { "" };
            let _ = writeln!(
                text,
                "| {} | {} | {}{left_out} | {} |",
                one.id,
                one.level.word(),
                cell(&one.sentence),
                cell(&one.clause)
            );
        }
    }
    text.push_str("\n## What is left out\n\n| id | requirement | why |\n|---|---|---|\n");
    for one in catalogue {
        if let Some(reason) = &one.left_out {
            let _ = writeln!(text, "| {} | {} | {} |", one.id, cell(&one.sentence), cell(reason));
        }
    }
    Ok(text)
}

/// Text within a table.
fn cell(text: &str) -> String {
    text.replace('\n', " ").replace('|', "\\|").replace('<', "\\<")
}

#[cfg(test)]
mod tests {
    use super::super::catalogue;
    use super::*;

    #[test]
    fn the_page_is_fresh() {
        let text = workspace::read(&workspace::root().join(catalogue::FILE)).unwrap();
        check(&catalogue::read(&text).unwrap()).unwrap();
    }

    #[test]
    fn a_requirement_of_a_new_family_needs_a_title() {
        let text = "[[requirement]]\nid = \"S-NEW-01\"\nlevel = \"MAY\"\nclause = \"c\"\nsentence = \"s\"\nproof = \"pure\"\nleft_out = \"why\"\n";
        assert!(page(&catalogue::read(text).unwrap()).unwrap_err().contains("S-NEW-01"));
    }
}
