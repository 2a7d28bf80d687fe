//! Who may use the REST API, and what makes its requests safe to repeat.

mod caller;
mod key_create;
mod key_list;
mod replay;
mod uses;

pub use caller::{ApiCaller, ApiRefusal};
pub use key_create::{CreatedKey, NewKey};
pub use key_list::KeyRow;
pub use replay::{Claim, Claimed, KeptAnswer};
pub(crate) use uses::KeyUses;
