//! `provost doctor`.

use std::path::PathBuf;

use clap::Args;

use super::{Directory, Mail};

/// Arguments of `doctor`: those of `serve` that matter to somebody who comes from outside.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) directory: Directory,
    /// How the world reaches the server: it is looked at as Entra would.
    #[arg(long, env = "PROVOST_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Certificate chain, PEM, when the server speaks TLS itself.
    #[arg(long, env = "PROVOST_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// Private key, PEM.
    #[arg(long, env = "PROVOST_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Read the whole embedded database and look for damage.
    #[arg(long)]
    pub(crate) thorough: bool,
    #[command(flatten)]
    pub(crate) mail: Mail,
}
