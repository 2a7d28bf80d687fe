//! Telling apps by webhooks, and people by mail: claim → sign → send → record.
//!
//! A [`Worker`] takes endpoints on which there is something to do, each in a [round](worker) of its own, so that no receiver
//! waits for another. Within a round, events of one subject go one after another and those of several at once; a subject
//! whose event cannot be told is parked, with what follows of it, and the others go on. Any number of nodes may work: an
//! endpoint is held by one of them at a time, for as long as its lease says.
//!
//! **Invariants**: an event is told before the next one of the same subject, and told again rather than lost; the address
//! that was judged is the address dialled; no redirect is followed; nothing is awaited without a limit.

mod aside;
mod connect;
mod couriers;
mod digest;
mod held;
mod mail;
mod options;
mod outcome;
mod round;
mod schedule;
mod send;
mod settle;
mod sign;
mod window;
mod worker;

pub use aside::aside;
pub use connect::Names;
pub use couriers::Couriers;
pub use mail::{MailCourier, MailSecurity, MailServer, MailServerError};
pub use options::Options;
pub use schedule::{Schedule, ScheduleError};
pub use send::HttpCourier;
pub use sign::sign;
pub use worker::Worker;
