//! `provost entra`: what can be said to the provisioning engine.

mod graph;

pub(crate) use graph::{EntraScript, EntraServe, Shell};

use std::num::NonZeroU32;
use std::path::PathBuf;

use base::Secret;
use clap::{Args, Subcommand, ValueEnum};
use entra::job::ENTRA_RATE;
use entra::wire::Dialect;

use super::{Switch, secret};

/// Commands of the provisioning engine.
#[derive(Debug, Subcommand)]
pub(crate) enum Entra {
    /// Ask the target what Entra's Test Connection asks, and say what is wrong and what to do.
    #[command(after_help = "Examples:
  provost entra test-connection --tenant-url https://app.example/scim --secret-token TOKEN
  PROVOST_SECRET_TOKEN=TOKEN provost entra test-connection --tenant-url https://app.example/scim --groups off")]
    TestConnection(EntraTestConnection),
    /// Provision from a source into the target: an initial cycle at first, then only what changed.
    #[command(after_help = "Examples:
  provost entra provision --tenant-url https://app.example/scim --source organisation.json --dry-run
  provost entra provision --tenant-url https://app.example/scim --source people.csv --rate entra
  provost entra provision --tenant-url https://app.example/scim --source organisation.json --schema schema.json --watch")]
    Provision(EntraProvision),
    /// Compare source and target, person by person, members too; exit code 1 when they differ. Writes nothing.
    #[command(after_help = "Example:
  provost entra diff --tenant-url https://app.example/scim --source organisation.json")]
    Diff(EntraDiff),
    /// Provision one person, or one group with up to five of its members, at once.
    #[command(after_help = "Examples:
  provost entra on-demand --tenant-url https://app.example/scim --source organisation.json --user ann@contoso.example
  provost entra on-demand --tenant-url https://app.example/scim --source organisation.json --group Pilot --member ann@contoso.example")]
    OnDemand(EntraOnDemand),
    /// Show how the job stands; with --json the job object of Microsoft Graph.
    #[command(after_help = "Example:\n  provost entra status --state-dir ./provost-entra")]
    Status(EntraStatus),
    /// Show the provisioning log; as JSON it is Microsoft Graph's `provisioningObjectSummary`.
    #[command(after_help = "Examples:
  provost entra logs --failures
  provost entra logs --findings
  provost entra logs --object 69a59d4d-c53a-49f3-9e49-f836534c3aaa --format json
  provost entra logs --format html --limit 100000 > log.html")]
    Logs(EntraLogs),
    /// Begin anew, as the portal's Restart provisioning does, or with a reset scope of Microsoft Graph.
    #[command(after_help = "Examples:
  provost entra restart
  provost entra restart --reset-scope Full
  provost entra restart --reset-scope ForceDeletes    # the portal's Allow deletes")]
    Restart(EntraRestart),
    /// Print the synchronization schema: the built-in one, or the one that --schema names, checked.
    #[command(after_help = "Example:\n  provost entra export-schema --external-id object-id > schema.json")]
    ExportSchema(EntraExportSchema),
    /// Show what an expression gives for somebody.
    #[command(after_help = "Examples:
  provost entra eval 'Join(\" \", [givenName], [surname])' --user ann@contoso.example --source organisation.json
  provost entra eval 'ToLower(\"ABC\", )'")]
    Eval(EntraEval),
    /// Print the public keys of what --signing-key signs, as a JSON Web Key Set (RFC 7517) for the service that checks it.
    #[command(after_help = "Examples:
  provost entra jwks --signing-key key.pem > jwks.json
  provost entra jwks --signing-key new.pem --signing-key old.pem    # while the old one is still in use")]
    Jwks(EntraJwks),
    /// Serve what Microsoft Graph has for provisioning, on this machine alone, with the engine behind it.
    #[command(after_help = "Example:
  provost entra serve --source organisation.json --listen 127.0.0.1:9000 --every 1m")]
    Serve(EntraServe),
    /// Write the set-up of provisioning in a customer's tenant as a script for Microsoft Graph.
    #[command(after_help = "Examples:
  provost entra script --tenant-url https://app.example/scim_v2 --name 'Learning SCIM' --groups off --shell powershell
  provost entra script --tenant-url https://app.example/scim_v2 --user ann@contoso.example --group Pilot --shell az")]
    Script(EntraScript),
}

