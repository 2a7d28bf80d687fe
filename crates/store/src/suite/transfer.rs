//! A whole directory moves: everything, once, or not at all.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;

use super::full::{fill, look};
use super::world::{Harness, World, conflict, connection, insert, tenant, user_name};
use crate::transfer::{Chunk, Moved, Side, Source, Standing, State, Table, Target, run};
use crate::{
    Change, Conflict, EventKind, KeyName, Kind, Purpose, Store, StoreError, StoreResult, TenantId, WriteTx,
};

/// A backend of which directories can be moved.
pub trait Moves: Harness {
    /// Where a database is.
    type Place: Send + Sync;

    /// Where this one is.
    fn place(&self) -> Self::Place;

    /// Somewhere else, where nothing is.
    fn elsewhere() -> impl Future<Output = Self::Place> + Send;

    /// The directory there, to be moved.
    fn source(place: &Self::Place) -> impl Future<Output = StoreResult<Box<dyn Source>>> + Send;

    /// The place, to be moved to.
    fn target(place: &Self::Place) -> impl Future<Output = StoreResult<Box<dyn Target>>> + Send;

    /// The directory there, to be used.
    fn at(place: &Self::Place) -> impl Future<Output = StoreResult<Self>> + Send;

    /// Takes the directory there into use again.
    fn reopen_left(place: &Self::Place) -> impl Future<Output = StoreResult<()>> + Send;
}

async fn moved<H: Moves>(from: &H::Place, to: &H::Place, of: &str) -> StoreResult<Moved> {
    let (mut source, mut target) = (H::source(from).await?, H::target(to).await?);
    run(source.as_mut(), target.as_mut(), of, &mut |_| ()).await
}

/// Every table has rows, and all of them arrive: also what only later statements notice.
pub async fn a_directory_moves_whole<H: Moves>(w: World<H>) {
    let team = fill(&w).await;
    let before = look(&w).await;
    let (from, to) = (w.harness.place(), H::elsewhere().await);
    w.store().close().await.unwrap();
    let moved = moved::<H>(&from, &to, "m1").await.unwrap();
    let rows: BTreeMap<_, _> = moved.tables.iter().copied().collect();
    // A tenant is among the departed only while it is being deleted.
    let empty: Vec<_> = rows.iter().filter(|(name, n)| **n == 0 && **name != "departed").collect();
    assert!(
        empty.is_empty(),
        "the sample must have rows of every table, or nobody knows whether they arrive: {empty:?}"
    );
    let w = w.with(H::at(&to).await.unwrap());
    assert_eq!(look(&w).await, before);

    // Numbers go on where they were.
    let after =
        w.commit(WriteTx { events: vec![w.event(&team, EventKind::GroupUpdated)], ..w.tx() }).await.unwrap();
    assert_eq!(after.position, Some(before.position + 1));
    let mut system = w.store().system(Purpose::Tenants).await.unwrap();
    let (id, first) =
        system.create_tenant(&tenant("third"), &connection("default", "third001")).await.unwrap();
    // One more was there, and is gone.
    assert!(id > TenantId(w.b.tenant.0 + 1) && first.0 > w.b.connection.0 + 1, "{id:?} {first:?}");
    drop(system);
    // Names are taken, and free again when their holders go.
    let twin = w.user("ada");
    assert!(matches!(
        conflict(w.commit(WriteTx { changes: vec![insert(&twin)], ..w.tx() }).await),
        Conflict::Unique { name: KeyName::UserName, .. }
    ));
    let ada = w.read().await.by_key(Kind::USER, &user_name("ada"), 1).await.unwrap().remove(0);
    w.change(vec![Change::Remove { id: ada.id, at: w.now() }, Change::Remove { id: team.id, at: w.now() }])
        .await;
    let unique = crate::Key { name: KeyName::DisplayName, value: team.label.clone(), unique: true };
    let change = Change::Insert { record: Box::new(w.group(&team.label)), keys: vec![unique] };
    w.change(vec![insert(&twin), change]).await;
    assert_eq!(w.read().await.count(Kind::GROUP).await.unwrap(), before.groups);
}

