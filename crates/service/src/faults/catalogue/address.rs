//! The Tenant URL and the way to it.

use super::{Fault, Found, Stage, Weight, fault};

const STRAY: (Stage, Weight, Found) = (Stage::Address, Weight::Stops, Found::Refusal);
const SIGN: (Stage, Weight, Found) = (Stage::Address, Weight::Advice, Found::Sign);

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "path_bare_host",
        STRAY,
        "a SCIM endpoint directly below the host: `/Users`, `/Groups`",
        [
            "The Tenant URL is only the host name: /scim_v2 is missing",
            "Open Provisioning, Admin Credentials (newer portal: Connectivity), and set Tenant URL to the address on this page, which ends in /scim_v2.",
        ],
        [
            "Die Tenant URL ist nur der Hostname: /scim_v2 fehlt",
            "Öffnen Sie Provisioning, Admin Credentials (neues Portal: Connectivity), und tragen Sie als Tenant URL die Adresse von dieser Seite ein; sie endet auf /scim_v2.",
        ],
    ),
    fault(
        "path_mistyped",
        STRAY,
        "a first part of the path that resembles `scim_v2` but is not it",
        [
            "The path of the Tenant URL is mistyped",
            "Copy the Tenant URL from this page instead of typing it; it ends in /scim_v2, with an underscore and in lower case.",
        ],
        [
            "Der Pfad der Tenant URL ist vertippt",
            "Kopieren Sie die Tenant URL von dieser Seite, statt sie zu tippen; sie endet auf /scim_v2, mit Unterstrich und klein geschrieben.",
        ],
    ),
    fault(
        "path_trailing",
        STRAY,
        "an endpoint below another one: `/scim_v2/Users/Users`, `/scim_v2/api/Users`",
        [
            "Something stands behind /scim_v2 in the Tenant URL",
            "Set Tenant URL to the address on this page and nothing after it: the identity provider adds /Users and /Groups itself. Only ?aadOptscim062020 may follow.",
        ],
        [
            "Hinter /scim_v2 steht in der Tenant URL noch etwas",
            "Tragen Sie als Tenant URL genau die Adresse von dieser Seite ein: /Users und /Groups hängt der Identity-Provider selbst an. Nur ?aadOptscim062020 darf folgen.",
        ],
    ),
    fault(
        "path_doubled",
        STRAY,
        "`/scim_v2/scim_v2/…`, or a whole address within the path",
        [
            "The Tenant URL holds the address twice",
            "Clear the field Tenant URL and paste the address from this page once.",
        ],
        [
            "Die Tenant URL enthält die Adresse zweimal",
            "Leeren Sie das Feld Tenant URL und fügen Sie die Adresse von dieser Seite einmal ein.",
        ],
    ),
    fault(
        "path_placeholder",
        STRAY,
        "a path with `{`, `}`, `<` or `>` in it",
        [
            "A placeholder was left in the Tenant URL",
            "Replace the whole Tenant URL by the address on this page; it has no brackets in it.",
        ],
        [
            "In der Tenant URL ist ein Platzhalter stehen geblieben",
            "Ersetzen Sie die ganze Tenant URL durch die Adresse von dieser Seite; sie enthält keine Klammern.",
        ],
    ),
    fault(
        "path_tenant_only",
        STRAY,
        "`/t/{tenant}/Users` without `/scim_v2` between",
        [
            "The Tenant URL names the tenant but lacks /scim_v2 after it",
            "Set Tenant URL to the address on this page.",
        ],
        [
            "Die Tenant URL nennt den Mandanten, aber danach fehlt /scim_v2",
            "Tragen Sie als Tenant URL die Adresse von dieser Seite ein.",
        ],
    ),
    fault(
        "path_version",
        STRAY,
        "a version other than 2 in the path: `/scim/v1/Users`",
        [
            "The Tenant URL asks for another version of SCIM",
            "This service speaks SCIM 2.0. Set Tenant URL to the address on this page, without a version after it, and choose SCIM 2.0 where the provider asks.",
        ],
        [
            "Die Tenant URL verlangt eine andere SCIM-Version",
            "Dieser Dienst spricht SCIM 2.0. Tragen Sie als Tenant URL die Adresse von dieser Seite ein, ohne Version dahinter, und wählen Sie SCIM 2.0, wo danach gefragt wird.",
        ],
    ),
    fault(
        "path_api",
        STRAY,
        "an access token at the REST API: `/api/v1/Users`",
        [
            "The Tenant URL is the address of the REST API",
            "Set Tenant URL to the address on this page: /scim_v2, not /api/v1.",
        ],
        [
            "Als Tenant URL ist die Adresse der REST-API eingetragen",
            "Tragen Sie als Tenant URL die Adresse von dieser Seite ein: /scim_v2, nicht /api/v1.",
        ],
    ),
    fault(
        "path_setup_link",
        STRAY,
        "an access token below `/setup/…`",
        [
            "The link to this page was pasted as the Tenant URL",
            "Copy the field Tenant URL from this page, not the address of the page itself.",
        ],
        [
            "Als Tenant URL wurde der Link zu dieser Seite eingefügt",
            "Kopieren Sie das Feld Tenant URL von dieser Seite, nicht die Adresse der Seite selbst.",
        ],
    ),
    fault(
        "path_elsewhere",
        STRAY,
        "an access token at any other address of this server",
        [
            "The Tenant URL leads to another part of this server",
            "Set Tenant URL to the address on this page, which ends in /scim_v2.",
        ],
        [
            "Die Tenant URL führt zu einem anderen Teil dieses Servers",
            "Tragen Sie als Tenant URL die Adresse von dieser Seite ein; sie endet auf /scim_v2.",
        ],
    ),
    fault(
        "http_in_front",
        SIGN,
        "`X-Forwarded-Proto: http` from the proxy, while the public URL is https",
        [
            "The identity provider reaches the proxy without encryption",
            "Begin the Tenant URL with https://, and have the operator redirect nothing and close plain HTTP: the Secret Token went over the wire readable. Make a new token afterwards.",
        ],
        [
            "Der Identity-Provider erreicht den Proxy unverschlüsselt",
            "Beginnen Sie die Tenant URL mit https:// und lassen Sie den Betreiber HTTP schließen: Das Secret Token ging lesbar über die Leitung. Erzeugen Sie danach ein neues Token.",
        ],
    ),
    fault(
        "other_host",
        SIGN,
        "a `Host` header that is not the public URL's",
        [
            "The Tenant URL uses another host name than the public one",
            "Set Tenant URL to the address on this page. The other name may end without notice, and its certificate with it.",
        ],
        [
            "Die Tenant URL nennt einen anderen Hostnamen als den öffentlichen",
            "Tragen Sie als Tenant URL die Adresse von dieser Seite ein. Der andere Name kann unangekündigt wegfallen, und sein Zertifikat mit ihm.",
        ],
    ),
    fault(
        "public_url_http",
        (Stage::Address, Weight::Loses, Found::State),
        "the configured public URL begins with http:// and is no address of the machine itself",
        [
            "This service is published without encryption",
            "Tell the operator to set --public-url to an https:// address: Microsoft Entra ID calls no other.",
        ],
        [
            "Dieser Dienst ist unverschlüsselt veröffentlicht",
            "Bitten Sie den Betreiber, --public-url auf eine https://-Adresse zu setzen: Microsoft Entra ID ruft keine andere auf.",
        ],
    ),
    fault(
        "nothing_arrived",
        (Stage::Address, Weight::Stops, Found::State),
        "no request of the connection a quarter of an hour after its token was made",
        [
            "Not one request has arrived yet",
            "If you chose Test Connection and it failed, something in between answered: a firewall that refuses requests without a User-Agent (Entra sends none), a proxy with a page of its own, a wrong host name, or a certificate that Entra does not accept. Allow the service tag AzureActiveDirectory; provost doctor checks the rest.",
        ],
        [
            "Noch ist keine einzige Anfrage angekommen",
            "Wenn Test Connection fehlschlug, hat etwas dazwischen geantwortet: eine Firewall, die Anfragen ohne User-Agent abweist (Entra sendet keinen), ein Proxy mit eigener Seite, ein falscher Hostname oder ein Zertifikat, das Entra nicht annimmt. Erlauben Sie das Service-Tag AzureActiveDirectory; provost doctor prüft den Rest.",
        ],
    ),
];
