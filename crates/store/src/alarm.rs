//! Identity alarms: what is kept of each for whoever looks which connections need attention.

use base::Timestamp;

use crate::{ConnectionId, ResourceId};

/// An identity alarm. A connection has one for each learner and identity that was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityAlarm {
    /// Through which connection the other identity came.
    pub connection: ConnectionId,
    /// Whose name it was that came with another identity; perhaps one who was removed.
    pub learner: ResourceId,
    /// SHA-256 of the identity that was claimed.
    pub claim: [u8; 32],
    /// The user name.
    pub label: String,
    /// Whether the write was refused.
    pub refused: bool,
    /// When it was last raised.
    pub at: Timestamp,
}
