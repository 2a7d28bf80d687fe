//! The law that an app lives by: a snapshot and the feed after it tell everything.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use service::noun::ApiScope;
use testkit::{Caller, TestServer};

const LEARNERS: &str = "//api/v1/tenants/default/learners";

/// What happens to one of a handful of learners.
#[derive(Debug, Clone)]
enum Act {
    Create(u8),
    Title(u8, u8),
    Deactivate(u8),
    Reactivate(u8),
    Remove(u8),
    Restore,
    Merge(u8, u8),
    /// The app reads the next page of its snapshot, or of the feed when that is over.
    Read,
}

fn act() -> impl Strategy<Value = Act> {
    let who = 0..6_u8;
    prop_oneof![
        3 => who.clone().prop_map(Act::Create),
        3 => (who.clone(), any::<u8>()).prop_map(|(w, t)| Act::Title(w, t)),
        1 => who.clone().prop_map(Act::Deactivate),
        1 => who.clone().prop_map(Act::Reactivate),
        1 => who.clone().prop_map(Act::Remove),
        1 => Just(Act::Restore),
        1 => (who.clone(), who).prop_map(|(a, b)| Act::Merge(a, b)),
        3 => Just(Act::Read),
    ]
}

async fn happen(app: &Caller, act: &Act) {
    let at = |who: &u8, what: &str| format!("{LEARNERS}/u{who}{what}");
    // What cannot be done (nobody of that name, somebody already) is refused, which is just as well.
    match act {
        Act::Create(who) => app.post(LEARNERS, &json!({"userName": format!("u{who}")})).await,
        Act::Title(who, title) => app.patch(&at(who, ""), &json!({"title": format!("t{title}")})).await,
        Act::Deactivate(who) => app.send("POST", &at(who, "/deactivate"), None).await,
        Act::Reactivate(who) => app.send("POST", &at(who, "/reactivate"), None).await,
        Act::Remove(who) => app.delete(&at(who, "")).await,
        Act::Restore => {
            let removed = app.get("//api/v1/tenants/default/removed-learners").await;
            let id = removed.json["items"][0]["id"].as_str().unwrap_or("nobody").to_owned();
            app.send("POST", &format!("{LEARNERS}/{id}/restore"), None).await
        }
        Act::Merge(into, from) => app.post(&at(into, "/merge"), &json!({"from": format!("u{from}")})).await,
        Act::Read => return,
    };
}

/// An app with its own table of learners.
#[derive(Default)]
struct App {
    table: BTreeMap<String, Value>,
    page: Option<String>,
    after: Option<i64>,
}

impl App {
    async fn read(&mut self, caller: &Caller) {
        match self.after {
            Some(after) => {
                let page = caller
                    .get(&format!("//api/v1/events?type=learner.*&limit=3&after={after}"))
                    .await
                    .expect(200);
                for event in page.json["items"].as_array().unwrap() {
                    let id = event["subject"]["id"].as_str().unwrap().to_owned();
                    if event["type"] == "learner.removed" {
                        self.table.remove(&id);
                    } else {
                        self.table.insert(id, event["data"]["profile"].clone());
                    }
                }
                self.after = page.json["next"].as_i64();
            }
            None => {
                let cursor = self.page.as_ref().map_or(String::new(), |c| format!("&cursor={c}"));
                let page = caller
                    .get(&format!("//api/v1/tenants/default/snapshot?limit=2{cursor}"))
                    .await
                    .expect(200);
                for learner in page.json["items"].as_array().unwrap() {
                    self.table.insert(learner["id"].as_str().unwrap().to_owned(), learner["profile"].clone());
                }
                self.page = page.json["next"].as_str().map(str::to_owned);
                if self.page.is_none() {
                    self.after = page.json["eventsAfter"].as_i64();
                }
            }
        }
    }

    async fn catch_up(&mut self, caller: &Caller) {
        loop {
            let before = self.after;
            self.read(caller).await;
            if self.after.is_some() && self.after == before {
                return;
            }
        }
    }

    /// What the table says of each learner that matters.
    fn told(&self) -> Vec<(String, String, bool, Option<String>)> {
        let row = |(id, profile): (&String, &Value)| {
            let title = profile["title"].as_str().map(str::to_owned);
            (id.clone(), profile["userName"].as_str().unwrap().to_owned(), profile["active"] == true, title)
        };
        self.table.iter().map(row).collect()
    }
}

async fn truth(caller: &Caller) -> Vec<(String, String, bool, Option<String>)> {
    let list = caller.get(&format!("{LEARNERS}?limit=1000")).await.expect(200);
    let mut out = Vec::new();
    for learner in list.json["items"].as_array().unwrap() {
        let id = learner["id"].as_str().unwrap();
        let profile = caller.get(&format!("{LEARNERS}/{id}")).await.expect(200).json["profile"].clone();
        let title = profile["title"].as_str().map(str::to_owned);
        out.push((
            id.to_owned(),
            profile["userName"].as_str().unwrap().to_owned(),
            profile["active"] == true,
            title,
        ));
    }
    out.sort();
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_snapshot_and_the_feed_after_it_tell_everything(acts in prop::collection::vec(act(), 5..60)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (told, truth) = runtime.block_on(async {
            let server = TestServer::start().await;
            let caller = server.api(ApiScope::Write, None).await;
            let mut app = App::default();
            for act in &acts {
                happen(&caller, act).await;
                if matches!(act, Act::Read) {
                    app.read(&caller).await;
                }
            }
            app.catch_up(&caller).await;
            (app.told(), truth(&caller).await)
        });
        prop_assert_eq!(told, truth);
    }
}
