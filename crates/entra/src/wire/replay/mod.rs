//! Recorded ways of speaking SCIM, replayed against any service: Microsoft's validator and gallery harness, and the
//! clients whose own engines are not rebuilt here.
//!
//! A [`Fixture`] is data: tests with requests and what must come of them. `{{random:x}}` in it is a new text for each
//! test, the same wherever `x` is named again; `{{guid:x}}` a GUID; `{{upper:x}}` the text of `x` in capitals; `{{x}}`
//! what an earlier answer gave (`keep`).

mod expect;
mod fixture;
mod play;
mod record;
mod variables;

#[cfg(test)]
mod tests;

pub use fixture::{Fixture, FixtureFault};
pub use play::{Outcome, Played, Player};
pub use record::{Exchange, Recorder};
