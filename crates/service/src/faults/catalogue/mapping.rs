//! Attribute mapping.

use super::{Fault, Found, Stage, Weight, fault};

const SIGN: (Stage, Weight, Found) = (Stage::Mapping, Weight::Loses, Found::Sign);
const ADVICE: (Stage, Weight, Found) = (Stage::Mapping, Weight::Advice, Found::Sign);
const LOG: (Stage, Weight, Found) = (Stage::Mapping, Weight::Loses, Found::Log);

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "external_id_mail_nickname",
        SIGN,
        "`externalId` equal to the part of the user name before the @",
        [
            "externalId is mapped from mailNickname",
            "Under Attribute mapping, Provision Microsoft Entra ID Users, change the source of externalId from mailNickname to objectId. A nickname changes with the mailbox and can be given to somebody else; objectId never does.",
        ],
        [
            "externalId wird aus mailNickname gebildet",
            "Ändern Sie unter Attribute mapping, Provision Microsoft Entra ID Users, die Quelle von externalId von mailNickname auf objectId. Ein Spitzname ändert sich mit dem Postfach und kann neu vergeben werden; objectId nie.",
        ],
    ),
    fault(
        "external_id_not_object_id",
        SIGN,
        "an `externalId` that is no object id (UUID)",
        [
            "externalId is not mapped from objectId",
            "Under Attribute mapping, Provision Microsoft Entra ID Users, set the source of externalId to objectId, before more people arrive.",
        ],
        [
            "externalId wird nicht aus objectId gebildet",
            "Setzen Sie unter Attribute mapping, Provision Microsoft Entra ID Users, die Quelle von externalId auf objectId, bevor weitere Personen ankommen.",
        ],
    ),
    fault(
        "external_id_missing",
        SIGN,
        "a person without `externalId`",
        [
            "externalId is not mapped",
            "Under Attribute mapping, Provision Microsoft Entra ID Users, add a mapping from objectId to externalId. Without it a renamed person and another person of the same name look alike.",
        ],
        [
            "externalId ist nicht zugeordnet",
            "Fügen Sie unter Attribute mapping, Provision Microsoft Entra ID Users, eine Zuordnung von objectId auf externalId hinzu. Sonst sehen eine umbenannte und eine andere Person gleichen Namens gleich aus.",
        ],
    ),
    fault(
        "active_not_mapped",
        SIGN,
        "a person without `active`",
        [
            "active is not mapped: nobody will ever be locked out",
            "Under Attribute mapping, Provision Microsoft Entra ID Users, add a mapping to active with the expression Switch([IsSoftDeleted], , \"False\", \"True\", \"True\", \"False\").",
        ],
        [
            "active ist nicht zugeordnet: Niemand wird je gesperrt",
            "Fügen Sie unter Attribute mapping, Provision Microsoft Entra ID Users, eine Zuordnung auf active mit dem Ausdruck Switch([IsSoftDeleted], , \"False\", \"True\", \"True\", \"False\") hinzu.",
        ],
    ),
    fault(
        "user_name_is_id",
        SIGN,
        "a `userName` that is a UUID",
        [
            "userName is mapped from objectId",
            "Set the source of userName to userPrincipalName: people sign in with it, and those who are here already are found by it.",
        ],
        [
            "userName wird aus objectId gebildet",
            "Setzen Sie die Quelle von userName auf userPrincipalName: Damit melden sich Personen an, und daran werden vorhandene erkannt.",
        ],
    ),
    fault(
        "user_name_no_domain",
        SIGN,
        "a `userName` without @",
        [
            "userName is not the user principal name",
            "Set the source of userName to userPrincipalName. With a short name, people who are here already are not found and arrive twice.",
        ],
        [
            "userName ist nicht der User Principal Name",
            "Setzen Sie die Quelle von userName auf userPrincipalName. Mit einem Kurznamen werden vorhandene Personen nicht gefunden und kommen doppelt an.",
        ],
    ),
    fault(
        "name_missing",
        ADVICE,
        "a person without `displayName` and `name`",
        [
            "No name is mapped",
            "Map displayName, name.givenName and name.familyName, which are in the default mapping.",
        ],
        [
            "Es ist kein Name zugeordnet",
            "Ordnen Sie displayName, name.givenName und name.familyName zu, wie es die Standardzuordnung tut.",
        ],
    ),
    fault(
        super::super::LEGACY_PATCH,
        ADVICE,
        "\"True\" or \"False\" as text in a PATCH: Entra's form without `aadOptscim062020`",
        [
            "Entra sends changes in its older form",
            "Nothing needs doing: both forms are understood. To get the newer one, append ?aadOptscim062020 to the Tenant URL, Test Connection, Save.",
        ],
        [
            "Entra sendet Änderungen in seiner älteren Form",
            "Sie müssen nichts tun: Beide Formen werden verstanden. Für die neuere hängen Sie ?aadOptscim062020 an die Tenant URL an, dann Test Connection und Save.",
        ],
    ),
    fault(
        "invalid_filter",
        (Stage::Mapping, Weight::Stops, Found::Log),
        "a matching query that cannot be searched",
        [
            "The matching attribute cannot be searched",
            "Under Attribute mapping, make userName the matching attribute with precedence 1; externalId and emails[type eq \"work\"].value work too.",
        ],
        [
            "Nach dem Zuordnungsattribut kann nicht gesucht werden",
            "Machen Sie unter Attribute mapping userName zum Attribut für Match objects mit Precedence 1; externalId und emails[type eq \"work\"].value gehen auch.",
        ],
    ),
    fault(
        "invalid_path",
        LOG,
        "a target attribute that does not exist",
        [
            "A target attribute in the mapping does not exist here",
            "Compare the target's name with the attribute list of the guide; the log entry names it. Correct it or delete the row.",
        ],
        [
            "Ein Zielattribut der Zuordnung gibt es hier nicht",
            "Vergleichen Sie den Namen mit der Attributliste der Anleitung; der Protokolleintrag nennt ihn. Berichtigen oder löschen Sie die Zeile.",
        ],
    ),
    fault(
        "invalid_value",
        LOG,
        "a value that does not fit its attribute",
        [
            "A mapped value does not fit its attribute",
            "The log entry names the attribute. Correct the value at the source, or the expression of this mapping.",
        ],
        [
            "Ein Wert passt nicht zu seinem Attribut",
            "Der Protokolleintrag nennt das Attribut. Berichtigen Sie den Wert an der Quelle oder den Ausdruck dieser Zuordnung.",
        ],
    ),
    fault(
        "missing_value",
        LOG,
        "a person without a required attribute",
        [
            "A required attribute has no value",
            "Map it to a source attribute that everybody has, or give the mapping a default value. For people, userName is required.",
        ],
        [
            "Ein Pflichtattribut hat keinen Wert",
            "Ordnen Sie ihm ein Quellattribut zu, das jeder hat, oder geben Sie der Zuordnung einen Standardwert. Bei Personen ist userName Pflicht.",
        ],
    ),
    fault(
        "immutable",
        LOG,
        "a write to an attribute that may not be written",
        [
            "An attribute is mapped that cannot be written",
            "Take it out of the mapping, or set Apply this mapping to Only during object creation.",
        ],
        [
            "Ein Attribut ist zugeordnet, das nicht geschrieben werden kann",
            "Nehmen Sie es aus der Zuordnung, oder setzen Sie Apply this mapping auf Only during object creation.",
        ],
    ),
];
