//! The bytes between socket and hyper, where two things are put right that hyper leaves no other place for.
//!
//! A request head that cannot be read is answered by hyper itself, without a body; here the answer gets the SCIM error
//! that every refusal has (S-HTTP-11). And quotation marks stand unencoded in the addresses that people and some
//! clients send (`?filter=userName+eq+"ann"`, A-36), which hyper's type for addresses does not take; here they are
//! percent-encoded in the request line before it is read.

use std::io::{IoSlice, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use scim::ScimError;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::stage::Stage;

/// One connection.
#[derive(Debug)]
pub(super) struct Wire<S> {
    stream: S,
    stage: Arc<Stage>,
    /// Read from the socket, encoded, and not yet taken.
    incoming: Bytes,
    /// To be written in place of an answer of hyper's.
    outgoing: Bytes,
}

impl<S> Wire<S> {
    /// Around a stream whose requests are taken with this stage.
    pub(super) fn new(stream: S, stage: Arc<Stage>) -> Self {
        Self { stream, stage, incoming: Bytes::new(), outgoing: Bytes::new() }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let this = self.get_mut();
        if this.incoming.is_empty() {
            let start = buf.filled().len();
            ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
            if !this.stage.is_head() {
                return Poll::Ready(Ok(()));
            }
            let Some(encoded) = encoded(&buf.filled()[start..]) else { return Poll::Ready(Ok(())) };
            this.incoming = encoded;
            buf.set_filled(start);
        }
        let now = this.incoming.split_to(this.incoming.len().min(buf.remaining()));
        buf.put_slice(&now);
        Poll::Ready(Ok(()))
    }
}

/// The bytes with every quotation mark of the request line encoded; `None` when there is none to encode, or when they
/// do not begin with a request line.
///
/// Only within that one line, so that wherever the bytes really belong, nothing else than a header's own value changes:
/// never the length of a body, nor where a head ends.
fn encoded(bytes: &[u8]) -> Option<Bytes> {
    let end = bytes.iter().position(|b| *b == b'\n')?;
    let (line, rest) = bytes.split_at(end);
    if !line.contains(&b'"') {
        return None;
    }
    let method = line.iter().position(|b| *b == b' ')?;
    let is_method = method > 0 && line[..method].iter().all(u8::is_ascii_uppercase);
    let line_end = line.strip_suffix(b"\r").unwrap_or(line);
    if !is_method || !(line_end.ends_with(b" HTTP/1.1") || line_end.ends_with(b" HTTP/1.0")) {
        return None;
    }
    let mut out = Vec::with_capacity(bytes.len() + 32);
    for byte in line {
        match byte {
            b'"' => out.extend_from_slice(b"%22"),
            other => out.push(*other),
        }
    }
    out.extend_from_slice(rest);
    Some(out.into())
}

impl<S: AsyncWrite + Unpin> Wire<S> {
    /// Writes what stands in place of an answer of hyper's.
    fn poll_outgoing(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        while !self.outgoing.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.outgoing))?;
            if written == 0 {
                return Poll::Ready(Err(std::io::ErrorKind::WriteZero.into()));
            }
            self.outgoing.advance(written);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_outgoing(cx))?;
        if let Some(answer) = explained(buf) {
            this.outgoing = answer;
            return Poll::Ready(Ok(buf.len()));
        }
        Pin::new(&mut this.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_outgoing(cx))?;
        if let [only] = bufs
            && let Some(answer) = explained(only)
        {
            this.outgoing = answer;
            return Poll::Ready(Ok(only.len()));
        }
        Pin::new(&mut this.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_outgoing(cx))?;
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_outgoing(cx))?;
        Pin::new(&mut this.stream).poll_shutdown(cx)
    }
}

/// The same answer with a SCIM error for a body, when it is hyper's own to a head it could not read. Ours of these
/// statuses always have a body, and so a media type.
fn explained(answer: &[u8]) -> Option<Bytes> {
    const EMPTY: &str = "content-length: 0\r\n";
    let status = answer.strip_prefix(b"HTTP/1.1 ").or_else(|| answer.strip_prefix(b"HTTP/1.0 "))?.get(..4)?;
    let error = match status {
        b"400 " => ScimError::syntax(
            "The head of the request cannot be read: its first line or a header has bytes that may not stand there, or \
             its length is said in two ways. Percent-encode the address; headers hold text without control characters.",
        ),
        b"414 " => ScimError::plain(
            414,
            "The address of the request is too long. Send a long filter in the body of a POST to /.search.",
        ),
        b"431 " => ScimError::plain(
            431,
            "The head of the request is too large: at most 64 KiB and 100 headers are read. Send fewer or shorter ones.",
        ),
        _ => return None,
    };
    let head = std::str::from_utf8(answer).ok().filter(|a| a.ends_with("\r\n\r\n") && a.contains(EMPTY))?;
    if head.contains("content-type:") {
        return None;
    }
    let body = scim::message::error_body(&error);
    let length = format!("content-type: application/scim+json\r\ncontent-length: {}\r\n", body.len());
    let mut out = head.replacen(EMPTY, &length, 1).into_bytes();
    out.extend_from_slice(body.as_ref());
    Some(out.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Option<String> {
        encoded(text.as_bytes()).map(|b| String::from_utf8(b.to_vec()).unwrap())
    }

    // A-36
    #[test]
    fn quotes_are_encoded_in_the_request_line_and_nowhere_else() {
        assert_eq!(
            line("GET /Users?filter=a+eq+\"b\" HTTP/1.1\r\nX: \"y\"\r\n\r\n\"z\"").unwrap(),
            "GET /Users?filter=a+eq+%22b%22 HTTP/1.1\r\nX: \"y\"\r\n\r\n\"z\""
        );
        for other in [
            "GET /Users HTTP/1.1\r\nX: \"y\"\r\n",
            "If-Match: \"1\" HTTP/1.1\r\n",
            "{\"a\": \"GET / HTTP/1.1\r\n",
            "\r\nGET /\" HTTP/1.1\r\n",
            "GET /\" HTTP/1.1",
            "",
        ] {
            assert_eq!(line(other), None, "{other:?}");
        }
    }

    // S-HTTP-11
    #[test]
    fn only_an_empty_refusal_of_a_head_gets_a_body() {
        let own =
            b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        let text = String::from_utf8(explained(own).unwrap().to_vec()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.ends_with(&format!("content-length: {}", body.len())), "{head}");
        assert!(body.contains("\"status\":\"431\""), "{body}");
        for other in [
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/scim+json\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}",
            "{\"a\": 400 }",
        ] {
            assert_eq!(explained(other.as_bytes()), None, "{other:?}");
        }
    }
}
