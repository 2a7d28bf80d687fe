//! The documentation, embedded: pages as Markdown and HTML, and answers to questions drawn from their text.
//!
//! Pages are the files of `docs/`. Each has a title, sections with anchors, and in them *units*: sentences, list items,
//! table rows and code blocks. [`ask`] finds the units that answer a question; what it says is text of the pages, never
//! anything made up, and when the pages have no answer it says so.

mod ask;
mod html;
mod links;
mod llms;
mod page;
mod sources;
mod text;

pub use ask::{Answer, AskError, Excerpt, ask};
pub use html::{STYLESHEET, answer_html, missing_html, page_html};
pub use links::{LinkProblem, check_links};
pub use llms::{llms_txt, markdown_face};
pub use page::{Page, Section, page, pages};
