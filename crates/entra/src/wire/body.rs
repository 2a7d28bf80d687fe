//! Bodies, printed straight into bytes: an initial cycle writes some hundred thousand of them.

use serde_json::Value as Json;

use crate::wire::switches::{BooleanForm, KeyOrder, OpCase, Switches};

/// The schema of PATCH messages (RFC 7644 §3.5.2).
const PATCH_OP: &str = r#""schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]"#;

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Gives a value where none is, or elements to a list.
    Add,
    /// Puts a value in the place of another.
    Replace,
    /// Takes a value away.
    Remove,
}

impl Operation {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self, case: OpCase) -> &'static str {
        match (self, case) {
            (Self::Add, OpCase::Capital) => "Add",
            (Self::Replace, OpCase::Capital) => "Replace",
            (Self::Remove, OpCase::Capital) => "Remove",
            (Self::Add, OpCase::Lower) => "add",
            (Self::Replace, OpCase::Lower) => "replace",
            (Self::Remove, OpCase::Lower) => "remove",
        }
    }
}

/// JSON under construction. Writing to it cannot fail.
#[derive(Debug, Default)]
pub(crate) struct Body(Vec<u8>);

impl Body {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// Punctuation, or text that is JSON already.
    pub(crate) fn raw(&mut self, json: &str) {
        self.0.extend_from_slice(json.as_bytes());
    }

    pub(crate) fn text(&mut self, text: &str) {
        // A `Vec` takes everything, and a text always prints.
        let _ = serde_json::to_writer(&mut self.0, text);
    }

    pub(crate) fn json(&mut self, json: &Json) {
        let _ = serde_json::to_writer(&mut self.0, json);
    }

    /// A comma, unless this is the beginning of an object or a list; then `"key":`.
    pub(crate) fn key(&mut self, key: &str) {
        self.comma();
        self.text(key);
        self.raw(":");
    }

    /// A comma, unless this is the beginning of an object or a list.
    pub(crate) fn comma(&mut self) {
        if !matches!(self.0.last(), None | Some(b'{' | b'[')) {
            self.raw(",");
        }
    }

    /// A truth value in the form asked for; anything else as text.
    pub(crate) fn boolean(&mut self, text: &str, form: BooleanForm) {
        let truth = match text {
            _ if text.eq_ignore_ascii_case("true") => true,
            _ if text.eq_ignore_ascii_case("false") => false,
            _ => return self.text(text),
        };
        self.raw(match (form, truth) {
            (BooleanForm::CapitalText, true) => r#""True""#,
            (BooleanForm::CapitalText, false) => r#""False""#,
            (BooleanForm::LowerText, true) => r#""true""#,
            (BooleanForm::LowerText, false) => r#""false""#,
            (BooleanForm::Real, true) => "true",
            (BooleanForm::Real, false) => "false",
        });
    }

    /// A whole number; anything else as text.
    pub(crate) fn integer(&mut self, text: &str) {
        match text.parse::<i64>() {
            Ok(number) => self.raw(&number.to_string()),
            Err(_) => self.text(text),
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// A PATCH message under construction.
#[derive(Debug)]
pub(crate) struct Operations<'a> {
    body: Body,
    switches: &'a Switches,
    count: usize,
}

impl<'a> Operations<'a> {
    pub(crate) fn new(switches: &'a Switches) -> Self {
        let mut body = Body::with_capacity(256);
        body.raw("{");
        if switches.key_order == KeyOrder::SchemasFirst {
            body.raw(PATCH_OP);
            body.raw(",");
        }
        body.raw("\"Operations\":[");
        Self { body, switches, count: 0 }
    }

    /// One operation, with whatever path and value it has.
    pub(crate) fn push(
        &mut self,
        operation: Operation,
        path: Option<&str>,
        value: Option<&dyn Fn(&mut Body)>,
    ) {
        self.body.comma();
        self.body.raw("{");
        self.body.key("op");
        self.body.text(operation.word(self.switches.op_case));
        let schemas_last = self.switches.key_order == KeyOrder::SchemasLast;
        if let (true, Some(value)) = (schemas_last, value) {
            self.body.key("value");
            value(&mut self.body);
        }
        if let Some(path) = path {
            self.body.key("path");
            self.body.text(path);
        }
        if let (false, Some(value)) = (schemas_last, value) {
            self.body.key("value");
            value(&mut self.body);
        }
        self.body.raw("}");
        self.count += 1;
    }

    pub(crate) const fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.body.raw("]");
        if self.switches.key_order == KeyOrder::SchemasLast {
            self.body.raw(",");
            self.body.raw(PATCH_OP);
        }
        self.body.raw("}");
        self.body.into_bytes()
    }
}
