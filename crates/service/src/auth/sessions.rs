//! Sessions in memory, so that a request costs no look-up, for so short a time that a change elsewhere is seen soon.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use base::Timestamp;
use quick_cache::sync::Cache;
use store::{Connection, Tenant, TenantId, Token};

use crate::session::{Session, TenantView};

/// Most tokens held at once; the least used one makes room.
const TOKENS: usize = 65_536;
const TENANTS: usize = 16_384;
const HANDLES: usize = 16_384;

/// How long a token is kept without being read again, however well the store hears: whoever changed it may have died before
/// he could say so.
const LONGEST: Duration = Duration::from_secs(10);

/// Caches of authentication, shared by all clones. Nothing in here is older than the age that the look-up allows.
#[derive(Clone)]
pub(crate) struct Sessions {
    tokens: Arc<Cache<[u8; 32], Arc<Entry>>>,
    views: Arc<Cache<TenantId, Arc<TenantView>>>,
    handles: Arc<Cache<String, Arc<Handle>>>,
    /// How often everything was forgotten: what was read before that is not kept after it.
    forgotten: Arc<AtomicU64>,
}

/// One token as last read.
pub(crate) struct Entry {
    pub(super) token: Token,
    pub(super) session: Arc<Session>,
    read_at: AtomicI64,
    reading: AtomicBool,
    /// Microseconds of the latest use; 0 while none was seen by this process.
    used: AtomicI64,
    noted: AtomicI64,
}

/// How old what was read so long ago counts: heard of until so long ago, no older than that, and due again after [`LONGEST`].
fn how_old(read: Duration, age: Duration, unheard: Option<Duration>) -> Duration {
    let beyond = read.saturating_sub(LONGEST.saturating_sub(age));
    unheard.map_or(read, |unheard| read.min(unheard.max(beyond)))
}

/// A connection as found by its handle, for refusals.
pub(crate) struct Handle {
    pub(super) connection: Connection,
    pub(super) tenant: Tenant,
    pub(super) read_at: Timestamp,
}

/// What the cache says about a token.
pub(super) enum Look {
    /// Good for this request.
    Fresh(Arc<Entry>),
    /// To be read, by this request; the claim ends when it is dropped.
    Read(Option<Claim>),
}

/// The right to read a token again while others go on with what is there.
pub(super) struct Claim(Arc<Entry>);

impl Drop for Claim {
    fn drop(&mut self) {
        self.0.reading.store(false, Ordering::Release);
    }
}

impl Entry {
    pub(super) fn new(token: Token, session: Arc<Session>, now: Timestamp) -> Self {
        Self {
            token,
            session,
            read_at: AtomicI64::new(now.as_micros()),
            reading: AtomicBool::new(false),
            used: AtomicI64::new(0),
            noted: AtomicI64::new(0),
        }
    }

    /// The request that asks now is a use.
    pub(super) fn touch(&self, now: Timestamp) {
        self.used.store(now.as_micros(), Ordering::Relaxed);
    }

    /// Whether token and connection are what they were, so that the session can stay; the last use does not count.
    fn is_same(&self, token: &Token, connection: &Connection, view: &Arc<TenantView>) -> bool {
        let own = &self.token;
        own.revoked == token.revoked
            && own.expires == token.expires
            && own.grant == token.grant
            && own.name == token.name
            && *self.session.connection == *connection
            && Arc::ptr_eq(&self.session.tenant, view)
    }
}

impl Sessions {
    pub(crate) fn new() -> Self {
        Self {
            tokens: Arc::new(Cache::new(TOKENS)),
            views: Arc::new(Cache::new(TENANTS)),
            handles: Arc::new(Cache::new(HANDLES)),
            forgotten: Arc::default(),
        }
    }

    /// Looks a token up. Past `age` one request reads it again while the others still take what is there; past twice
    /// the age nobody does, so that a reader that hangs keeps no revoked token alive. Where the store knows that it has
    /// heard of every change until so long ago (`unheard`), what is here is no older than that, until [`LONGEST`].
    pub(super) fn look(
        &self,
        digest: &[u8; 32],
        now: Timestamp,
        age: Duration,
        unheard: Option<Duration>,
    ) -> Look {
        let Some(entry) = self.tokens.get(digest) else { return Look::Read(None) };
        let read_at = entry.read_at.load(Ordering::Acquire);
        let read = Duration::from_micros(now.as_micros().abs_diff(read_at));
        let old = how_old(read, age, unheard);
        if old < age {
            return Look::Fresh(entry);
        }
        let claimed = !entry.reading.swap(true, Ordering::AcqRel);
        match (claimed, old < age.saturating_mul(2)) {
            (true, _) => Look::Read(Some(Claim(entry))),
            (false, true) => Look::Fresh(entry),
            (false, false) => Look::Read(None),
        }
    }

