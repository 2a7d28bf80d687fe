//! The steps at each provider, as dated data. Labels stand between asterisks, values between backquotes.

use service::noun::ConnectionKind;

use super::Words;

/// When the labels were last compared with the providers' pages.
pub(super) const AS_OF: &str = "2026-11-25";

/// What ticks a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Tick {
    /// A request was let in.
    Tested,
    /// Groups were asked for, or are off.
    Groups,
    /// Somebody is here.
    Learner,
    /// The first cycle is done.
    Cycle,
}

impl Tick {
    /// Id of its mark.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Tested => "tested",
            Self::Groups => "groups",
            Self::Learner => "learner",
            Self::Cycle => "cycle",
        }
    }
}

/// A step.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) title: Words,
    /// What proves it; what nothing proves has its number only.
    pub(super) tick: Option<Tick>,
    /// What to do, on the provider's present pages.
    pub(super) todo: &'static [Words],
    /// The same on its older pages, where those differ.
    pub(super) older: &'static [Words],
    /// Other names of the labels.
    pub(super) also: &'static str,
}

const fn step(
    title: Words,
    tick: Option<Tick>,
    todo: &'static [Words],
    older: &'static [Words],
    also: &'static str,
) -> Step {
    Step { title, tick, todo, older, also }
}

/// The steps at a provider. Google has none.
pub(super) const fn steps(kind: ConnectionKind) -> &'static [Step] {
    match kind {
        ConnectionKind::Entra => ENTRA,
        ConnectionKind::Okta => OKTA,
        ConnectionKind::Generic => OTHER,
        ConnectionKind::Google => &[],
    }
}

/// What guides forget, at a provider.
pub(super) const fn to_know(kind: ConnectionKind) -> &'static [Words] {
    match kind {
        ConnectionKind::Entra => ENTRA_KNOW,
        ConnectionKind::Okta => OKTA_KNOW,
        ConnectionKind::Generic | ConnectionKind::Google => &[],
    }
}

