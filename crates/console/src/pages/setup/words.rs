//! What setup pages say, in each language.

use super::Words;

macro_rules! words {
    ($($name:ident = $en:literal, $de:literal;)*) => { $(pub(super) const $name: Words = [$en, $de];)* };
}

words! {
    GONE = "This link does not work", "Dieser Link funktioniert nicht";
    GONE_TEXT = "It may have expired. Ask whoever sent it to you for a new one.",
        "Vielleicht ist er abgelaufen. Bitten Sie, wer ihn Ihnen geschickt hat, um einen neuen.";
    BUSY = "Try again in a moment", "Versuchen Sie es gleich noch einmal";
    BUSY_TEXT = "Too many requests came at once, or the service is just being restarted. Nothing was changed.",
        "Es kamen zu viele Anfragen auf einmal, oder der Dienst wird gerade neu gestartet. Es wurde nichts geändert.";
    FORGED = "This form is not valid any more. Load the page again and repeat.",
        "Dieses Formular gilt nicht mehr. Laden Sie die Seite neu und wiederholen Sie es.";
    SKIP_LANGUAGE = "Language", "Sprache";
    TITLE = "Connect your directory to {brand}", "Ihr Verzeichnis mit {brand} verbinden";
    LEAD = "Follow the steps below. Each one ticks itself when the request that proves it arrives; you can close this page and come back.",
        "Folgen Sie den Schritten. Jeder hakt sich selbst ab, sobald die Anfrage ankommt, die ihn belegt; Sie können die Seite schließen und wiederkommen.";
    PROVIDER = "Where are your people?", "Wo sind Ihre Personen?";
    PROVIDER_GOOGLE = "by CSV or API", "per CSV oder API";
    PROVIDER_OTHER = "any SCIM 2.0 client", "jeder SCIM-2.0-Client";
    PROVIDER_NAME_OTHER = "Other", "Anderer";
    VALUES = "What you paste", "Was Sie einfügen";
    TENANT_URL = "Tenant URL", "Tenant URL";
    TENANT_URL_OKTA = "SCIM connector base URL", "SCIM connector base URL";
    APPLICATION = "Suggested name of the application", "Vorgeschlagener Name der Anwendung";
    TOKEN = "Secret Token", "Secret Token";
    TOKEN_MAKE = "Make a Secret Token", "Secret Token erzeugen";
    TOKEN_MORE = "Make another Secret Token", "Weiteres Secret Token erzeugen";
    TOKEN_NONE = "None yet. It is made when you click, shown once, and does not expire.",
        "Noch keines. Es entsteht beim Klick, wird einmal gezeigt und läuft nicht ab.";
    TOKEN_ONE = "One token works. If it is lost, make another one: it cannot be shown again.",
        "Ein Token gilt. Ist es verloren, erzeugen Sie ein weiteres: Es kann nicht noch einmal gezeigt werden.";
    TOKEN_MANY = "{n} tokens work. The operator can revoke those that are not used.",
        "{n} Token gelten. Der Betreiber kann widerrufen, was nicht gebraucht wird.";
    TOKEN_NEW = "Your Secret Token", "Ihr Secret Token";
    TOKEN_ONCE = "Copy it now and paste it into the field Secret Token. It is shown only this once and cannot be shown again.",
        "Kopieren Sie es jetzt und fügen Sie es in das Feld Secret Token ein. Es wird nur dieses eine Mal gezeigt.";
    COPY = "Copy", "Kopieren";
    ONCE = "Shown only this once.", "Nur dieses eine Mal gezeigt.";
    GROUPS_ON = "Groups are synchronised.", "Gruppen werden synchronisiert.";
    GROUPS_OFF = "Groups are left out. People assigned through a group arrive all the same.",
        "Gruppen bleiben weg. Personen, die über eine Gruppe zugewiesen sind, kommen trotzdem.";
    GROUPS_SWITCH_OFF = "Leave groups out", "Gruppen weglassen";
    GROUPS_SWITCH_ON = "Synchronise groups", "Gruppen synchronisieren";
    STEPS = "The steps", "Die Schritte";
    AS_OF = "Labels as of {date}. Microsoft renames them now and then.",
        "Beschriftungen Stand {date}, wie sie in der englischen Oberfläche stehen. Microsoft ändert sie hin und wieder.";
    OLDER = "My portal looks different (older pages)", "Mein Portal sieht anders aus (ältere Seiten)";
    ALSO = "Also seen as: {labels}", "Heißt auch: {labels}";
    KNOW = "What guides forget", "Was Anleitungen vergessen";
    PROBLEMS = "What is wrong now", "Was gerade nicht stimmt";
    PROBLEM_SEEN = "last seen", "zuletzt gesehen";
    PROBLEM_TIMES = "{n} times", "{n}-mal";
    PROBLEM_EXAMPLE = "for example {who}", "zum Beispiel {who}";
    PROGRESS = "How far it is", "Wie weit es ist";
    TICK_TESTED = "Connection tested", "Verbindung geprüft";
    TICK_GROUPS = "Groups asked for", "Nach Gruppen gefragt";
    TICK_GROUPS_OFF = "Groups left out", "Gruppen weggelassen";
    TICK_LEARNER = "First person arrived", "Erste Person angekommen";
    TICK_GROUP = "First group arrived", "Erste Gruppe angekommen";
    TICK_CYCLE = "First cycle done", "Erster Zyklus fertig";
    TICK_CYCLE_WAIT = "{quiet} without a change after the first people", "{quiet} ohne Änderung nach den ersten Personen";
    DONE = "done", "erledigt";
    OPEN = "open", "offen";
    PEOPLE = "People", "Personen";
    GROUPS = "Groups", "Gruppen";
    CONTACT = "Last contact", "Letzter Kontakt";
    NEVER = "none yet", "noch keiner";
    REFRESH = "Look again", "Neu laden";
    LIVE = "This part renews itself every five seconds.", "Dieser Teil erneuert sich alle fünf Sekunden.";
    A_BEGIN = "Nothing has arrived yet. Begin with the first step.", "Noch ist nichts angekommen. Beginnen Sie mit dem ersten Schritt.";
    A_TESTED = "The connection works. Now assign people and start provisioning.",
        "Die Verbindung steht. Weisen Sie jetzt Personen zu und starten Sie die Bereitstellung.";
    A_ARRIVING = "People are arriving: {n} so far.", "Personen kommen an: bisher {n}.";
    A_DONE = "It works. {n} people are here, and changes follow by themselves.",
        "Es läuft. {n} Personen sind hier, und Änderungen folgen von selbst.";
    A_DONE_ONE = "It works. One person is here, and changes follow by themselves.",
        "Es läuft. Eine Person ist hier, und Änderungen folgen von selbst.";
    A_ARRIVING_ONE = "People are arriving: the first one is here.", "Personen kommen an: Die erste ist da.";
    A_STOPPED = "It does not work: {why}.", "Es geht nicht: {why}.";
    A_MORE = "What to do stands below.", "Was zu tun ist, steht unten.";
    SUPPORT = "Questions? {contact}", "Fragen? {contact}";
    EXPIRES = "This link works until {date}. Do not pass it on: it makes Secret Tokens.",
        "Dieser Link gilt bis {date}. Geben Sie ihn nicht weiter: Er erzeugt Secret Tokens.";
    REHEARSE = "Rehearse it before the first write", "Vor dem ersten Schreiben ausprobieren";
    REHEARSE_TEXT = "See who would be taken over, made, or left alone. Nothing is written, and the list is not kept.",
        "Sehen Sie, wer übernommen, angelegt oder in Ruhe gelassen würde. Es wird nichts geschrieben, und die Liste wird nicht aufgehoben.";
    REHEARSE_OPEN = "Upload or paste the people", "Personen hochladen oder einfügen";
    REHEARSE_FILE = "A CSV file (in Entra: Users, Download users) or JSON from Microsoft Graph, at most 8 MiB",
        "Eine CSV-Datei (in Entra: Users, Download users) oder JSON von Microsoft Graph, höchstens 8 MiB";
    REHEARSE_PASTE = "Or paste it", "Oder einfügen";
    REHEARSE_DO = "Rehearse", "Ausprobieren";
    REHEARSE_LONG = "This list is too long. Rehearse it in parts of at most 8 MiB.",
        "Diese Liste ist zu lang. Probieren Sie sie in Teilen von höchstens 8 MiB aus.";
    R_NAMES = "Names", "Namen";
    R_ADOPTED = "would be taken over", "würden übernommen";
    R_ADOPTED_TEXT = "They are here already and keep their history. In brackets: the user name here, where it is another.",
        "Sie sind schon hier und behalten ihre Vorgeschichte. In Klammern: der hiesige Benutzername, wo er anders lautet.";
    R_CREATED = "would be made", "würden angelegt";
    R_CREATED_TEXT = "Nobody here has this user name or work e-mail address. If somebody should be here, look at the spelling.",
        "Hier hat niemand diesen Benutzernamen oder diese dienstliche Adresse. Sollte jemand hier sein, prüfen Sie die Schreibweise.";
    R_KNOWN = "already provisioned", "schon bereitgestellt";
    R_KNOWN_TEXT = "They came over this connection.", "Sie kamen über diese Verbindung.";
    R_REFUSED = "would be refused", "würden abgelehnt";
    R_REFUSED_TEXT = "They belong to another connection, or the operator's policy takes nobody over.",
        "Sie gehören zu einer anderen Verbindung, oder nach der Regel des Betreibers wird niemand übernommen.";
    R_SKIPPED = "disabled, so not sent", "deaktiviert, also nicht gesendet";
    R_SKIPPED_TEXT = "A disabled account that is not here is never created.", "Ein deaktiviertes Konto, das nicht hier ist, wird nie angelegt.";
    R_UNTOUCHED = "here would be left alone", "hier blieben unberührt";
    R_UNTOUCHED_TEXT = "They are not in the list. Provisioning does not touch whom it does not know.",
        "Sie stehen nicht in der Liste. Die Bereitstellung rührt niemanden an, den sie nicht kennt.";
    LEFTOVERS = "Who was left over", "Wer übrig blieb";
    LEFTOVERS_TEXT = "{n} people are here whom no connection manages. They stay as they are unless the operator decides otherwise; if one of them should be provisioned, look at the spelling of the user name.",
        "{n} Personen sind hier, die keine Verbindung verwaltet. Sie bleiben, wie sie sind, wenn der Betreiber nichts anderes bestimmt; sollte eine davon bereitgestellt werden, prüfen Sie die Schreibweise des Benutzernamens.";
    INACTIVE = "inactive", "inaktiv";
    PROTECTED = "protected", "geschützt";
    GOOGLE = "Google Workspace cannot send people to an address of your choice",
        "Google Workspace kann Personen nicht an eine Adresse Ihrer Wahl senden";
    GOOGLE_TEXT = "Automated provisioning exists there only for applications in Google's own catalogue; a custom SCIM application cannot be added. So there is no Tenant URL to paste. Two other ways work:",
        "Automatische Bereitstellung gibt es dort nur für Anwendungen aus Googles eigenem Katalog; eine eigene SCIM-Anwendung lässt sich nicht anlegen. Es gibt also keine Tenant URL einzufügen. Zwei andere Wege gehen:";
    GOOGLE_CSV = "*By CSV.* In the Admin console: *Directory*, *Users*, *Download users* as CSV. Rename *Email Address* to `user name`, keep *First Name* and *Last Name*, and send the file to your contact, who imports it. As often as you like; people who are not in it any more can be deactivated.",
        "*Per CSV.* In der Admin-Konsole: *Directory*, *Users*, *Download users* als CSV. Benennen Sie *Email Address* in `user name` um, behalten Sie *First Name* und *Last Name*, und schicken Sie die Datei Ihrem Kontakt, der sie einliest. So oft Sie wollen; wer nicht mehr darin steht, kann deaktiviert werden.";
    GOOGLE_API = "*By a script.* A script that reads Google's Directory API sends the people here, like any SCIM client. Choose *Other* above for the address and a token.",
        "*Mit einem Skript.* Ein Skript, das Googles Directory API liest, sendet die Personen wie jeder SCIM-Client hierher. Wählen Sie oben *Anderer* für Adresse und Token.";
}
