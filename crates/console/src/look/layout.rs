//! The shell around every page.

use maud::{DOCTYPE, Markup, html};

use crate::assets::{HTMX, SCRIPT, STYLE};

/// A page to be rendered.
#[derive(Debug)]
pub struct Layout<'a> {
    /// Path of the public URL, in front of every address: empty, or `/provisioning`.
    pub base: &'a str,
    /// Language of the text, as in BCP 47.
    pub lang: &'a str,
    /// The window's title.
    pub title: &'a str,
    /// Class of the body: `console` is dense, `setup` is roomy.
    pub class: &'a str,
    /// Further elements of the head: a stylesheet with the brand's colours.
    pub head: Option<Markup>,
    /// Content of the banner at the top.
    pub header: Markup,
    /// Navigation beside the content.
    pub side: Option<Markup>,
    /// The content.
    pub main: Markup,
    /// Content of the foot of the page.
    pub footer: Option<Markup>,
}

/// The id that the skip link leads to.
#[must_use]
pub const fn skip_target() -> &'static str {
    "content"
}

impl Layout<'_> {
    /// The whole document.
    #[must_use]
    pub fn render(self) -> String {
        let skip = format!("#{}", skip_target());
        html! {
            (DOCTYPE)
            html lang=(self.lang) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="robots" content="noindex";
                    // Styles in the page and evaluated texts are what the policy forbids.
                    meta name="htmx-config" content=(HTMX_CONFIG);
                    title { (self.title) }
                    link rel="stylesheet" href=(STYLE.href(self.base));
                    @if let Some(head) = self.head { (head) }
                    script src=(SCRIPT.href(self.base)) {}
                    script src=(HTMX.href(self.base)) defer {}
                }
                body class=(self.class) {
                    a.skip href=(skip) { "Skip to the content" }
                    header.top { (self.header) }
                    div.frame.with-side[self.side.is_some()] {
                        @if let Some(side) = self.side { (side) }
                        main id=(skip_target()) tabindex="-1" { (self.main) }
                    }
                    @if let Some(footer) = self.footer { footer.foot { (footer) } }
                    div #live.unseen role="status" aria-live="polite" {}
                }
            }
        }
        .into_string()
    }
}

const HTMX_CONFIG: &str = r#"{"includeIndicatorStyles":false,"allowEval":false,"allowScriptTags":false,"historyCacheSize":0,"selfRequestsOnly":true}"#;
