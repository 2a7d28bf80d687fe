//! What stands between Provost and the app: it lets most through, fails in every way in which networks and servers fail, and
//! keeps a record of what the app said yes to.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::receiver::{Got, read};

/// How long Provost waits for an answer here.
pub(super) const TIMEOUT: Duration = Duration::from_secs(1);

/// Numbers that look random and are the same every time.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// What befalls a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    /// 500.
    Refused,
    /// 429, and to come again in a second.
    Busy,
    /// 410: for good, if no operator says otherwise.
    Gone,
    /// No answer, ever, and the app hears nothing.
    Hung,
    /// The app is asked when nobody waits for the answer any more.
    Late,
    /// The connection is closed, and the app hears nothing.
    Closed,
    /// The app has it, and its answer is lost.
    Lost,
    /// The app is asked a little later.
    Slow,
    /// The app is not there.
    Away,
}

/// Those that cost a second or more each: they come in turn, after so many requests each time.
const RARE: [Fault; 4] = [Fault::Gone, Fault::Hung, Fault::Late, Fault::Busy];

/// What the app said yes to, in the order in which it did.
#[derive(Default)]
pub(super) struct Record {
    /// Ids of events.
    pub(super) seen: HashSet<String>,
    /// Learners as they were told.
    pub(super) learners: BTreeMap<String, Value>,
    /// What was told after something later of the same subject.
    pub(super) disorder: Vec<String>,
    /// What befell requests, how often.
    pub(super) faults: BTreeMap<Fault, u64>,
    /// How many requests came.
    pub(super) requests: u64,
    last: HashMap<String, i64>,
}

impl Record {
    fn take(&mut self, got: &Got) {
        if !self.seen.insert(got.headers["webhook-id"].clone()) {
            return;
        }
        let (subject, position) = (got.subject(), got.position());
        // What concerns nobody in particular waits for nothing and lets nothing wait.
        if subject.is_empty() {
            return;
        }
        if let Some(before) = self.last.insert(subject.clone(), position)
            && before >= position
        {
            self.disorder.push(format!("{subject}: {before} before {position}"));
        }
        let kind = got.kind();
        if kind == "learner.removed" {
            self.learners.remove(&subject);
        } else if kind.starts_with("learner.") {
            self.learners.insert(subject, got.json()["data"]["data"]["profile"].clone());
        }
    }
}

/// The front.
pub(super) struct Front {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    app: u16,
    /// A rare fault comes after so many requests.
    gap: u64,
    record: Mutex<Record>,
    dice: Mutex<Dice>,
}

impl Front {
    /// Stands in front of the app at a port of this machine.
    pub(super) async fn start(app: u16, gap: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (record, dice) = (Mutex::default(), Mutex::new(Dice(0x5eed)));
        let shared = Arc::new(Shared { app, gap, record, dice });
        let serving = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&serving)));
            }
        });
        Self { address, shared }
    }

    /// Where Provost sends to.
    pub(super) fn url(&self) -> String {
        format!("http://{}/hooks", self.address)
    }

    /// The record.
    pub(super) fn record(&self) -> MutexGuard<'_, Record> {
        self.shared.record.lock().unwrap()
    }
}

impl Shared {
    fn fault(&self) -> Option<Fault> {
        let mut record = self.record.lock().unwrap();
        record.requests += 1;
        let mut dice = self.dice.lock().unwrap();
        let fault = if record.requests.is_multiple_of(self.gap) {
            RARE[(record.requests / self.gap) as usize % RARE.len()]
        } else {
            match dice.below(1000) {
                0..8 => Fault::Refused,
                8..12 => Fault::Closed,
                12..16 => Fault::Lost,
                16..40 => Fault::Slow,
                _ => return None,
            }
        };
        *record.faults.entry(fault).or_default() += 1;
        Some(fault)
    }

    fn below(&self, n: u64) -> u64 {
        self.dice.lock().unwrap().below(n)
    }

    /// Asks the app; what it answers, or that it is away.
    async fn ask(&self, app: &mut Option<TcpStream>, got: &Got) -> u16 {
        if let Some(status) = self.exchange(app, got).await {
            if status / 100 == 2 {
                self.record.lock().unwrap().take(got);
            }
            return status;
        }
        *app = None;
        *self.record.lock().unwrap().faults.entry(Fault::Away).or_default() += 1;
        502
    }

    async fn exchange(&self, app: &mut Option<TcpStream>, got: &Got) -> Option<u16> {
        if app.is_none() {
            *app = Some(TcpStream::connect(("127.0.0.1", self.app)).await.ok()?);
        }
        let stream = app.as_mut()?;
        let mut request = format!("POST {} HTTP/1.1\r\n", got.path);
        for (name, value) in &got.headers {
            request += &format!("{name}: {value}\r\n");
        }
        stream.write_all((request + "\r\n" + &got.body).as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        // The app's answers to this have no bodies.
        while !answer.ends_with(b"\r\n\r\n") {
            if stream.read_buf(&mut answer).await.ok()? == 0 {
                return None;
            }
        }
        String::from_utf8_lossy(&answer).split(' ').nth(1)?.parse().ok()
    }
}

/// One connection of Provost's, with one to the app behind it.
async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    let (mut bytes, mut app) = (Vec::new(), None);
    while let Some(got) = read(&mut stream, &mut bytes).await {
        let fault = shared.fault();
        let (status, header) = match fault {
            Some(Fault::Refused) => (500, ""),
            Some(Fault::Busy) => (429, "retry-after: 1\r\n"),
            Some(Fault::Gone) => (410, ""),
            Some(Fault::Hung) => {
                // Until Provost gives it up.
                let _ = stream.read_buf(&mut bytes).await;
                return;
            }
            Some(Fault::Closed) => return,
            Some(Fault::Late) => {
                tokio::time::sleep(TIMEOUT + Duration::from_millis(200)).await;
                (shared.ask(&mut app, &got).await, "")
            }
            Some(Fault::Lost) => {
                shared.ask(&mut app, &got).await;
                return;
            }
            Some(Fault::Slow) => {
                tokio::time::sleep(Duration::from_millis(10 + shared.below(200))).await;
                (shared.ask(&mut app, &got).await, "")
            }
            Some(Fault::Away) | None => (shared.ask(&mut app, &got).await, ""),
        };
        let answer = format!("HTTP/1.1 {status} X\r\n{header}content-length: 0\r\n\r\n");
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}
