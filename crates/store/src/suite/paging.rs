//! Pages: by offset, by position, stable while others write (S-CUR-17, A-30), and given up in time (ruling 13).

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use scim::dialect::Dialect;
use scim::filter::{Limits, parse};

use super::world::{Harness, World, after, before, index, insert, typed};
use crate::{
    Change, Expect, Kind, Paging, Query, Record, ResourceId, Sort, Store, StoreError, Total, TypedFilter,
    WriteTx,
};

async fn learners<H: Harness>(w: &World<H>, count: usize) -> Vec<ResourceId> {
    let all: Vec<_> = (0..count).map(|n| w.user(&format!("u{:03}", (n * 37) % count))).collect();
    // The order of writing is not the order of ids.
    w.change(all.iter().rev().map(insert).collect()).await;
    all.iter().map(|r| r.id).collect()
}

fn ids(records: &[Record]) -> Vec<ResourceId> {
    records.iter().map(|r| r.id).collect()
}

/// without an order, by id; every offset and count; totals; a count of 0 counts only.
pub async fn offsets_cut_the_whole<H: Harness>(w: World<H>) {
    let all = learners(&w, 25).await;
    w.add_group("team").await;
    for (offset, count) in
        [(0, 10), (10, 10), (20, 10), (24, 1), (25, 5), (1_000, 5), (0, 25), (0, 100), (u64::MAX, 1)]
    {
        let page = w.run(&w.query(Kind::USER, index(offset, count))).await;
        let from = usize::try_from(offset).unwrap().min(25);
        let to = (from + count as usize).min(25);
        assert_eq!(ids(&page.records), all[from..to], "{offset} {count}");
        assert_eq!((page.total, page.next, page.previous), (Some(25), None, None));
    }
    let page = w.run(&w.query(Kind::USER, index(0, 0))).await;
    assert_eq!((page.records.len(), page.total), (0, Some(25)));
    // Nothing of no type.
    let nothing = Query { types: vec![], ..w.query(Kind::USER, index(0, 10)) };
    assert_eq!(w.run(&nothing).await.total, Some(0));
}

/// Forwards and backwards by position, over several types at once too.
pub async fn positions_walk_both_ways<H: Harness>(w: World<H>) {
    let mut all = learners(&w, 20).await;
    for name in ["a", "b", "c"] {
        all.push(w.add_group(name).await.id);
    }
    all.sort_unstable();
    let types: Vec<TypedFilter> = vec![typed(Kind::GROUP), typed(Kind::USER)];
    let query = |paging: Paging| Query { types: types.clone(), ..w.query(Kind::USER, paging) };
    let first = w.run(&query(after(None, 5))).await;
    assert_eq!((ids(&first.records), first.total), (all[..5].to_vec(), Some(23)));
    assert_eq!(first.previous, None);
    let second = w.run(&query(after(first.next, 5))).await;
    assert_eq!(ids(&second.records), all[5..10]);
    let back = w.run(&query(before(second.previous.clone(), 5))).await;
    assert_eq!(ids(&back.records), all[..5], "in ascending order, although towards the beginning");
    assert_eq!(back.previous, None);
    let forth = w.run(&query(after(back.next, 5))).await;
    assert_eq!(ids(&forth.records), all[5..10]);
    let last = w.run(&query(before(None, 5))).await;
    assert_eq!((ids(&last.records), last.next), (all[18..].to_vec(), None));
    let exact = w.run(&query(after(None, 23))).await;
    assert_eq!((exact.records.len(), exact.next), (23, None));
    let page = w.run(&query(index(20, 5))).await;
    assert_eq!((ids(&page.records), page.total), (all[20..].to_vec(), Some(23)));
    let counted = w.run(&query(after(None, 0))).await;
    assert_eq!((counted.records.len(), counted.total), (0, Some(23)));
}

