//! `provost token`.

use std::time::Duration;

use serde_json::{Value, json};
use service::NewToken;

use super::at;
use crate::cli::{Scope, Token as Command};
use crate::failure::Failure;
use crate::printer::{Printer, table};

/// Runs the subcommand.
pub(super) async fn run(command: Command, printer: Printer) -> Result<(), Failure> {
    match command {
        Command::Create { name, scope, expires, place } => {
            let expires = expires.as_deref().map(age).transpose()?;
            let (opened, operator) = at(&place).await?;
            let new = NewToken { name, scope: scope.parse()?, expires };
            let created = opened.service.token_create(&operator, &new).await?;
            show_secret(printer, &created, &place);
            opened.close().await
        }
        Command::List { place } => {
            let (opened, operator) = at(&place).await?;
            let tokens = opened.service.tokens(&operator).await?;
            if printer.json {
                printer.value(&Value::Array(tokens.iter().map(as_json).collect()));
            } else {
                let rows = tokens
                    .iter()
                    .map(|t| vec![t.id.clone(), t.name.clone(), scope(t), state(t), when(t.last_used)]);
                printer.data(&table(&["ID", "NAME", "SCOPE", "STATE", "LAST USED"], rows));
            }
            opened.close().await
        }
        Command::Rotate { id, overlap, place } => {
            let overlap = age(&overlap)?;
            let (opened, operator) = at(&place).await?;
            let created = opened.service.token_rotate(&operator, &id, overlap).await?;
            show_secret(printer, &created, &place);
            opened.close().await
        }
        Command::Revoke { id, place } => {
            let (opened, operator) = at(&place).await?;
            let token = opened.service.token_revoke(&operator, &id).await?;
            if printer.json {
                printer.value(&as_json(&token));
            } else {
                printer.say(&format!("token {} ({}) is refused from now on", token.id, token.name));
            }
            opened.close().await
        }
    }
}

/// The token alone on stdout; what it is for on stderr.
fn show_secret(printer: Printer, created: &service::CreatedToken, place: &Scope) {
    if printer.json {
        let mut value = as_json(&created.token);
        value["secret"] = json!(created.secret.expose());
        printer.value(&value);
        return;
    }
    printer.data(created.secret.expose());
    let until =
        created.token.expires.map_or_else(|| "does not expire".to_owned(), |at| format!("expires {at}"));
    printer.say(&format!(
        "This is the Secret Token of tenant {}, connection {}. It is shown only now; it {until}.",
        place.tenant, place.connection
    ));
}

fn as_json(token: &store::Token) -> Value {
    json!({
        "id": token.id, "name": token.name, "scope": scope(token), "state": state(token),
        "created": token.created.to_string(),
        "expires": token.expires.map(|t| t.to_string()),
        "revoked": token.revoked.map(|t| t.to_string()),
        "last_used": token.last_used.map(|t| t.to_string()),
    })
}

fn scope(token: &store::Token) -> String {
    match (token.grant.write, token.grant.scope) {
        (false, _) => "read",
        (true, store::Scope::Users) => "users",
        (true, store::Scope::UsersAndGroups) => "users,groups",
    }
    .to_owned()
}

fn state(token: &store::Token) -> String {
    match (token.revoked, token.expires) {
        (Some(at), _) => format!("revoked {at}"),
        (None, Some(at)) => format!("until {at}"),
        (None, None) => "live".to_owned(),
    }
}

fn when(at: Option<base::Timestamp>) -> String {
    at.map_or_else(|| "never".to_owned(), |at| at.to_string())
}

/// `90d`, `12h`, `30m`, `45s`.
pub(crate) fn age(text: &str) -> Result<Duration, Failure> {
    let bad = || {
        Failure::input(format!("{text} is not an age"))
            .hint("write a number and a unit: 365d, 12h, 30m or 45s")
    };
    let unit = text.chars().last().ok_or_else(bad)?;
    let number: u64 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| bad())?;
    let seconds = match unit {
        'd' => 24 * 3600,
        'h' => 3600,
        'm' => 60,
        's' => 1,
        _ => return Err(bad()),
    };
    // A hundred years is for ever, and keeps the sum of times far from overflow.
    match number.checked_mul(seconds) {
        Some(total) if total <= 100 * 365 * 24 * 3600 => Ok(Duration::from_secs(total)),
        _ => Err(bad()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_a_number_and_a_unit() {
        assert_eq!(age("2d").unwrap(), Duration::from_secs(172_800));
        assert_eq!(age("90s").unwrap(), Duration::from_secs(90));
        for bad in ["", "d", "5", "5y", "-1d", "9999999999999999999d", "5é"] {
            assert!(age(bad).is_err(), "{bad}");
        }
    }
}
