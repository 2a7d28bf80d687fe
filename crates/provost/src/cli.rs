//! The command line: what can be said, with examples.

use std::path::{Path, PathBuf};

use base::Secret;
use clap::{Args, Parser, Subcommand};

mod admin;
mod backup;
mod connection;
mod doctor;
mod entra;
mod held;
mod learner;
mod mail;
mod moving;
mod serve;
mod tenant;
mod token;
mod webhook;

pub(crate) use admin::Admin;
pub(crate) use backup::{Backup, Restore};
pub(crate) use connection::{Connection, ConnectionSettings, LeftoverPolicy, Switch};
pub(crate) use doctor::Doctor;
pub(crate) use entra::*;
pub(crate) use held::{Held, Log, LogCommand};
pub(crate) use learner::{Group, Learner};
pub(crate) use mail::{Mail, MailSecurity};
pub(crate) use moving::Move;
pub(crate) use serve::{Branding, Demo, Serve};
pub(crate) use tenant::Tenant;
pub(crate) use token::{ApiKey, Token};
pub(crate) use webhook::{Events, Tail, Webhook, WebhookPlace};

/// Keeps an application's learners in step with a customer's identity provider.
#[derive(Debug, Parser)]
#[command(name = "provost", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Examples:
  provost demo --exit                      see the whole job done, then end
  provost token create                     print a Secret Token for the default connection
  provost serve --listen 127.0.0.1:8080    serve; the Tenant URL is http://127.0.0.1:8080/scim_v2")]
pub(crate) struct Cli {
    /// Print data as JSON, for programs.
    #[arg(long, global = true, env = "PROVOST_JSON")]
    pub(crate) json: bool,
    /// How much the program's own log says: error, warn, info, debug, or a filter such as provost_http=debug.
    #[arg(long, global = true, env = "PROVOST_LOG", default_value = "warn")]
    pub(crate) log: String,
    /// Configuration file; its keys are the long names of flags.
    #[arg(long, global = true, env = "PROVOST_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where the directory lives; the same for every command that touches it, also while a server runs on it.
#[derive(Debug, Clone, Args)]
pub(crate) struct Directory {
    /// Directory of the embedded database.
    #[arg(long, env = "PROVOST_DATA_DIR", default_value = "./provost-data", value_name = "DIR")]
    pub(crate) data_dir: PathBuf,
    /// Use PostgreSQL instead: postgres://user:password@host/database, with ?sslmode=verify-full over a network.
    #[arg(
        long,
        env = "PROVOST_DATABASE_URL",
        hide_env_values = true,
        hide_default_value = true,
        value_name = "URL",
        value_parser = secret
    )]
    pub(crate) database_url: Option<Secret<String>>,
    /// Try until the database is there, instead of giving up at once.
    #[arg(long, env = "PROVOST_WAIT_FOR_DATABASE")]
    pub(crate) wait_for_database: bool,
}

impl Directory {
    /// An embedded database in this folder.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self { data_dir: folder.to_owned(), database_url: None, wait_for_database: false }
    }
}

/// A value that nothing prints.
#[expect(clippy::unnecessary_wraps, reason = "the form that clap asks for")]
fn secret(text: &str) -> Result<Secret<String>, std::convert::Infallible> {
    Ok(Secret::from(text))
}

