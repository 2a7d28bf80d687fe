//! A mail with notices: subject and text.

use std::collections::BTreeMap;
use std::fmt::Write;

use store::Event;

use super::text::line;
use super::words::words;
use crate::{Message, Service, ServiceResult, Webhook};

/// Most notices that are written out in one mail; the rest is counted.
const SHOWN: usize = 20;
/// Longest subject, in characters.
const SUBJECT: usize = 150;

/// What goes into one mail.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Digest {
    /// Notices to be written out, in order.
    pub shown: Vec<Event>,
    /// How many more of each kind there are, by its type.
    pub others: BTreeMap<&'static str, u64>,
    /// Position of the last one of them all.
    pub last: i64,
}

impl Digest {
    /// Takes one more.
    pub fn add(&mut self, event: Event) {
        self.last = event.position;
        if self.shown.len() < SHOWN {
            self.shown.push(event);
        } else {
            *self.others.entry(event.event.kind.as_str()).or_default() += 1;
        }
    }
}

impl Service {
    /// A mail with these notices; `None` when there are none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mail(&self, webhook: &Webhook, digest: Digest) -> ServiceResult<Option<Message>> {
        let Some(first) = digest.shown.first() else { return Ok(None) };
        let (position, kind) = (first.position, first.event.kind.as_str().to_owned());
        // More of them is another mail: what a mailbox has with the same id it may not show again.
        let id = match digest.last {
            last if last == position => first.event.id.to_string(),
            last => format!("{}.{last}", first.event.id),
        };
        let total = digest.shown.len() as u64 + digest.others.values().sum::<u64>();
        let named = self.named_all(digest.shown).await?;
        let (mut subject, mut body) = (String::new(), String::new());
        for event in &named {
            let Some(words) = words(event) else { continue };
            let tenant = line(&event.tenant, 80);
            if subject.is_empty() {
                subject = format!("[Provost] {tenant}: {}", words.headline);
            }
            let when = super::text::time(&event.event.event.at.to_string());
            // Writing into a text does not fail.
            let _ = write!(
                body,
                "{tenant}: {}\n{when}\n\n{}\n\nWhat to do: {}\n{}\n\n",
                words.headline,
                words.what,
                words.todo,
                self.link(&words.page)
            );
        }
        subject = line(&subject, SUBJECT);
        if total > 1 {
            let _ = write!(subject, " (and {} more)", total - 1);
        }
        if !digest.others.is_empty() {
            let counts: Vec<_> = digest.others.iter().map(|(kind, n)| format!("{n} × {kind}")).collect();
            let after = named.last().map_or(position, |event| event.event.position);
            let _ = write!(
                body,
                "Not written out here: {}. `provost events tail --after {after}` shows them.\n\n",
                counts.join(", ")
            );
        }
        body.push_str(&self.foot(webhook));
        Ok(Some(Message { id, position: Some(position), kind, subject: Some(subject), body }))
    }

    /// A mail that tells of nothing.
    pub(crate) fn test_mail(&self, webhook: &Webhook, tenant: Option<&str>) -> Message {
        let whose = tenant.map_or_else(|| "all tenants".to_owned(), |name| format!("tenant {name}"));
        let kinds: Vec<_> = super::NOTICES.iter().filter(|kind| webhook.wants_kind(**kind)).collect();
        let list: String = kinds.iter().map(|kind| format!("  {}\n", kind.as_str())).collect();
        let body = format!(
            "This is a test: nothing has happened.\n\nNotices of {whose} come to this address:\n\n{list}\n{}",
            self.foot(webhook)
        );
        Message {
            id: self.ids.uuid_v7().to_string(),
            position: None,
            kind: "webhook.test".to_owned(),
            subject: Some("[Provost] Test of notices by e-mail".to_owned()),
            body,
        }
    }

    fn link(&self, page: &str) -> String {
        // An address of this machine means another one to who reads the mail.
        if crate::faults::is_own_machine(&self.config.public_url) {
            return String::new();
        }
        format!("{}{page}\n", self.config.public_url)
    }

    fn foot(&self, webhook: &Webhook) -> String {
        format!(
            "-- \nProvost sends this because of webhook {id}. `provost webhook remove {id}` ends it.\n",
            id = webhook.id
        )
    }
}
