//! Names and values of a query or a form.

use axum::Form;
use axum::body::Body;
use axum::extract::{FromRequest, Query, Request};
use axum::http::{Method, Uri, header};
use bytes::Bytes;

/// Media type of a form.
const FORM: &str = "application/x-www-form-urlencoded";

/// What was sent, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Those of the query; none when it cannot be read.
    pub(crate) fn of_query(uri: &Uri) -> Self {
        Self(Query::try_from_uri(uri).map(|Query(fields)| fields).unwrap_or_default())
    }

    /// Those of a form's body; none when it cannot be read.
    pub(crate) async fn of_form(body: Bytes) -> Self {
        let request = Request::builder()
            .method(Method::POST)
            .header(header::CONTENT_TYPE, FORM)
            .body(Body::from(body))
            .unwrap_or_default();
        Self(Form::from_request(request, &()).await.map(|Form(fields)| fields).unwrap_or_default())
    }

    /// The first value of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The same, when there is something in it; without space around it.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).map(str::trim).filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_form_is_read_as_browsers_write_it() {
        let form = Fields::of_form(Bytes::from_static(b"name=A+%26+B&empty=+&a=1&a=2")).await;
        assert_eq!(form.get("name"), Some("A & B"));
        assert_eq!(form.filled("empty"), None);
        assert_eq!(form.get("a"), Some("1"));
        assert_eq!(Fields::of_form(Bytes::from_static(b"\xff=%zz")).await.get("name"), None);
        assert_eq!(Fields::of_query(&Uri::from_static("/x?q=%3Cb%3E")).get("q"), Some("<b>"));
    }
}
