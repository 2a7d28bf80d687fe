use service::{Message, ReplayOrder, WebhookSettings};
use uuid::Uuid;

use super::*;
use crate::window::Item;

const ANN: Uuid = Uuid::from_u128(1);

fn at(seconds: u64) -> Timestamp {
    Timestamp::EPOCH.plus(Duration::from_secs(seconds))
}

fn item(position: i64) -> Item {
    let message = Message {
        id: position.to_string(),
        position: Some(position),
        kind: "k".into(),
        subject: None,
        body: "{}".into(),
    };
    Item { from: position, to: position, message }
}

fn attempt(item: &Item, outcome: AttemptOutcome) -> Attempt {
    Attempt {
        at: 0,
        event: item.message.id.clone(),
        position: item.message.position,
        kind: "k".into(),
        outcome,
        status: None,
        millis: 1,
        retry_after: None,
        detail: None,
    }
}

/// A queue of which so many are told, and then this.
fn came(
    origin: Origin,
    subject: Option<Uuid>,
    positions: &[i64],
    told: usize,
    then: Option<AttemptOutcome>,
) -> Came {
    let items: Vec<_> = positions.iter().map(|position| item(*position)).collect();
    let delivered = items[..told].iter().map(|item| attempt(item, AttemptOutcome::Delivered));
    let failed = then.map(|outcome| attempt(&items[told], outcome));
    let attempts = delivered.chain(failed).collect();
    Came { queue: Queue { origin, tenant: 1, subject, items, rest: None }, told, attempts }
}

fn go(standing: &mut WebhookStanding, cursor: i64, came: &[Came], now: u64) -> Next {
    let schedule: Schedule = "10s,100s".parse().unwrap();
    let rules =
        Rules { schedule: &schedule, disable_after: Duration::from_secs(1000), now: at(now), dice: 200 };
    let window = Window { cursor, ..Window::default() };
    step(standing, &window, came, &rules)
}

fn parked(standing: &WebhookStanding) -> Vec<(i64, u32, i64)> {
    standing.parked.iter().map(|p| (p.position, p.attempts, p.next / 1_000_000)).collect()
}

#[test]
fn a_subject_that_is_refused_waits_and_the_others_go_on() {
    let mut standing = WebhookStanding::default();
    let bob = Some(Uuid::from_u128(2));
    let window = [
        came(Origin::New, Some(ANN), &[1, 3], 0, Some(AttemptOutcome::Refused)),
        came(Origin::New, bob, &[2, 4], 2, None),
    ];
    let next = go(&mut standing, 4, &window, 0);
    assert_eq!((next.not_before, next.counts), (None, (2, 1)));
    assert_eq!((standing.cursor, standing.failures), (4, 0));
    assert_eq!(standing.parked.len(), 1);
    assert_eq!(standing.parked[0].position, 1);
    assert_eq!(
        wake(&standing).map(|at| at.as_micros() / 1_000_000),
        Some(standing.parked[0].next / 1_000_000)
    );

    // Tried again, refused again, told at last; a new event of the subject was passed over meanwhile.
    go(
        &mut standing,
        4,
        &[came(Origin::Parked(0), Some(ANN), &[1, 3], 0, Some(AttemptOutcome::Refused))],
        20,
    );
    assert_eq!(standing.parked[0].attempts, 2);
    go(
        &mut standing,
        4,
        &[came(Origin::Parked(0), Some(ANN), &[1, 3], 1, Some(AttemptOutcome::Refused))],
        200,
    );
    assert_eq!(
        (standing.parked[0].position, standing.parked[0].attempts),
        (3, 1),
        "another event counts anew"
    );
    let schedule = Schedule::default();
    let rules = Rules { schedule: &schedule, disable_after: Duration::MAX, now: at(300), dice: 0 };
    let window = Window { cursor: 9, passed: [((1, ANN), 7)].into(), ..Window::default() };
    step(&mut standing, &window, &[came(Origin::Parked(0), Some(ANN), &[3], 1, None)], &rules);
    assert_eq!(parked(&standing), [(7, 0, 300)]);
    go(&mut standing, 9, &[came(Origin::Parked(0), Some(ANN), &[7], 1, None)], 300);
    assert!(standing.parked.is_empty());
    assert_eq!(standing.delivered, 5);
}

#[test]
fn one_refusal_after_another_is_what_stops_an_endpoint_not_the_first() {
    let mut standing = WebhookStanding::default();
    let mut refused = |position: i64| {
        let came = came(Origin::New, None, &[position], 0, Some(AttemptOutcome::Refused));
        go(&mut standing, position, &[came], 0).not_before
    };
    assert_eq!((refused(1), refused(2)), (None, None));
    assert!(refused(3).is_some());
}

