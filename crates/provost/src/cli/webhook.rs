//! What is said about webhooks and the event feed.

use clap::{Args, Subcommand};

use super::{Directory, Mail};

/// Commands on webhooks.
#[derive(Debug, Subcommand)]
pub(crate) enum Webhook {
    /// Make a webhook and print its signing secret, alone, on stdout. It is shown only this once. A mail address has none, and
    /// is told of notices only.
    #[command(after_help = "Examples:
  provost webhook add https://app.example.com/hooks/provost
  provost webhook add https://app.example.com/hooks/provost --tenant acme --types learner.*,membership.*
  provost webhook add http://app.internal:9000/hooks --allow-private
  provost webhook add mailto:ops@example.org --types token.expiring,connection.quarantined")]
    Add {
        /// Where to: https, at a public address; or mailto:, for notices by e-mail.
        url: String,
        /// Only these types, separated by commas: learner.created,group.* …
        #[arg(long, value_name = "T,…", value_delimiter = ',')]
        types: Vec<String>,
        /// Only for these causes: initial_sync, adopted, changed, returned, restored, imported.
        #[arg(long, value_name = "C,…", value_delimiter = ',')]
        causes: Vec<String>,
        /// Permit private addresses and plain http.
        #[arg(long)]
        allow_private: bool,
        /// Let learner.updated of one learner wait for more of it for so long, and send it as one: 30s. A mail waits a minute for
        /// more notices, unless said here.
        #[arg(long, value_name = "AGE")]
        coalesce: Option<String>,
        /// Begin after this position of the feed; 0 sends all that is kept.
        #[arg(long, value_name = "N")]
        after: Option<i64>,
        /// Your words for it.
        #[arg(long, value_name = "TEXT", default_value = "")]
        description: String,
        #[command(flatten)]
        place: WebhookPlace,
        #[command(flatten)]
        mail: Box<Mail>,
    },
    /// List webhooks, with how far each is.
    List {
        #[command(flatten)]
        place: WebhookPlace,
    },
    /// Show a webhook and its latest attempts.
    Show {
        /// Its id or URL.
        webhook: String,
        #[command(flatten)]
        place: WebhookPlace,
    },
    /// Change a webhook; it is tried at once.
    #[command(after_help = "Example:\n  provost webhook set wh_3kq8 --enabled true")]
    Set {
        /// Its id or URL.
        webhook: String,
        /// Where to.
        #[arg(long, value_name = "URL")]
        url: Option<String>,
        /// Only these types; an empty text means all.
        #[arg(long, value_name = "T,…")]
        types: Option<String>,
        /// Whether private addresses and plain http are permitted.
        #[arg(long, value_name = "BOOL")]
        allow_private: Option<bool>,
        /// Whether anything is sent.
        #[arg(long, value_name = "BOOL")]
        enabled: Option<bool>,
        #[command(flatten)]
        place: WebhookPlace,
    },
    /// Send a test message now, and tell what came of it.
    Test {
        /// Its id or URL.
        webhook: String,
        #[command(flatten)]
        place: WebhookPlace,
        #[command(flatten)]
        mail: Box<Mail>,
    },
    /// Send events once more, beside what is new.
    #[command(after_help = "Example:\n  provost webhook replay wh_3kq8 --after 1200 --until 1300")]
    Replay {
        /// Its id or URL.
        webhook: String,
        /// After this position of the feed.
        #[arg(long, value_name = "N")]
        after: i64,
        /// Up to this one; default is the newest.
        #[arg(long, value_name = "N")]
        until: Option<i64>,
        #[command(flatten)]
        place: WebhookPlace,
    },
    /// Make a new signing secret and print it, alone, on stdout; the old one signs too for a while.
    RotateSecret {
        /// Its id or URL.
        webhook: String,
        /// How long the old one signs too; 0s ends it at once.
        #[arg(long, default_value = "1d", value_name = "AGE")]
        overlap: String,
        #[command(flatten)]
        place: WebhookPlace,
    },
    /// Remove a webhook.
    Remove {
        /// Its id or URL.
        webhook: String,
        #[command(flatten)]
        place: WebhookPlace,
    },
}

/// Which webhooks.
#[derive(Debug, Args)]
pub(crate) struct WebhookPlace {
    /// Only of this tenant; without it, all tenants.
    #[arg(long, env = "PROVOST_TENANT", value_name = "NAME")]
    pub(crate) tenant: Option<String>,
    #[command(flatten)]
    pub(crate) directory: Directory,
}

/// Commands on the event feed.
#[derive(Debug, Subcommand)]
pub(crate) enum Events {
    /// Show events as they happen, until interrupted.
    #[command(after_help = "Examples:
  provost events tail
  provost events tail --after 0 --types learner.* --json
  provost events tail --after 1200 --tenant acme")]
    Tail(Tail),
}

/// Arguments of `events tail`.
#[derive(Debug, Args)]
pub(crate) struct Tail {
    /// After this position; without it, the latest ten and what follows. The last line says where to go on.
    #[arg(long, value_name = "N")]
    pub(crate) after: Option<i64>,
    /// Only these types: learner.created,group.* …
    #[arg(long, value_name = "T,…", value_delimiter = ',')]
    pub(crate) types: Vec<String>,
    /// End when there is nothing more, instead of waiting.
    #[arg(long)]
    pub(crate) no_follow: bool,
    #[command(flatten)]
    pub(crate) place: WebhookPlace,
}
