//! One entry of the provisioning log with what belongs to it.

use serde_json::Value;
use store::{EventFilter, LogEntry, LogFilter, NewEvent};

use crate::{Code, Fault, Operator, Service, ServiceError, ServiceResult};

/// Events of the subject that are read at once.
const PAGE: u32 = 1000;

/// An entry with what belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct LogEntryDetail {
    /// The entry.
    pub entry: LogEntry,
    /// Name of its connection.
    pub connection: Option<String>,
    /// What to do about it, for the administrator of the identity provider.
    pub advice: Option<&'static str>,
    /// The request, and of a failure the answer, where they were kept.
    pub raw: Option<Value>,
    /// What the app was told, with old and new values. What the guard holds is not in it.
    pub events: Vec<NewEvent>,
}

impl Service {
    /// The entry with this sequence.
    ///
    /// # Errors
    /// `NotFound` when the tenant has none.
    pub async fn log_entry(&self, op: &Operator, sequence: i64) -> ServiceResult<LogEntryDetail> {
        let mut read = self.store.read(&op.caller).await?;
        let filter = LogFilter { before: sequence.checked_add(1), ..LogFilter::default() };
        let found = read.log(&filter, 1).await?.pop().filter(|entry| entry.sequence == sequence);
        let Some(entry) = found else {
            return Err(ServiceError::new(Code::NotFound, format!("the log has no entry {sequence}"))
                .hint("entries about a learner go with it when its retention is over"));
        };
        let connections = read.connections().await?;
        let own = &entry.entry;
        let mut events = Vec::new();
        if let Some((_, id)) = own.subject {
            let filter = EventFilter { subject: Some(id), ..EventFilter::default() };
            let mut after = 0;
            loop {
                let page = read.events(after, &filter, PAGE).await?;
                let is_last = page.len() < PAGE as usize;
                after = page.last().map_or(after, |last| last.position);
                let told = page.into_iter().map(|event| event.event);
                events.extend(told.filter(|event| event.request == own.request));
                if is_last {
                    break;
                }
            }
        }
        Ok(LogEntryDetail {
            connection: connections.into_iter().find(|c| c.id == own.connection).map(|c| c.name),
            advice: own.code.as_deref().and_then(Fault::advice_of),
            raw: own.raw.as_deref().and_then(|raw| serde_json::from_str(raw).ok()),
            events,
            entry,
        })
    }
}
