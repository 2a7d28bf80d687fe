//! Groups.

use super::{Fault, Found, Stage, Weight, fault};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        super::super::GROUP_PROBE,
        (Stage::Groups, Weight::Advice, Found::Sign),
        "a query of `/Groups` while groups are off",
        [
            "Groups are switched off here but still on at the identity provider",
            "Under Mappings (newer portal: Attribute mapping), open Provision Microsoft Entra ID Groups and set Enabled to No; or have groups switched on here. People assigned through a group arrive either way.",
        ],
        [
            "Gruppen sind hier ausgeschaltet, beim Identity-Provider aber noch an",
            "Öffnen Sie unter Mappings (neues Portal: Attribute mapping) Provision Microsoft Entra ID Groups und setzen Sie Enabled auf No; oder lassen Sie Gruppen hier einschalten. Personen, die über eine Gruppe zugewiesen sind, kommen in jedem Fall.",
        ],
    ),
    fault(
        "groups_off",
        (Stage::Groups, Weight::Loses, Found::Log),
        "a write to `/Groups` while groups are off",
        [
            "Groups are sent, but are switched off here",
            "Under Mappings (newer portal: Attribute mapping), open Provision Microsoft Entra ID Groups and set Enabled to No; or have groups switched on here.",
        ],
        [
            "Es werden Gruppen gesendet, sie sind hier aber ausgeschaltet",
            "Öffnen Sie unter Mappings (neues Portal: Attribute mapping) Provision Microsoft Entra ID Groups und setzen Sie Enabled auf No; oder lassen Sie Gruppen hier einschalten.",
        ],
    ),
    fault(
        "groups_not_covered",
        (Stage::Groups, Weight::Loses, Found::Log),
        "a write to `/Groups` with a token for users only",
        [
            "The Secret Token covers people only, but groups are sent",
            "Set Enabled to No under Provision Microsoft Entra ID Groups, or paste a token made on this page, which covers groups.",
        ],
        [
            "Das Secret Token gilt nur für Personen, es werden aber Gruppen gesendet",
            "Setzen Sie unter Provision Microsoft Entra ID Groups Enabled auf No, oder fügen Sie ein auf dieser Seite erzeugtes Token ein, das Gruppen einschließt.",
        ],
    ),
    fault(
        "group_name_taken",
        (Stage::Groups, Weight::Loses, Found::Log),
        "a second group of the same name",
        [
            "Two groups have the same name",
            "Rename one of them in Entra: the matching attribute of groups is displayName, so a name may stand only once.",
        ],
        [
            "Zwei Gruppen heißen gleich",
            "Benennen Sie eine davon in Entra um: Gruppen werden über displayName zugeordnet, also darf ein Name nur einmal vorkommen.",
        ],
    ),
    fault(
        super::super::NESTED,
        (Stage::Groups, Weight::Loses, Found::Sign),
        "a group as the member of a group",
        [
            "A group is a member of another group",
            "Entra does not expand nested groups: people of the inner group do not arrive through the outer one. Assign the inner group to the application too, or use a dynamic group.",
        ],
        [
            "Eine Gruppe ist Mitglied einer anderen",
            "Entra löst verschachtelte Gruppen nicht auf: Personen der inneren Gruppe kommen nicht über die äußere. Weisen Sie der Anwendung auch die innere Gruppe zu, oder nehmen Sie eine dynamische.",
        ],
    ),
    fault(
        "unknown_reference",
        (Stage::Groups, Weight::Loses, Found::Log),
        "a manager or member who is not here",
        [
            "A manager or group member is not here yet",
            "Assign that person to the application too. Entra sends the reference again in a later cycle.",
        ],
        [
            "Ein Vorgesetzter oder Gruppenmitglied ist noch nicht hier",
            "Weisen Sie der Anwendung auch diese Person zu. Entra sendet den Verweis in einem späteren Zyklus noch einmal.",
        ],
    ),
];
