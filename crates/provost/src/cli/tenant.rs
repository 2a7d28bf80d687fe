//! What is said about tenants.

use std::path::PathBuf;

use clap::Subcommand;

use super::{ConnectionSettings, Directory};

/// Commands on tenants.
#[derive(Debug, Subcommand)]
pub(crate) enum Tenant {
    /// Make a tenant with its connection `default`.
    #[command(after_help = "Example:\n  provost tenant create acme --dialect entra --groups off")]
    Create {
        /// Name in paths and commands: lower-case letters, digits, hyphens.
        name: String,
        /// Name for people.
        #[arg(long, value_name = "TEXT")]
        display_name: Option<String>,
        #[command(flatten)]
        settings: ConnectionSettings,
        #[command(flatten)]
        directory: Directory,
    },
    /// List tenants.
    List {
        #[command(flatten)]
        directory: Directory,
    },
    /// Show one tenant: connections, counts, health.
    Show {
        /// Tenant.
        name: String,
        #[command(flatten)]
        directory: Directory,
    },
    /// Change a tenant; connection settings act on its connection `default`.
    #[command(after_help = "Examples:
  provost tenant set acme --groups off
  provost tenant set acme --schema training.json")]
    Set {
        /// Tenant.
        name: String,
        /// Name for people.
        #[arg(long, value_name = "TEXT")]
        display_name: Option<String>,
        #[command(flatten)]
        settings: ConnectionSettings,
        /// Load a schema or a resource type from JSON; may be repeated.
        #[arg(long = "schema", value_name = "FILE")]
        schemas: Vec<PathBuf>,
        /// Drop a schema (by URN) or resource type (by name); may be repeated.
        #[arg(long = "drop-schema", value_name = "NAME")]
        drop_schemas: Vec<String>,
        #[command(flatten)]
        directory: Directory,
    },
    /// Delete a tenant and everything of it.
    Delete {
        /// Tenant.
        name: String,
        /// The name again, so that nobody deletes the wrong one.
        #[arg(long, value_name = "NAME")]
        confirm: String,
        #[command(flatten)]
        directory: Directory,
    },
    /// Make a link to the setup page for the customer's administrator, and print it, alone, on stdout.
    #[command(after_help = "Examples:
  provost tenant setup-link acme --public-url https://scim.example.com
  provost tenant setup-link acme --connection okta --expires 14d")]
    SetupLink {
        /// Tenant.
        name: String,
        /// Connection of the tenant; the page shows no other.
        #[arg(long, env = "PROVOST_CONNECTION", default_value = "default", value_name = "NAME")]
        connection: String,
        /// For whom, in your words.
        #[arg(long = "for", value_name = "TEXT")]
        whom: Option<String>,
        /// How long it works: 7d unless said, 90d at most.
        #[arg(long = "expires", value_name = "AGE")]
        life: Option<String>,
        /// The URL under which the server is reached, as `serve` is given it.
        #[arg(long, env = "PROVOST_PUBLIC_URL", default_value = "http://127.0.0.1:8080", value_name = "URL")]
        public_url: String,
        #[command(flatten)]
        directory: Directory,
    },
}
