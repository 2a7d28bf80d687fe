//! The ground floor: everything that would otherwise be ambient.
//!
//! Time, ids, randomness, secrets and the network's edges come in as values from here, so that every crate above can
//! be tested with a clock that stands still and an entropy that repeats. Nothing here knows SCIM, storage or HTTP.

pub mod clock;
pub mod crypto;
pub mod entropy;
pub mod hint;
pub mod html;
pub mod ids;
pub mod outbound;
pub mod secret;
pub mod tls;
pub mod token;

mod radix;

pub use clock::{Clock, ManualClock, SystemClock, Timestamp, TimestampError};
pub use crypto::{OpenError, SealingKey, constant_time_eq, hmac_sha256, sha256};
pub use entropy::{Entropy, SeededEntropy, SystemEntropy, random_bytes};
pub use hint::{Hinted, find_cause, render_error};
pub use html::escape_html;
pub use ids::Ids;
pub use outbound::{AddressPolicy, CidrBlock, CidrError, PolicyError, Refused};
pub use secret::Secret;
pub use tls::{TlsError, install_crypto_provider, load_certificates, load_server_config};
pub use token::{AccessToken, ApiKey, ParsedToken, TokenError, TokenShape, mint_handle};
