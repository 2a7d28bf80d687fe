use super::*;

const QUIET: Duration = Duration::from_secs(600);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

fn link() -> Link {
    Link::new(TenantId(1), ConnectionId(2))
}

#[test]
fn a_batch_lasts_until_a_pause_of_ten_minutes() {
    let link = link();
    let first = link.batch(at(0), QUIET, || Uuid::from_u128(1));
    assert_eq!(link.batch(at(599), QUIET, || Uuid::from_u128(2)), first);
    link.wrote(at(599));
    assert!(link.over(at(1_198), QUIET).is_empty(), "599 s after the last change");
    let over = link.over(at(1_199), QUIET);
    assert_eq!(over, [Batch { id: first, started: at(0), last: at(599), changes: 1 }]);
    assert_eq!(link.open(), None);
    assert_eq!(link.batch(at(1_200), QUIET, || Uuid::from_u128(3)), Uuid::from_u128(3));
}

#[test]
fn a_batch_ended_by_the_next_one_is_not_lost() {
    let link = link();
    link.batch(at(0), QUIET, || Uuid::from_u128(1));
    link.batch(at(700), QUIET, || Uuid::from_u128(2));
    let over = link.over(at(701), QUIET);
    assert_eq!(over.iter().map(|b| b.id.as_u128()).collect::<Vec<_>>(), [1]);
    link.put_back(over);
    assert_eq!(link.over(at(1_300), QUIET).len(), 2);
}

#[test]
fn a_batch_left_open_by_another_process_goes_on() {
    let link = link();
    let left = Batch { id: Uuid::from_u128(9), started: at(0), last: at(10), changes: 4 };
    link.resume(left.clone());
    link.resume(left);
    assert_eq!(link.batch(at(20), QUIET, || Uuid::from_u128(1)), Uuid::from_u128(9));
    let other = Batch { id: Uuid::from_u128(8), started: at(0), last: at(5), changes: 1 };
    link.resume(other.clone());
    link.resume(other.clone());
    assert_eq!(link.over(at(30), QUIET), [other]);
}

#[test]
fn traffic_is_counted_by_minute_and_taken_once() {
    let link = link();
    link.read(at(59));
    link.read(at(60));
    link.wrote(at(61));
    link.failed(at(119));
    let taken = link.take_traffic();
    let numbers: Vec<_> = taken.iter().map(|m| (m.minute, m.reads, m.writes, m.failures)).collect();
    assert_eq!(numbers, [(0, 1, 0, 0), (1, 1, 1, 1)]);
    assert_eq!(link.heard(), Some(at(119)));
    assert!(link.take_traffic().is_empty());
    link.read(at(119));
    link.put_back_traffic(taken);
    let reads: u32 = link.take_traffic().iter().map(|m| m.reads).sum();
    assert_eq!(reads, 3);
}
