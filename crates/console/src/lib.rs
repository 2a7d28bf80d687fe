//! Pages: view model in, HTML out. No storage, no `async`, no HTTP.
//!
//! [`look`] is what all pages share: the shell and the components. [`assets`] is what they load: one stylesheet and two
//! scripts, served from here under names that change with their content. [`pages`] has one module for each page; every
//! page can be read, and every form sent, without JavaScript.

pub mod assets;
pub mod look;
pub mod pages;

/// What a page may load and where it may send forms: only this host; no inline script or style; in no frame.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                          connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