/// What is left behind refuses to be written to, by whoever has it open, and to be opened, until somebody says so.
pub async fn what_was_left_takes_nothing<H: Moves>(w: World<H>) {
    let ada = w.add_user("ada").await;
    let (from, to) = (w.harness.place(), H::elsewhere().await);
    moved::<H>(&from, &to, "m1").await.unwrap();
    for _ in 0..2 {
        let refused =
            w.commit(WriteTx { events: vec![w.event(&ada, EventKind::LearnerUpdated)], ..w.tx() }).await;
        assert!(
            matches!(&refused, Err(StoreError::Unavailable(told)) if told.contains("moved")),
            "{refused:?}"
        );
    }
    let mut system = w.store().system(Purpose::Tenants).await.unwrap();
    assert!(system.create_tenant(&tenant("third"), &connection("default", "third001")).await.is_err());
    assert!(matches!(system.health().await, Err(StoreError::Unavailable(_))));
    drop(system);
    let opened = H::at(&from).await.err().unwrap();
    assert!(matches!(opened, StoreError::Moved { .. }), "{opened}");
    let again = moved::<H>(&from, &H::elsewhere().await, "m2").await;
    assert!(matches!(again, Err(StoreError::Moved { .. })), "{again:?}");

    H::reopen_left(&from).await.unwrap();
    let w = w.with(H::at(&from).await.unwrap());
    w.commit(WriteTx { events: vec![w.event(&ada, EventKind::LearnerUpdated)], ..w.tx() }).await.unwrap();
}

/// A move never writes over a directory.
pub async fn where_something_is_nothing_is_moved_to<H: Moves>(w: World<H>) {
    w.add_user("ada").await;
    let other = World::<H>::open().await;
    let bob = other.add_user("bob").await;
    let (from, to) = (w.harness.place(), other.harness.place());
    let refused = moved::<H>(&from, &to, "m1").await;
    assert!(matches!(refused, Err(StoreError::NotEmpty(_))), "{refused:?}");
    other.store().close().await.unwrap();
    let refused = moved::<H>(&from, &to, "m2").await;
    assert!(matches!(refused, Err(StoreError::NotEmpty(_))), "{refused:?}");
    w.add_user("eve").await;
    let other = other.with(H::at(&to).await.unwrap());
    assert!(other.get(&bob).await.is_some());
}

/// Who writes while the source is held waits; and goes on when the move is given up.
pub async fn who_writes_meanwhile_waits<H: Moves>(w: World<H>) {
    let w = std::sync::Arc::new(w);
    let mut source = H::source(&w.harness.place()).await.unwrap();
    source.hold().await.unwrap();
    let writing = {
        let w = std::sync::Arc::clone(&w);
        tokio::spawn(async move { w.add_user("ada").await })
    };
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(!writing.is_finished(), "somebody wrote while the directory was being copied");
    assert_eq!(w.read().await.count(Kind::USER).await.unwrap(), 0, "reads go on");
    drop(source);
    let ada = writing.await.unwrap();
    assert!(w.get(&ada).await.is_some());
}

/// Where a move is cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    Put,
    Keep,
    Leave,
    Left,
    Opening,
}

/// Either side, until it is cut off.
struct Until<T: ?Sized>(Box<T>, Cut);

fn cut() -> StoreError {
    StoreError::Unavailable("cut".to_owned())
}

#[async_trait]
impl<T: Side + ?Sized> Side for Until<T> {
    fn name(&self) -> String {
        self.0.name()
    }

    async fn standing(&mut self) -> StoreResult<Option<Standing>> {
        self.0.standing().await
    }

    async fn count(&mut self, table: &'static Table) -> StoreResult<u64> {
        self.0.count(table).await
    }

    async fn read(&mut self, table: &'static Table) -> StoreResult<()> {
        self.0.read(table).await
    }

    async fn next(&mut self) -> StoreResult<Option<Chunk>> {
        self.0.next().await
    }
}