/// Which tenant and connection a command is about.
#[derive(Debug, Clone, Args)]
pub(crate) struct Scope {
    #[command(flatten)]
    pub(crate) directory: Directory,
    /// Tenant.
    #[arg(long, env = "PROVOST_TENANT", default_value = "default", value_name = "NAME")]
    pub(crate) tenant: String,
    /// Connection of the tenant.
    #[arg(long, env = "PROVOST_CONNECTION", default_value = "default", value_name = "NAME")]
    pub(crate) connection: String,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the whole job: a server, and a customer's provisioning played against it.
    #[command(after_help = "Examples:\n  provost demo\n  provost demo --learners 5000 --exit")]
    Demo(Demo),
    /// Serve SCIM.
    #[command(after_help = "Examples:
  provost serve
  provost serve --listen 0.0.0.0:8443 --public-url https://scim.example.com --tls-cert c.pem --tls-key k.pem")]
    Serve(Serve),
    /// Tenants: customer organisations.
    #[command(subcommand)]
    Tenant(Tenant),
    /// Connections: a tenant's links to identity providers.
    #[command(subcommand)]
    Connection(Connection),
    /// SCIM access tokens (Entra's Secret Token).
    #[command(subcommand)]
    Token(Token),
    /// Keys of the REST API.
    #[command(subcommand)]
    ApiKey(ApiKey),
    /// Operators: who may open the console.
    #[command(subcommand)]
    Admin(Admin),
    /// Learners: look, import and export, bring back, protect.
    #[command(subcommand)]
    Learner(Learner),
    /// Groups: bring back removed ones.
    #[command(subcommand)]
    Group(Group),
    /// Changes that the mass-change guard holds from the app.
    #[command(subcommand)]
    Held(Held),
    /// Webhooks: where an app hears of changes.
    #[command(subcommand)]
    Webhook(Webhook),
    /// The event feed.
    #[command(subcommand)]
    Events(Events),
    /// The provisioning log: who did what, and what to do about a failure.
    #[command(
        after_help = "Examples:\n  provost log --failures\n  provost log --tenant acme --limit 200 --json\n  provost log show 42"
    )]
    Log(Log),
    /// Ask the documentation.
    #[command(subcommand)]
    Docs(Docs),
    /// The provisioning engine: provision from a directory into any SCIM service, as Entra does.
    #[command(subcommand, version = crate::commands::entra::version())]
    Entra(Entra),
    /// Look at configuration, database, disk, clock, public URL and certificate, and say what to do.
    #[command(after_help = "Examples:
  provost doctor --public-url https://scim.example.com
  provost doctor --data-dir /var/lib/provost --thorough --json")]
    Doctor(Doctor),
    /// Copy the embedded database to one file, also while a server runs on it.
    #[command(after_help = "Example:\n  provost backup /var/backups/provost-$(date +%F).db")]
    Backup(Backup),
    /// Put a backup into an empty data directory.
    #[command(after_help = "Example:\n  provost restore provost-2026-11-25.db --data-dir ./provost-data")]
    Restore(Restore),
    /// Move a whole directory to another database, checked row by row; ids, tokens and cursors stay.
    #[command(after_help = "Examples:
  provost move --from sqlite://./provost-data --to postgres://provost:…@db.example/provost
  provost move --reopen sqlite://./provost-data    # go back to the old one")]
    Move(Move),
    /// Bring the database's schema up to date; `serve` does so by itself.
    Migrate(Migrate),
    /// Print a completion script for a shell.
    #[command(after_help = "Example:\n  provost completions bash > /etc/bash_completion.d/provost")]
    Completions(Completions),
}

/// Commands on the documentation.
#[derive(Debug, Subcommand)]
pub(crate) enum Docs {
    /// Answer a question in Markdown; exit code 1 when the documentation does not answer it.
    #[command(after_help = "Example:\n  provost docs ask \"how do I rotate a token?\"")]
    Ask {
        /// The question.
        #[arg(required = true)]
        question: Vec<String>,
        /// Where the server is reached; addresses in the answer begin with it. Default: http://127.0.0.1:8080.
        #[arg(long, env = "PROVOST_PUBLIC_URL", value_name = "URL")]
        public_url: Option<String>,
    },
}

/// Arguments of `migrate`.
#[derive(Debug, Args)]
pub(crate) struct Migrate {
    #[command(flatten)]
    pub(crate) directory: Directory,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// Shell.
    pub(crate) shell: clap_complete::Shell,
}