const ENTRA: &[Step] = &[
    step(
        ["Create the application", "Die Anwendung anlegen"],
        None,
        &[
            [
                "In the Microsoft Entra admin center, open *Entra ID*, *Enterprise apps*, *New application*, *Create your own application*.",
                "Öffnen Sie im Microsoft Entra Admin Center *Entra ID*, *Enterprise apps*, *New application*, *Create your own application*.",
            ],
            [
                "Name it `{app}`, choose *Integrate any other application you don't find in the gallery (Non-gallery)*, *Create*.",
                "Nennen Sie sie `{app}`, wählen Sie *Integrate any other application you don't find in the gallery (Non-gallery)*, *Create*.",
            ],
        ],
        &[],
        "Identity → Applications → Enterprise applications; Azure Active Directory → Enterprise applications",
    ),
    step(
        [
            "Enter the Tenant URL and Secret Token, and test",
            "Tenant URL und Secret Token eintragen und prüfen",
        ],
        Some(Tick::Tested),
        &[
            [
                "In the application, open *Provisioning*, *New configuration*.",
                "Öffnen Sie in der Anwendung *Provisioning*, *New configuration*.",
            ],
            [
                "Authentication method: *Bearer authentication*. Paste *Tenant URL* `{url}` and the *Secret token* from above.",
                "Authentication method: *Bearer authentication*. Fügen Sie *Tenant URL* `{url}` und das *Secret token* von oben ein.",
            ],
            [
                "*Test connection*, then *Create*. The same message about invalid credentials appears for every cause; what really happened stands on this page.",
                "*Test connection*, dann *Create*. Dieselbe Meldung über ungültige Anmeldedaten erscheint bei jeder Ursache; was wirklich war, steht auf dieser Seite.",
            ],
        ],
        &[
            [
                "Open *Provisioning*, *Get started*, and set *Provisioning Mode* to *Automatic*.",
                "Öffnen Sie *Provisioning*, *Get started*, und setzen Sie *Provisioning Mode* auf *Automatic*.",
            ],
            [
                "Under *Admin Credentials*, paste *Tenant URL* `{url}` and the *Secret Token*. *Test Connection*, then *Save*.",
                "Fügen Sie unter *Admin Credentials* *Tenant URL* `{url}` und das *Secret Token* ein. *Test Connection*, dann *Save*.",
            ],
        ],
        "Connect your application; Connectivity",
    ),
    step(
        [
            "Map externalId from objectId, before the first person",
            "externalId aus objectId bilden, vor der ersten Person",
        ],
        None,
        &[
            [
                "Open *Attribute mapping*, *Provision Microsoft Entra ID Users*, and the row whose target is `externalId`.",
                "Öffnen Sie *Attribute mapping*, *Provision Microsoft Entra ID Users*, und dort die Zeile mit dem Ziel `externalId`.",
            ],
            [
                "Change its source attribute from `mailNickname` to `objectId`. *Ok*, *Save*. Leave `userName` as the matching attribute, and `active` as it is.",
                "Ändern Sie deren Quelle von `mailNickname` auf `objectId`. *Ok*, *Save*. Lassen Sie `userName` als Zuordnungsattribut und `active`, wie es ist.",
            ],
        ],
        &[[
            "Open *Mappings*, *Provision Azure Active Directory Users* (or *Provision Microsoft Entra ID Users*), and do the same.",
            "Öffnen Sie *Mappings*, *Provision Azure Active Directory Users* (oder *Provision Microsoft Entra ID Users*), und tun Sie dasselbe.",
        ]],
        "",
    ),
    step(
        ["Decide about groups", "Über Gruppen entscheiden"],
        Some(Tick::Groups),
        &[
            [
                "To have groups here too, leave *Provision Microsoft Entra ID Groups* on.",
                "Sollen auch Gruppen hier erscheinen, lassen Sie *Provision Microsoft Entra ID Groups* an.",
            ],
            [
                "To leave them out, open *Attribute mapping*, *Provision Microsoft Entra ID Groups*, set *Enabled* to *No*, *Save*; and choose *Leave groups out* above.",
                "Sollen sie wegbleiben, öffnen Sie *Attribute mapping*, *Provision Microsoft Entra ID Groups*, setzen *Enabled* auf *No*, *Save*; und wählen Sie oben *Gruppen weglassen*.",
            ],
        ],
        &[[
            "Open *Mappings*, *Provision Azure Active Directory Groups*, set *Enabled* to *No*, *Save*.",
            "Öffnen Sie *Mappings*, *Provision Azure Active Directory Groups*, setzen Sie *Enabled* auf *No*, *Save*.",
        ]],
        "",
    ),
    step(
        ["Assign people, and try one", "Personen zuweisen, und eine ausprobieren"],
        Some(Tick::Learner),
        &[
            [
                "Under *Users and groups*, add people, or groups with their direct members. In *Settings*, *Scope* is *Sync only assigned users and groups*.",
                "Fügen Sie unter *Users and groups* Personen hinzu, oder Gruppen mit ihren direkten Mitgliedern. In *Settings* steht *Scope* auf *Sync only assigned users and groups*.",
            ],
            [
                "*Provision on demand*, choose one of them, *Provision*. It takes less than half a minute.",
                "*Provision on demand*, wählen Sie eine davon, *Provision*. Es dauert weniger als eine halbe Minute.",
            ],
        ],
        &[],
        "",
    ),
    step(
        ["Start provisioning", "Die Bereitstellung starten"],
        Some(Tick::Cycle),
        &[[
            "On the overview, *Start provisioning*. The first cycle begins within minutes; later ones follow about every 40 minutes.",
            "In der Übersicht *Start provisioning*. Der erste Zyklus beginnt binnen Minuten; weitere folgen etwa alle 40 Minuten.",
        ]],
        &[[
            "Set *Provisioning Status* to *On* and *Save*, or *Start provisioning* on the overview.",
            "Setzen Sie *Provisioning Status* auf *On* und *Save*, oder *Start provisioning* in der Übersicht.",
        ]],
        "",
    ),
];

const ENTRA_KNOW: &[Words] = &[
    [
        "*externalId* comes from `mailNickname` unless you change it. Changed after people have arrived, it raises an alarm for each of them.",
        "*externalId* kommt aus `mailNickname`, wenn Sie es nicht ändern. Nachträglich geändert, löst es für jede Person einen Alarm aus.",
    ],
    [
        "Assigning a *group* to an application needs Microsoft Entra ID P1. Without it, assign people one by one.",
        "Eine *Gruppe* einer Anwendung zuzuweisen erfordert Microsoft Entra ID P1. Ohne P1 weisen Sie Personen einzeln zu.",
    ],
    [
        "*Nested groups* are not expanded: only direct members of an assigned group arrive.",
        "*Verschachtelte Gruppen* werden nicht aufgelöst: Nur direkte Mitglieder einer zugewiesenen Gruppe kommen an.",
    ],
    [
        "Entra sends no `User-Agent`. A *firewall* that refuses such requests makes the test fail without a trace here.",
        "Entra sendet keinen `User-Agent`. Eine *Firewall*, die solche Anfragen abweist, lässt den Test scheitern, ohne dass hier etwas ankommt.",
    ],
    [
        "The *Secret Token* must not expire, or the job goes into quarantine. Those made here do not.",
        "Das *Secret Token* darf nicht ablaufen, sonst geht der Auftrag in Quarantäne. Hier erzeugte laufen nicht ab.",
    ],
    [
        "An *emptied* attribute is not sent: the old value stays here until another one comes.",
        "Ein *geleertes* Attribut wird nicht gesendet: Der alte Wert bleibt hier, bis ein anderer kommt.",
    ],
];

