//! What a connection brings next: the head of a request, or more of a body.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

/// Shared by the two ends of one connection: who reads its bytes, and who takes its requests.
#[derive(Debug, Default)]
pub(super) struct Stage {
    within_body: AtomicBool,
}

impl Stage {
    /// Whether what arrives next belongs to a head. It may be the middle of one.
    pub(super) fn is_head(&self) -> bool {
        !self.within_body.load(Ordering::Acquire)
    }

    fn set_within_body(&self, within: bool) {
        self.within_body.store(within, Ordering::Release);
    }
}

/// A request's body that says when it has come to its end. One that is given up before never says so.
#[derive(Debug)]
pub(super) struct Watched {
    body: Incoming,
    stage: Arc<Stage>,
    ended: bool,
}

impl Watched {
    /// A body that is about to be read, if there is one.
    pub(super) fn new(body: Incoming, stage: Arc<Stage>) -> Self {
        let ended = body.is_end_stream();
        stage.set_within_body(!ended);
        Self { body, stage, ended }
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let this = self.get_mut();
        if this.ended {
            return Poll::Ready(None);
        }
        let frame = ready!(Pin::new(&mut this.body).poll_frame(cx));
        if frame.is_none() || this.body.is_end_stream() {
            this.ended = true;
            this.stage.set_within_body(false);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.ended
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
