//! `docs/reference/events.md`: types and causes.

use store::EventKind;

use super::source::entries;
use super::{hold, table};

const INTRO: &str = "# Events

An event is recorded in the same transaction as the change that it tells of. One write gives one event about a learner: a change
of state wins over a change of attributes. A write that changes nothing gives none. Memberships have one event for each pair
of group and member. The lists are generated from the program.

## Types

";

const CAUSES: &str = "
## Causes

";

const DATA: &str = "
## What an event holds

A learner's events hold the profile after the change, and what changed, with the old and the new value:

```json
{
  \"type\": \"learner.updated\",
  \"at\": \"2026-11-25T04:26:45.725Z\",
  \"cause\": \"changed\",
  \"data\": {
    \"profile\": {\"userName\": \"ben@example.com\", \"active\": true, \"department\": \"Sales\"},
    \"changes\": [{\"path\": \"title\", \"old\": \"Clerk\", \"new\": \"Manager\"}]
  }
}
```

An event of the identity alarm also holds `identity` with the reason; one that was refused holds no profile, because nothing was
changed, but the `user_name` as it came. Its subject is whose name it was. Events of groups hold the group's name and what changed;
those of memberships hold group and member. Paths are SCIM paths in the spelling of the schema.

Events have a position: dense, ascending, the same for everybody. Events that the mass-change guard holds have none until they
are approved; then they come at the end.

## Where to read them

The feed is `GET /api/v1/events`: see [Connect your app](../how-to/connect-your-app.md). `provost events tail` shows it as it grows,
`provost learner show NAME` a learner's history, `provost held list` what is held. Events are kept for 90 days.

[Webhooks](../how-to/receive-webhooks.md) tell them as CloudEvents, with the event as the feed has it in `data`, and `dataschema`
`urn:provost:event:v1`. `webhook.test` comes by a webhook only.
";

#[test]
fn the_events_page_is_fresh() {
    let source = include_str!("../../../store/src/event.rs");
    let kinds = entries(source, "event_kinds! {");
    assert_eq!(kinds.len(), EventKind::ALL.len());
    let types = kinds.iter().zip(EventKind::ALL).map(|(entry, kind)| {
        assert!(entry.rest.contains(&format!("\"{}\"", kind.as_str())), "{}", kind.as_str());
        vec![format!("`{}`", kind.as_str()), entry.doc.clone()]
    });
    let types = table(&["type", "what happened"], types);
    let causes = entries(source, "pub enum Cause {");
    let causes = causes.iter().map(|e| vec![format!("`{}`", snake(&e.name)), e.doc.clone()]);
    hold("events", &format!("{INTRO}{types}{CAUSES}{}{DATA}", table(&["cause", "why"], causes)));
}

/// As serde writes it.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}
