//! What pages load. A name holds a digest of the content, so that a browser may keep it for ever.

use std::sync::LazyLock;

use base::sha256;

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Its name, as [`crate::look::Layout`] links it below `{base}/assets/`.
    pub name: String,
    /// Media type.
    pub kind: &'static str,
    /// Content.
    pub text: &'static str,
}

/// Colours, type and layout of every page.
pub static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("style", "css", "text/css; charset=utf-8", include_str!("style.css")));

/// Copy buttons and the little else that needs a script.
pub static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("page", "js", "text/javascript; charset=utf-8", include_str!("page.js")));

/// htmx (see `VENDORED.md`): asks for parts of a page again.
pub static HTMX: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("htmx", "js", "text/javascript; charset=utf-8", include_str!("htmx.min.js")));

impl Asset {
    fn new(stem: &str, extension: &str, kind: &'static str, text: &'static str) -> Self {
        let digest: String = sha256(text.as_bytes()).iter().take(6).map(|b| format!("{b:02x}")).collect();
        Self { name: format!("{stem}-{digest}.{extension}"), kind, text }
    }

    /// Its address, below the path of the public URL.
    #[must_use]
    pub fn href(&self, base: &str) -> String {
        format!("{base}/assets/{}", self.name)
    }
}

/// The file of this name.
#[must_use]
pub fn asset(name: &str) -> Option<&'static Asset> {
    [&*STYLE, &*SCRIPT, &*HTMX].into_iter().find(|asset| asset.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_is_in_it() {
        let one = Asset::new("a", "css", "text/css", "p{}");
        let other = Asset::new("a", "css", "text/css", "p{ }");
        assert_ne!(one.name, other.name);
        assert!(one.name.starts_with("a-") && one.name.ends_with(".css"), "{}", one.name);
        assert_eq!(asset(&STYLE.name), Some(&*STYLE));
        assert_eq!(asset("style.css"), None);
    }

    #[test]
    fn htmx_is_the_file_that_was_vendored() {
        let digest: String = sha256(HTMX.text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
        assert!(include_str!("VENDORED.md").contains(&digest), "{digest}");
    }

    #[test]
    fn nothing_is_asked_of_another_host() {
        for own in [&*STYLE, &*SCRIPT] {
            assert!(!own.text.contains("//"), "{}", own.name);
        }
    }
}