/// Where the target is, and how it is spoken to.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct EntraTarget {
    /// The Tenant URL, as it goes into Entra.
    #[arg(long, env = "PROVOST_TENANT_URL", value_name = "URL")]
    pub(crate) tenant_url: Option<String>,
    /// The Secret Token. Other people on this machine see arguments: better give it as PROVOST_SECRET_TOKEN.
    #[arg(
        long,
        env = "PROVOST_SECRET_TOKEN",
        hide_env_values = true,
        hide_default_value = true,
        value_name = "TOKEN",
        value_parser = secret
    )]
    pub(crate) secret_token: Option<Secret<String>>,
    /// Whose requests: entra-default, entra-2020, entra-validator, entra-gallery, entra-legacy-customappsso. Default: what
    /// the Tenant URL asks for.
    #[arg(long, env = "PROVOST_ENTRA_DIALECT", value_name = "NAME")]
    pub(crate) dialect: Option<Dialect>,
    /// Turn everything that is not known for certain of Entra at random; the same seed turns the same. What was turned is
    /// told first; with --json it is the first line of the data.
    #[arg(long, env = "PROVOST_VARY", value_name = "SEED")]
    pub(crate) vary: Option<u64>,
    /// Turn one of these, for example `op-case=lower`; may be repeated.
    #[arg(long = "switch", env = "PROVOST_SWITCH", value_delimiter = ',', value_name = "NAME=VALUE")]
    pub(crate) switches: Vec<String>,
    #[command(flatten)]
    pub(crate) sign_in: EntraSignIn,
}

/// Signing in otherwise than with a Secret Token.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Sign-in without a Secret Token")]
pub(crate) struct EntraSignIn {
    /// Token endpoint, for OAuth 2.0 client credentials.
    #[arg(long, env = "PROVOST_OAUTH_TOKEN_URL", value_name = "URL")]
    pub(crate) oauth_token_url: Option<String>,
    /// Client id.
    #[arg(long, env = "PROVOST_OAUTH_CLIENT_ID", value_name = "ID")]
    pub(crate) oauth_client_id: Option<String>,
    /// Client secret; better give it as PROVOST_OAUTH_CLIENT_SECRET. Without it the client shows a signed assertion.
    #[arg(
        long,
        env = "PROVOST_OAUTH_CLIENT_SECRET",
        hide_env_values = true,
        hide_default_value = true,
        value_name = "SECRET",
        value_parser = secret
    )]
    pub(crate) oauth_client_secret: Option<Secret<String>>,
    /// Where id and secret go.
    #[arg(long, env = "PROVOST_OAUTH_CREDENTIALS", default_value = "header", value_name = "PLACE")]
    pub(crate) oauth_credentials: CredentialPlace,
    /// Scope to ask for.
    #[arg(long, env = "PROVOST_OAUTH_SCOPE", value_name = "SCOPE")]
    pub(crate) oauth_scope: Option<String>,
    /// Private key, PEM (RSA or P-256): signs the assertion of workload identity federation or, without a token
    /// endpoint, the token that Entra sends when the Secret Token is left blank.
    #[arg(long, env = "PROVOST_SIGNING_KEY", value_name = "FILE")]
    pub(crate) signing_key: Option<PathBuf>,
    /// Directory (tenant) id in what is signed.
    #[arg(long, env = "PROVOST_ENTRA_TENANT_ID", value_name = "GUID")]
    pub(crate) entra_tenant_id: Option<String>,
    /// Object id of the service principal in what is signed.
    #[arg(long, env = "PROVOST_SERVICE_PRINCIPAL_ID", value_name = "GUID")]
    pub(crate) service_principal_id: Option<String>,
    /// Audience of what is signed. Default: the application id of non-gallery applications.
    #[arg(long, env = "PROVOST_AUDIENCE", value_name = "TEXT")]
    pub(crate) audience: Option<String>,
}

/// Where a client's id and secret go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CredentialPlace {
    /// A Basic header.
    Header,
    /// The body.
    Body,
}

/// What becomes of source objects.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Mapping")]
pub(crate) struct EntraMapping {
    /// Synchronization schema as Entra exports it (Download schema). Default: a fresh application's.
    #[arg(long, env = "PROVOST_ENTRA_SCHEMA", value_name = "FILE")]
    pub(crate) schema: Option<PathBuf>,
    /// Whether groups are provisioned.
    #[arg(long, env = "PROVOST_ENTRA_GROUPS", default_value = "on", value_name = "SWITCH")]
    pub(crate) groups: Switch,
    /// What becomes `externalId` in the built-in mapping: Entra's own default, or the id that never changes.
    #[arg(long, env = "PROVOST_EXTERNAL_ID", default_value = "mail-nickname", value_name = "SOURCE")]
    pub(crate) external_id: ExternalIdSource,
    /// What `DefaultDomain()` gives.
    #[arg(long, env = "PROVOST_DEFAULT_DOMAIN", value_name = "DOMAIN")]
    pub(crate) default_domain: Option<String>,
}

