//! Writing the answer to a bulk request (RFC 7644 §3.7.3).

use std::fmt::Write;

use serde_json::Value;

use super::{BULK_RESPONSE, BulkOperation};

/// What came of one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkResult {
    /// HTTP status.
    pub status: u16,
    /// Address of the resource; `None` only for a POST that failed.
    pub location: Option<String>,
    /// Version of the resource after the operation, as in `ETag`.
    pub version: Option<String>,
    /// Ready JSON: the error body, which is required after a failure, or the resource.
    pub response: Option<String>,
}

/// The answer, one operation after the other in the order of the request (S-BULK-04).
#[derive(Debug)]
pub struct BulkResponse {
    text: String,
    is_empty: bool,
}

impl Default for BulkResponse {
    fn default() -> Self {
        Self { text: format!(r#"{{"schemas":["{BULK_RESPONSE}"],"Operations":["#), is_empty: true }
    }
}

impl BulkResponse {
    /// Adds an operation. Operations that were not processed any more are left out.
    pub fn push(&mut self, operation: &BulkOperation, result: &BulkResult) {
        if !std::mem::take(&mut self.is_empty) {
            self.text.push(',');
        }
        let _ = write!(self.text, r#"{{"method":{}"#, Value::from(&*operation.method));
        let texts =
            [("bulkId", &operation.bulk_id), ("version", &result.version), ("location", &result.location)];
        for (name, text) in texts {
            if let Some(text) = text {
                let _ = write!(self.text, r#","{name}":{}"#, Value::from(&**text));
            }
        }
        let _ = write!(self.text, r#","status":"{}""#, result.status);
        if let Some(response) = &result.response {
            let _ = write!(self.text, r#","response":{response}"#);
        }
        self.text.push('}');
    }

    /// The body.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.text.push_str("]}");
        self.text
    }
}
