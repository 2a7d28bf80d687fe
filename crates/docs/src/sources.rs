//! The files, in the order in which they are listed. A test holds the list against the folder.

macro_rules! sources {
    ($($group:literal: $($slug:literal),+;)+) => {
        /// Group, slug and Markdown of each page.
        pub(crate) const SOURCES: &[(&str, &str, &str)] = &[
            $($(($group, $slug, include_str!(concat!("../../../docs/", $slug, ".md"))),)+)+
        ];
    };
}

sources! {
    "Start": "index", "quick-start", "concepts";
    "Connect": "guides/entra", "guides/okta", "guides/google", "guides/generic";
    "Everyday": "how-to/setup-page", "how-to/import-people-by-csv", "how-to/rotate-a-token", "how-to/held-changes",
        "how-to/limit-what-is-taken-in", "how-to/move-between-providers", "how-to/connect-your-app", "how-to/receive-webhooks", "how-to/notices-by-email",
        "how-to/script-the-set-up";
    "Rehearse": "how-to/rehearse-a-roll-out", "how-to/import-your-entra-schema", "how-to/why-is-this-person-missing",
        "how-to/try-your-endpoint-as-entra";
    "Run": "console", "operations", "put-it-on-the-internet", "security", "troubleshooting", "performance", "scale";
    "Reference": "reference/cli", "reference/configuration", "reference/api", "reference/scim-support", "reference/errors", "reference/setup-faults",
        "reference/dialects", "reference/events";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use super::SOURCES;

    /// Decisions are for those who change Provost; the engine has pages of its own.
    const NOT_SERVED: &[&str] = &["decisions", "entra-engine", "fidelity"];

    fn markdown(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                markdown(&path, found);
            } else if path.extension().is_some_and(|e| e == "md") {
                found.push(path);
            }
        }
    }

    #[test]
    fn every_page_of_the_folder_is_embedded() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
        let mut files = Vec::new();
        markdown(&root, &mut files);
        let on_disk: BTreeSet<String> = files
            .iter()
            .map(|f| f.strip_prefix(&root).unwrap().with_extension("").to_string_lossy().replace('\\', "/"))
            .filter(|slug| !NOT_SERVED.iter().any(|folder| slug.starts_with(folder)))
            .collect();
        let listed: BTreeSet<String> = SOURCES.iter().map(|(_, slug, _)| (*slug).to_owned()).collect();
        assert_eq!(listed, on_disk, "put the page into crates/docs/src/sources.rs");
        assert_eq!(listed.len(), SOURCES.len(), "a page is listed twice");
    }
}
