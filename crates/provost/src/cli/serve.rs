//! `provost demo` and `provost serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::Directory;

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// How many people the made-up customer has; the sample itself has about 420.
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) learners: usize,
    /// End after the summary instead of serving on.
    #[arg(long)]
    pub(crate) exit: bool,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, env = "PROVOST_LISTEN", default_value = "127.0.0.1:0", value_name = "ADDR:PORT")]
    pub(crate) listen: SocketAddr,
}

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) directory: Directory,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, env = "PROVOST_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR:PORT")]
    pub(crate) listen: SocketAddr,
    /// How the world reaches this server; `meta.location` is made from it. Default: the listening address.
    #[arg(long, env = "PROVOST_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Certificate chain, PEM; with it the server speaks TLS itself.
    #[arg(long, env = "PROVOST_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// Private key, PEM.
    #[arg(long, env = "PROVOST_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Tell a connection that asks more often a second to come again (429); 0 sets no bound. Entra needs at least 25.
    #[arg(long, env = "PROVOST_RATE_LIMIT", default_value_t = 0, value_name = "N")]
    pub(crate) rate_limit: u32,
}
