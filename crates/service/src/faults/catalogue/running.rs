//! Cycles.

use super::{Fault, Found, Stage, Weight, fault};

const STATE: (Stage, Weight, Found) = (Stage::Running, Weight::Loses, Found::State);
const STOPS: (Stage, Weight, Found) = (Stage::Running, Weight::Stops, Found::State);

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "not_started",
        STATE,
        "an hour after a successful test nothing has been written",
        [
            "The connection works, but provisioning has not begun",
            "Choose Start provisioning on the overview (older portal: Provisioning Status On, Save), and assign somebody under Users and groups.",
        ],
        [
            "Die Verbindung steht, aber die Bereitstellung hat nicht begonnen",
            "Wählen Sie in der Übersicht Start provisioning (altes Portal: Provisioning Status On, Save) und weisen Sie unter Users and groups jemanden zu.",
        ],
    ),
    fault(
        "nobody_in_scope",
        STATE,
        "requests in cycle after cycle, and nobody has arrived",
        [
            "Cycles run, but nobody is in scope",
            "Under Users and groups, assign people or groups; groups bring only their direct members. Check Scope (Sync only assigned users and groups) and scoping filters.",
        ],
        [
            "Zyklen laufen, aber niemand ist im Umfang",
            "Weisen Sie unter Users and groups Personen oder Gruppen zu; Gruppen bringen nur direkte Mitglieder. Prüfen Sie Scope (Sync only assigned users and groups) und Scoping-Filter.",
        ],
    ),
    fault(
        "paused",
        STOPS,
        "the connection is paused here",
        [
            "This connection was paused here",
            "Nothing is lost: the identity provider tries again. Ask the operator to resume it.",
        ],
        [
            "Diese Verbindung wurde hier angehalten",
            "Nichts geht verloren: Der Identity-Provider versucht es weiter. Bitten Sie den Betreiber, sie fortzusetzen.",
        ],
    ),
    fault(
        "held_changes",
        STATE,
        "the mass-change guard holds events",
        [
            "Many people were locked out at once, and this waits for approval",
            "If it was a mistake, put the assignment right in Entra. The operator approves or reverts what is held.",
        ],
        [
            "Viele Personen wurden auf einmal gesperrt; das wartet auf Freigabe",
            "War es ein Versehen, berichtigen Sie die Zuweisung in Entra. Der Betreiber gibt frei oder macht rückgängig.",
        ],
    ),
    fault(
        "quarantine_rhythm",
        STOPS,
        "contact once a day where it was every 40 minutes",
        [
            "The job seems to be in quarantine: it comes only once a day",
            "Open the application's Provisioning overview in Entra. It names the reason; put that right, then Restart provisioning. After four weeks Entra disables the job.",
        ],
        [
            "Der Auftrag steht wohl in Quarantäne: Er meldet sich nur einmal am Tag",
            "Öffnen Sie in Entra die Übersicht Provisioning der Anwendung. Sie nennt den Grund; beheben Sie ihn, dann Restart provisioning. Nach vier Wochen schaltet Entra den Auftrag ab.",
        ],
    ),
    fault(
        "silent",
        STATE,
        "no request for three hours after cycles came regularly",
        [
            "The identity provider has not called for hours",
            "Check in Entra that provisioning is On and not in quarantine, and that no firewall has changed.",
        ],
        [
            "Der Identity-Provider hat sich seit Stunden nicht gemeldet",
            "Prüfen Sie in Entra, dass Provisioning auf On steht und nicht in Quarantäne ist, und dass sich an der Firewall nichts geändert hat.",
        ],
    ),
    fault(
        "failing",
        STATE,
        "more than half of the requests of the last hour were refused",
        [
            "Most requests of the last hour were refused",
            "See the other problems on this page: each says what to do. Entra puts a job into quarantine when more than 40 % of its changes fail.",
        ],
        [
            "Die meisten Anfragen der letzten Stunde wurden abgelehnt",
            "Sehen Sie sich die anderen Probleme auf dieser Seite an: Jedes sagt, was zu tun ist. Scheitern über 40 % der Änderungen, setzt Entra den Auftrag in Quarantäne.",
        ],
    ),
    fault(
        "too_fast",
        (Stage::Running, Weight::Loses, Found::Refusal),
        "more requests a second than this server lets a connection ask",
        [
            "The identity provider asks faster than it may",
            "It comes again by itself. If that goes on, ask the operator to raise --rate-limit; Entra needs at least 25 a second.",
        ],
        [
            "Der Identity-Provider fragt schneller, als er darf",
            "Er kommt von selbst wieder. Bleibt es dabei, bitten Sie den Betreiber, --rate-limit anzuheben; Entra braucht mindestens 25 in der Sekunde.",
        ],
    ),
    fault(
        "clock_differs",
        (Stage::Running, Weight::Advice, Found::Sign),
        "a `Date` header more than five minutes from this server's time",
        [
            "The clocks of sender and server differ",
            "Ask the operator to look at the server's clock (provost doctor). Times in this log are the server's.",
        ],
        [
            "Die Uhren von Absender und Server gehen auseinander",
            "Bitten Sie den Betreiber, die Uhr des Servers zu prüfen (provost doctor). Zeiten in diesem Protokoll sind die des Servers.",
        ],
    ),
];
