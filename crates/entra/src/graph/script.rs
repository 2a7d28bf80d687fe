//! `provost entra script`: the guide for one tenant as a script for Microsoft Graph.
//!
//! The same text runs against Graph and against a [`Face`](super::Face): what differs is in the environment
//! (`GRAPH_URL`, `GRAPH_TOKEN`). It can be run again: what it made before is found by its name and gone on with.

use std::str::FromStr;

use base::Secret;

use super::APPLICATION_TEMPLATE;

/// The script for `az rest` and bash, with its places to be filled.
pub const AZ: &str = include_str!("script/az.sh");
/// The script for PowerShell, with its places to be filled.
pub const POWERSHELL: &str = include_str!("script/powershell.ps1");

/// Which language the script is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScriptShell {
    /// Bash, with the Azure CLI and jq.
    Az,
    /// PowerShell, with Microsoft's Graph module.
    PowerShell,
}

impl FromStr for ScriptShell {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "az" => Ok(Self::Az),
            "powershell" => Ok(Self::PowerShell),
            _ => Err("give az or powershell".to_owned()),
        }
    }
}

/// What a script sets up.
#[derive(Clone, Debug)]
pub struct ScriptOptions {
    /// The Tenant URL.
    pub tenant_url: String,
    /// The application's name in the tenant.
    pub name: String,
    /// Whether groups are provisioned.
    pub groups: bool,
    /// Users to assign, by user principal name or object id.
    pub users: Vec<String>,
    /// Groups to assign, by display name.
    pub group_names: Vec<String>,
    /// The Secret Token to write into the script. Without it the script takes it from `SCIM_TOKEN`, or asks.
    pub secret: Option<Secret<String>>,
    /// Where Graph is.
    pub graph_url: String,
}

impl ScriptOptions {
    /// Graph's own address.
    pub const GRAPH: &'static str = "https://graph.microsoft.com/v1.0";
}

/// The script.
///
/// # Errors
/// When a text has a character that no line of a script can hold, with its name.
pub fn script(shell: ScriptShell, options: &ScriptOptions) -> Result<String, String> {
    let secret = options.secret.as_ref().map(|secret| secret.expose().as_str());
    let texts = [
        ("Tenant URL", options.tenant_url.as_str()),
        ("name", &options.name),
        ("Graph URL", &options.graph_url),
    ];
    let lists = options.users.iter().chain(&options.group_names).map(|text| ("assignment", text.as_str()));
    let secrets = secret.map(|secret| ("Secret Token", secret));
    for (what, text) in texts.into_iter().chain(lists).chain(secrets) {
        if text.is_empty() || text.chars().any(char::is_control) {
            return Err(format!("the {what} is empty or holds a line break or another control character"));
        }
    }
    let quote = match shell {
        ScriptShell::Az => bash_quoted,
        ScriptShell::PowerShell => powershell_quoted,
    };
    let list = |items: &[String]| {
        let between = if shell == ScriptShell::Az { " " } else { ", " };
        items.iter().map(|item| quote(item)).collect::<Vec<_>>().join(between)
    };
    let template = if shell == ScriptShell::Az { AZ } else { POWERSHELL };
    Ok(filled(template, |place| match place {
        "TENANT_URL" => quote(options.tenant_url.trim()),
        "NAME" => quote(options.name.trim()),
        "GROUPS" => options.groups.to_string(),
        "USERS" => list(&options.users),
        "GROUP_NAMES" => list(&options.group_names),
        "GRAPH_URL" => quote(options.graph_url.trim().trim_end_matches('/')),
        "TEMPLATE" => quote(APPLICATION_TEMPLATE),
        "SECRET" => secret.map_or_else(|| quote(""), quote),
        // A place that is not known stays as it is; a test looks for one.
        other => format!("%%{other}%%"),
    }))
}

/// Fills `%%PLACES%%`. What was filled in is not looked at again.
fn filled(template: &str, value: impl Fn(&str) -> String) -> String {
    let mut text = String::with_capacity(template.len());
    for (number, part) in template.split("%%").enumerate() {
        match number % 2 {
            0 => text.push_str(part),
            _ => text.push_str(&value(part)),
        }
    }
    text
}

fn bash_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// PowerShell takes typographic quotes for straight ones.
fn powershell_quoted(text: &str) -> String {
    let mut quoted = String::from("'");
    for character in text.chars() {
        if matches!(character, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
            quoted.push(character);
        }
        quoted.push(character);
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn options() -> ScriptOptions {
        ScriptOptions {
            tenant_url: "https://learn.example/scim_v2".to_owned(),
            name: "Learning SCIM".to_owned(),
            groups: false,
            users: vec!["ann@contoso.example".to_owned()],
            group_names: vec!["Pilot".to_owned(), "People's choice".to_owned()],
            secret: None,
            graph_url: ScriptOptions::GRAPH.to_owned(),
        }
    }

    #[test]
    fn the_scripts_are_golden() {
        insta::assert_snapshot!("script-az", script(ScriptShell::Az, &options()).unwrap());
        insta::assert_snapshot!("script-powershell", script(ScriptShell::PowerShell, &options()).unwrap());
    }

    #[test]
    fn every_place_is_filled_and_nothing_that_was_filled_in_is_filled_again() {
        for shell in [ScriptShell::Az, ScriptShell::PowerShell] {
            let text = script(shell, &options()).unwrap();
            assert!(!text.contains("%%"), "{text}");
            let odd = ScriptOptions { name: "%%SECRET%% x".to_owned(), ..options() };
            assert!(script(shell, &odd).unwrap().contains("'%%SECRET%% x'"));
        }
    }

    #[test]
    fn the_secret_stands_in_the_text_only_when_it_is_given() {
        for shell in [ScriptShell::Az, ScriptShell::PowerShell] {
            let with = ScriptOptions { secret: Some(Secret::new("pvt_secret".to_owned())), ..options() };
            assert!(script(shell, &with).unwrap().contains("'pvt_secret'"));
            assert!(!format!("{with:?}").contains("pvt_secret"));
        }
    }

    #[test]
    fn quotes_end_no_text() {
        assert_eq!(bash_quoted("O'Hara $(x) `y`"), r"'O'\''Hara $(x) `y`'");
        assert_eq!(powershell_quoted("O'Hara’s $x"), "'O''Hara’’s $x'");
        let odd = ScriptOptions { name: "two\nlines".to_owned(), ..options() };
        assert!(script(ScriptShell::Az, &odd).is_err());
    }
}