    /// Keeps what was read; an entry that says the same stays and is only younger.
    pub(super) fn keep(
        &self,
        token: Token,
        connection: Connection,
        view: &Arc<TenantView>,
        now: Timestamp,
        open: impl FnOnce(&Token, Connection) -> Session,
    ) -> Arc<Entry> {
        let old = self.tokens.get(&token.digest);
        if let Some(entry) = &old
            && entry.is_same(&token, &connection, view)
        {
            entry.read_at.store(now.as_micros(), Ordering::Release);
            return Arc::clone(entry);
        }
        let session = Arc::new(open(&token, connection));
        let digest = token.digest;
        let entry = Arc::new(Entry::new(token, session, now));
        if let Some(old) = old {
            entry.used.store(old.used.load(Ordering::Relaxed), Ordering::Relaxed);
            entry.noted.store(old.noted.load(Ordering::Relaxed), Ordering::Relaxed);
        }
        self.tokens.insert(digest, Arc::clone(&entry));
        entry
    }

    /// The tenant's schemas as of this revision, if they are here.
    pub(super) fn view(&self, tenant: &Tenant) -> Option<Arc<TenantView>> {
        self.views.get(&tenant.id).filter(|v| v.tenant.revision == tenant.revision)
    }

    pub(super) fn keep_view(&self, view: &Arc<TenantView>) {
        self.views.insert(view.tenant.id, Arc::clone(view));
    }

    pub(super) fn handle(&self, handle: &str, now: Timestamp, age: Duration) -> Option<Arc<Handle>> {
        self.handles.get(handle).filter(|h| now.since(h.read_at) < age)
    }

    pub(super) fn keep_handle(&self, found: Handle) -> Arc<Handle> {
        let found = Arc::new(found);
        self.handles.insert(found.connection.handle.clone(), Arc::clone(&found));
        found
    }

    /// Forgets one token, or everything: what was changed here is true at once.
    pub(crate) fn forget(&self, digest: &[u8; 32]) {
        self.tokens.remove(digest);
    }

    /// How often everything was forgotten.
    pub(super) fn forgotten(&self) -> u64 {
        self.forgotten.load(Ordering::Acquire)
    }

    /// Forgets all sessions and tenants.
    pub(crate) fn forget_all(&self) {
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        self.tokens.clear();
        self.views.clear();
        self.handles.clear();
    }

    /// Uses not yet written: tenant, token id, time to the minute.
    pub(crate) fn uses(&self) -> Vec<(TenantId, String, Timestamp)> {
        const MINUTE: i64 = 60_000_000;
        let mut out = Vec::new();
        for (_, entry) in self.tokens.iter() {
            let minute = entry.used.load(Ordering::Relaxed) / MINUTE * MINUTE;
            if minute > entry.noted.swap(minute, Ordering::Relaxed) {
                let token = &entry.token;
                out.push((token.tenant, token.id.clone(), Timestamp::from_micros(minute)));
            }
        }
        out
    }

    /// Takes back that these uses were written: the write failed.
    pub(crate) fn unnote(&self) {
        for (_, entry) in self.tokens.iter() {
            entry.noted.store(0, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, how_old};
    use std::time::Duration;

    #[test]
    fn what_is_heard_of_stays_young() {
        let ms = Duration::from_millis;
        let age = ms(500);
        // Nobody says: as old as it is.
        assert_eq!(how_old(ms(700), age, None), ms(700));
        // Heard of a moment ago, or read later than that.
        assert_eq!(how_old(ms(7_000), age, Some(ms(200))), ms(200));
        assert_eq!(how_old(ms(100), age, Some(ms(200))), ms(100));
        // The other side has gone silent: past the age after so long as without it.
        assert_eq!(how_old(ms(7_000), age, Some(ms(900))), ms(900));
        // Due once it is as old as may be, while others go on with it for as long as without word.
        assert!(how_old(LONGEST - ms(1), age, Some(ms(0))) < age);
        assert_eq!(how_old(LONGEST, age, Some(ms(0))), age);
        assert_eq!(how_old(LONGEST + age, age, Some(ms(0))), age * 2);
        // A longer age than that is what was asked for.
        assert_eq!(how_old(ms(60_000), ms(3_600_000), Some(ms(1))), ms(60_000));
    }
}
