//! An import whose process dies goes on where it was.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use service::{Import, ImportOptions};
use store::{Caller, Committed, Purpose, ReadTx, Store, StoreError, StoreResult, SystemTx, WriteTx};

use super::world::World;

/// Storage that stops working after so many commits.
struct Dying {
    inner: Arc<dyn Store>,
    left: AtomicU32,
}

#[async_trait]
impl Store for Dying {
    async fn read(&self, caller: &Caller) -> StoreResult<Box<dyn ReadTx + '_>> {
        self.inner.read(caller).await
    }

    async fn commit(&self, tx: WriteTx) -> StoreResult<Committed> {
        let take = |left: u32| left.checked_sub(1);
        if self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_err() {
            return Err(StoreError::Unavailable("killed".into()));
        }
        self.inner.commit(tx).await
    }

    async fn system(&self, purpose: Purpose) -> StoreResult<Box<dyn SystemTx + '_>> {
        self.inner.system(purpose).await
    }

    async fn close(&self) -> StoreResult<()> {
        self.inner.close().await
    }
}

const PEOPLE: usize = 1000;

fn file() -> String {
    let people = (0..PEOPLE).map(|n| format!("p{n},p{}\n", PEOPLE - 1 - n));
    std::iter::once("user name,manager\n".to_owned()).chain(people).collect()
}

/// An import that dies after its job and two chunks were written.
async fn killed(world: &World) {
    let op = world.op().await;
    let store = Dying { inner: world.open().await, left: AtomicU32::new(3) };
    let process = World::service(Arc::new(store), &world.clock, 9);
    let error =
        process.import(&op, file().as_bytes(), ImportOptions::default(), &mut |_| {}).await.unwrap_err();
    assert!(error.message.contains("killed"), "{error}");
    assert_eq!(world.service.tenant_show(&op).await.unwrap().learners, 512);
}

async fn everybody_is_there_once(world: &World) {
    let op = world.op().await;
    assert_eq!(world.service.tenant_show(&op).await.unwrap().learners, PEOPLE as u64);
    let events = world.events(&op).await;
    let created = events.iter().filter(|e| e.event.kind == store::EventKind::LearnerCreated).count();
    assert_eq!(created, PEOPLE);
    for n in [0, 511, 512, PEOPLE - 1] {
        let shown = world.service.learner_show(&op, &format!("p{n}")).await.unwrap();
        let manager = world.service.learner_show(&op, &format!("p{}", PEOPLE - 1 - n)).await.unwrap();
        assert_eq!(shown.profile.manager.unwrap().id, manager.row.id.to_string());
    }
}

#[tokio::test]
async fn the_same_file_goes_on_where_it_was() {
    let world = World::new().await;
    killed(&world).await;
    let op = world.op().await;
    let done =
        world.service.import(&op, file().as_bytes(), ImportOptions::default(), &mut |_| {}).await.unwrap();
    let Import::Done(report) = done else { panic!("{done:?}") };
    assert!(report.resumed);
    assert_eq!((report.created, report.skipped), (PEOPLE as u64, 0));
    everybody_is_there_once(&world).await;
    let again = world.import(&op, &file(), ImportOptions::default()).await;
    assert!(!again.resumed, "what is done is not gone on with");
}

#[tokio::test]
async fn the_server_goes_on_with_what_lost_its_process() {
    let world = World::new().await;
    killed(&world).await;
    assert_eq!(world.service.resume_imports().await.unwrap(), 0, "it may still be alive");
    world.pass(61);
    assert_eq!(world.service.resume_imports().await.unwrap(), 1);
    everybody_is_there_once(&world).await;
    world.pass(61);
    assert_eq!(world.service.resume_imports().await.unwrap(), 0);
}