#[async_trait]
impl Source for Until<dyn Source> {
    async fn hold(&mut self) -> StoreResult<()> {
        self.0.hold().await
    }

    async fn shared_keys(&mut self) -> StoreResult<Vec<(String, Vec<u8>)>> {
        self.0.shared_keys().await
    }

    async fn leave(&mut self, of: &str, to: &str) -> StoreResult<()> {
        if self.1 == Cut::Leave {
            return Err(cut());
        }
        self.0.leave(of, to).await?;
        if self.1 == Cut::Left { Err(cut()) } else { Ok(()) }
    }
}

#[async_trait]
impl Target for Until<dyn Target> {
    async fn prepare(&mut self, of: &str, from: &str) -> StoreResult<()> {
        self.0.prepare(of, from).await
    }

    async fn begin(&mut self, table: &'static Table) -> StoreResult<()> {
        self.0.begin(table).await
    }

    async fn put(&mut self, chunk: Chunk) -> StoreResult<()> {
        self.0.put(chunk).await?;
        if self.1 == Cut::Put { Err(cut()) } else { Ok(()) }
    }

    async fn end(&mut self) -> StoreResult<()> {
        self.0.end().await
    }

    async fn put_shared_key(&mut self, name: &str, key: &[u8]) -> StoreResult<()> {
        self.0.put_shared_key(name, key).await
    }

    async fn keep(&mut self, of: &str, from: &str) -> StoreResult<()> {
        if self.1 == Cut::Keep {
            return Err(cut());
        }
        self.0.keep(of, from).await
    }

    async fn open_up(&mut self) -> StoreResult<()> {
        if self.1 == Cut::Opening {
            return Err(cut());
        }
        self.0.open_up().await
    }
}

/// Wherever it is cut short, at most one side can be used, and running it again brings it to its end.
pub async fn a_move_that_is_cut_short_harms_nobody<H: Moves>(w: World<H>) {
    let ada = w.add_user("ada").await;
    let (from, to) = (w.harness.place(), H::elsewhere().await);
    let mut w = w;
    for at in [Cut::Put, Cut::Keep, Cut::Leave, Cut::Left, Cut::Opening] {
        {
            let mut source = Until(H::source(&from).await.unwrap(), at);
            let mut target = Until(H::target(&to).await.unwrap(), at);
            let result = run(&mut source, &mut target, &format!("{at:?}"), &mut |_| ()).await;
            // The last one goes on where the one before it was cut.
            assert!(result.is_err(), "{at:?}");
        }
        let there = H::at(&to).await.err();
        if at == Cut::Leave {
            assert!(matches!(there, Some(StoreError::Incomplete)), "{at:?}: {there:?}");
        } else if at == Cut::Put || at == Cut::Keep {
            // There is nothing yet, or it says that it is incomplete; looking made nothing that is in the way.
            if there.is_none() {
                let empty = H::at(&to).await.unwrap();
                assert!(
                    empty
                        .store()
                        .system(Purpose::Tenants)
                        .await
                        .unwrap()
                        .tenants(None, 9)
                        .await
                        .unwrap()
                        .is_empty()
                );
            }
        }
        if matches!(at, Cut::Left | Cut::Opening) {
            assert!(matches!(there, Some(StoreError::Incomplete)), "{at:?}: {there:?}");
            assert!(matches!(H::at(&from).await.err(), Some(StoreError::Moved { .. })), "{at:?}");
        } else {
            w = w.with(H::at(&from).await.unwrap());
            w.add_user(&format!("later{at:?}")).await;
        }
    }
    let done = moved::<H>(&from, &to, "last").await.unwrap();
    assert!(done.was_done, "everything but the last step was done");
    let there = w.with(H::at(&to).await.unwrap());
    assert!(there.get(&ada).await.is_some());
    assert_eq!(there.read().await.count(Kind::USER).await.unwrap(), 4);
    assert!(State::decode(State::Whole.code()) == State::Whole);
}