const OKTA: &[Step] = &[
    step(
        ["Create the app integration", "Die App-Integration anlegen"],
        None,
        &[
            [
                "*Applications*, *Create App Integration*, *SAML 2.0* or *SWA*; name it `{app}`.",
                "*Applications*, *Create App Integration*, *SAML 2.0* oder *SWA*; nennen Sie sie `{app}`.",
            ],
            [
                "In *General*, *App Settings*, set *Provisioning* to *SCIM*.",
                "Setzen Sie in *General*, *App Settings*, *Provisioning* auf *SCIM*.",
            ],
        ],
        &[],
        "",
    ),
    step(
        ["Enter address and token, and test", "Adresse und Token eintragen und prüfen"],
        Some(Tick::Tested),
        &[
            [
                "*Provisioning*, *Integration*, *Edit*: *SCIM connector base URL* `{url}`, *Unique identifier field for users* `userName`.",
                "*Provisioning*, *Integration*, *Edit*: *SCIM connector base URL* `{url}`, *Unique identifier field for users* `userName`.",
            ],
            [
                "Tick *Push New Users*, *Push Profile Updates*, and *Push Groups* if you want groups.",
                "Haken Sie *Push New Users*, *Push Profile Updates* an, und *Push Groups*, wenn Sie Gruppen wollen.",
            ],
            [
                "*Authentication Mode*: *HTTP Header*; paste the token as *Authorization*, without the word Bearer. *Test Connector Configuration*, *Save*.",
                "*Authentication Mode*: *HTTP Header*; fügen Sie das Token als *Authorization* ein, ohne das Wort Bearer. *Test Connector Configuration*, *Save*.",
            ],
        ],
        &[],
        "",
    ),
    step(
        ["Decide about groups", "Über Gruppen entscheiden"],
        Some(Tick::Groups),
        &[[
            "Push groups under *Push Groups*, or push none and choose *Leave groups out* above.",
            "Übertragen Sie Gruppen unter *Push Groups*, oder keine, und wählen Sie oben *Gruppen weglassen*.",
        ]],
        &[],
        "",
    ),
    step(
        ["Let people through, and assign them", "Personen durchlassen und zuweisen"],
        Some(Tick::Learner),
        &[
            [
                "*Provisioning*, *To App*, *Edit*: enable *Create Users*, *Update User Attributes*, *Deactivate Users*.",
                "*Provisioning*, *To App*, *Edit*: schalten Sie *Create Users*, *Update User Attributes*, *Deactivate Users* ein.",
            ],
            [
                "Assign people or groups under *Assignments*.",
                "Weisen Sie unter *Assignments* Personen oder Gruppen zu.",
            ],
        ],
        &[],
        "",
    ),
    step(
        ["See that everybody has arrived", "Sehen, dass alle angekommen sind"],
        Some(Tick::Cycle),
        &[[
            "Okta sends everybody at once. After {quiet} without a change this counts as done.",
            "Okta sendet alle sofort. Nach {quiet} ohne Änderung gilt es als fertig.",
        ]],
        &[],
        "",
    ),
];

const OKTA_KNOW: &[Words] = &[[
    "Okta never *deletes* a person: one who is unassigned becomes inactive here.",
    "Okta *löscht* nie: Wer nicht mehr zugewiesen ist, wird hier inaktiv.",
]];

const OTHER: &[Step] = &[
    step(
        ["Enter address and token, and test", "Adresse und Token eintragen und prüfen"],
        Some(Tick::Tested),
        &[
            [
                "Base URL `{url}`; SCIM 2.0; authentication by bearer token (`Authorization: Bearer …`).",
                "Basis-URL `{url}`; SCIM 2.0; Anmeldung mit Bearer-Token (`Authorization: Bearer …`).",
            ],
            ["Match people by `userName`.", "Ordnen Sie Personen über `userName` zu."],
        ],
        &[],
        "",
    ),
    step(
        ["Decide about groups", "Über Gruppen entscheiden"],
        Some(Tick::Groups),
        &[[
            "Send groups, or choose *Leave groups out* above.",
            "Senden Sie Gruppen, oder wählen Sie oben *Gruppen weglassen*.",
        ]],
        &[],
        "",
    ),
    step(
        ["Send people", "Personen senden"],
        Some(Tick::Learner),
        &[[
            "Begin with one, look at the list of problems here, then let the rest follow.",
            "Beginnen Sie mit einer, sehen Sie hier nach Problemen, dann lassen Sie die anderen folgen.",
        ]],
        &[],
        "",
    ),
    step(
        ["See that everybody has arrived", "Sehen, dass alle angekommen sind"],
        Some(Tick::Cycle),
        &[[
            "It counts as done after {quiet} without a change.",
            "Nach {quiet} ohne Änderung gilt es als fertig.",
        ]],
        &[],
        "",
    ),
];
