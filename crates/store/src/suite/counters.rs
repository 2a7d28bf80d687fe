//! Kept counters equal recounts, whatever happened.

use super::sample::Dice;
use super::world::{Harness, World, add_member, index, insert, remove_member, restore};
use crate::{Change, ConnectionId, Expect, Kind, Query, Record, State, WriteTx};

/// Inserts, updates, removals, restores, memberships: afterwards every counter says what a count says.
pub async fn counters_equal_recounts<H: Harness>(w: World<H>) {
    let mut dice = Dice::new(5);
    let (mut live, mut gone): (Vec<Record>, Vec<Record>) = (Vec::new(), Vec::new());
    let mut teams = Vec::new();
    for n in 0..4 {
        teams.push(w.add_group(&format!("team{n}")).await);
    }
    for n in 0..300 {
        match dice.below(7) {
            0 | 1 => {
                let mut record = w.user(&format!("u{n}"));
                vary(&w, &mut record, &mut dice);
                w.change(vec![insert(&record)]).await;
                live.push(record);
            }
            2 | 3 if !live.is_empty() => {
                let at = dice.below(live.len());
                vary(&w, &mut live[at], &mut dice);
                let version = w.version(&live[at]).await;
                w.update(&live[at], version).await.unwrap();
            }
            4 if !live.is_empty() => {
                let record = live.swap_remove(dice.below(live.len()));
                w.change(vec![Change::Remove { id: record.id, at: w.now() }]).await;
                gone.push(record);
            }
            5 if !gone.is_empty() => {
                let mut record = gone.swap_remove(dice.below(gone.len()));
                vary(&w, &mut record, &mut dice);
                w.change(vec![restore(&record)]).await;
                live.push(record);
            }
            _ if !live.is_empty() => {
                let (team, member) = (&teams[dice.below(4)], &live[dice.below(live.len())]);
                let there = w.read().await.are_members(team.id, &[member.id]).await.unwrap()[0];
                let change = if there { remove_member(team, member) } else { add_member(team, member) };
                w.change(vec![change]).await;
            }
            _ => {}
        }
        if n % 60 == 59 {
            recount(&w, &live, &teams).await;
        }
    }
    assert!(gone.len() > 3 && live.len() > 30, "the dice have fallen one-sidedly");
    let w = w.reopen().await;
    recount(&w, &live, &teams).await;
}

fn vary<H: Harness>(w: &World<H>, record: &mut Record, dice: &mut Dice) {
    record.state = if dice.below(2) == 0 { State::Active } else { State::Inactive };
    record.managed_by = [None, Some(w.a.connection), Some(ConnectionId(9_999))][dice.below(3)];
}

async fn recount<H: Harness>(w: &World<H>, live: &[Record], teams: &[Record]) {
    let everyone = w.run(&Query { ..w.query(Kind::USER, index(0, 1_000)) }).await;
    let mut read = w.read().await;
    assert_eq!(read.count(Kind::USER).await.unwrap(), live.len() as u64);
    assert_eq!(everyone.records.len(), live.len());
    assert_eq!(everyone.total, Some(live.len() as u64));
    assert_eq!(read.count(Kind::GROUP).await.unwrap(), teams.len() as u64);
    let inactive = everyone.records.iter().filter(|r| r.state == State::Inactive).count();
    assert_eq!(read.count_inactive().await.unwrap(), inactive as u64);
    for connection in [w.a.connection, ConnectionId(9_999)] {
        let managed = everyone.records.iter().filter(|r| r.managed_by == Some(connection)).count();
        assert_eq!(read.count_managed(connection).await.unwrap(), managed as u64);
    }
    for team in teams {
        let members = read.members(team.id, None, 10_000).await.unwrap();
        assert_eq!(read.count_members(team.id).await.unwrap(), members.len() as u64);
    }
}

/// Groups and custom resources have no state and no manager that counts.
pub async fn only_learners_count_as_inactive_or_managed<H: Harness>(w: World<H>) {
    let mut room = Record { kind: Kind(16), ..w.group("room") };
    room.state = State::Inactive;
    room.managed_by = Some(w.a.connection);
    w.change(vec![insert(&room)]).await;
    let mut read = w.read().await;
    assert_eq!(read.count_inactive().await.unwrap(), 0);
    assert_eq!(read.count_managed(w.a.connection).await.unwrap(), 0);
    assert_eq!(read.count(Kind(16)).await.unwrap(), 1);
}

/// What one commit counts, the next of the same group sees, also after a conflict between them.
pub async fn counters_survive_conflicts<H: Harness>(w: World<H>) {
    let (team, ada) = (w.add_group("team").await, w.add_user("ada").await);
    let twice = vec![add_member(&team, &ada), add_member(&team, &ada)];
    w.commit(WriteTx { changes: twice, ..w.tx() }).await.unwrap_err();
    let stale = vec![insert(&w.user("bob")), Change::Remove { id: w.id(), at: w.now() }];
    w.commit(WriteTx { changes: stale, ..w.tx() }).await.unwrap_err();
    let fine =
        WriteTx { expect: vec![Expect::Exists(ada.id)], changes: vec![add_member(&team, &ada)], ..w.tx() };
    w.commit(fine).await.unwrap();
    let mut read = w.read().await;
    assert_eq!(read.count_members(team.id).await.unwrap(), 1);
    assert_eq!(read.count(Kind::USER).await.unwrap(), 1);
}
