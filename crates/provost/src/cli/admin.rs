//! What is said about operators.

use clap::Subcommand;

use super::Directory;

/// Commands on who may open the console.
#[derive(Debug, Subcommand)]
pub(crate) enum Admin {
    /// Make a link that opens the console once, within ten minutes, and print it, alone, on stdout.
    #[command(after_help = "Examples:
  provost admin login-link
  provost admin login-link --name ann --public-url https://scim.example.com")]
    LoginLink {
        /// Who will be signed in: stands in events and the log.
        #[arg(long, default_value = "operator", value_name = "TEXT")]
        name: String,
        /// The URL under which the server is reached, as `serve` is given it.
        #[arg(long, env = "PROVOST_PUBLIC_URL", default_value = "http://127.0.0.1:8080", value_name = "URL")]
        public_url: String,
        #[command(flatten)]
        directory: Directory,
    },
}
