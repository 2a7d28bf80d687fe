//! `provost entra script`.

use entra::graph::{ScriptOptions, ScriptShell, script};

use crate::cli::{EntraScript, Shell, Switch};
use crate::failure::Failure;
use crate::printer::Printer;

/// Prints the script.
pub(super) fn run(args: EntraScript, printer: Printer) -> Result<(), Failure> {
    let Some(tenant_url) = args.tenant_url else {
        return Err(Failure::input("there is no Tenant URL")
            .hint("give it with --tenant-url or as PROVOST_TENANT_URL, as it goes into Entra"));
    };
    if let Err(error) = tenant_url.parse::<client::BaseUrl>() {
        return Err(
            Failure::input(error.to_string()).hint("for example --tenant-url https://app.example/scim_v2")
        );
    }
    if args.embed_secret && args.secret_token.is_none() {
        return Err(Failure::input("--embed-secret has no Secret Token to write into the script")
            .hint("give it as PROVOST_SECRET_TOKEN; without --embed-secret the script asks when it runs"));
    }
    if !tenant_url.starts_with("https://") && args.graph_url.starts_with("https://") {
        printer.say("warning: Entra takes a Tenant URL only with https://");
    }
    let options = ScriptOptions {
        tenant_url,
        name: args.name,
        groups: args.groups == Switch::On,
        users: args.users,
        group_names: args.group_names,
        secret: args.secret_token.filter(|_| args.embed_secret),
        graph_url: args.graph_url,
    };
    let shell = match args.shell {
        Shell::Powershell => ScriptShell::PowerShell,
        Shell::Az => ScriptShell::Az,
    };
    let text = script(shell, &options).map_err(Failure::input)?;
    if printer.json {
        printer.value(&serde_json::json!({"script": text}));
    } else {
        printer.data(text.trim_end());
    }
    Ok(())
}
