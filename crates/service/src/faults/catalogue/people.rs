//! Single people.

use super::{Fault, Found, Stage, Weight, fault};

const SIGN: (Stage, Weight, Found) = (Stage::People, Weight::Advice, Found::Sign);
const LOG: (Stage, Weight, Found) = (Stage::People, Weight::Loses, Found::Log);

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "user_name_taken",
        LOG,
        "a create whose user name somebody has",
        [
            "A user name is taken",
            "Check that userName is the matching attribute with precedence 1, then Restart provisioning: a person found by matching is updated, not created.",
        ],
        [
            "Ein Benutzername ist vergeben",
            "Prüfen Sie, dass userName das Zuordnungsattribut mit Precedence 1 ist, dann Restart provisioning: Wer beim Abgleich gefunden wird, wird aktualisiert, nicht angelegt.",
        ],
    ),
    fault(
        "managed_elsewhere",
        LOG,
        "a create whose user name another connection manages",
        [
            "Somebody is provisioned by another connection already",
            "Take the person out of scope there first, or leave them out here.",
        ],
        [
            "Eine Person wird schon von einer anderen Verbindung bereitgestellt",
            "Nehmen Sie sie zuerst dort aus dem Umfang, oder lassen Sie sie hier weg.",
        ],
    ),
    fault(
        "value_taken",
        LOG,
        "a unique value that another resource has",
        [
            "Two people have a value that may stand only once",
            "The log entry names the attribute. Change it at the source for one of them.",
        ],
        [
            "Zwei Personen haben einen Wert, der nur einmal vorkommen darf",
            "Der Protokolleintrag nennt das Attribut. Ändern Sie ihn bei einer der beiden an der Quelle.",
        ],
    ),
    fault(
        "identity_refused",
        LOG,
        "a known user name with another `externalId`, where that is refused",
        [
            "A user name was given to another person",
            "If it is the same person, have the operator allow the change. If not, give the new person another user principal name.",
        ],
        [
            "Ein Benutzername wurde einer anderen Person gegeben",
            "Ist es dieselbe Person, lassen Sie den Betreiber die Änderung erlauben. Sonst geben Sie der neuen einen anderen User Principal Name.",
        ],
    ),
    fault(
        "protected_learner",
        (Stage::People, Weight::Advice, Found::Log),
        "a deactivation or deletion of somebody who is protected here",
        [
            "Somebody who is protected here was to be locked out",
            "If they have left for good, have the operator end the protection. If not, take them out of scope, so that Entra stops trying.",
        ],
        [
            "Jemand, der hier geschützt ist, sollte gesperrt werden",
            "Ist die Person endgültig gegangen, lassen Sie den Betreiber den Schutz aufheben. Sonst nehmen Sie sie aus dem Umfang, damit Entra es nicht weiter versucht.",
        ],
    ),
    fault(
        "not_found",
        LOG,
        "a request about somebody who is not here (any more)",
        [
            "The identity provider asks for somebody who is not here any more",
            "If it keeps doing so, choose Restart provisioning: it then matches everybody afresh.",
        ],
        [
            "Der Identity-Provider fragt nach jemandem, den es hier nicht mehr gibt",
            "Bleibt es dabei, wählen Sie Restart provisioning: Dann wird jede Person neu abgeglichen.",
        ],
    ),
    fault(
        "email_missing",
        SIGN,
        "a person without an e-mail address",
        [
            "Somebody has no e-mail address",
            "Fill in mail in Entra, or map emails[type eq \"work\"].value from userPrincipalName where mail is empty: Coalesce([mail], [userPrincipalName]).",
        ],
        [
            "Jemand hat keine E-Mail-Adresse",
            "Füllen Sie mail in Entra aus, oder bilden Sie emails[type eq \"work\"].value ersatzweise aus userPrincipalName: Coalesce([mail], [userPrincipalName]).",
        ],
    ),
    fault(
        "guest_user_name",
        SIGN,
        "`#EXT#` in a user name",
        [
            "A guest arrives under the long name of this directory",
            "The mapping uses originalUserPrincipalName. Map userName from userPrincipalName, or leave guests out with a scoping filter on userType.",
        ],
        [
            "Ein Gast kommt unter dem langen Namen dieses Verzeichnisses an",
            "Die Zuordnung verwendet originalUserPrincipalName. Bilden Sie userName aus userPrincipalName, oder lassen Sie Gäste mit einem Scoping-Filter auf userType weg.",
        ],
    ),
];
