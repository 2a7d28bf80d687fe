//! An answer, with assertions that show the whole exchange when they fail.

use serde_json::Value;

/// One answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// What was sent, for messages.
    pub sent: String,
    /// Status.
    pub status: u16,
    /// Headers in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as JSON; null when it is not.
    pub json: Value,
    /// The body as text.
    pub text: String,
}

impl Reply {
    /// Reads an answer from its bytes.
    ///
    /// # Panics
    /// When they are not an HTTP/1.1 answer.
    #[must_use]
    pub fn parse(sent: &str, answer: &[u8]) -> Self {
        let end = answer.windows(4).position(|w| w == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no answer to\n{sent}\n{}", String::from_utf8_lossy(answer)));
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|l| l.split(' ').nth(1)).and_then(|s| s.parse().ok()).unwrap_or(0);
        let headers: Vec<(String, String)> = lines
            .filter_map(|l| l.split_once(':'))
            .map(|(n, v)| (n.trim().to_ascii_lowercase(), v.trim().to_owned()))
            .collect();
        let body = &answer[end + 4..];
        let chunked = headers.iter().any(|(n, v)| n == "transfer-encoding" && v == "chunked");
        let text = String::from_utf8_lossy(&if chunked { unchunk(body) } else { body.to_vec() }).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { sent: sent.to_owned(), status, headers, json, text }
    }

    /// The same, if it has this status.
    ///
    /// # Panics
    /// When it has another; shows the exchange.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(
            self.status, status,
            "\n--- sent\n{}\n--- answered {}\n{}",
            self.sent, self.status, self.text
        );
        self
    }

    /// The same, if it is a SCIM error of this status and `scimType` (empty for none).
    ///
    /// # Panics
    /// When it is not, or is no proper SCIM error (S-ERR-01).
    #[track_caller]
    pub fn scim_error(self, status: u16, scim_type: &str) -> Self {
        let reply = self.expect(status);
        let shown = format!("\n--- sent\n{}\n--- answered\n{}", reply.sent, reply.text);
        assert_eq!(reply.json["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error", "{shown}");
        assert_eq!(reply.json["status"], status.to_string(), "{shown}");
        assert_eq!(reply.json["scimType"].as_str().unwrap_or(""), scim_type, "{shown}");
        assert!(reply.json["detail"].as_str().is_some_and(|d| d.len() > 10), "{shown}");
        assert_eq!(reply.header("content-type"), Some("application/scim+json"), "{shown}");
        reply
    }

    /// The sentence of an error.
    #[must_use]
    pub fn detail(&self) -> &str {
        self.json["detail"].as_str().unwrap_or("")
    }

    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The resource's id.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    #[track_caller]
    pub fn id(&self) -> &str {
        self.json["id"].as_str().unwrap_or_else(|| panic!("no id in {}", self.text))
    }

    /// The resources of a list.
    ///
    /// # Panics
    /// When it is no list.
    #[must_use]
    #[track_caller]
    pub fn resources(&self) -> &[Value] {
        self.json["Resources"].as_array().unwrap_or_else(|| panic!("no list: {}", self.text))
    }

    /// `totalResults` of a list.
    ///
    /// # Panics
    /// When it is no list.
    #[must_use]
    #[track_caller]
    pub fn total(&self) -> u64 {
        self.json["totalResults"].as_u64().unwrap_or_else(|| panic!("no total: {}", self.text))
    }
}

fn unchunk(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = body.windows(2).position(|w| w == b"\r\n") {
        let size =
            std::str::from_utf8(&body[..end]).ok().and_then(|s| usize::from_str_radix(s.trim(), 16).ok());
        let Some(size) = size.filter(|s| *s > 0 && end + 2 + s <= body.len()) else { break };
        whole.extend_from_slice(&body[end + 2..end + 2 + size]);
        body = body.get(end + 4 + size..).unwrap_or_default();
    }
    whole
}