/// What becomes `externalId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExternalIdSource {
    /// `mailNickname`.
    MailNickname,
    /// `objectId`.
    ObjectId,
}

/// Where people come from.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Source")]
pub(crate) struct EntraSource {
    /// Organisation file, folder of users.jsonl, groups.jsonl and appRoleAssignedTo.jsonl, or CSV file of people.
    #[arg(long, env = "PROVOST_SOURCE", value_name = "FILE|DIR")]
    pub(crate) source: Option<PathBuf>,
    /// Who is provisioned: those assigned (everybody where the source does not say who is), or all.
    #[arg(long, env = "PROVOST_ENTRA_SCOPE", default_value = "assigned", value_name = "WHO")]
    pub(crate) scope: Who,
}

/// Who is provisioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Who {
    /// Assigned users and groups.
    Assigned,
    /// All users and groups.
    All,
}

/// What the job remembers.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "State")]
pub(crate) struct EntraState {
    /// Where the job's memory is kept; one folder for each target.
    #[arg(long, env = "PROVOST_STATE_DIR", default_value = "./provost-entra", value_name = "DIR")]
    pub(crate) state_dir: PathBuf,
}

/// How fast, and what it may not do.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Bounds")]
pub(crate) struct EntraBounds {
    /// Requests a second at most; `entra` is Entra's own pace, 25. Default: as fast as the target answers.
    #[arg(long, env = "PROVOST_RATE", value_name = "N", value_parser = rate)]
    pub(crate) rate: Option<NonZeroU32>,
    /// Requests under way at once.
    #[arg(long, env = "PROVOST_CONCURRENCY", default_value_t = 16, value_name = "N")]
    pub(crate) concurrency: u16,
    /// Stop before more than so many would be disabled or deleted in one cycle. Default: no bound, as in Entra.
    #[arg(long, env = "PROVOST_DELETE_THRESHOLD", value_name = "N")]
    pub(crate) delete_threshold: Option<u64>,
    /// Leave those who go out of scope as they are.
    #[arg(long, env = "PROVOST_SKIP_OUT_OF_SCOPE_DELETIONS")]
    pub(crate) skip_out_of_scope_deletions: bool,
}

fn rate(text: &str) -> Result<NonZeroU32, String> {
    let number = if text == "entra" { Ok(ENTRA_RATE) } else { text.parse() };
    let number = number.ok().and_then(NonZeroU32::new);
    number.ok_or_else(|| "give a number from 1 on, or `entra`".to_owned())
}

/// Everything that a job is made of.
#[derive(Debug, Clone, Args)]
pub(crate) struct EntraJob {
    #[command(flatten)]
    pub(crate) target: EntraTarget,
    #[command(flatten)]
    pub(crate) source: EntraSource,
    #[command(flatten)]
    pub(crate) state: EntraState,
    #[command(flatten)]
    pub(crate) mapping: EntraMapping,
    #[command(flatten)]
    pub(crate) bounds: EntraBounds,
}

/// Arguments of `entra test-connection`.
#[derive(Debug, Args)]
pub(crate) struct EntraTestConnection {
    #[command(flatten)]
    pub(crate) target: EntraTarget,
    #[command(flatten)]
    pub(crate) mapping: EntraMapping,
}

/// Arguments of `entra provision`.
#[derive(Debug, Args)]
pub(crate) struct EntraProvision {
    /// Say what would be done, and do nothing of it: adopt, create, update, disable, delete, with each value.
    #[arg(long, env = "PROVOST_ENTRA_DRY_RUN", conflicts_with = "watch")]
    pub(crate) dry_run: bool,
    /// Go on with a cycle every forty minutes, as Entra does, until interrupted.
    #[arg(long, env = "PROVOST_WATCH")]
    pub(crate) watch: bool,
    /// Read the target back after the cycle, and tell what it acknowledged but did not keep. Entra itself does not look.
    #[arg(long, env = "PROVOST_VERIFY", conflicts_with_all = ["watch", "dry_run"])]
    pub(crate) verify: bool,
    #[command(flatten)]
    pub(crate) job: EntraJob,
}

