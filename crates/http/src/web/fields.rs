//! Names and values of a query or a form.

use axum::Form;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Query, Request};
use axum::http::{HeaderMap, Method, Uri, header};
use bytes::Bytes;

/// What was sent, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Those of the query; none when it cannot be read.
    pub(crate) fn of_query(uri: &Uri) -> Self {
        Self(Query::try_from_uri(uri).map(|Query(fields)| fields).unwrap_or_default())
    }

    /// Those of a form's body, which its reader has bounded; none when it cannot be read. The content of a file stands
    /// under the name of its field.
    pub(crate) async fn of_form(headers: &HeaderMap, body: Bytes) -> Self {
        let mut request = Request::new(Body::from(body));
        *request.method_mut() = Method::POST;
        if let Some(kind) = headers.get(header::CONTENT_TYPE) {
            request.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
        }
        DefaultBodyLimit::disable().apply(&mut request);
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            return Self::of_parts(request).await.unwrap_or_default();
        }
        Self(Form::from_request(request, &()).await.map(|Form(fields)| fields).unwrap_or_default())
    }

    /// A form with a file in it.
    async fn of_parts(request: Request) -> Option<Self> {
        let mut parts = Multipart::from_request(request, &()).await.ok()?;
        let mut fields = Vec::new();
        while let Some(part) = parts.next_field().await.ok()? {
            let name = part.name().unwrap_or_default().to_owned();
            let content = part.bytes().await.ok()?;
            fields.push((name, String::from_utf8_lossy(&content).into_owned()));
        }
        Some(Self(fields))
    }

    /// The first value of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The same, when there is something in it; without space around it.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).map(str::trim).filter(|value| !value.is_empty())
    }

    /// All names and values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn kind(kind: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(kind))])
    }

    #[tokio::test]
    async fn a_form_is_read_as_browsers_write_it() {
        let plain = kind("application/x-www-form-urlencoded");
        let form = Fields::of_form(&plain, Bytes::from_static(b"name=A+%26+B&empty=+&a=1&a=2")).await;
        assert_eq!(form.get("name"), Some("A & B"));
        assert_eq!(form.filled("empty"), None);
        assert_eq!(form.get("a"), Some("1"));
        assert_eq!(form.iter().count(), 4);
        assert_eq!(Fields::of_form(&plain, Bytes::from_static(b"\xff=%zz")).await.get("name"), None);
        assert_eq!(Fields::of_query(&Uri::from_static("/x?q=%3Cb%3E")).get("q"), Some("<b>"));
    }

    #[tokio::test]
    async fn a_file_stands_under_the_name_of_its_field() {
        let body = "--x\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n\
                    --x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\
                    content-type: text/csv\r\n\r\nuserName\r\nann\r\n--x--\r\n";
        let parts = kind("multipart/form-data; boundary=x");
        let form = Fields::of_form(&parts, Bytes::from_static(body.as_bytes())).await;
        assert_eq!((form.get("csrf"), form.get("file")), (Some("abc"), Some("userName\r\nann")));
        let cut = Fields::of_form(&parts, Bytes::from_static(&body.as_bytes()[..60])).await;
        assert_eq!(cut, Fields::default());
    }
}
