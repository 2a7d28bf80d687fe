//! Turns: requests that were too late once to change a resource wait for each other instead of racing again.

use std::hash::{DefaultHasher, Hash, Hasher};

use tokio::sync::{Mutex, MutexGuard};

use super::{Attempt, Patience};

/// How many queues there are. Two resources may share one, which costs a wait and nothing else.
const QUEUES: usize = 64;

/// The queues.
#[derive(Debug)]
pub(crate) struct Turns {
    queues: Vec<Mutex<()>>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { queues: (0..QUEUES).map(|_| Mutex::new(())).collect() }
    }
}

/// One request's patience, and its place in a queue once it has lost a race.
pub(crate) struct Tries<'a> {
    turns: &'a Turns,
    about: &'a str,
    patience: Patience,
    turn: Option<MutexGuard<'a, ()>>,
}

impl Turns {
    /// The tries of a request about this resource.
    pub(crate) fn tries<'a>(&'a self, about: &'a str) -> Tries<'a> {
        Tries { turns: self, about, patience: Patience::new(), turn: None }
    }
}

impl Tries<'_> {
    /// Hands back the result that counts; after a stale one, waits for its turn to try again.
    pub(crate) async fn settle<T>(&mut self, result: Attempt<T>) -> Option<Attempt<T>> {
        let settled = self.patience.settle(result);
        if settled.is_none() && self.turn.is_none() {
            let mut hasher = DefaultHasher::new();
            self.about.hash(&mut hasher);
            let queue = usize::try_from(hasher.finish() % QUEUES as u64).unwrap_or(0);
            self.turn = Some(self.turns.queues[queue].lock().await);
        }
        settled
    }
}
