//! Webhooks: where an app wants to be told, and what the worker that tells it needs.
//!
//! An operator makes and changes endpoints; the worker (`delivery`) takes those on which there is something to do, sends,
//! and writes down how far each is. A mail address is an endpoint too, for notices. An endpoint is a place in the feed and a short list of subjects that could not be told
//! (see [`WebhookStanding`]), never a row for each event.

mod coalesce;
mod counts;
mod courier;
mod create;
mod endpoint;
mod list;
mod message;
mod remove;
mod replay;
mod rotate;
mod set;
mod standing;
mod trials;
mod work;

pub use coalesce::coalesce;
pub use counts::DeliveryCounts;
pub use courier::{Attempt, AttemptOutcome, Courier};
pub use create::{CreatedWebhook, NewWebhook};
pub use endpoint::{Disabled, ReplayOrder, SigningSecret, Webhook, WebhookSettings};
pub use list::WebhookRow;
pub use message::Message;
pub use set::WebhookChange;
pub(crate) use trials::Trials;

pub use standing::{Parked, ReplayState, WebhookStanding};
pub use work::{HeldWebhook, SettledWebhook};
