use store::{ConnectionId, ConnectionKind, Grant, NewLogEntry, Outcome, Policies, TenantId};

use super::*;

const DAY: Duration = Duration::from_secs(24 * 3600);

fn connection() -> Connection {
    Connection {
        id: ConnectionId(1),
        tenant: TenantId(1),
        name: "default".into(),
        handle: "h".into(),
        kind: ConnectionKind::Entra,
        dialect: "entra".into(),
        quirks: Vec::new(),
        groups: true,
        policies: Policies::default(),
        paused: None,
        created: 0,
        traced_until: 0,
        first_synced: None,
    }
}

fn token(expires: Option<Timestamp>) -> Token {
    Token {
        id: "t".into(),
        tenant: TenantId(1),
        connection: ConnectionId(1),
        name: "entra".into(),
        grant: Grant::FULL,
        digest: [0; 32],
        created: Timestamp::EPOCH,
        expires,
        revoked: None,
        last_used: None,
    }
}

fn entry(at: Timestamp, action: Action, code: &str) -> LogEntry {
    let entry = NewLogEntry {
        at,
        connection: ConnectionId(1),
        request: "r".into(),
        action,
        outcome: Outcome::Refused,
        status: 401,
        scim_type: None,
        subject: None,
        label: "ann".into(),
        paths: Vec::new(),
        code: Some(code.into()),
        detail: Some("Paste a new one.".into()),
        raw: None,
    };
    LogEntry { sequence: 1, entry, times: 1 }
}

fn day(n: u32) -> Timestamp {
    Timestamp::EPOCH.plus(DAY * n)
}

#[test]
fn a_connection_that_works_needs_none() {
    let (connection, tokens) = (connection(), [token(None)]);
    let log = [entry(day(8), Action::Authenticate, "token_revoked")];
    let known = Known {
        now: day(10),
        silent_after: DAY * 3,
        connection: &connection,
        tokens: &tokens,
        last_contact: Some(day(9)),
        last_well: Some(day(9)),
        held: 0,
        traffic: &[],
        log: &log,
        alarm: None,
    };
    assert_eq!(attention(&known), []);
    let refused = attention(&Known { last_contact: Some(day(7)), last_well: Some(day(7)), ..known });
    assert!(
        matches!(&refused[..], [Attention::Refused { code, .. }, Attention::Silent { .. }] if code == "token_revoked")
    );
}

#[test]
fn each_reason_is_found() {
    let connection = Connection { paused: Some(day(9).as_micros()), ..connection() };
    let minute = day(10).as_micros() / 60_000_000;
    let traffic = [TrafficMinute { connection: ConnectionId(1), minute, reads: 1, writes: 0, failures: 20 }];
    let alarm = Attention::Identity { label: "ann".into(), learner: None, refused: true, at: day(9) };
    let tokens = [token(Some(day(30)))];
    let known = Known {
        now: day(10),
        silent_after: DAY * 3,
        connection: &connection,
        tokens: &tokens,
        last_contact: Some(day(10)),
        last_well: Some(day(10)),
        held: 7,
        traffic: &traffic,
        log: &[],
        alarm: Some(alarm.clone()),
    };
    let found = attention(&known);
    assert_eq!(found[0], Attention::Failing { failed: 20, done: 1 });
    assert_eq!(found[1], Attention::Held { events: 7 });
    assert_eq!(found[2], Attention::Expiring { token: "entra".into(), at: day(30) });
    assert_eq!(found[3], alarm);
    assert_eq!(found[4], Attention::Paused { since: day(9) });
    assert_eq!(attention(&Known { tokens: &[], alarm: None, ..known })[2], Attention::NoToken);
}
