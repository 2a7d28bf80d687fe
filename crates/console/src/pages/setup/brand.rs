//! The platform's own look: name, logo, colour, support, language.

use base::sha256;
use service::Lang;

/// Contrast that text needs (WCAG 2.2, AA).
const READABLE: f64 = 4.5;
/// The backgrounds that the accent stands on as text: light, and dark.
const LIGHT: Colour = Colour(0xff, 0xff, 0xff);
const DARK: Colour = Colour(0x18, 0x1c, 0x22);

/// What is below the colours in the stylesheet of setup pages.
const STYLE: &str = include_str!("setup.css");

/// A colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// Reads `#2f56c7`, with or without the `#`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().trim_start_matches('#');
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        Some(Self(part(0)?, part(2)?, part(4)?))
    }

    fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let c = f64::from(part) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// Contrast between two colours: 1 to 21.
    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// This far, in percent, on the way to another colour.
    fn towards(self, other: Self, percent: u16) -> Self {
        let mix = |a: u8, b: u8| {
            let value = (u16::from(a) * (100 - percent) + u16::from(b) * percent) / 100;
            u8::try_from(value).unwrap_or(u8::MAX)
        };
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }

    /// The nearest shade of it that can be read on a background.
    fn readable_on(self, background: Self) -> Self {
        let away = if background.luminance() > 0.5 { Self(0, 0, 0) } else { Self(0xff, 0xff, 0xff) };
        (0..=100).map(|p| self.towards(away, p)).find(|c| c.contrast(background) >= READABLE).unwrap_or(away)
    }

    /// Black or white, whichever can be read on it.
    fn ink(self) -> Self {
        let (black, white) = (Self(0x10, 0x13, 0x18), Self(0xff, 0xff, 0xff));
        if self.contrast(white) >= self.contrast(black) { white } else { black }
    }
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// Media type.
    pub media: &'static str,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Whose pages these are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// The platform's name.
    pub name: String,
    /// Its logo, in place of the written name.
    pub logo: Option<Logo>,
    /// Its colour.
    pub accent: Colour,
    /// Whom customers ask: an e-mail address, or an address of the web.
    pub support: Option<String>,
    /// Language, where the browser asks for none that there is.
    pub language: Lang,
}

impl Default for Brand {
    fn default() -> Self {
        Self {
            name: "Provost".to_owned(),
            logo: None,
            accent: Colour(0x2f, 0x56, 0xc7),
            support: None,
            language: Lang::En,
        }
    }
}

impl Brand {
    /// The stylesheet: colours in light and dark, in shades that can be read, and what setup pages have of their own.
    #[must_use]
    pub fn stylesheet(&self) -> String {
        let rules = |background: Colour| {
            let accent = self.accent.readable_on(background);
            let soft = background.towards(self.accent, 10);
            format!(
                ":root{{--accent:{};--on-accent:{};--accent-soft:{}}}",
                accent.css(),
                accent.ink().css(),
                soft.css()
            )
        };
        format!("{}\n@media (prefers-color-scheme:dark){{{}}}\n{STYLE}", rules(LIGHT), rules(DARK))
    }

    /// Name of the stylesheet below `/brand/`; it changes with the content.
    #[must_use]
    pub fn style_name(&self) -> String {
        format!("style-{}.css", short(self.stylesheet().as_bytes()))
    }

    /// Name of the logo below `/brand/`, when there is one.
    #[must_use]
    pub fn logo_name(&self) -> Option<String> {
        self.logo.as_ref().map(|logo| format!("logo-{}", short(&logo.bytes)))
    }

    /// The name that the application at the provider should have.
    #[must_use]
    pub fn application(&self) -> String {
        format!("{} SCIM", self.name)
    }
}

fn short(bytes: &[u8]) -> String {
    sha256(bytes).iter().take(6).map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_accent_becomes_one_that_can_be_read_in_light_and_dark() {
        for text in ["#ffff00", "#000000", "#ffffff", "#2f56c7", "e91e63", "#777777"] {
            let accent = Colour::parse(text).unwrap();
            for background in [LIGHT, DARK] {
                let shade = accent.readable_on(background);
                assert!(shade.contrast(background) >= READABLE, "{text}");
                assert!(shade.contrast(shade.ink()) >= READABLE, "{text}");
            }
        }
        let brand = Brand { accent: Colour(0xff, 0xff, 0), ..Brand::default() };
        assert!(!brand.stylesheet().contains("--accent:#ffff00;--on-accent:#fff"), "{}", brand.stylesheet());
    }

    #[test]
    fn what_is_no_colour_is_none() {
        for text in ["", "#fff", "#12345g", "red", "#1234567", "ééé"] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
        assert_eq!(Colour::parse(" #0A0b0C"), Some(Colour(10, 11, 12)));
    }

    #[test]
    fn the_known_contrasts_are_right() {
        assert!((LIGHT.contrast(Colour(0, 0, 0)) - 21.0).abs() < 0.01);
        assert!((LIGHT.contrast(Colour(0x76, 0x76, 0x76)) - 4.54).abs() < 0.01);
    }

    #[test]
    fn nothing_is_asked_of_another_host() {
        assert!(!STYLE.contains("//") && !STYLE.contains("@import"));
    }
}
