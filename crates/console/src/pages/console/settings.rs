//! What one connection does with what arrives.

use maud::{Markup, html};
use scim::{Dialect, Quirk};
use service::IntakeSettings;
use service::noun::{Adopt, Connection, ConnectionKind, IdentityPolicy, MissingMembers};

use super::{Frame, Section};
use crate::look::{
    Choice, Confirm, Danger, Field, Tone, ago, answer, checkbox, confirm, csrf, field, options, select,
};
use base::Timestamp;

/// The page.
#[must_use]
pub fn settings(frame: &Frame<'_>, connection: &Connection, intake: &IntakeSettings) -> String {
    let content = html! {
        div.head {
            div.words { h1 { "Settings" } p { "Of the connection “" (connection.name) "”." } }
            div.acts { (pause(frame, connection)) }
        }
        @if let Some(since) = connection.paused {
            (answer(Tone::Warn, &html! { "Paused " (ago(frame.now, Timestamp::from_micros(since))) "." }, Some(&html! {
                "Writes get 503, and the provider repeats them when the connection goes on."
            })))
        }
        form method="post" action=(frame.connection_href("/settings")) {
            (csrf(frame.csrf))
            section.card { h2 { "Provider" } (provider(connection)) }
            section.card { h2 { "Policies" } (policies(connection)) }
            section.card { h2 { "Departures from the standard" } (quirks(connection)) }
            section { button.button { "Save settings" } }
        }
        (taken_in(frame, connection, intake))
    };
    frame.page("Settings", Section::Settings, &content)
}

/// What holds for the whole tenant: whose people are taken in, and which of their attributes.
fn taken_in(frame: &Frame<'_>, connection: &Connection, intake: &IntakeSettings) -> Markup {
    let area = |name: &str, label: &str, lines: &[String], hint: &str| {
        let id = format!("{name}-hint");
        html! {
            div.field {
                label for=(name) { (label) }
                textarea id=(name) name=(name) rows="3" spellcheck="false" aria-describedby=(id) { (lines.join("\n")) }
                p.hint id=(id) { (hint) }
            }
        }
    };
    html! {
        section.card {
            h2 { "What the tenant takes in" }
            p.hint { "Holds for all connections of the tenant, imports and the API." }
            form.row method="post" action=(frame.tenant_href("/intake")) {
                (csrf(frame.csrf))
                input type="hidden" name="back" value=(connection.name);
                div.fields {
                    (area("domains", "Allowed domains", &intake.allowed_domains, "Of user names and e-mail addresses, one on each line: example.com, *.example.com. Empty allows any; others are refused and explained in the log."))
                    (area("never", "Never stored", &intake.never_stored, "Attributes that are dropped from whatever is sent, one on each line: phoneNumbers, name.middleName. What is there of them already is taken out in the background."))
                }
                button.button { "Save what is taken in" }
            }
        }
    }
}

fn pause(frame: &Frame<'_>, connection: &Connection) -> Markup {
    if connection.paused.is_some() {
        let resume = frame.connection_href("/resume");
        return html! { form method="post" action=(resume) { (csrf(frame.csrf)) button.button { "Resume" } } };
    }
    confirm(&Confirm {
        id: "pause",
        open: "Pause",
        text: "Writes get 503 until it is resumed; nothing is lost, the provider tries again.",
        button: &format!("Pause {}", connection.name),
        action: &frame.connection_href("/pause"),
        csrf: frame.csrf,
        danger: Danger::Some,
        name: "",
    })
}

fn provider(connection: &Connection) -> Markup {
    let kinds = [
        Choice { value: "entra", label: "Microsoft Entra ID" },
        Choice { value: "okta", label: "Okta" },
        Choice { value: "google", label: "Google Workspace" },
        Choice { value: "generic", label: "Another" },
    ];
    let kind = match connection.kind {
        ConnectionKind::Entra => "entra",
        ConnectionKind::Okta => "okta",
        ConnectionKind::Google => "google",
        ConnectionKind::Generic => "generic",
    };
    let dialects = [
        Choice { value: "entra", label: "entra" },
        Choice { value: "okta", label: "okta" },
        Choice { value: "strict", label: "strict" },
    ];
    html! {
        div.fields {
            (select("kind", "Identity provider", &kinds, kind, None))
            (select("dialect", "Dialect", &dialects, &connection.dialect, Some("Which departures from the RFCs are taken.")))
        }
        (checkbox("groups", "Synchronise groups", connection.groups, Some("Off: queries find none and writes are refused with advice. What is stored stays.")))
    }
}

fn policies(connection: &Connection) -> Markup {
    let adopt = [
        Choice { value: "email", label: "By user name or work e-mail" },
        Choice { value: "username", label: "By user name only" },
        Choice { value: "never", label: "Never: a known name is a conflict" },
    ];
    let identity = [
        Choice { value: "flag", label: "Do it and raise an alarm" },
        Choice { value: "refuse", label: "Refuse" },
    ];
    let members = [
        Choice { value: "refuse", label: "Refuse the request" },
        Choice { value: "skip", label: "Do it without that member" },
    ];
    let own = &connection.policies;
    html! {
        div.fields {
            (select("adopt", "Take over known learners", &adopt, match own.adopt {
                Adopt::Email => "email",
                Adopt::Username => "username",
                Adopt::Never => "never",
            }, Some("When the provider creates somebody who was added by hand, CSV or API before.")))
            (select("identity", "Known user name, other person", &identity, match own.identity {
                IdentityPolicy::Flag => "flag",
                IdentityPolicy::Refuse => "refuse",
            }, Some("An existing user name that arrives with another externalId.")))
            (select("members", "Unknown group member", &members, match own.members {
                MissingMembers::Refuse => "refuse",
                MissingMembers::Skip => "skip",
            }, None))
            (field(&Field { name: "floor", label: "Hold above so many lock-outs a day", value: &own.guard.floor.to_string(), kind: "number", required: true, ..Field::default() }))
            (field(&Field { name: "percent", label: "and above this share, in %", value: &own.guard.percent.to_string(), kind: "number", required: true, ..Field::default() }))
        }
    }
}

fn quirks(connection: &Connection) -> Markup {
    let choices = [
        Choice { value: "", label: "As the dialect" },
        Choice { value: "on", label: "Taken" },
        Choice { value: "off", label: "Refused" },
    ];
    let dialect = Dialect::named(&connection.dialect).unwrap_or_else(Dialect::entra);
    html! {
        details {
            summary { "Switch single ones against the dialect" }
            p.hint { "Each is described in the reference of dialects." }
            div.fields {
                @for quirk in Quirk::ALL {
                    @let own = connection.quirks.iter().find(|(name, _)| name == quirk.name()).map(|(_, on)| *on);
                    @let name = format!("quirk-{}", quirk.name());
                    div.field {
                        label for=(name) { code { (quirk.name()) } }
                        select id=(name) name=(name) {
                            (options(&choices, match own { None => "", Some(true) => "on", Some(false) => "off" }))
                        }
                        p.hint { "The dialect has it " @if dialect.has(*quirk) { "on" } @else { "off" } "." }
                    }
                }
            }
        }
    }
}
