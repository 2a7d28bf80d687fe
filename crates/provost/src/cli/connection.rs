//! What is said about connections.

use clap::{Args, Subcommand, ValueEnum};

use super::Scope;

/// `on` or `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// Switched on.
    On,
    /// Switched off.
    Off,
}

/// What becomes of learners whom the first cycle did not bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LeftoverPolicy {
    /// They stay, and nothing is said of them.
    Keep,
    /// They stay, and the setup page lists them.
    List,
    /// They become inactive once, when a connection's first cycle is done.
    Deactivate,
}

/// What can be set on a connection.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ConnectionSettings {
    /// Identity provider: entra, okta, google, generic.
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
    /// How the provider departs from the RFCs: entra, okta, strict.
    #[arg(long, value_name = "NAME")]
    pub(crate) dialect: Option<String>,
    /// Switch one quirk of the dialect, for example `string-boolean=off`; may be repeated.
    #[arg(long = "quirk", value_name = "NAME=on|off")]
    pub(crate) quirks: Vec<String>,
    /// Whether groups are synchronised.
    #[arg(long, value_name = "SWITCH")]
    pub(crate) groups: Option<Switch>,
    /// When a create takes over a learner whom no connection owns: username, email, never.
    #[arg(long, value_name = "POLICY")]
    pub(crate) adopt: Option<String>,
    /// What an existing name with another identity leads to: flag, refuse.
    #[arg(long, value_name = "POLICY")]
    pub(crate) identity: Option<String>,
    /// What a group's member who does not exist leads to: refuse (the request, 400), skip (that member).
    #[arg(long, value_name = "POLICY")]
    pub(crate) missing_members: Option<String>,
    /// Mass-change guard: never below this many learners a day.
    #[arg(long, value_name = "N")]
    pub(crate) guard_floor: Option<u32>,
    /// Mass-change guard: share of the connection's learners a day, in percent.
    #[arg(long, value_name = "PERCENT")]
    pub(crate) guard_percent: Option<u32>,
    /// Log successful reads one by one for so long: 2h, 1d.
    #[arg(long, value_name = "AGE")]
    pub(crate) trace: Option<String>,
}

/// Commands on connections.
#[derive(Debug, Subcommand)]
pub(crate) enum Connection {
    /// Make a further connection, as during a merger or a move between providers.
    Create {
        /// Name within the tenant.
        name: String,
        #[command(flatten)]
        settings: ConnectionSettings,
        #[command(flatten)]
        scope: Scope,
    },
    /// List the tenant's connections.
    List {
        #[command(flatten)]
        scope: Scope,
    },
    /// Change the connection named by --connection.
    Set {
        #[command(flatten)]
        settings: ConnectionSettings,
        #[command(flatten)]
        scope: Scope,
    },
    /// Refuse its writes for now; nothing is lost, the provider tries again.
    Pause {
        #[command(flatten)]
        scope: Scope,
    },
    /// Take its writes again.
    Resume {
        #[command(flatten)]
        scope: Scope,
    },
    /// See who was left over: learners whom no connection manages, by creation. Also sets what becomes of them.
    #[command(after_help = "Examples:
  provost connection leftovers --limit 20
  provost connection leftovers --policy deactivate")]
    Leftovers {
        /// Set what becomes of who is left over when a first cycle is done; it holds for the whole tenant.
        #[arg(long, value_name = "POLICY")]
        policy: Option<LeftoverPolicy>,
        /// At most this many.
        #[arg(long, default_value_t = 100, value_name = "N")]
        limit: u32,
        /// Go on after this one: the id that the page before named.
        #[arg(long, value_name = "ID")]
        after_learner: Option<String>,
        #[command(flatten)]
        scope: Scope,
    },
}
