//! The catalogue of set-up faults: what goes wrong while a connection is being set up, told from what arrives.
//!
//! [`catalogue`] is data: id, name and remedy in the words of the customer's administrator. Recognition runs where a
//! request is refused or served and costs next to nothing: a refusal has its code already, the rest is a few comparisons
//! that end in memory ([`Signs`]) and are written down with the connection's pulse. [`Service::connection_faults`] puts
//! both together with what only time shows (silence, a rhythm, a cycle that does not begin).
//!
//! [`Service::connection_faults`]: crate::Service::connection_faults

mod catalogue;
mod current;
pub(crate) mod rhythm;
mod sight;
mod signs;
mod states;
mod stray;
mod user;

pub use catalogue::{Fault, Found, Lang, Said, Stage, Weight};
pub use current::{Contact, Problem};
pub use sight::Sight;
pub(crate) use signs::{Sign, Signs};
pub(crate) use states::is_own_machine;
pub(crate) use user::signs_of;

/// Groups were asked for while they are off.
pub(crate) const GROUP_PROBE: &str = "group_probe_groups_off";
/// A PATCH in the form of before the flag.
pub(crate) const LEGACY_PATCH: &str = "flag_missing";
/// A group became a member of a group.
pub(crate) const NESTED: &str = "nested_group";