/// Arguments of `entra diff`.
#[derive(Debug, Args)]
pub(crate) struct EntraDiff {
    #[command(flatten)]
    pub(crate) job: EntraJob,
}

/// Arguments of `entra on-demand`.
#[derive(Debug, Args)]
pub(crate) struct EntraOnDemand {
    /// The person: user principal name, mail, or object id.
    #[arg(long, value_name = "WHO", conflicts_with = "group", required_unless_present = "group")]
    pub(crate) user: Option<String>,
    /// The group: display name or object id.
    #[arg(long, value_name = "NAME")]
    pub(crate) group: Option<String>,
    /// A direct member of the group to add with it; up to five.
    #[arg(long = "member", value_name = "WHO", requires = "group")]
    pub(crate) members: Vec<String>,
    #[command(flatten)]
    pub(crate) job: EntraJob,
}

/// Arguments of `entra status`.
#[derive(Debug, Args)]
pub(crate) struct EntraStatus {
    #[command(flatten)]
    pub(crate) state: EntraState,
}

/// Arguments of `entra logs`.
#[derive(Debug, Args)]
pub(crate) struct EntraLogs {
    /// Form of the output; --json means json.
    #[arg(long, default_value = "table", value_name = "FORM")]
    pub(crate) format: LogFormat,
    /// Only what failed.
    #[arg(long)]
    pub(crate) failures: bool,
    /// What failed, by cause: how often, whom it struck, and what to do about it. Goes over the whole log.
    #[arg(long, conflicts_with_all = ["failures", "format", "limit"])]
    pub(crate) findings: bool,
    /// Only of this object of the source, by its object id.
    #[arg(long, value_name = "ID")]
    pub(crate) object: Option<String>,
    /// Only of this cycle.
    #[arg(long, value_name = "ID")]
    pub(crate) cycle: Option<String>,
    /// At most this many, newest first.
    #[arg(long, default_value_t = 50, value_name = "N")]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) state: EntraState,
}

/// Form of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// One line each.
    Table,
    /// As Microsoft Graph lists them.
    Json,
    /// A page that needs nothing else.
    Html,
}

/// Arguments of `entra restart`.
#[derive(Debug, Args)]
pub(crate) struct EntraRestart {
    /// None, ConnectorDataStore, Escrows, Watermark, QuarantineState, Full, ForceDeletes; several with commas. Default: what
    /// the portal's button does, Escrows,Watermark,QuarantineState.
    #[arg(long, value_name = "SCOPE")]
    pub(crate) reset_scope: Option<String>,
    #[command(flatten)]
    pub(crate) state: EntraState,
}

/// Arguments of `entra export-schema`.
#[derive(Debug, Args)]
pub(crate) struct EntraExportSchema {
    /// Synchronization schema as Entra exports it, to check it and print it again.
    #[arg(long, env = "PROVOST_ENTRA_SCHEMA", value_name = "FILE")]
    pub(crate) schema: Option<PathBuf>,
    /// What becomes `externalId` in the built-in mapping: Entra's own default, or the id that never changes.
    #[arg(long, env = "PROVOST_EXTERNAL_ID", default_value = "mail-nickname", value_name = "SOURCE")]
    pub(crate) external_id: ExternalIdSource,
}

/// Arguments of `entra jwks`.
#[derive(Debug, Args)]
pub(crate) struct EntraJwks {
    /// Private key, PEM (RSA or P-256); may be repeated.
    #[arg(long, env = "PROVOST_SIGNING_KEY", value_name = "FILE", required = true)]
    pub(crate) signing_key: Vec<PathBuf>,
}

/// Arguments of `entra eval`.
#[derive(Debug, Args)]
pub(crate) struct EntraEval {
    /// The expression.
    pub(crate) expression: String,
    /// For whom: user principal name, mail, or object id.
    #[arg(long, value_name = "WHO")]
    pub(crate) user: Option<String>,
    /// Organisation file, folder of line-delimited files, or CSV file that has them.
    #[arg(long, env = "PROVOST_SOURCE", value_name = "FILE|DIR")]
    pub(crate) source: Option<PathBuf>,
    /// What `DefaultDomain()` gives.
    #[arg(long, env = "PROVOST_DEFAULT_DOMAIN", value_name = "DOMAIN")]
    pub(crate) default_domain: Option<String>,
}
