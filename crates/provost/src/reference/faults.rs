//! `docs/reference/setup-faults.md`: the catalogue of set-up faults.

use service::{Fault, Found, Lang, Stage, Weight};

use super::{hold, table};

const INTRO: &str = "# Set-up faults

What goes wrong while a connection is being set up, how Provost recognises it from the requests that arrive, and what the
customer's administrator does about it. A fault that is found stands on the setup page, in `GET
/api/v1/tenants/{tenant}/connections/{connection}/faults`, and, where a request shows it, in the provisioning log: its id is the code
of the entry. Ids never change their meaning. This page is generated from the program.

| weight | meaning |
|---|---|
| stops | nothing works until it is put right |
| loses | somebody or something does not arrive, or will not one day |
| advice | it works, but is better otherwise |

A wrong address or token is over with the next request that gets in; what a request has shown about the mapping, when a later one
shows the contrary; a refused change, when an hour of traffic has passed without another.
";

#[test]
fn the_page_of_set_up_faults_is_fresh() {
    let mut text = INTRO.to_owned();
    let stages = [
        (Stage::Address, "The Tenant URL"),
        (Stage::Token, "The Secret Token"),
        (Stage::Groups, "Groups"),
        (Stage::Mapping, "Attribute mapping"),
        (Stage::People, "Single people"),
        (Stage::Running, "Cycles"),
    ];
    for (stage, title) in stages {
        let rows = Fault::all().filter(|fault| fault.stage == stage).map(|fault| {
            let said = fault.said(Lang::En);
            let weight = match fault.weight {
                Weight::Stops => "stops",
                Weight::Loses => "loses",
                Weight::Advice => "advice",
            };
            let seen = match fault.found {
                Found::State => format!("{} (not in the log)", fault.seen),
                _ => fault.seen.to_owned(),
            };
            let name = format!("`{}`", fault.id);
            vec![name, said.name.to_owned(), weight.to_owned(), seen, said.remedy.to_owned()]
        });
        let rows = table(&["id", "what is wrong", "weight", "seen", "what to do"], rows);
        text.push_str(&format!("\n## {title}\n\n{rows}"));
    }
    // Angle brackets are markup outside of code.
    hold("setup-faults", &text);
}
