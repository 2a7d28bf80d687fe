//! What all pages share. Each component is a function from values to markup.

mod chart;
mod confirm;
mod empty;
mod figures;
mod form;
mod ident;
mod layout;
mod notice;
mod state;
mod table;
mod time;

pub use chart::{Column, Series, columns};
pub use confirm::{CONFIRM, Confirm, Danger, confirm};
pub use empty::{empty, empty_with};
pub use figures::{Figure, figures, number};
pub use form::{CSRF, Choice, Field, checkbox, csrf, field, options, select};
pub use ident::{ident, reference, secret};
pub use layout::{Layout, skip_target};
pub use notice::{Notice, answer, notice};
pub use state::{Tone, state};
pub use table::{Head, facts, pager, table};
pub use time::{ago, exact, in_words, until};

pub use maud::{Markup, PreEscaped, html};
