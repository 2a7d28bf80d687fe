//! The platform's own look, from its settings.

use std::path::Path;

use provost_http::{Brand, Colour, Logo};
use service::Lang;

use crate::cli::Branding;
use crate::failure::Failure;

/// Largest logo, in bytes.
const LARGEST: usize = 256 * 1024;

/// Reads what was set.
///
/// # Errors
/// When a colour, language, contact or file is none.
pub(crate) fn brand(settings: &Branding) -> Result<Brand, Failure> {
    let accent = Colour::parse(&settings.branding_accent).ok_or_else(|| {
        Failure::input(format!("--branding-accent {}: this is no colour", settings.branding_accent))
            .hint("write six hexadecimal digits, for example #2f56c7")
    })?;
    let language = Lang::ALL.into_iter().find(|lang| lang.code() == settings.branding_language);
    let language = language.ok_or_else(|| {
        let all = Lang::ALL.map(Lang::code).join(", ");
        Failure::input(format!(
            "--branding-language {}: setup pages are not in this language",
            settings.branding_language
        ))
        .hint(format!("the languages are: {all}"))
    })?;
    let support = settings.branding_support.clone().map(contact).transpose()?;
    let logo = settings.branding_logo.as_deref().map(logo).transpose()?;
    let name = settings.branding_name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        return Err(Failure::input("--branding-name must have 1 to 60 characters"));
    }
    Ok(Brand { name, logo, accent, support, language })
}

/// An e-mail address or a URL of the web: it becomes a link, and nothing else may.
fn contact(text: String) -> Result<String, Failure> {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    let is_mail = text.contains('@') && !text.contains([':', '/', '?']);
    if (is_web || is_mail) && !text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Ok(text);
    }
    Err(Failure::input(format!("--branding-support {text}: this is neither an e-mail address nor a URL"))
        .hint("for example support@example.com or https://example.com/help"))
}

fn logo(path: &Path) -> Result<Logo, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::file(path, &error))?;
    if bytes.len() > LARGEST {
        return Err(Failure::input(format!(
            "{} has {} bytes; a logo may have {LARGEST}",
            path.display(),
            bytes.len()
        )));
    }
    let media = media(&bytes)
        .ok_or_else(|| Failure::input(format!("{} is no SVG, PNG, JPEG or WebP picture", path.display())))?;
    Ok(Logo { media, bytes })
}

/// By content, not by name.
fn media(bytes: &[u8]) -> Option<&'static str> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(512)).unwrap_or_default());
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ if head.contains("<svg") => Some("image/svg+xml"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Branding {
        Branding {
            branding_name: "Learnwell".into(),
            branding_logo: None,
            branding_accent: "#0a7f5a".into(),
            branding_support: Some("help@learnwell.example".into()),
            branding_language: "de".into(),
        }
    }

    #[test]
    fn a_brand_is_what_was_set() {
        let made = brand(&settings()).unwrap();
        assert_eq!((made.name.as_str(), made.language), ("Learnwell", Lang::De));
        assert_eq!(made.accent, Colour(0x0a, 0x7f, 0x5a));
    }

    #[test]
    fn what_is_none_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("logo.svg");
        std::fs::write(&file, "no picture").unwrap();
        let cases = [
            (Branding { branding_accent: "red".into(), ..settings() }, "--branding-accent"),
            (Branding { branding_language: "fr".into(), ..settings() }, "--branding-language"),
            (Branding { branding_support: Some("javascript:x".into()), ..settings() }, "--branding-support"),
            (Branding { branding_name: "  ".into(), ..settings() }, "--branding-name"),
            (Branding { branding_logo: Some(file), ..settings() }, "logo.svg"),
        ];
        for (bad, name) in cases {
            let error = brand(&bad).unwrap_err();
            assert!(format!("{error:?}").contains(name), "{error:?}");
        }
    }

    #[test]
    fn a_picture_is_known_by_its_content() {
        assert_eq!(media(b"\x89PNG\r\n"), Some("image/png"));
        assert_eq!(media(b"<?xml version=\"1.0\"?><svg/>"), Some("image/svg+xml"));
        assert_eq!(media(b"<html>"), None);
    }
}
