//! `provost demo` and `provost serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::{Directory, Mail};

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
    /// How long nothing may have changed for a provider's run of changes to count as a cycle that is done.
    #[arg(long, env = "PROVOST_CYCLE_QUIET", default_value = "10m", value_name = "AGE")]
    pub(crate) cycle_quiet: String,
    /// Write down what providers send, with the people taken out, as files in this folder that replay as fixtures.
    #[arg(long, env = "PROVOST_CAPTURE", value_name = "DIR")]
    pub(crate) capture: Option<PathBuf>,
    /// Stop writing down after so many MiB.
    #[arg(long, env = "PROVOST_CAPTURE_LIMIT", default_value_t = 64, value_name = "MIB")]
    pub(crate) capture_limit: u64,
    /// When a webhook that failed is tried again: pauses after each failure, a fifth longer or shorter by chance.
    #[arg(
        long,
        env = "PROVOST_WEBHOOK_SCHEDULE",
        default_value = "5s,30s,2m,5m,15m,30m,1h,2h,4h,8h,12h,1d,1d,1d",
        value_name = "AGE,…"
    )]
    pub(crate) webhook_schedule: delivery::Schedule,
    /// How long a webhook may fail wholly before it is switched off.
    #[arg(long, env = "PROVOST_WEBHOOK_DISABLE_AFTER", default_value = "5d", value_name = "AGE")]
    pub(crate) webhook_disable_after: String,
    /// How long a webhook's receiver may take to answer.
    #[arg(long, env = "PROVOST_WEBHOOK_TIMEOUT", default_value = "15s", value_name = "AGE")]
    pub(crate) webhook_timeout: String,
    #[command(flatten)]
    pub(crate) branding: Branding,
    #[command(flatten)]
    pub(crate) mail: Mail,
}

/// Whose name and colours the setup pages carry; in the file also as the table `[branding]`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Branding {
    /// The platform's name on setup pages.
    #[arg(long, env = "PROVOST_BRANDING_NAME", default_value = "Provost", value_name = "TEXT")]
    pub(crate) branding_name: String,
    /// Its logo, SVG, PNG, JPEG or WebP, at most 256 KiB; served from here.
    #[arg(long, env = "PROVOST_BRANDING_LOGO", value_name = "FILE")]
    pub(crate) branding_logo: Option<PathBuf>,
    /// Its colour; shades that can be read in light and dark are made from it.
    #[arg(long, env = "PROVOST_BRANDING_ACCENT", default_value = "#2f56c7", value_name = "#RRGGBB")]
    pub(crate) branding_accent: String,
    /// Whom customers ask: an e-mail address or a URL.
    #[arg(long, env = "PROVOST_BRANDING_SUPPORT", value_name = "CONTACT")]
    pub(crate) branding_support: Option<String>,
    /// Language of setup pages where the browser asks for none that there is: en or de.
    #[arg(long, env = "PROVOST_BRANDING_LANGUAGE", default_value = "en", value_name = "LANGUAGE")]
    pub(crate) branding_language: String,
}
