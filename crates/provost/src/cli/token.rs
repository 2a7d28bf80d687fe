//! What is said about what opens doors: access tokens and API keys.

use clap::Subcommand;

use super::{Directory, Scope};

/// Commands on tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make a token and print it, alone, on stdout. It is shown only this once.
    #[command(after_help = "Examples:
  provost token create
  provost token create --tenant acme --name entra-prod --scope users --expires 365d")]
    Create {
        /// A name to know it by; token, token-2 … when not given.
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
        /// What it may touch: users,groups (default), users, or read.
        #[arg(long, default_value = "users,groups", value_name = "SCOPE")]
        scope: String,
        /// When it expires: 90d, 365d … Without it, never: an expired token stops the provider's job.
        #[arg(long, value_name = "AGE")]
        expires: Option<String>,
        #[command(flatten)]
        place: Scope,
    },
    /// List the tenant's tokens.
    List {
        #[command(flatten)]
        place: Scope,
    },
    /// Make a successor; the old one works on for a while.
    #[command(after_help = "Example:\n  provost token rotate 3kq8 --overlap 7d")]
    Rotate {
        /// The token's id, as `token list` shows it.
        id: String,
        /// How long the old one still works.
        #[arg(long, default_value = "7d", value_name = "AGE")]
        overlap: String,
        #[command(flatten)]
        place: Scope,
    },
    /// Refuse a token from now on.
    Revoke {
        /// The token's id, as `token list` shows it.
        id: String,
        #[command(flatten)]
        place: Scope,
    },
}

/// Commands on API keys.
#[derive(Debug, Subcommand)]
pub(crate) enum ApiKey {
    /// Make an API key and print it, alone, on stdout. It is shown only this once.
    #[command(after_help = "Examples:
  provost api-key create --name operations --scope admin
  provost api-key create --name app --tenant acme --scope read --expires 365d")]
    Create {
        /// A name to know it by: it stands in events and the log.
        #[arg(long, value_name = "TEXT")]
        name: String,
        /// What it may do: read (default), write, or admin; each includes the ones before it.
        #[arg(long, default_value = "read", value_name = "SCOPE")]
        scope: String,
        /// The only tenant it opens; without it, all tenants.
        #[arg(long, env = "PROVOST_TENANT", value_name = "NAME")]
        tenant: Option<String>,
        /// When it expires: 90d, 365d … Without it, never.
        #[arg(long, value_name = "AGE")]
        expires: Option<String>,
        #[command(flatten)]
        directory: Directory,
    },
    /// List API keys.
    List {
        /// Only of this tenant.
        #[arg(long, env = "PROVOST_TENANT", value_name = "NAME")]
        tenant: Option<String>,
        #[command(flatten)]
        directory: Directory,
    },
    /// Refuse an API key from now on.
    Revoke {
        /// The key's id or name, as `api-key list` shows it.
        id: String,
        #[command(flatten)]
        directory: Directory,
    },
}
