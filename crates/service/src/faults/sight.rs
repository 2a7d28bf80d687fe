//! What the head of a request shows about the way that it came.

use std::time::Duration;

use base::Timestamp;
use store::{Action, ConnectionKind, NewLogEntry, Outcome, WriteTx};

use super::Fault;
use crate::{Context, Service};

/// How far clocks may differ.
const DRIFT: Duration = Duration::from_secs(300);

/// Parts of a request's head.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sight<'a> {
    /// `Host`.
    pub host: Option<&'a str>,
    /// `X-Forwarded-Proto`.
    pub proto: Option<&'a str>,
    /// `Date`, in seconds since the epoch.
    pub date: Option<i64>,
}

impl Service {
    /// Whether the head of this request is to be looked at: while the connection is being set up, once a second.
    #[must_use]
    pub fn is_watched(&self, cx: &Context) -> bool {
        let now = self.clock.now();
        cx.session.connection.is_traced(now) && cx.session.link.signs.is_due(now)
    }

    /// Looks at the head of a request of a connection that is being set up.
    pub fn sighted(&self, cx: &Context, sight: &Sight<'_>) {
        let now = self.clock.now();
        let public = self.config.public_url.as_str();
        let (scheme, rest) = public.split_once("://").unwrap_or(("", public));
        let host = rest.split('/').next().unwrap_or(rest);
        let plain = sight.proto.map(|proto| {
            scheme == "https"
                && proto.split(',').next().is_some_and(|p| p.trim().eq_ignore_ascii_case("http"))
        });
        let other =
            sight.host.map(|asked| !asked.eq_ignore_ascii_case(host) && !is_local(asked) && !is_local(host));
        let drift = sight.date.map(|at| {
            let at = Timestamp::from_micros(at.saturating_mul(1_000_000));
            now.since(at).max(at.since(now)) > DRIFT
        });
        for (id, seen) in [("http_in_front", plain), ("other_host", other), ("clock_differs", drift)] {
            if let Some(seen) = seen {
                self.sign(cx, id, seen, now);
            }
        }
    }

    /// A request shows something, or its contrary. Gives the fault when the log is to tell of it.
    pub(crate) fn see(
        &self,
        cx: &Context,
        id: &'static str,
        seen: bool,
        now: Timestamp,
    ) -> Option<&'static Fault> {
        let signs = &cx.session.link.signs;
        if !seen {
            signs.refute(id, now);
            return None;
        }
        Fault::of_code(id).filter(|_| signs.see(id, now))
    }

    /// The same; the log tells of it in an entry of its own.
    pub(crate) fn sign(&self, cx: &Context, id: &'static str, seen: bool, now: Timestamp) {
        let Some(fault) = self.see(cx, id, seen, now) else { return };
        let entry = NewLogEntry {
            at: now,
            connection: cx.session.connection.id,
            request: cx.request.clone(),
            action: Action::Read,
            outcome: Outcome::Done,
            status: 200,
            scim_type: None,
            subject: None,
            label: String::new(),
            paths: Vec::new(),
            code: Some(id.to_owned()),
            detail: Some(fault.sentence()),
            raw: None,
        };
        let mut tx = WriteTx::new(cx.session.caller.clone());
        tx.log.push(entry);
        let store = std::sync::Arc::clone(&self.store);
        self.background.spawn(async move {
            if let Err(error) = store.commit(tx).await {
                tracing::warn!(%error, "cannot tell of a set-up fault");
            }
        });
    }

    /// What a created person shows; gives the first that the log has not told of yet, for the entry of the create.
    pub(crate) fn user_signs(
        &self,
        cx: &Context,
        sent: &scim::Document,
        full: &scim::Document,
    ) -> Option<&'static Fault> {
        if cx.session.connection.kind != ConnectionKind::Entra {
            return None;
        }
        let now = self.clock.now();
        let mut news = None;
        for (id, seen) in super::signs_of(sent, full) {
            let told = self.see(cx, id, seen, now);
            news = news.or(told);
        }
        news
    }

    /// What a change of a person shows, while the connection is being set up.
    pub(crate) fn patch_signs(&self, cx: &Context, body: &[u8]) -> Option<&'static Fault> {
        let (connection, now) = (&cx.session.connection, self.clock.now());
        if connection.kind != ConnectionKind::Entra || !connection.is_traced(now) {
            return None;
        }
        self.see(cx, super::LEGACY_PATCH, text_boolean(body)?, now)
    }

    /// Groups were asked for.
    pub(crate) fn groups_asked(&self, cx: &Context) {
        let now = self.clock.now();
        cx.session.link.asked_for_groups(now);
        self.sign(cx, super::GROUP_PROBE, !cx.session.connection.groups, now);
    }

    /// A group was joined, by a group or by somebody else.
    pub(crate) fn joined(&self, cx: &Context, nested: bool) {
        if cx.session.connection.kind == ConnectionKind::Entra {
            self.sign(cx, super::NESTED, nested, self.clock.now());
        }
    }
}

/// Whether a PATCH has a truth value as text, or as what it is; `None` when it has none.
fn text_boolean(body: &[u8]) -> Option<bool> {
    let text = String::from_utf8_lossy(body);
    if text.contains("\"False\"") || text.contains("\"True\"") {
        return Some(true);
    }
    (text.contains("active") && (text.contains("false") || text.contains("true"))).then_some(false)
}

/// An address or name of the machine itself, or a bare address.
fn is_local(host: &str) -> bool {
    let name = host
        .rsplit_once(':')
        .map_or(host, |(name, port)| if port.bytes().all(|b| b.is_ascii_digit()) { name } else { host });
    name.eq_ignore_ascii_case("localhost")
        || name.starts_with('[')
        || name.parse::<std::net::Ipv4Addr>().is_ok()
}
