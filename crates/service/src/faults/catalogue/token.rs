//! The Secret Token.

use super::{Fault, Found, Stage, Weight, fault};

const REFUSED: (Stage, Weight, Found) = (Stage::Token, Weight::Stops, Found::Refusal);

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "token_missing",
        REFUSED,
        "no bearer token in a request below `/t/{tenant}`",
        [
            "The Secret Token is empty",
            "Make a token on this page and paste it as Secret Token. An empty field makes Entra send a token of its own, which this service does not take.",
        ],
        [
            "Das Secret Token ist leer",
            "Erzeugen Sie auf dieser Seite ein Token und fügen Sie es als Secret Token ein. Ist das Feld leer, sendet Entra ein eigenes Token, das dieser Dienst nicht annimmt.",
        ],
    ),
    fault(
        "token_quoted",
        REFUSED,
        "a token within quotation marks",
        [
            "The Secret Token was pasted with quotation marks",
            "Paste it again without them, then Test Connection.",
        ],
        [
            "Das Secret Token wurde mit Anführungszeichen eingefügt",
            "Fügen Sie es ohne sie ein, dann Test Connection.",
        ],
    ),
    fault(
        "token_spaced",
        REFUSED,
        "white space, a line break or an invisible character in the token",
        [
            "The Secret Token was pasted with a space or line break in it",
            "Copy it with the copy button and paste it as one line.",
        ],
        [
            "Das Secret Token wurde mit Leerzeichen oder Zeilenumbruch eingefügt",
            "Kopieren Sie es mit dem Kopierknopf und fügen Sie es als eine Zeile ein.",
        ],
    ),
    fault(
        "token_bearer_prefix",
        REFUSED,
        "`Bearer Bearer pvt_…`",
        [
            "The word Bearer was pasted with the Secret Token",
            "Paste the token alone, beginning with pvt_: the identity provider adds the word itself.",
        ],
        [
            "Mit dem Secret Token wurde das Wort Bearer eingefügt",
            "Fügen Sie nur das Token ein, beginnend mit pvt_: Das Wort setzt der Identity-Provider selbst davor.",
        ],
    ),
    fault(
        "token_truncated",
        REFUSED,
        "the beginning of a token",
        [
            "The Secret Token was cut off",
            "Copy it again as a whole; if you do not have it any more, make a new one.",
        ],
        [
            "Das Secret Token ist abgeschnitten",
            "Kopieren Sie es noch einmal ganz; wenn Sie es nicht mehr haben, erzeugen Sie ein neues.",
        ],
    ),
    fault(
        "token_overlong",
        REFUSED,
        "more than a token",
        [
            "Something was pasted behind the Secret Token, or the token twice",
            "Clear the field Secret Token and paste the token once.",
        ],
        [
            "Hinter dem Secret Token steht noch etwas, oder es steht zweimal da",
            "Leeren Sie das Feld Secret Token und fügen Sie das Token einmal ein.",
        ],
    ),
    fault(
        "token_mistyped",
        REFUSED,
        "a token whose checksum does not hold",
        ["A character of the Secret Token is wrong", "Copy and paste it instead of typing it."],
        ["Im Secret Token stimmt ein Zeichen nicht", "Kopieren Sie es, statt es zu tippen."],
    ),
    fault(
        "token_wrong_kind",
        REFUSED,
        "an API key (pvk_) where an access token belongs",
        [
            "An API key was pasted as the Secret Token",
            "The Secret Token begins with pvt_. Make one on this page and paste that.",
        ],
        [
            "Als Secret Token wurde ein API-Schlüssel eingefügt",
            "Das Secret Token beginnt mit pvt_. Erzeugen Sie auf dieser Seite eines und fügen Sie dieses ein.",
        ],
    ),
    fault(
        "token_not_ours",
        REFUSED,
        "a bearer token of another kind below `/t/{tenant}`: Entra's own, or another product's",
        [
            "The Secret Token is none of this service",
            "If the field is empty, Entra sends a token of its own. Make a token on this page and paste it.",
        ],
        [
            "Das Secret Token stammt nicht von diesem Dienst",
            "Ist das Feld leer, sendet Entra ein eigenes Token. Erzeugen Sie auf dieser Seite ein Token und fügen Sie es ein.",
        ],
    ),
    fault(
        "token_unknown",
        REFUSED,
        "a well-formed token with this connection's handle that does not exist",
        [
            "The Secret Token does not exist here any more",
            "Make a new one on this page, paste it as Secret Token, Test Connection, Save.",
        ],
        [
            "Das Secret Token gibt es hier nicht mehr",
            "Erzeugen Sie auf dieser Seite ein neues, fügen Sie es als Secret Token ein, dann Test Connection und Save.",
        ],
    ),
    fault(
        "token_revoked",
        REFUSED,
        "a token that was revoked",
        [
            "The Secret Token was revoked",
            "Make a new one on this page, paste it as Secret Token, Test Connection, Save. If the job is in quarantine, Restart provisioning.",
        ],
        [
            "Das Secret Token wurde widerrufen",
            "Erzeugen Sie auf dieser Seite ein neues, fügen Sie es als Secret Token ein, dann Test Connection und Save. Steht der Auftrag in Quarantäne: Restart provisioning.",
        ],
    ),
    fault(
        "token_expired",
        REFUSED,
        "a token past its end",
        [
            "The Secret Token has expired",
            "Make a new one on this page, which does not expire, and paste it. If the job is in quarantine, Restart provisioning.",
        ],
        [
            "Das Secret Token ist abgelaufen",
            "Erzeugen Sie auf dieser Seite ein neues, das nicht abläuft, und fügen Sie es ein. Steht der Auftrag in Quarantäne: Restart provisioning.",
        ],
    ),
    fault(
        "wrong_tenant",
        REFUSED,
        "a token under another tenant's path",
        [
            "The Secret Token belongs to another tenant than the Tenant URL",
            "Paste the Tenant URL and the Secret Token of this page; do not mix those of two set-ups.",
        ],
        [
            "Das Secret Token gehört zu einem anderen Mandanten als die Tenant URL",
            "Fügen Sie Tenant URL und Secret Token von dieser Seite ein; mischen Sie nicht zwei Einrichtungen.",
        ],
    ),
    fault(
        "read_only_token",
        (Stage::Token, Weight::Stops, Found::Log),
        "a write with a token that may only read",
        [
            "The Secret Token may only read",
            "Make a token on this page, which may write, and paste it as Secret Token.",
        ],
        [
            "Das Secret Token darf nur lesen",
            "Erzeugen Sie auf dieser Seite ein Token, das schreiben darf, und fügen Sie es als Secret Token ein.",
        ],
    ),
    fault(
        "token_expiring",
        (Stage::Token, Weight::Loses, Found::State),
        "a live token that ends within 30 days",
        [
            "The Secret Token ends soon",
            "Make a new one on this page, which does not expire, and paste it before that day: an expired token puts the job into quarantine.",
        ],
        [
            "Das Secret Token läuft bald ab",
            "Erzeugen Sie auf dieser Seite ein neues, das nicht abläuft, und fügen Sie es vorher ein: Ein abgelaufenes Token versetzt den Auftrag in Quarantäne.",
        ],
    ),
];
