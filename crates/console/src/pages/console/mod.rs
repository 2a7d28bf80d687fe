//! The operator's console, page by page.

mod frame;
mod overview;
mod sign_in;

pub use frame::{Frame, Place, Section};
pub use overview::overview;
pub use sign_in::{SignIn, sign_in};
