//! What a notice says: what happened and where, what it means, what to do, and where to look.

use serde_json::{Map, Value};
use store::EventKind;

use super::text::{line, time};
use crate::feed::FeedEvent;

/// Longest name that is told whole.
const NAME: usize = 80;
/// Longest reason.
const REASON: usize = 300;

/// A notice in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    /// What happened, without the tenant's name and without a full stop.
    pub(super) headline: String,
    /// What it means.
    pub(super) what: String,
    /// What to do.
    pub(super) todo: String,
    /// The console's page, after the public URL.
    pub(super) page: String,
}

/// The words for an event; `None` for one that is no notice.
pub(super) fn words(named: &FeedEvent) -> Option<Words> {
    let event = &named.event.event;
    let data: Map<String, Value> = serde_json::from_str(&event.data).unwrap_or_default();
    let data = Value::Object(data);
    let connection = match (&data["connection"], &named.connection) {
        (Value::String(name), _) => line(name, NAME),
        (_, Some(name)) => line(name, NAME),
        _ => "default".to_owned(),
    };
    let home = format!("/console/tenants/{}", named.tenant);
    let at_connection = format!("{home}/connections/{connection}");
    Some(match event.kind {
        EventKind::TokenExpiring => token(&data, &connection, at_connection),
        EventKind::ConnectionSilent => Words {
            headline: format!("Connection \"{connection}\" is silent"),
            what: format!(
                "The identity provider was last heard of on {}. Nobody joins, changes or leaves until it comes again.",
                moment(&data["last_contact"])
            ),
            todo: "Look at the application's Provisioning page at the provider: is it on, and is it in quarantine? Then at what \
                   stands between: firewall, proxy, certificate (`provost doctor`)."
                .to_owned(),
            page: at_connection,
        },
        EventKind::ConnectionFailing => Words {
            headline: format!("Requests keep failing at connection \"{connection}\""),
            what: format!(
                "Within the last {} minutes {} requests were refused or failed, and {} were done. Entra puts a job into \
                 quarantine when more than 40 % of its changes fail.",
                number(&data["minutes"]),
                number(&data["failed"]),
                number(&data["done"])
            ),
            todo: "The provisioning log says of each failure what to do about it.".to_owned(),
            page: format!("{home}/log"),
        },
        EventKind::ConnectionQuarantined => Words {
            headline: format!("The job of connection \"{connection}\" seems to be in quarantine"),
            what: format!(
                "Since {} the identity provider has come only once a day. Entra does so when a job is in quarantine, and \
                 disables it after four weeks.",
                moment(&data["since"])
            ),
            todo: "Open the application's Provisioning page in Entra: it names the reason. Put that right, then choose Restart \
                   provisioning."
                .to_owned(),
            page: at_connection,
        },
        EventKind::ConnectionHeld => Words {
            headline: format!("Changes are held back at connection \"{connection}\""),
            what: format!(
                "Within a day more people were deactivated or removed than the mass-change guard lets pass: more than {}, and more \
                 than {} % of the connection's learners. The directory has these changes; your app is not told of them.",
                number(&data["floor"]),
                number(&data["percent"])
            ),
            todo: "Look at who is held: approve it if it was meant, or put the assignment right at the provider and revert it."
                .to_owned(),
            page: format!("{at_connection}/held"),
        },
        EventKind::LearnerIdentityChanged => identity(named, &data, &home),
        EventKind::ConnectionIdentityRefused => refused(named, &data, &connection, &home),
        EventKind::WebhookDisabled => webhook(&data, home),
        _ => return None,
    })
}

fn token(data: &Value, connection: &str, home: String) -> Words {
    let name = data["token"]["name"].as_str().map_or_else(String::new, |name| line(name, NAME));
    let days = match number(&data["days"]).as_str() {
        "1" => "a day".to_owned(),
        days => format!("{days} days"),
    };
    Words {
        headline: format!("Token \"{name}\" expires within {days}"),
        what: format!(
            "The token of connection \"{connection}\" ends on {}. From then on the identity provider is refused, and Entra puts its \
             job into quarantine.",
            moment(&data["token"]["expires"])
        ),
        todo: "Rotate it and paste the new one into the provider's settings: both work while they overlap."
            .to_owned(),
        page: format!("{home}/tokens"),
    }
}

fn identity(named: &FeedEvent, data: &Value, home: &str) -> Words {
    let name = data["profile"]["userName"].as_str().map_or_else(String::new, |name| line(name, NAME));
    let page = match named.event.event.subject {
        Some((_, id)) => format!("{home}/learners/{id}"),
        None => format!("{home}/log"),
    };
    Words {
        headline: format!("\"{name}\" may be another person"),
        what: format!("{} Somebody else would inherit the record that belongs to the name.", reason(&data["identity"])),
        todo: "Ask whether it is the same person. If it is not, give the new one a learner of their own before your app shows \
               them what is on record."
            .to_owned(),
        page,
    }
}

fn refused(named: &FeedEvent, data: &Value, connection: &str, home: &str) -> Words {
    let name = data["user_name"].as_str().map_or_else(String::new, |name| line(name, NAME));
    let was_removed = data["identity"]["reason"] == "resembles_removed";
    let todo = if was_removed {
        "Ask whether it is the same person. If it is, restore the removed learner; if it is not, set the connection's policy to \
         flag until the provider has come again, or give the new person another user name."
    } else {
        "Ask whether it is the same person. If it is, set the connection's policy to flag until the provider has come again; if \
         it is not, give the new person another user name at the provider."
    };
    let page = match named.event.event.subject {
        Some((_, id)) if !was_removed => format!("{home}/learners/{id}"),
        _ => format!("{home}/learners/removed"),
    };
    Words {
        headline: format!("\"{name}\" was refused as another person"),
        what: format!(
            "{} Connection \"{connection}\" refuses that: nothing was changed, and the provider tries again. This is told once \
             a day.",
            reason(&data["identity"])
        ),
        todo: todo.to_owned(),
        page,
    }
}

/// Why the alarm went off.
fn reason(alarm: &Value) -> String {
    let said = |key: &str| alarm[key].as_str().map_or_else(String::new, |text| line(text, NAME));
    match alarm["reason"].as_str() {
        Some("external_id_changed") => format!(
            "The user name came with the externalId \"{}\"; so far it was \"{}\".",
            said("new"),
            said("old")
        ),
        Some("resembles_removed") => {
            format!(
                "The new learner has the {} of one that was removed ({}).",
                said("attribute"),
                said("removed")
            )
        }
        _ => "The user name arrived with another identity.".to_owned(),
    }
}

fn webhook(data: &Value, page: String) -> Words {
    let id = data["webhook"].as_str().map_or_else(String::new, |id| line(id, NAME));
    let url = data["url"].as_str().unwrap_or_default();
    // What stands behind the host may be a secret.
    let host = url.split_once("://").and_then(|(_, rest)| rest.split(['/', '?']).next()).unwrap_or(url);
    let reason = data["reason"].as_str().map_or_else(String::new, |reason| line(reason, REASON));
    Words {
        headline: format!("Webhook {id} is switched off"),
        what: format!("Nothing is sent to {} any more: {reason}.", line(host, NAME)),
        todo: format!(
            "Put the receiver right, then switch it on again: `provost webhook set {id} --enabled true`. It goes on where it was, \
             as far as events are kept."
        ),
        page,
    }
}

fn moment(value: &Value) -> String {
    value.as_str().map_or_else(|| "an unknown day".to_owned(), time)
}

fn number(value: &Value) -> String {
    if value.is_number() { value.to_string() } else { "?".to_owned() }
}
