//! `provost serve --capture`: what providers send, written down as fixtures that replay.
//!
//! One file for each token, so that each is one client's. The people are taken out before anything is written
//! ([`entra::wire::replay::Recorder`]); tokens are never written. A file is whole after every request, so that a server that
//! is killed leaves fixtures.

use std::collections::HashMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use base::{Clock, SystemClock};
use entra::wire::replay::{self, Recorder};
use provost_http::{Exchange, Tap};

use crate::failure::Failure;
use crate::printer::Printer;

/// Exchanges that wait to be written; more are dropped, so that nobody who is served waits for the disk.
const WAITING: usize = 4096;
/// Clients that have a file.
const CLIENTS: usize = 100;

/// The recording of a server that runs.
pub(crate) struct Capture {
    tap: Arc<Sender>,
    writer: JoinHandle<()>,
}

struct Sender(SyncSender<Option<Exchange>>);

impl Tap for Sender {
    fn take(&self, exchange: Exchange) {
        // Who is refused sends nothing worth keeping, and anybody could fill the disk that way.
        if exchange.status != 401 && self.0.try_send(Some(exchange)).is_err() {
            tracing::warn!("a request is not written down: the disk does not keep up, or writing has ended");
        }
    }
}

impl Capture {
    /// Begins to write into a folder, at most so many MiB.
    pub(crate) fn start(folder: &Path, limit: u64, printer: Printer) -> Result<Self, Failure> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(|e| Failure::file(folder, &e))?;
        let (sender, receiver) = sync_channel(WAITING);
        let files = Files {
            folder: folder.to_owned(),
            left: limit.saturating_mul(1024 * 1024),
            known: HashMap::new(),
            hasher: RandomState::new(),
        };
        let writer = std::thread::Builder::new().name("capture".into());
        let writer = writer
            .spawn(move || files.write(&receiver))
            .map_err(|e| Failure::unexpected("the recording cannot be started").caused_by(&e))?;
        printer.say(&format!(
            "What providers send is written down in {}, without the people, up to {limit} MiB",
            folder.display()
        ));
        Ok(Self { tap: Arc::new(Sender(sender)), writer })
    }

    pub(crate) fn tap(&self) -> Arc<dyn Tap> {
        self.tap.clone()
    }

    /// Writes what still waits.
    pub(crate) fn finish(self) {
        if self.tap.0.send(None).is_ok() && self.writer.join().is_err() {
            tracing::warn!("the recording ended badly");
        }
    }
}

struct Files {
    folder: PathBuf,
    /// Bytes that may still be written.
    left: u64,
    known: HashMap<Option<u64>, Client>,
    hasher: RandomState,
}

struct Client {
    recorder: Recorder,
    file: File,
    /// Where the next step goes.
    end: u64,
    after: String,
    steps: u64,
}

impl Files {
    fn write(mut self, receiver: &Receiver<Option<Exchange>>) {
        while let Ok(Some(exchange)) = receiver.recv() {
            match self.append(&exchange) {
                Ok(true) => {}
                Ok(false) => {
                    tracing::warn!("the recording has reached --capture-limit and ends");
                    return;
                }
                Err(error) => {
                    tracing::warn!(%error, "the recording ends: it cannot be written");
                    return;
                }
            }
        }
    }

    /// Whether there was room for it.
    fn append(&mut self, exchange: &Exchange) -> io::Result<bool> {
        let seen = replay::Exchange {
            method: &exchange.method,
            path: &exchange.path,
            query: &exchange.query,
            headers: &exchange.headers,
            body: &exchange.body,
            status: exchange.status,
            answer: &exchange.answer,
        };
        let token = exchange.headers.iter().find(|(name, _)| name == "authorization");
        let key = token.map(|(_, token)| self.hasher.hash_one(token));
        if !self.known.contains_key(&key) {
            if self.known.len() >= CLIENTS {
                return Ok(true);
            }
            let client = Client::begin(&self.folder, &seen)?;
            self.known.insert(key, client);
        }
        let Some(client) = self.known.get_mut(&key) else { return Ok(true) };
        let mut step = client.recorder.step(&seen);
        if client.steps > 0 {
            step.insert(0, ',');
        }
        let size = step.len() as u64 + client.after.len() as u64;
        if size > self.left {
            return Ok(false);
        }
        self.left -= step.len() as u64;
        client.append(&step)?;
        Ok(true)
    }
}

impl Client {
    fn begin(folder: &Path, first: &replay::Exchange<'_>) -> io::Result<Self> {
        let (before, after) = Recorder::frame(first, &SystemClock.now().to_string());
        let mut file = new_file(folder)?;
        file.write_all(before.as_bytes())?;
        let end = before.len() as u64;
        Ok(Self { recorder: Recorder::default(), file, end, after, steps: 0 })
    }

    /// Puts a step where the end was, and the end behind it, in one write.
    fn append(&mut self, step: &str) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(format!("{step}{}", self.after).as_bytes())?;
        self.end += step.len() as u64;
        self.steps += 1;
        Ok(())
    }
}

/// The next file of its name that is not there.
fn new_file(folder: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut number = 1;
    loop {
        match options.open(folder.join(format!("capture-{number}.json"))) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            other => return other,
        }
    }
}
