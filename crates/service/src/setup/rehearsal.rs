//! Who would be adopted, created and left untouched by a first cycle. Nothing is written.

use std::collections::HashSet;

use serde_json::Value;
use store::{Adopt, Kind, ReadTx, Record};

use super::people::{Person, people};
use crate::learners::document_of;
use crate::profile::{Profile, main_email, work_email};
use crate::{Operator, Service, ServiceResult, keys};

/// People named by name of each kind.
const SHOWN: usize = 50;
/// Learners read at once.
const PAGE: u32 = 256;
/// Pages looked through for names of those who are left alone.
const PAGES: u32 = 40;

/// What a first cycle would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rehearsal {
    /// People in the list.
    pub people: u64,
    /// Are here and would be taken over: user name in the list, and here when that is another.
    pub adopted: Group,
    /// Would be made.
    pub created: Group,
    /// Are provisioned by this connection already.
    pub known: Group,
    /// Would be refused: managed by another connection, or not to be adopted by policy.
    pub refused: Group,
    /// Are disabled at the provider and not here: they are never sent.
    pub skipped: Group,
    /// Are here and not in the list: they stay as they are.
    pub untouched: Group,
    /// What could not be read, by line or place.
    pub problems: Vec<String>,
}

/// Some people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub names: Vec<String>,
}

impl Group {
    fn add(&mut self, name: impl Into<String>) {
        self.count += 1;
        if self.names.len() < SHOWN {
            self.names.push(name.into());
        }
    }
}

impl Service {
    /// Rehearses a first cycle with a list of people: CSV with a line of titles, or JSON as Microsoft Graph gives it.
    ///
    /// # Errors
    /// When the database does not answer; what is wrong with the list stands in the result.
    pub async fn setup_rehearse(&self, op: &Operator, list: &str) -> ServiceResult<Rehearsal> {
        let (people, problems) = people(list);
        let mut out = Rehearsal { people: people.len() as u64, problems, ..Rehearsal::default() };
        let mut met = HashSet::new();
        for chunk in people.chunks(PAGE as usize) {
            let mut read = self.store.read(&op.caller).await?;
            for person in chunk {
                judge(&mut *read, op, person, &mut met, &mut out).await?;
            }
        }
        let mut read = self.store.read(&op.caller).await?;
        out.untouched.count = read.count(Kind::USER).await?.saturating_sub(met.len() as u64);
        drop(read);
        let mut after = None;
        for _ in 0..PAGES {
            if out.untouched.names.len() as u64 >= out.untouched.count.min(SHOWN as u64) {
                break;
            }
            let query = self.learner_query(op, None, after, PAGE)?;
            let mut read = self.store.read(&op.caller).await?;
            let page = read.query(&query).await?;
            drop(read);
            let left = SHOWN - out.untouched.names.len();
            for record in page.records.iter().filter(|record| !met.contains(&record.id)).take(left) {
                out.untouched.names.push(Profile::of(&document_of(record)?).user_name);
            }
            let Some(next) = page.next else { break };
            after = Some(next.id);
        }
        Ok(out)
    }
}

async fn judge(
    read: &mut dyn ReadTx,
    op: &Operator,
    person: &Person,
    met: &mut HashSet<store::ResourceId>,
    out: &mut Rehearsal,
) -> ServiceResult<()> {
    let found = read.by_key(Kind::USER, &keys::user_name(&person.user_name), 1).await?.into_iter().next();
    let policy = op.connection.policies.adopt;
    let found = match (found, &person.mail) {
        (None, Some(mail)) if policy == Adopt::Email => of_address(read, mail).await?,
        (found, _) => found,
    };
    let Some(record) = found else {
        if person.enabled {
            out.created.add(&person.user_name);
        } else {
            out.skipped.add(&person.user_name);
        }
        return Ok(());
    };
    met.insert(record.id);
    let name = match Profile::of(&document_of(&record)?).user_name {
        here if here.eq_ignore_ascii_case(&person.user_name) => person.user_name.clone(),
        here => format!("{} ({here})", person.user_name),
    };
    match record.managed_by {
        Some(connection) if connection == op.connection.id => out.known.add(name),
        None if policy != Adopt::Never => out.adopted.add(name),
        _ => out.refused.add(name),
    }
    Ok(())
}

/// The one learner of this address whom no connection manages: whom a create with it would take over.
async fn of_address(read: &mut dyn ReadTx, mail: &str) -> ServiceResult<Option<Record>> {
    let key = keys::email(mail);
    let found = read.by_key(Kind::USER, &key, 2).await?;
    let [record] = found.as_slice() else { return Ok(None) };
    let document = document_of(record)?;
    let same = main_email(&document).or_else(|| work_email(&document)).is_some_and(|e| keys::email(e) == key);
    Ok((same && record.managed_by.is_none()).then(|| record.clone()))
}

/// What Graph's JSON may be wrapped in.
pub(super) fn listed(value: &Value) -> Option<&Vec<Value>> {
    value.as_array().or_else(|| value.get("value")?.as_array()).or_else(|| value.get("users")?.as_array())
}
