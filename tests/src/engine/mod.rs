//! The provisioning engine against a running server: what it leaves there is what Entra would leave.

mod faults;
mod graph;
mod groups;
mod killed;
mod lifecycle;
mod months;
mod oracle;
mod plan;
mod quarantine;
mod replayed;
mod resume;
mod sample;
mod scope;
mod traced;
mod watched;
mod world;
