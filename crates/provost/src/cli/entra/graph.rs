//! Arguments of `provost entra serve` and `provost entra script`.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use base::Secret;
use clap::{Args, ValueEnum};
use entra::wire::Dialect;

use super::rate;
use crate::cli::{Switch, secret};

/// Arguments of `entra serve`.
#[derive(Debug, Args)]
pub(crate) struct EntraServe {
    /// Organisation file, folder of users.jsonl, groups.jsonl and appRoleAssignedTo.jsonl, or CSV file of people: the
    /// directory that every job provisions from.
    #[arg(long, env = "PROVOST_SOURCE", value_name = "FILE|DIR")]
    pub(crate) source: Option<PathBuf>,
    /// Where applications, secrets and the memory of each job are kept.
    #[arg(long, env = "PROVOST_GRAPH_STATE_DIR", default_value = "./provost-graph", value_name = "DIR")]
    pub(crate) state_dir: PathBuf,
    /// Address and port of this machine alone; port 0 takes a free one.
    #[arg(long, env = "PROVOST_GRAPH_LISTEN", default_value = "127.0.0.1:0", value_name = "ADDR:PORT")]
    pub(crate) listen: SocketAddr,
    /// The token that callers must show. Default: a new one, printed alone on standard output.
    #[arg(
        long,
        env = "PROVOST_GRAPH_TOKEN",
        hide_env_values = true,
        hide_default_value = true,
        value_name = "TOKEN",
        value_parser = secret
    )]
    pub(crate) graph_token: Option<Secret<String>>,
    /// How long after a cycle the next one begins: 30s, 40m, 2h. Default: Entra's forty minutes.
    #[arg(long, env = "PROVOST_EVERY", default_value = "40m", value_name = "SPAN", value_parser = span)]
    pub(crate) every: Duration,
    /// Whose requests jobs send unless their Tenant URL asks for others: entra-default or entra-2020.
    #[arg(long, env = "PROVOST_ENTRA_DIALECT", value_name = "NAME")]
    pub(crate) dialect: Option<Dialect>,
    /// Requests a second at most, of each job; `entra` is Entra's own pace, 25. Default: as fast as the target answers.
    #[arg(long, env = "PROVOST_RATE", value_name = "N", value_parser = rate)]
    pub(crate) rate: Option<NonZeroU32>,
    /// What `DefaultDomain()` gives.
    #[arg(long, env = "PROVOST_DEFAULT_DOMAIN", value_name = "DOMAIN")]
    pub(crate) default_domain: Option<String>,
}

/// Arguments of `entra script`.
#[derive(Debug, Args)]
pub(crate) struct EntraScript {
    /// The Tenant URL, as it goes into Entra.
    #[arg(long, env = "PROVOST_TENANT_URL", value_name = "URL")]
    pub(crate) tenant_url: Option<String>,
    /// The Secret Token, for --embed-secret. Without it the script takes it from SCIM_TOKEN when it runs, or asks.
    #[arg(
        long,
        env = "PROVOST_SECRET_TOKEN",
        hide_env_values = true,
        hide_default_value = true,
        value_name = "TOKEN",
        value_parser = secret
    )]
    pub(crate) secret_token: Option<Secret<String>>,
    /// Write the Secret Token into the script. Whoever can read the script can then read everybody.
    #[arg(long)]
    pub(crate) embed_secret: bool,
    /// What the application is called in the customer's tenant.
    #[arg(long, env = "PROVOST_APPLICATION_NAME", default_value = "Provost SCIM", value_name = "NAME")]
    pub(crate) name: String,
    /// Whether groups are provisioned. People who are assigned through a group arrive either way.
    #[arg(long, env = "PROVOST_ENTRA_GROUPS", default_value = "on", value_name = "SWITCH")]
    pub(crate) groups: Switch,
    /// A person to assign: user principal name or object id; may be repeated.
    #[arg(long = "user", value_name = "WHO")]
    pub(crate) users: Vec<String>,
    /// A group to assign, by its display name; may be repeated.
    #[arg(long = "group", value_name = "NAME")]
    pub(crate) group_names: Vec<String>,
    /// What runs it.
    #[arg(long, value_name = "SHELL")]
    pub(crate) shell: Shell,
    /// Where Graph is: another cloud's address, or that of `provost entra serve`.
    #[arg(
        long,
        env = "PROVOST_GRAPH_URL",
        default_value = "https://graph.microsoft.com/v1.0",
        value_name = "URL"
    )]
    pub(crate) graph_url: String,
}

/// What runs a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    /// PowerShell with the module Microsoft.Graph.Authentication.
    Powershell,
    /// Bash with the Azure CLI and jq.
    Az,
}

fn span(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len());
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        _ => 0,
    };
    let span = number.parse::<u64>().ok().and_then(|number| number.checked_mul(seconds));
    let span = span.filter(|span| (1..=86_400).contains(span));
    span.map(Duration::from_secs).ok_or_else(|| "give a span from 1s to 24h, such as 30s or 40m".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_numbers_with_a_unit() {
        assert_eq!(span("40m"), Ok(Duration::from_secs(2_400)));
        assert_eq!(span("1s"), Ok(Duration::from_secs(1)));
        assert_eq!(span("24h"), Ok(Duration::from_secs(86_400)));
        for bad in ["", "40", "m", "0s", "25h", "-1m", "1d", "18446744073709551615h", "1.5m"] {
            assert!(span(bad).is_err(), "{bad}");
        }
    }
}