/// S-CUR-17: while others insert, change and remove, a walk meets every untouched record exactly once.
pub async fn a_walk_meets_the_untouched_once<H: Harness>(w: World<H>) {
    let mut kept = HashSet::new();
    let mut shaken = Vec::new();
    for n in 0..120 {
        let record = w.user(&format!("u{:03}", (n * 47) % 120));
        w.change(vec![insert(&record)]).await;
        if n % 3 == 0 {
            shaken.push(record);
        } else {
            kept.insert(record.id);
        }
    }
    let user_type = typed(Kind::USER);
    let by = scim::sort::check("userName", &[&*user_type.resource_type], &Dialect::entra()).unwrap();
    let title = scim::sort::check("title", &[&*user_type.resource_type], &Dialect::entra()).unwrap();
    let sorts = [
        None,
        Some(Sort { by: by.clone(), descending: false }),
        Some(Sort { by, descending: true }),
        // Nobody has one: every position is a missing value.
        Some(Sort { by: title, descending: true }),
    ];
    let w = Arc::new(w);
    let stop = Arc::new(AtomicBool::new(false));
    let written = Arc::new(AtomicUsize::new(0));
    let writer = {
        let (w, stop, written) = (w.clone(), stop.clone(), written.clone());
        tokio::spawn(async move {
            while !stop.load(Ordering::SeqCst) {
                let n = written.fetch_add(1, Ordering::SeqCst) + 1;
                let at = n % shaken.len();
                let record = &mut shaken[at];
                if n % 2 == 0 {
                    w.change(vec![Change::Remove { id: record.id, at: w.now() }]).await;
                    *record = w.user(&format!("n{n:05}"));
                    w.change(vec![insert(record)]).await;
                } else {
                    let label = format!("c{n:05}");
                    record.body = serde_json::json!({"userName": label}).to_string();
                    let change = Change::Update {
                        record: Box::new(record.clone()),
                        drop_keys: vec![],
                        add_keys: vec![],
                    };
                    let version = w.version(record).await;
                    let tx = WriteTx {
                        expect: vec![Expect::Version(record.id, version)],
                        changes: vec![change],
                        ..w.tx()
                    };
                    w.commit(tx).await.unwrap();
                }
                tokio::task::yield_now().await;
            }
        })
    };
    let mut round = 0;
    // However fast the reads are, they go on until enough was written meanwhile.
    while round < 12 || written.load(Ordering::SeqCst) < 40 {
        round += 1;
        let sort = sorts[round % sorts.len()].clone();
        let backwards = round % 2 == 1;
        let mut met = Vec::new();
        let mut at = None;
        loop {
            let paging = if backwards { before(at, 11) } else { after(at, 11) };
            let page = w
                .run(&Query { sort: sort.clone(), total: Total::IfCheap, ..w.query(Kind::USER, paging) })
                .await;
            met.extend(page.records.iter().map(|r| r.id).filter(|id| kept.contains(id)));
            at = if backwards { page.previous } else { page.next };
            if at.is_none() {
                break;
            }
        }
        assert_eq!(met.len(), kept.len(), "round {round}: some were met twice or not at all");
        assert_eq!(met.into_iter().collect::<HashSet<_>>(), kept, "round {round}");
    }
    stop.store(true, Ordering::SeqCst);
    writer.await.unwrap();
}

/// Ruling 13: a query that needs a long scan is given up; what indexes answer is not.
pub async fn a_long_scan_is_given_up<H: Harness>(w: World<H>) {
    for chunk in 0..10 {
        let changes = (0..300).map(|n| insert(&w.user(&format!("user{chunk}-{n}")))).collect();
        w.change(changes).await;
    }
    let user_type = typed(Kind::USER);
    let query = |text: &str, deadline| {
        let filter = parse(text, &Dialect::entra(), &Limits::default()).unwrap();
        let filter = filter.check(&user_type.resource_type, &Dialect::entra()).unwrap();
        let types = vec![TypedFilter { filter: Some(filter), ..user_type.clone() }];
        Query { types, deadline, ..w.query(Kind::USER, index(0, 10)) }
    };
    let scan = "title co \"x\" or nickName co \"y\" or emails.value co \"z\"";
    let none = Duration::ZERO;
    let mut read = w.read().await;
    let given_up = read.query(&query(scan, none)).await;
    assert!(matches!(given_up, Err(StoreError::TooMany)), "{given_up:?}");
    // The same snapshot goes on, and time enough is enough.
    assert_eq!(read.query(&query(scan, Duration::from_secs(30))).await.unwrap().total, Some(0));
    let found = read.query(&query("userName eq \"USER3-7\"", none)).await.unwrap();
    assert_eq!((found.total, found.records.len()), (Some(1), 1));
    let counted =
        read.query(&Query { deadline: none, ..w.query(Kind::USER, index(2_990, 100)) }).await.unwrap();
    assert_eq!((counted.total, counted.records.len()), (Some(3_000), 10));
    drop(read);
    assert!(w.store().read(&w.a).await.is_ok());
}

/// Totals that are free come without asking for more; others only when asked.
pub async fn totals_are_counted_when_asked_or_cheap<H: Harness>(w: World<H>) {
    learners(&w, 30).await;
    let user_type = typed(Kind::USER);
    let query = |text: &str, total| {
        let filter = parse(text, &Dialect::entra(), &Limits::default()).unwrap();
        let filter = filter.check(&user_type.resource_type, &Dialect::entra()).unwrap();
        let types = vec![TypedFilter { filter: Some(filter), ..user_type.clone() }];
        Query { types, total, ..w.query(Kind::USER, after(None, 3)) }
    };
    let total = async |text: &str, total| w.run(&query(text, total)).await.total;
    assert_eq!(total("userName eq \"u007\"", Total::IfCheap).await, Some(1));
    assert_eq!(total("userName sw \"u00\"", Total::IfCheap).await, Some(10));
    assert_eq!(total("active eq true", Total::IfCheap).await, None);
    assert_eq!(total("active eq true", Total::Exact).await, Some(30));
    let everyone = Query { total: Total::IfCheap, ..w.query(Kind::USER, after(None, 3)) };
    assert_eq!(w.run(&everyone).await.total, Some(30));
}