#[test]
fn an_event_is_given_up_when_the_schedule_is_over() {
    let mut standing = WebhookStanding::default();
    go(&mut standing, 2, &[came(Origin::New, Some(ANN), &[1, 2], 0, Some(AttemptOutcome::Refused))], 0);
    for _ in 0..2 {
        go(
            &mut standing,
            2,
            &[came(Origin::Parked(0), Some(ANN), &[1, 2], 0, Some(AttemptOutcome::Refused))],
            50,
        );
    }
    assert_eq!(parked(&standing), [(2, 0, 50)], "the next one has its turn");
    assert_eq!(standing.given_up, 1);
    let mut standing = WebhookStanding::default();
    go(&mut standing, 1, &[came(Origin::New, None, &[1], 0, Some(AttemptOutcome::Refused))], 0);
    for _ in 0..2 {
        go(&mut standing, 1, &[came(Origin::Parked(0), None, &[1], 0, Some(AttemptOutcome::Refused))], 50);
    }
    assert!(standing.parked.is_empty(), "nothing comes after an event without a subject");
}

#[test]
fn an_endpoint_that_is_not_there_is_left_alone_and_at_last_switched_off() {
    let mut standing = WebhookStanding::default();
    let down = |origin| came(origin, Some(ANN), &[1], 0, Some(AttemptOutcome::Unreachable));
    let untried = came(Origin::New, Some(Uuid::from_u128(2)), &[2], 0, None);
    let next = go(&mut standing, 2, &[down(Origin::New), untried], 0);
    assert_eq!(next.not_before, Some(at(10)));
    assert_eq!(standing.failures, 1);
    assert_eq!(
        standing.parked.iter().map(|p| (p.position, p.attempts)).collect::<Vec<_>>(),
        [(1, 1), (2, 0)]
    );
    let next = go(&mut standing, 2, &[down(Origin::Parked(0))], 20);
    assert_eq!(next.not_before, Some(at(120)));
    assert_eq!(next.disable, None);
    let next = go(&mut standing, 2, &[down(Origin::Parked(0))], 1001);
    assert!(next.disable.is_some_and(|reason| reason.contains("unreachable")));

    // It comes back: all that waits is due at once.
    let back = came(Origin::Parked(0), Some(ANN), &[1], 1, None);
    standing.parked[1].next = at(90_000).as_micros();
    assert_eq!(go(&mut standing, 2, &[back], 1100), Next { counts: (1, 0), ..Next::default() });
    assert_eq!((parked(&standing), standing.failing_since), (vec![(2, 0, 1100)], None));
}

#[test]
fn a_receiver_that_is_busy_is_given_the_time_it_asks_for() {
    let mut standing = WebhookStanding::default();
    let mut busy = came(Origin::New, Some(ANN), &[1], 0, Some(AttemptOutcome::Busy));
    busy.attempts[0].retry_after = Some(77);
    let told = came(Origin::New, Some(Uuid::from_u128(2)), &[2], 1, None);
    let next = go(&mut standing, 2, &[busy, told], 0);
    assert_eq!((next.not_before, standing.failures), (Some(at(77)), 0));
    assert_eq!(parked(&standing), [(1, 1, 77)]);
}

#[test]
fn a_receiver_that_is_gone_is_switched_off_at_once() {
    let mut standing = WebhookStanding::default();
    let gone = came(Origin::New, Some(ANN), &[1], 0, Some(AttemptOutcome::Gone));
    assert!(go(&mut standing, 1, &[gone], 0).disable.is_some_and(|reason| reason.contains("410")));
}

#[test]
fn newer_settings_let_everything_be_tried_at_once_and_replays_begin() {
    let mut standing = WebhookStanding::default();
    go(&mut standing, 1, &[came(Origin::New, Some(ANN), &[1], 0, Some(AttemptOutcome::TimedOut))], 0);
    let replays = vec![ReplayOrder { number: 1, after: 0, until: 1 }];
    let webhook = Webhook {
        id: "w".into(),
        tenant: None,
        revision: 2,
        created: at(0),
        enabled: true,
        settings: WebhookSettings { replays, ..WebhookSettings::default() },
        secrets: Vec::new(),
    };
    refresh(&mut standing, &webhook, at(1));
    assert_eq!((standing.failures, parked(&standing)), (0, vec![(1, 1, 1)]));
    assert_eq!(standing.replay.map(|replay| (replay.number, replay.after)), Some((1, 0)));
}

#[test]
fn a_replay_waits_as_a_whole_and_goes_on_where_it_was() {
    let mut standing = WebhookStanding {
        replay: Some(ReplayState { number: 1, after: 0, attempts: 0, next: 0 }),
        ..WebhookStanding::default()
    };
    let schedule: Schedule = "10s,100s".parse().unwrap();
    let rules = |now| Rules { schedule: &schedule, disable_after: Duration::MAX, now: at(now), dice: 200 };
    let window = |replayed| Window { replayed: Some(replayed), cursor: 9, ..Window::default() };
    let part = came(Origin::Replay, Some(ANN), &[1, 3], 1, Some(AttemptOutcome::Refused));
    step(&mut standing, &window(5), &[part], &rules(0));
    let state = standing.replay.unwrap();
    assert_eq!((state.after, state.attempts), (2, 1));
    assert!(standing.parked.is_empty());
    step(&mut standing, &window(i64::MAX), &[came(Origin::Replay, Some(ANN), &[3], 1, None)], &rules(50));
    assert_eq!((standing.replay, standing.replayed), (None, 1));
}
