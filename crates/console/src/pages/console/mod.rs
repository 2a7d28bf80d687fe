//! The operator's console, page by page.

mod changes;
mod frame;
mod groups;
mod health;
mod held;
mod imports;
mod learner;
mod learners;
mod log;
mod overview;
mod problem;
mod reasons;
mod removed;
mod schemas;
mod settings;
mod setup_links;
mod sign_in;
mod tokens;
mod words;

pub use frame::{Frame, Place, Section};
pub use groups::{group, groups};
pub use health::health;
pub use held::held;
pub use imports::{import_jobs, imports};
pub use learner::learner;
pub use learners::{LearnerFilters, learners};
pub use log::{LogView, log, log_entries, log_entry};
pub use overview::overview;
pub use problem::{alone, problem};
pub use removed::removed;
pub use schemas::schemas;
pub use settings::settings;
pub use setup_links::setup_links;
pub use sign_in::{SignIn, sign_in};
pub use tokens::tokens;
